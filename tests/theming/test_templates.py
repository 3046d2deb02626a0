"""The markup of every part and every page of the style guide."""

import re
from collections import Counter
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from werkzeug.datastructures import MultiDict
from wtforms import Form, RadioField

from participatie.theming.assets import Assets
from participatie.theming.styleguide import rendering

NAMES = [name for name, page in rendering.PAGES.items() if page.template.endswith(".html")]
MAILS = ["mail"]
PAGES = [name for name in NAMES if name not in MAILS]
ROOT = Path(__file__).parents[2]


def parse(text: str) -> Element:
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    document = parser.parse(text)
    assert isinstance(document, Element)
    return document


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_valid_and_its_title_starts_with_its_one_heading(
    name: str, pages: dict[str, str]
) -> None:
    document = parse(pages[f"{name}.html"])
    headings = list(document.iter("h1"))
    assert len(headings) == 1
    assert words(next(document.iter("title"))).startswith(words(headings[0]))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_holds_no_style_or_script_of_its_own(name: str, pages: dict[str, str]) -> None:
    document = parse(pages[f"{name}.html"])
    assert not list(document.iter("style"))
    assert all(script.get("src") and not words(script) for script in document.iter("script"))
    for element in document.iter():
        assert "style" not in element.attrib
        assert not [key for key in element.attrib if key.startswith("on")]


@pytest.mark.parametrize("name", NAMES)
def test_what_a_page_points_at_is_there_and_is_unique(name: str, pages: dict[str, str]) -> None:
    document = parse(pages[f"{name}.html"])
    ids = Counter(element.get("id") for element in document.iter() if element.get("id"))
    assert [name for name, number in ids.items() if number > 1] == []
    for element in document.iter():
        for key in ("aria-labelledby", "aria-describedby", "for"):
            for target in (element.get(key) or "").split():
                assert target in ids, (element.tag, key, target)


@pytest.mark.parametrize("name", PAGES)
def test_every_control_has_a_label(name: str, pages: dict[str, str]) -> None:
    document = parse(pages[f"{name}.html"])
    labelled = {label.get("for") for label in document.iter("label")}
    for tag in ("input", "select", "textarea"):
        for control in document.iter(tag):
            assert control.get("type") == "hidden" or control.get("id") in labelled


def test_a_page_for_somebody_unknown_holds_no_token(pages: dict[str, str]) -> None:
    assert "csrf_token" not in pages["process.html"]
    assert "csrf_token" in pages["check.html"]


def test_the_summary_of_errors_links_to_a_field_for_each_error(pages: dict[str, str]) -> None:
    document = parse(pages["forms.html"])
    summary = next(e for e in document.iter("div") if e.get("class") == "p-error-summary")
    ids = {element.get("id") for element in document.iter()}
    links = [(link.get("href") or "").removeprefix("#") for link in summary.iter("a")]
    assert len(links) == 7
    assert set(links) <= ids
    assert "bad-kind-0" in links
    assert "autofocus" in summary.attrib


def test_a_field_that_is_wrong_says_so_and_names_its_hint_and_error(
    pages: dict[str, str],
) -> None:
    document = parse(pages["forms.html"])
    field = next(e for e in document.iter("input") if e.get("id") == "bad-title")
    assert field.get("aria-invalid") == "true"
    assert (field.get("aria-describedby") or "").split() == ["bad-title-hint", "bad-title-error"]
    good = next(e for e in document.iter("input") if e.get("id") == "good-title")
    assert good.get("aria-invalid") is None
    assert "maxlength" not in good.attrib


@pytest.mark.parametrize(
    ("chosen", "posted", "optional"),
    [("pdf", {}, False), ("pdf", {"shape": "page"}, False), (None, {}, True)],
)
def test_radios_of_which_one_is_chosen_from_the_start_are_not_called_optional(
    chosen: str | None, posted: dict[str, str], optional: bool
) -> None:
    choices = {"pdf": "Een PDF", "page": "Een pagina"}

    class Printing(Form):
        shape = RadioField("Hoe drukt u af?", choices=choices, default=chosen)

    jinja = rendering.environment(Assets(names={"icons.svg": "icons.svg"}, prefix="/"))
    source = '{% from "macros/forms.html" import field %}{{ field(form.shape) }}'
    text = jinja.from_string(source).render(form=Printing(MultiDict(posted)))
    assert ("(niet verplicht)" in text) is optional


def test_words_of_somebody_else_are_escaped() -> None:
    jinja = rendering.environment(Assets(names={"icons.svg": "icons.svg"}, prefix="/"))
    source = '{% from "macros/page.html" import alert %}{{ alert("<b>" ~ name) }}'
    text = jinja.from_string(source).render(name="<script>")
    assert "&lt;b&gt;&lt;script&gt;" in text


def test_a_text_mail_is_not_escaped_and_keeps_its_lines(pages: dict[str, str]) -> None:
    assert "\n-- \n" in pages["mail-text.txt"]
    assert "\nU krijgt deze mail omdat u deze begroting volgt.\n" in pages["mail-text.txt"]


@pytest.mark.parametrize("status", rendering.ERROR_CODES)
def test_an_error_page_says_what_helps(status: int, pages: dict[str, str]) -> None:
    assert "Wat helpt" in pages[f"error-{status}.html"]


def test_the_page_of_a_broken_server_asks_for_nobody() -> None:
    assert "current_user" not in (rendering.TEMPLATES / "bare.html").read_text(encoding="utf-8")


def test_every_text_of_the_templates_has_dutch_words() -> None:
    with rendering.CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="nl")
    found = extract_from_dir(
        rendering.TEMPLATES, [("**.html", "jinja2"), ("**.txt", "jinja2")], {"**": {}}
    )
    for _file, _line, message, _comments, _context in found:
        entry = catalogue.get(message if isinstance(message, str) else message[0])
        assert entry is not None, message
        assert entry.string, message


def test_our_own_css_keeps_to_what_browsers_of_eight_years_ago_know() -> None:
    for path in (ROOT / "frontend" / "src" / "css").glob("*.css"):
        text = path.read_text(encoding="utf-8")
        text = re.sub(
            r"^\s*@supports selector\(.*$", "", text, flags=re.MULTILINE
        )  # has a fallback
        assert not re.search(r":has\(|:is\(|:where\(|@container|@layer|oklch\(|^\s*&", text), path
