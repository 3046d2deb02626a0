"""Reads a file of tokens as a browser would: what is set, for light and dark, and what it becomes.

The only module that knows the parser of CSS.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import tinycss2
import tinycss2.color4
from tinycss2 import ast

DARK = "(prefers-color-scheme: dark)"
FONT_SIZE = 16


@dataclass(slots=True)
class Sheet:
    """What stands in a file of tokens."""

    light: dict[str, str] = field(default_factory=dict)
    dark: dict[str, str] = field(default_factory=dict)
    urls: list[tuple[str, int, str]] = field(default_factory=list)
    """Each address with its line, and the property it stands in."""
    faults: list[tuple[str, int]] = field(default_factory=list)
    foreign: list[tuple[str, int]] = field(default_factory=list)
    """Rules that set more than tokens."""


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour in sRGB, each part from 0 to 1."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0

    def over(self, ground: "Colour") -> "Colour":
        """This colour as it is seen on `ground`."""
        parts = zip(self.parts(), ground.parts(), strict=True)
        return Colour(*(self.alpha * own + (1 - self.alpha) * below for own, below in parts))

    def parts(self) -> tuple[float, float, float]:
        return self.red, self.green, self.blue

    @property
    def luminance(self) -> float:
        """The relative luminance of WCAG."""
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in self.parts()]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(self, other: "Colour") -> float:
        """The contrast of WCAG, from 1 to 21."""
        light, dark = sorted((self.luminance, other.luminance), reverse=True)
        return (light + 0.05) / (dark + 0.05)


def read_sheet(css: str, *, selectors: frozenset[str]) -> Sheet:
    """Read `css`; tokens stand in rules on `selectors`, perhaps in a media query."""
    sheet = Sheet()
    _read(
        tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), sheet, selectors
    )
    return sheet


def resolved(name: str, table: Mapping[str, str]) -> str | None:
    """What a token becomes, with every `var()` filled in; None when it becomes nothing."""
    return _resolved(name, table, frozenset())


def colour(value: str) -> Colour | None:
    """The colour that `value` writes; None when it is no colour that can be computed."""
    parsed = tinycss2.color4.parse_color(value)
    if parsed is None or isinstance(parsed, str):
        return None
    if parsed.space not in {"srgb", "rgb", "hsl", "hwb"}:
        return None
    rgb = parsed.to("srgb")
    red, green, blue = (min(1.0, max(0.0, part or 0.0)) for part in rgb.coordinates)
    return Colour(red, green, blue, rgb.alpha)


def pixels(value: str) -> float | None:
    """The length that `value` writes in pixels; None when it is no fixed length."""
    token = tinycss2.parse_one_component_value(value, skip_comments=True)
    if token.type == "number" and token.value == 0:
        return 0
    if token.type != "dimension":
        return None
    if token.lower_unit == "px":
        return float(token.value)
    return float(token.value) * FONT_SIZE if token.lower_unit in {"rem", "em"} else None


def _read(
    rules: list[ast.Node], sheet: Sheet, selectors: frozenset[str], *, media: str = ""
) -> None:
    for rule in rules:
        if rule.type == "error":
            sheet.faults.append((rule.message, rule.source_line))
        elif rule.type == "qualified-rule":
            _read_block(rule, sheet, selectors, media)
        elif rule.type == "at-rule":
            _read_at_rule(rule, sheet, selectors)


def _read_block(
    rule: ast.QualifiedRule, sheet: Sheet, selectors: frozenset[str], media: str
) -> None:
    names = {name.strip() for name in tinycss2.serialize(rule.prelude).split(",")}
    if not names <= selectors:
        sheet.urls += _urls(rule.content, "")
        sheet.foreign.append((", ".join(sorted(names)), rule.source_line))
        return
    for line in _declarations(rule.content, sheet):
        sheet.urls += _urls(line.value, line.name)
        if line.name.startswith("--"):
            for table in _tables(sheet, media):
                table[line.name] = tinycss2.serialize(line.value).strip()
        elif line.lower_name != "color-scheme":
            sheet.foreign.append((line.name, line.source_line))


def _read_at_rule(rule: ast.AtRule, sheet: Sheet, selectors: frozenset[str]) -> None:
    name = rule.lower_at_keyword
    if name == "media" and rule.content is not None:
        content = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        _read(content, sheet, selectors, media=tinycss2.serialize(rule.prelude).strip())
    elif name == "font-face" and rule.content is not None:
        sheet.urls += _urls(rule.content, "src")
        list(_declarations(rule.content, sheet))
    elif name != "charset":
        sheet.urls += _urls(rule.prelude, name)
        sheet.foreign.append((f"@{name}", rule.source_line))


def _tables(sheet: Sheet, media: str) -> list[dict[str, str]]:
    """Where a rule lands: outside a query in both; a query about width changes no colour."""
    if not media:
        return [sheet.light, sheet.dark]
    return [sheet.dark] if DARK in media.replace(":", ": ").replace(":  ", ": ") else []


def _declarations(content: list[ast.Node], sheet: Sheet) -> Iterator[ast.Declaration]:
    lines = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    for line in lines:
        if line.type == "declaration":
            yield line
        else:
            sheet.faults.append((getattr(line, "message", "a rule in a rule"), line.source_line))


def _urls(nodes: list[ast.Node], within: str) -> Iterator[tuple[str, int, str]]:
    for node in nodes:
        if node.type == "url":
            yield node.value, node.source_line, within
        elif node.type == "function" and node.lower_name in {"url", "src", "image", "image-set"}:
            for inner in node.arguments:
                if inner.type == "string":
                    yield inner.value, node.source_line, within
        for part in (getattr(node, "content", None), getattr(node, "arguments", None)):
            yield from _urls(part, within) if isinstance(part, list) else ()


def _resolved(name: str, table: Mapping[str, str], seen: frozenset[str]) -> str | None:
    if name in seen or name not in table:
        return None
    return _filled(tinycss2.parse_component_value_list(table[name]), table, seen | {name})


def _filled(nodes: list[ast.Node], table: Mapping[str, str], seen: frozenset[str]) -> str | None:
    parts = []
    for node in nodes:
        if node.type == "function" and node.lower_name == "var":
            part = _variable(node.arguments, table, seen)
        elif node.type == "function":
            inner = _filled(node.arguments, table, seen)
            part = None if inner is None else f"{node.name}({inner})"
        else:
            part = "" if node.type == "comment" else node.serialize()
        if part is None:
            return None
        parts.append(part)
    return "".join(parts).strip()


def _variable(nodes: list[ast.Node], table: Mapping[str, str], seen: frozenset[str]) -> str | None:
    names = [node.value for node in nodes if node.type == "ident"]
    found = _resolved(names[0], table, seen) if names else None
    comma = next((i for i, node in enumerate(nodes) if node == ","), None)
    if found is None and comma is not None:
        return _filled(nodes[comma + 1 :], table, seen)
    return found
