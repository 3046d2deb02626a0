"""The bundled files of the front end, by the names the build gave them.

Their names hold a hash of their content, so they may be kept for ever by every cache.
"""

import json
from dataclasses import dataclass
from pathlib import Path

DIST = Path(__file__).parent / "static" / "dist"


class AssetsMissingError(Exception):
    """The front end has not been built."""


@dataclass(frozen=True, slots=True)
class Assets:
    """The manifest: from a logical name (`app.css`) to the address of the built file."""

    names: dict[str, str]
    prefix: str

    def __call__(self, name: str) -> str:
        """The address of `name`; KeyError for a name that the build does not know."""
        return self.prefix + self.names[name]


def read_assets(prefix: str, directory: Path = DIST) -> Assets:
    """Read the manifest in `directory`; `prefix` is the address under which it is served.

    Raises AssetsMissingError when the front end was not built.
    """
    try:
        names = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise AssetsMissingError(f"no front end in {directory}: run `make assets`") from None
    return Assets(names=names, prefix=prefix)
