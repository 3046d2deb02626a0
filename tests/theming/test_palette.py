"""The colours of a theme as a mail can show them."""

from __future__ import annotations

import re

import pytest

from participatie.theming.palette import NAMES, paint
from participatie.theming.theme import SHIPPED, Theme, read_theme, themes_in


def mounted(css: str, *, dark: bool = False) -> Theme:
    words = read_theme(SHIPPED / "waterlanden").words
    return Theme(
        "eigen", {**words, "look": {"class": "", "dark": dark}}, {"theme.css": css.encode()}, "1"
    )


@pytest.mark.parametrize("theme", themes_in(SHIPPED).values(), ids=lambda theme: theme.name)
def test_every_colour_of_a_shipped_theme_is_written_as_mail_programs_read_it(theme):
    look = paint(theme)
    for scheme in (look.light, look.dark):
        for name in NAMES:
            assert re.fullmatch("#[0-9a-f]{6}", getattr(scheme, name))


def test_a_token_of_nl_design_system_colours_a_mail_too():
    look = paint(mounted(":root { --utrecht-link-color: hsl(120 100% 25%); }"))
    assert look.light.link == "#008000"


def test_a_colour_that_lets_through_is_seen_on_the_paper():
    look = paint(mounted(":root { --participatie-color-line: rgb(0 0 0 / 50%); }"))
    assert look.light.line == "#808080"


def test_what_is_no_colour_makes_way_for_that_of_the_program():
    own, neutral = (
        paint(mounted(":root { --participatie-color-link: banana; }")),
        paint(mounted("")),
    )
    assert own == neutral


def test_a_theme_without_a_dark_scheme_has_no_dark_mail():
    assert paint(mounted("")).dark is None
    assert paint(mounted("", dark=True)).dark is not None


@pytest.mark.parametrize(("radius", "said"), [("0", "0px"), ("1rem", "16px"), ("50%", "0px")])
def test_corners_are_as_round_as_the_theme_has_them(radius, said):
    assert paint(mounted(f":root {{ --participatie-radius-large: {radius}; }}")).radius == said
