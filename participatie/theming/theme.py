"""A theme is a folder: words (`theme.toml`), tokens (`theme.css`), a logo, an icon, letters.

It is read once, whole, into memory. A theme that was uploaded is the same folder in a zip.
"""

import hashlib
import io
import re
import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from participatie.config import ConfigError
from participatie.core.errors import N_
from participatie.core.html import is_safe_address

FILE = "theme.toml"
TOKENS = "theme.css"
SHIPPED = Path(__file__).parent / "themes"
DEFAULT = "waterlanden"

KINDS = {
    "str": N_("%(place)s: «%(name)s» must be a text."),
    "dict": N_("%(place)s: «%(name)s» must be a table."),
    "list": N_("%(place)s: «%(name)s» must be a list of tables."),
    "bool": N_("%(place)s: «%(name)s» must be true or false."),
}
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
"""What a browser may ask of a theme; everything else in the folder stays inside."""

MOST_FILES = 60
MOST_BYTES = 2_000_000
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class ThemeError(ConfigError):
    """A theme says something that cannot be; the sentence says where."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence = sentence
        self.values = values


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme as it was read. `digest` changes with every byte that a browser can get of it."""

    name: str
    words: Mapping[str, Any]
    files: Mapping[str, bytes]
    digest: str
    templates: Path | None = None

    @property
    def has_dark(self) -> bool:
        """Whether there is a dark scheme: its own, or the neutral one under its words."""
        return bool(self.words["look"]["dark"])

    @property
    def css_class(self) -> str:
        """The class on which the tokens of an organisation stand, such as `voorbeeld-theme`."""
        return str(self.words["look"]["class"])

    def picture(self, stem: str) -> str:
        """The name of the file of `logo` or `favicon`; empty when the theme brings none."""
        return next((f"{stem}{end}" for end in (".svg", ".png") if stem + end in self.files), "")


def read_theme(directory: Path) -> Theme:
    """The theme in `directory`, with the neutral words where it says nothing. Raises `ThemeError`.

    Its name is that of the folder.
    """
    place = directory / FILE
    try:
        words = place.read_bytes()
        paths = [path for path in directory.rglob("*") if path.suffix in TYPES and path.is_file()]
        files = {str(PurePosixPath(p.relative_to(directory))): p.read_bytes() for p in paths}
    except OSError as error:
        raise ThemeError(
            N_("%(place)s cannot be read: %(why)s."), place=place, why=error.strerror
        ) from None
    templates = directory / "templates"
    return _theme(
        directory.name,
        words,
        {name: content for name, content in files.items() if not name.startswith("templates/")},
        place=str(place),
        templates=templates if templates.is_dir() else None,
    )


def read_archive(name: str, archive: bytes) -> Theme:
    """The theme in a zip, with or without a folder round it. Raises `ThemeError`.

    It may hold no templates: those are programs.
    """
    try:
        contents = _unzipped(archive)
    except (zipfile.BadZipFile, RuntimeError, EOFError):
        raise ThemeError(N_("The file is not a zip that can be read.")) from None
    root = next((path.removesuffix(FILE) for path in contents if path.endswith(FILE)), None)
    if root is None or root.count("/") > 1:
        raise ThemeError(N_("There is no %(file)s in the zip."), file=FILE)
    inside = {
        p.removeprefix(root): content for p, content in contents.items() if p.startswith(root)
    }
    if any(path.startswith("templates/") for path in inside):
        raise ThemeError(N_("A theme that is uploaded may hold no templates; mount it instead."))
    files = {p: content for p, content in inside.items() if PurePosixPath(p).suffix in TYPES}
    return _theme(name, inside[FILE], files, place=FILE)


def themes_in(directory: Path) -> dict[str, Theme]:
    """The themes of a folder: the folder itself when it holds a theme.toml, else those in it."""
    if (directory / FILE).exists():
        return {directory.name: read_theme(directory)}
    found = sorted(path.parent for path in directory.glob(f"*/{FILE}"))
    if not found:
        raise ThemeError(
            N_("%(place)s cannot be read: %(why)s."),
            place=directory / FILE,
            why="No such file or directory",
        )
    return {folder.name: read_theme(folder) for folder in found}


