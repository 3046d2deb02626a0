"""Every endpoint with what it gives to whom, as access.txt says it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from tests.house.world import ROLES, World

# What an empty form gets from each role; «login» is a 303 to the log-in page. Values of an address
# are names of the world. An endpoint may stand here more than once, with other objects.
TABLE = Path(__file__).with_name("access.txt").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class Row:
    """An address, and what each role gets there."""

    method: str
    endpoint: str
    values: dict[str, str]
    wanted: dict[str, str]

    @property
    def place(self) -> str:
        return " ".join([self.method, self.endpoint, *self.values.values()])


def rows() -> list[Row]:
    """The rows of the table."""
    found = []
    for line in TABLE.strip().splitlines()[1:]:
        words = line.split()
        method, endpoint, *values = words[: -len(ROLES)]
        wanted = dict(zip(ROLES, words[-len(ROLES) :], strict=True))
        found.append(Row(method, endpoint, dict(v.split("=") for v in values), wanted))
    return found


def address_of(app: Flask, row: Row, things: World) -> str:
    """Where a row leads in this world."""
    with app.test_request_context():
        return app.url_for(row.endpoint, **{k: things[v] for k, v in row.values.items()})
