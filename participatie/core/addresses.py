"""Numbers in addresses: no larger than the database can hold."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter

LARGEST = 2**63 - 1


class Number(IntegerConverter):
    """`<int:…>` in an address; what no row can have as its number is a page that is not there."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max": LARGEST, **options})


def init_app(app: Flask) -> None:
    """Read numbers so in every address that is registered from now on."""
    app.url_map.converters["int"] = Number
