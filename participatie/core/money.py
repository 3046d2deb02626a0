"""Money is a whole number of cents everywhere; this is how a person reads it."""


def euros(cents: int) -> str:
    """«€ 12.000», and «€ 12.000,50» when there are cents; the space does not break."""
    whole, rest = divmod(abs(cents), 100)
    text = f"{whole:,}".replace(",", ".")
    if rest:
        text += f",{rest:02d}"
    return f"{'−' if cents < 0 else ''}€\N{NO-BREAK SPACE}{text}"
