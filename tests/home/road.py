"""What the tests of the languages of the road do again and again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from sqlalchemy.orm import Session

from participatie.pages.models import TextApproval
from participatie.pages.road import RoadText, Translated, with_approvals
from tests.factories import LONG_AGO

Words = Callable[[Translated], tuple[str, ...]]


def texts_of(app: Flask, language: str) -> list[RoadText]:
    """The texts of the road in a language, none of them approved."""
    return with_approvals(language, app.extensions["texts"]["nl"], {}, {})


def as_proposed(text: Translated) -> tuple[str, ...]:
    return text.forms


def in_brackets(text: Translated) -> tuple[str, ...]:
    """The English between brackets: what a page says without them was not asked of the road."""
    return tuple(f"⟦{text.english[-1]}⟧" for _ in text.forms)


def approve_all(
    app: Flask,
    store: Session,
    language: str,
    account_id: int,
    words: Words = as_proposed,
    *,
    skip: str = "",
) -> None:
    """Somebody approved each text of a language, in these words; all but the one to `skip`."""
    for text in texts_of(app, language):
        if text.translated.message == skip:
            continue
        store.add(
            TextApproval(
                language=language,
                message=text.translated.message,
                source=text.source,
                forms=list(words(text.translated)),
                account_id=account_id,
                approved_at=LONG_AGO,
            )
        )
    store.commit()


def not_in_brackets(html: str) -> list[str]:
    """What a page says in letters, outside brackets and outside what is said to be Dutch."""
    root: Element = html5lib.parse(html, namespaceHTMLElements=False)
    said = "\n".join(_own_words(root))
    bare = re.sub(r"⟦[^⟦⟧]*⟧", "", said)
    while bare != said:
        said, bare = bare, re.sub(r"⟦[^⟦⟧]*⟧", "", bare)
    return [line.strip() for line in bare.split("\n") if re.search(r"[^\W\d_]{2}", line)]


def _own_words(element: Element) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in {"script", "style", "bdi"}:
        return
    if element.get("lang") not in {None, "de", "ar"}:
        return
    if element.tag == "a" and "@" in "".join(element.itertext()):
        return  # an address, in the parts at which it breaks
    for name in ("aria-label", "alt", "placeholder"):
        if element.get(name):
            yield element.get(name, "")
    yield element.text or ""
    for child in element:
        yield from _own_words(child)
        yield child.tail or ""
