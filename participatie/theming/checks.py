"""What a theme must keep to before a site may wear it: found by reading, without a browser.

A finding is a sentence for who makes the theme. There are none about taste.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePosixPath

from participatie.core.errors import N_
from participatie.theming.assets import DIST, read_assets
from participatie.theming.palette import neutral, sheet_of
from participatie.theming.theme import TOKENS, Theme
from participatie.theming.tokens import Colour, Sheet, colour, pixels, resolved

TEXT = 4.5
SHAPE = 3.0
TARGET = 24
RING = 2

PAPER = "--participatie-paper"
WASH = "--participatie-color-wash"
ACCENT = "--participatie-accent"
FEEDBACK = ("neutral", "safe", "warning", "danger")
ALERTS = ("info", "ok", "warning", "error")
PRIMARY = "--utrecht-button-primary-action"
SECONDARY = "--utrecht-button-secondary-action"
CONTROL = "--utrecht-form-control"
RADIO = "--utrecht-radio-button"

PAIRS: tuple[tuple[str, str, float], ...] = (
    ("--participatie-ink", PAPER, TEXT),
    ("--participatie-ink", WASH, TEXT),
    ("--participatie-color-ink-soft", PAPER, TEXT),
    ("--participatie-color-ink-soft", WASH, TEXT),
    ("--utrecht-heading-color", PAPER, TEXT),
    ("--participatie-link", PAPER, TEXT),
    ("--participatie-link", WASH, TEXT),
    ("--utrecht-link-hover-color", PAPER, TEXT),
    (f"{PRIMARY}-color", f"{PRIMARY}-background-color", TEXT),
    (f"{PRIMARY}-hover-color", f"{PRIMARY}-hover-background-color", TEXT),
    (f"{PRIMARY}-background-color", PAPER, SHAPE),
    (f"{SECONDARY}-color", f"{SECONDARY}-background-color", TEXT),
    (f"{SECONDARY}-hover-color", f"{SECONDARY}-hover-background-color", TEXT),
    (f"{CONTROL}-color", f"{CONTROL}-background-color", TEXT),
    (f"{CONTROL}-border-color", f"{CONTROL}-background-color", SHAPE),
    (f"{CONTROL}-placeholder-color", f"{CONTROL}-background-color", TEXT),
    ("--utrecht-form-field-error-message-color", PAPER, TEXT),
    ("--utrecht-form-field-description-color", PAPER, TEXT),
    (f"{RADIO}-border-color", f"{RADIO}-background-color", SHAPE),
    (f"{RADIO}-checked-color", f"{RADIO}-checked-background-color", SHAPE),
    ("--participatie-color-on-here", "--participatie-color-here", TEXT),
    ("--participatie-on-header", "--participatie-header", TEXT),
    ("--participatie-header-tool", "--participatie-header", TEXT),
    ("--participatie-color-on-footer", "--participatie-color-footer", TEXT),
    ("--utrecht-skip-link-color", "--utrecht-skip-link-background-color", TEXT),
    (
        "--utrecht-pagination-page-link-current-color",
        "--utrecht-pagination-page-link-current-background-color",
        TEXT,
    ),
    (ACCENT, "--participatie-color-wash-deep", SHAPE),
    *(
        (
            f"--utrecht-feedback-{kind}-fill-color",
            f"--utrecht-feedback-{kind}-fill-background-color",
            TEXT,
        )
        for kind in FEEDBACK
    ),
    *(
        (f"--utrecht-alert-{kind}-color", f"--utrecht-alert-{kind}-background-color", TEXT)
        for kind in ALERTS
    ),
    ("--utrecht-focus-outline-color", PAPER, SHAPE),
)
"""What is seen → on what → the contrast that WCAG 2.2 AA asks: 4.5 for words, 3 for shapes."""

SIZES: tuple[tuple[str, float], ...] = (
    ("--utrecht-pointer-target-min-size", TARGET),
    ("--utrecht-button-min-block-size", TARGET),
    ("--utrecht-checkbox-size", TARGET),
    (f"{RADIO}-size", TARGET),
    ("--utrecht-focus-outline-width", RING),
)

CHOICE: tuple[tuple[str, str], ...] = (
    (f"{RADIO}-border-color", f"{RADIO}-checked-border-color"),
    ("--participatie-color-line", ACCENT),
    (PAPER, "--participatie-color-accent-wash"),
)
"""Not chosen → chosen: at least one of the two kinds of choice must be told by these."""

STARTS = {".png": b"\x89PNG\r\n\x1a\n", ".woff2": b"wOF2"}
UNSAFE_SVG = re.compile(
    rb"<script|<foreignobject|<!entity|<iframe|javascript:|\son[a-z]+\s*=|"
    rb"(?:href|src)\s*=\s*[\"']\s*(?:[a-z]+:|//)|url\(\s*[\"']?\s*(?:[a-z]+:|//)|@import",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must change; `scheme` is light or dark where it is about a colour."""

    rule: str
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)
    place: str = TOKENS
    line: int | None = None
    scheme: str | None = None

    @property
    def text(self) -> str:
        """The sentence in English, for the command."""
        return self.sentence % self.values if self.values else self.sentence

    def as_dict(self) -> dict[str, object]:
        names = ("rule", "text", "place", "line", "scheme")
        return {name: getattr(self, name) for name in names}


