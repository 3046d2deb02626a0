"""The page-checking client: every page that any test fetches is checked."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.texts import english_in, placeholders_in

LABELLED = {"input", "select", "textarea"}
UNLABELLED_TYPES = {"hidden", "submit", "button", "image", "reset"}


class PageFault(AssertionError):
    """A page that a resident should never get."""


class Page:
    """An answer that is HTML, parsed and checked."""

    def __init__(self, response: TestResponse, client: PageClient) -> None:
        self.response = response
        self.client = client
        self.status = response.status_code
        self.html = response.get_data(as_text=True)
        parser = html5lib.HTMLParser(
            html5lib.getTreeBuilder("etree"), strict=False, namespaceHTMLElements=False
        )
        self.root: Element = parser.parse(self.html)
        self.faults = [f"{place}: {code}" for place, code, _ in parser.errors]
        self.faults += list(_faults(self.root))
        self.faults += [
            f"English: {sentence!r}" for sentence in english_in(_not_english(self.html))
        ]
        if not response.request.path.startswith("/griffie"):  # the staff reads how to fill in
            self.faults += [f"placeholder: {one!r}" for one in placeholders_in(_shown(self.root))]
        if self.faults:
            raise PageFault(f"{response.request.path}: " + "; ".join(self.faults))

    @property
    def h1(self) -> str:
        """The title of the page."""
        return text_of(self.all("h1")[0])

    @property
    def main(self) -> str:
        """The text of the main part."""
        return text_of(self.all("main")[0])

    @property
    def text(self) -> str:
        """All the text a reader gets."""
        return text_of(self.all("body")[0])

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """The elements with this tag and these attributes (`class_` stands for class)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.root.iter(tag)
            if all(_matches(element, name, value) for name, value in wanted.items())
        ]

    def links(self) -> dict[str, str]:
        """Text → address of every link."""
        return {text_of(a): a.get("href", "") for a in self.all("a") if a.get("href")}

    def follow(self, link: str) -> Page:
        """Press the link with this text."""
        links = self.links()
        assert link in links, f"no link «{link}» among {sorted(links)}"
        return self.client.get(links[link])

    def errors(self) -> list[str]:
        """The sentences of the error summary, without the names of the fields before them."""
        lines = [
            li for summary in self.all("div", class_="p-error-summary") for li in summary.iter("li")
        ]
        return [text_of(line).removeprefix(_field_of(line)).strip() for line in lines]

    def fields_with_errors(self) -> list[str]:
        """The names of the fields in the error summary."""
        spans = self.all("span", class_="p-error-summary__field")
        return [text_of(span).rstrip(":") for span in spans]

    def press(self, button: str, *, answered: int | None = None, **fields: Any) -> Page:
        """Fill in and send the form that has this button; what it redirects to is followed.

        The page in the end is `answered` with, any below 400 or 422 if None.
        """
        form, pressed = self._form_with(button)
        data = _values(form)
        if pressed.get("name"):
            data[pressed.get("name", "")] = pressed.get("value", "")
        for name, value in fields.items():
            assert _has_field(form, name), f"the form of «{button}» has no field {name}"
            data[name] = value
        data = {name: value for name, value in data.items() if value is not None}
        method = form.get("method", "get").lower()
        action = pressed.get("formaction") or form.get("action") or ""
        if method == "get":
            return self.client.get(action, query_string=data)
        return self.client.post(action, data=data, status=answered)

    def _form_with(self, button: str) -> tuple[Element, Element]:
        seen = []
        for form in self.root.iter("form"):
            for element in form.iter():
                if element.tag == "button" or element.get("type") == "submit":
                    label = text_of(element) or element.get("value", "")
                    seen.append(label)
                    if label == button:
                        return form, element
        raise AssertionError(f"no button «{button}» among {seen}")


class PageClient:
    """A browser without JavaScript that refuses faulty pages."""

    def __init__(self, client: FlaskClient) -> None:
        self.raw = client

    def get(self, path: str, *, status: int | None = None, **options: Any) -> Page:
        """Fetch a page, following redirects; 200 unless `status` says otherwise."""
        return self._page(self.raw.get(path, follow_redirects=True, **options), status)

    def post(self, path: str, *, status: int | None = None, **options: Any) -> Page:
        """Send a form, following redirects; `status` of the page in the end, any below 400 if
        None, or 422 for a form that comes back with errors."""
        response = self.raw.post(path, follow_redirects=True, **options)
        if status is None and response.status_code == 422:
            status = 422
        return self._page(response, status)

    def _page(self, response: TestResponse, status: int | None) -> Page:
        page = Page(response, self)
        wanted = 200 if status is None else status
        assert page.status == wanted, f"{response.request.path}: {page.status}: {page.main[:500]}"
        return page


def _not_english(html: str) -> str:
    """A page without the elements that say themselves that they are English."""
    return re.sub(r"<(\w+)[^>]* lang=\"en\"[^>]*>.*?</\1>", "", html, flags=re.DOTALL)


def text_of(element: Element) -> str:
    """The text in `element`, with single spaces."""
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def _shown(root: Element) -> str:
    """The text of a page, without what stands in its fields."""
    typed = {id(child) for area in root.iter("textarea") for child in area.iter()}
    return " ".join(
        (element.text or "") * (id(element) not in typed) + " " + (element.tail or "")
        for element in root.iter()
    )


