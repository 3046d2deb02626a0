"""What `participatie theme check` finds, rule by rule."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from participatie.theming.checks import check
from participatie.theming.cli import theme as command
from participatie.theming.theme import SHIPPED, read_theme, themes_in
from participatie.theming.tokens import Colour, colour, pixels, read_sheet, resolved

VOORBEELD = (
    Path(__file__).parents[2]
    / "frontend/node_modules/@nl-design-system-unstable/voorbeeld-design-tokens/dist/theme.css"
)
PART = st.floats(0, 1)
COLOURS = st.builds(Colour, PART, PART, PART)


@pytest.fixture
def theme_of(tmp_path):
    """`theme_of(css)`: a theme that is good but for its tokens."""

    def make(css: str, toml: str = "", **files: bytes):
        folder = tmp_path / "eigen"
        folder.mkdir(exist_ok=True)
        (folder / "theme.toml").write_text(toml)
        (folder / "theme.css").write_text(css)
        logo = (SHIPPED / "hoogstad" / "logo.svg").read_bytes()
        for name, content in {"logo.svg": logo, "favicon.svg": logo, **files}.items():
            (folder / name).write_bytes(content)
        return read_theme(folder)

    return make


@pytest.mark.parametrize("name", sorted(themes_in(SHIPPED)))
def test_nothing_is_wrong_with_what_we_ship(name):
    assert check(read_theme(SHIPPED / name)) == []


def test_the_shortest_theme_of_the_docs_is_good_enough(theme_of):
    docs = (Path(__file__).parents[2] / "docs" / "theming.md").read_text()
    shortest = docs[docs.index("**The shortest one.**") :]
    toml, css = (shortest.split(f"```{kind}\n")[1].split("```")[0] for kind in ("toml", "css"))
    theme = theme_of(css, toml)
    assert check(theme) == []
    assert theme.words["name"] == "Ons dorp praat mee"


def test_tokens_of_another_organisation_work_unchanged(theme_of):
    theme = theme_of(VOORBEELD.read_text(), '[look]\nclass = "voorbeeld-theme"')
    assert check(theme) == []


@pytest.mark.parametrize(
    ("css", "rule", "words"),
    [
        (":root { --participatie-color-link: #9ab; }", "contrast", "--participatie-link on"),
        (":root { --participatie-color-edge: #ddd; }", "contrast", "must be 3.0"),
        (":root { --utrecht-focus-outline-color: #fefefe; }", "contrast", "focus-outline"),
        (":root { --utrecht-focus-outline-style: none; }", "focus", "hides"),
        (":root { --utrecht-focus-outline-width: 1px; }", "size", "2px at least"),
        (":root { --utrecht-checkbox-size: 16px; }", "size", "24px at least"),
        (":root { --participatie-color-ink: var(--nothing); }", "required", "has no value"),
        (":root { --participatie-color-ink: var(--participatie-ink); }", "required", "no value"),
        (":root { --participatie-color-ink: color-mix(in srgb, red, blue); }", "colour", "#rrggbb"),
        (":root { --participatie-color-accent-wash: #ffffff; }", "choice", "looks the same"),
        (":root { --x: url(https://elsewhere.example/x.svg); }", "address", "not lie in"),
        (":root { --x: url('//elsewhere.example/x.svg'); }", "address", "not lie in"),
        (":root { --x: url(x.svg); }", "address", "is not there"),
        (":root { --participatie-paper: url(data:image/png;base64,A); }", "address", "not lie"),
        ("@import 'https://elsewhere.example/x.css';", "tokens", "@import"),
        (".p-answer { display: none; }", "tokens", ".p-answer"),
        (":root { display: none; }", "tokens", "display"),
        (":root { --x: ]; } }", "css", "not CSS"),
    ],
)
def test_each_rule_finds_what_breaks_it(theme_of, css, rule, words):
    found = check(theme_of(css))
    assert any(f.rule == rule and words in f.text for f in found), found


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ({"logo.svg": b"<svg><script>alert(1)</script></svg>"}, "safe"),
        ({"logo.svg": b'<svg onload="alert(1)"/>'}, "safe"),
        ({"logo.svg": b'<svg><image href="https://x.example/y"/></svg>'}, "safe"),
        ({"logo.png": b"<html>"}, "file"),
    ],
)
def test_a_picture_is_a_picture(theme_of, files, rule):
    assert rule in {finding.rule for finding in check(theme_of("", **files))}


def test_the_dark_scheme_is_judged_too_when_a_theme_has_one(theme_of):
    css = "@media (prefers-color-scheme:dark) { :root { --participatie-color-ink: #222; } }"
    assert check(theme_of(css)) == []
    found = check(theme_of(css, "[look]\ndark = true"))
    assert {finding.scheme for finding in found} == {"dark"}


def test_the_command_says_what_is_wrong_and_fails(theme_of, tmp_path):
    theme_of(":root { --utrecht-checkbox-size: 1px; }")
    folder = str(tmp_path / "eigen")
    said = CliRunner().invoke(command, ["check", folder])
    assert said.exit_code == 1
    assert "--utrecht-checkbox-size is 1px" in said.output
    for_programs = CliRunner().invoke(command, ["check", folder, "--json"])
    assert json.loads(for_programs.output)["findings"][0]["rule"] == "size"
    (tmp_path / "eigen" / "theme.toml").write_text("nmae = 1")
    assert CliRunner().invoke(command, ["check", folder]).exit_code == 1
    assert CliRunner().invoke(command, ["check", str(SHIPPED / "zonneveld")]).exit_code == 0


def test_a_token_becomes_what_a_browser_makes_of_it():
    sheet = read_sheet(
        ":root{--a:var(--b,#111);--c:var(--a);--d:rgb(1 2 3 / var(--e));--e:50%;--f:var(--f)}",
        selectors=frozenset({":root"}),
    )
    assert resolved("--c", sheet.light) == "#111"
    assert colour(resolved("--d", sheet.light) or "") == Colour(1 / 255, 2 / 255, 3 / 255, 0.5)
    assert resolved("--f", sheet.light) is None
    assert [pixels(v) for v in ("24px", "1.5rem", "0", "1vw", "red")] == [24, 24, 0, None, None]


def test_black_on_white_has_the_most_contrast_there_is():
    assert round(Colour(0, 0, 0).contrast(Colour(1, 1, 1)), 1) == 21


@given(COLOURS, COLOURS)
def test_contrast_is_the_same_from_both_sides_and_never_out_of_range(one, other):
    assert one.contrast(other) == other.contrast(one)
    assert 1 <= one.contrast(other) <= 21.001


def test_pictures_without_a_browser_say_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    said = CliRunner().invoke(command, ["check", str(SHIPPED / "hoogstad"), "--pictures", "out"])
    assert said.exit_code == 1
    assert "apt install chromium" in said.output