def check(theme: Theme) -> list[Finding]:
    """Everything that is wrong with `theme`; nothing when a site may wear it."""
    sheet = sheet_of(theme)
    findings = [*_files(theme), *_css(sheet, theme)]
    schemes = {"light": sheet.light} | ({"dark": sheet.dark} if theme.has_dark else {})
    for scheme, own in schemes.items():
        table = {**neutral(scheme), **own}
        findings += [*_contrasts(table, scheme), *_choices(table, scheme)]
    return findings + list(_sizes({**neutral("light"), **sheet.light}))


@lru_cache
def _read_by_us() -> frozenset[str]:
    """The names that our own style sheets ask for."""
    css = (DIST / read_assets("").names["app.css"]).read_text(encoding="utf-8")
    return frozenset(re.findall(r"var\((--[\w-]+)", css)) | {"", "src", "import"}


def _files(theme: Theme) -> Iterator[Finding]:
    for stem in ("logo", "favicon"):
        if TOKENS in theme.files and not theme.picture(stem):
            yield Finding(
                "picture", N_("There is no %(name)s.svg or %(name)s.png."), {"name": stem}, "."
            )
    for name, content in theme.files.items():
        start = STARTS.get(PurePosixPath(name).suffix, b"")
        if not content.startswith(start):
            yield Finding("file", N_("Its contents are not what its name says."), place=name)
        if name.endswith(".svg") and UNSAFE_SVG.search(content):
            yield Finding("safe", N_("A picture may hold no program and no address."), place=name)


def _css(sheet: Sheet, theme: Theme) -> Iterator[Finding]:
    for fault, line in sheet.faults:
        yield Finding("css", N_("This is not CSS: %(fault)s."), {"fault": fault}, line=line)
    for name, line in sheet.foreign:
        yield Finding(
            "tokens", N_("Only tokens may be set here, not «%(name)s»."), {"name": name}, line=line
        )
    for url, line, within in sheet.urls:
        if url.startswith("data:") and within not in _read_by_us():
            continue  # a picture in a token of parts that we do not have: no page asks for it
        if re.match(r"\s*([a-z][a-z0-9+.-]*:|//|/|\\)", url, re.IGNORECASE):
            yield Finding(
                "address",
                N_("«%(name)s» does not lie in the folder."),
                {"name": url[:60]},
                line=line,
            )
        elif url.removeprefix("./") not in theme.files:
            yield Finding("address", N_("«%(name)s» is not there."), {"name": url[:60]}, line=line)


def _contrasts(table: Mapping[str, str], scheme: str) -> Iterator[Finding]:
    paper = _colour(PAPER, table) or Colour(1, 1, 1)
    for front, back, least in PAIRS:
        pair = []
        for name in (front, back):
            value = resolved(name, table)
            if value is None:
                yield Finding(
                    "required", N_("%(name)s has no value."), {"name": name}, scheme=scheme
                )
            elif (seen := colour(value)) is None:
                text = N_("%(name)s is «%(value)s»: write a colour as #rrggbb, rgb() or hsl().")
                values = {"name": name, "value": value[:60]}
                yield Finding("colour", text, values, scheme=scheme)
            else:
                pair.append(seen)
        if len(pair) == 2:
            ground = pair[1].over(paper)
            contrast = pair[0].over(ground).contrast(ground)
            if contrast < least:
                text = N_("%(front)s on %(back)s: the contrast is %(is)s, and must be %(must)s.")
                said = f"{contrast:.2f}"
                values = {"front": front, "back": back, "is": said, "must": str(least)}
                yield Finding("contrast", text, values, scheme=scheme)


def _choices(table: Mapping[str, str], scheme: str) -> Iterator[Finding]:
    for off, on in CHOICE:
        plain, chosen = resolved(off, table), resolved(on, table)
        if plain is not None and plain == chosen:
            text = N_("What is chosen looks the same as what is not: %(on)s equals %(off)s.")
            yield Finding("choice", text, {"on": on, "off": off}, scheme=scheme)


def _sizes(table: Mapping[str, str]) -> Iterator[Finding]:
    for name, least in SIZES:
        value = resolved(name, table)
        size = pixels(value) if value else None
        if size is None or size < least:
            text = N_("%(name)s is %(value)s; it must be %(least)spx at least.")
            yield Finding("size", text, {"name": name, "value": value, "least": f"{least:g}"})
    if resolved("--utrecht-focus-outline-style", table) in {None, "none", "hidden"}:
        yield Finding("focus", N_("--utrecht-focus-outline-style hides what has the focus."))


def _colour(name: str, table: Mapping[str, str]) -> Colour | None:
    value = resolved(name, table)
    return colour(value) if value else None
