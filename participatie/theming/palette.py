"""What the tokens of a theme become, and the colours of them for what reads no tokens: a mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from participatie.theming.assets import DIST, read_assets
from participatie.theming.theme import TOKENS, Theme
from participatie.theming.tokens import Colour, Sheet, colour, pixels, read_sheet, resolved

ROOT = frozenset({":root"})
NAMES = {
    "ground": "--participatie-color-wash",
    "paper": "--participatie-paper",
    "line": "--participatie-color-line",
    "ink": "--participatie-ink",
    "soft": "--participatie-color-ink-soft",
    "link": "--participatie-link",
    "accent": "--participatie-accent",
    "header": "--participatie-header",
    "on_header": "--participatie-on-header",
}
RADIUS = "--participatie-radius-large"

Table = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a theme in one scheme, each as #rrggbb: mail programs read little else."""

    ground: str
    paper: str
    line: str
    ink: str
    soft: str
    link: str
    accent: str
    header: str
    on_header: str


@dataclass(frozen=True, slots=True)
class Paint:
    """The look of a theme without its style sheet; `dark` is None where a theme has no dark."""

    light: Palette
    dark: Palette | None
    radius: str


def sheet_of(theme: Theme) -> Sheet:
    """The tokens that a theme sets itself."""
    try:
        css = theme.files.get(TOKENS, b"").decode()
    except UnicodeDecodeError:
        return Sheet(faults=[("it is not UTF-8", 1)])
    selectors = {":root", "html"} | ({f".{theme.css_class}"} if theme.css_class else set())
    return read_sheet(css, selectors=frozenset(selectors))


@lru_cache
def neutral(scheme: str) -> Table:
    """The tokens of the program itself, which a theme lies over."""
    names = read_assets("").names
    tables: dict[str, str] = {}
    for file in ("app.css", "dark.css") if scheme == "dark" else ("app.css",):
        text = (DIST / names[file]).read_text(encoding="utf-8")
        tables |= read_sheet(text, selectors=ROOT).light
    return tables


def paint(theme: Theme) -> Paint:
    """The look of `theme`.

    A token that is no colour makes way for that of the program: no check lets such a theme through
    in the administration, but a host may mount one, and a mail must be readable all the same.
    """
    sheet = sheet_of(theme)
    light = {**neutral("light"), **sheet.light}
    radius = pixels(resolved(RADIUS, light) or "")
    return Paint(
        light=_palette(light, neutral("light")),
        dark=_palette({**neutral("dark"), **sheet.dark}, neutral("dark"))
        if theme.has_dark
        else None,
        radius=f"{radius or 0:g}px",
    )


def _palette(table: Table, own: Table) -> Palette:
    paper = _colour(NAMES["paper"], table, own)
    return Palette(
        **{part: _hex(_colour(name, table, own).over(paper)) for part, name in NAMES.items()}
    )


def _colour(name: str, table: Table, own: Table) -> Colour:
    for values in (table, own):
        value = resolved(name, values)
        if value is not None and (found := colour(value)) is not None:
            return found
    raise LookupError(name)


def _hex(seen: Colour) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in seen.parts())