def _theme(
    name: str, words: bytes, files: dict[str, bytes], *, place: str, templates: Path | None = None
) -> Theme:
    if not NAME.fullmatch(name):
        raise ThemeError(
            N_("%(place)s: «%(name)s» is no name for a theme: use a-z, 0-9 and hyphens."),
            place=place,
            name=name,
        )
    merged = _words(words, place, has_tokens=TOKENS in files)
    digest = hashlib.sha256(name.encode())
    for path, content in sorted(files.items()):
        digest.update(f"\0{path}\0{len(content)}\0".encode() + content)
    return Theme(name, merged, files, digest.hexdigest()[:16], templates)


def _unzipped(archive: bytes) -> dict[str, bytes]:
    """The files of a zip by name; one that swells beyond all measure is refused unread."""
    with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
        entries = [entry for entry in zipped.infolist() if not entry.is_dir()]
        if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
            raise ThemeError(
                N_("A theme holds at most %(most)s files of 2 megabytes together."), most=MOST_FILES
            )
        return {entry.filename: zipped.read(entry) for entry in entries}


def _words(content: bytes, place: str, *, has_tokens: bool) -> dict[str, Any]:
    """The neutral words with those of the theme over them."""
    neutral = tomllib.loads((SHIPPED / DEFAULT / FILE).read_text(encoding="utf-8"))
    given = _parsed(content, place)
    words = _over(neutral, given, place)
    _check_addresses(words, place)
    if has_tokens:  # colours for light alone would meet our dark ones
        words["look"]["dark"] = given.get("look", {}).get("dark", False)
    if not re.fullmatch(r"([a-z][a-z0-9-]*)?", words["look"]["class"]):
        raise ThemeError(N_("%(place)s: «look.class» is not the name of a class."), place=place)
    return words


def _parsed(content: bytes, place: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode())
    except UnicodeDecodeError:
        raise ThemeError(N_("%(place)s is not UTF-8."), place=place) from None
    except tomllib.TOMLDecodeError as error:
        raise ThemeError(
            N_("%(place)s is not TOML: look at line %(line)s."),
            place=place,
            line=_line_of(error, content),
        ) from None


def _line_of(error: tomllib.TOMLDecodeError, content: bytes) -> int:
    """The line that cannot be read: the library says it in words only, and not of the last one."""
    found = re.search(r"line (\d+)", str(error))
    return int(found[1]) if found else len(content.splitlines())


def _over(
    default: Mapping[str, Any], given: Mapping[str, Any], place: str, within: str = ""
) -> dict[str, Any]:
    """`default` with the values of `given`, which may name nothing else."""
    merged = dict(default)
    for key, value in given.items():
        name = within + key
        if key not in default:
            raise ThemeError(N_("%(place)s: unknown setting «%(name)s»."), place=place, name=name)
        if type(value) is not type(default[key]):
            raise ThemeError(KINDS[type(default[key]).__name__], place=place, name=name)
        if isinstance(value, list):
            _check_entries(value, place, name)
        is_table = isinstance(value, dict)
        merged[key] = _over(default[key], value, place, f"{name}.") if is_table else value
    return merged


def _check_entries(entries: list[Any], place: str, name: str) -> None:
    for entry in entries:
        fits = isinstance(entry, dict) and set(entry) == {"label", "url"}
        if not (fits and all(isinstance(text, str) and text for text in entry.values())):
            raise ThemeError(
                N_("%(place)s: each entry of «%(name)s» has a label and a url, no more."),
                place=place,
                name=name,
            )


def _check_addresses(words: Mapping[str, Any], place: str) -> None:
    addresses = [words["municipality_url"], words["security"]["contact"]]
    addresses += [words["accessibility"]["url"]] if words["accessibility"]["url"] else []
    addresses += [entry["url"] for entry in words["menu"] if not _is_path(entry["url"])]
    for address in addresses:
        if not is_safe_address(address):
            raise ThemeError(
                N_("%(place)s: «%(address)s» is not an address that a page may link to."),
                place=place,
                address=address,
            )


def _is_path(address: str) -> bool:
    return address.startswith("/") and not address.startswith(("//", "/\\"))
