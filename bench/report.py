"""How every bench prints its figures: what was measured beside what was asked."""

from __future__ import annotations


class Report:
    """Rows of a bench, printed together at the end."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.rows: list[tuple[str, str, str]] = []

    def row(self, what: str, measured: float, unit: str, asked: str) -> None:
        """One figure."""
        self.rows.append(
            (
                what,
                f"{measured:,.3g} {unit}" if measured < 100 else f"{measured:,.0f} {unit}",
                asked,
            )
        )

    def show(self) -> None:
        """Print the table."""
        wide = max(len(what) for what, _, _ in self.rows)
        print(f"\n{self.title}")
        for what, measured, asked in self.rows:
            print(f"  {what:<{wide}}  {measured:>18}   asked {asked}")
