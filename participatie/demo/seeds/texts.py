"""Reading the texts of the seeds."""

import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def texts(name: str) -> dict[str, Any]:
    """The contents of `name`.toml."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))