def _field_of(line: Element) -> str:
    spans = (e for e in line.iter("span") if "p-error-summary__field" in e.get("class", ""))
    return "".join(map(text_of, spans))


def _matches(element: Element, name: str, value: str) -> bool:
    held = element.get(name)
    return held is not None and (held == value or (name == "class" and value in held.split()))


def _has_field(form: Element, name: str) -> bool:
    return any(element.get("name") == name for element in form.iter())


def _values(form: Element) -> dict[str, Any]:
    """What a browser would send if nothing was changed."""
    data: dict[str, Any] = {}
    for element in form.iter():
        name = element.get("name")
        if not name or element.get("disabled") is not None:
            continue
        if element.tag == "textarea":
            data[name] = "".join(element.itertext())
        elif element.tag == "select":
            options = list(element.iter("option"))
            chosen = [o for o in options if o.get("selected") is not None] or options[:1]
            data[name] = chosen[0].get("value", text_of(chosen[0])) if chosen else ""
        elif element.tag == "input" and element.get("type") in {"checkbox", "radio"}:
            if element.get("checked") is not None:
                data.setdefault(name, []).append(element.get("value", "on"))
        elif element.tag == "input" and element.get("type") not in UNLABELLED_TYPES - {"hidden"}:
            data.setdefault(name, []).append(element.get("value", ""))
    return data


def _faults(root: Element) -> Any:
    """Everything that is wrong with a page, as sentences."""
    elements = list(root.iter())
    ids = Counter(e.get("id") for e in elements if e.get("id") is not None)
    yield from (f"id {name!r} is used {n} times" for name, n in ids.items() if n > 1)
    yield from _title_faults(root)
    if not root.get("lang"):
        yield "the page has no language"
    labelled = {e.get("for") for e in root.iter("label")}
    inside = {id(child) for label in root.iter("label") for child in label.iter()}
    for element in elements:
        if not isinstance(element.tag, str):
            continue  # a comment
        yield from _inline_faults(element)
        yield from _reference_faults(element, ids)
        if element.tag in LABELLED and element.get("type") not in UNLABELLED_TYPES:
            named = element.get("aria-label") or element.get("aria-labelledby")
            if not (named or element.get("id") in labelled or id(element) in inside):
                yield f"<{element.tag} name={element.get('name')!r}> has no label"
        if element.tag == "img" and element.get("alt") is None:
            yield f"image {element.get('src')!r} has no alt"
        if element.tag in {"a", "button"} and not _name_of(element):
            yield f"<{element.tag}> without a name: {element.attrib}"
    yield from _form_faults(root)
    yield from _summary_faults(root)


def _title_faults(root: Element) -> Any:
    headings = [text_of(h) for h in root.iter("h1")]
    if len(headings) != 1 or not headings[0]:
        yield f"{len(headings)} h1 elements: {headings}"
        return
    titles = [text_of(t) for t in root.iter("title")]
    if not titles or not titles[0].removeprefix("Fout: ").startswith(headings[0]):
        yield f"title {titles} does not start with the h1 {headings[0]!r}"


def _inline_faults(element: Element) -> Any:
    if element.get("style") is not None:
        yield f"inline style on <{element.tag}>"
    if element.tag == "style" or (element.tag == "script" and not element.get("src")):
        yield f"inline <{element.tag}>"
    for name in element.attrib:
        if name.startswith("on"):
            yield f"inline handler {name} on <{element.tag}>"
    for name in ("href", "src", "action"):
        if element.get(name, "").strip().lower().startswith(("javascript:", "data:")):
            yield f"<{element.tag}> runs from its {name}"


def _reference_faults(element: Element, ids: Counter[str | None]) -> Any:
    for name in ("aria-describedby", "aria-labelledby", "aria-controls", "for"):
        for target in element.get(name, "").split():
            if target not in ids:
                yield f"{name} of <{element.tag}> points at {target!r}, which is not there"
    target = element.get("href", "")
    if element.tag == "a" and target.startswith("#") and target[1:] not in ids:
        yield f"link to {target}, which is not there"


def _summary_faults(root: Element) -> Any:
    """What is wrong is told in the order in which the page asks it."""
    place = {element.get("id"): number for number, element in enumerate(root.iter())}
    for summary in root.iter("div"):
        if "p-error-summary" in summary.get("class", "").split():
            links = [link.get("href", "")[1:] for link in summary.iter("a")]
            if sorted(links, key=lambda target: place.get(target, 0)) != links:
                yield f"the summary tells {links}, in another order than the page asks"


def _form_faults(root: Element) -> Any:
    for form in root.iter("form"):
        if not form.get("action"):
            yield "a form without an action"
        if form.get("method", "get").lower() == "post" and not _has_field(form, "csrf_token"):
            yield f"the form to {form.get('action')} has no token"


def _name_of(element: Element) -> str:
    pictures = "".join(image.get("alt") or "" for image in element.iter("img"))
    drawn = "".join(text_of(title) for title in element.iter("title"))
    named = element.get("aria-label") or element.get("aria-labelledby") or ""
    return text_of(element) + pictures + drawn + named
