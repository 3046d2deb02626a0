"""What somebody wrote in another language is said to be in it, wherever its title stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from participatie.contributions.models import Contribution
from tests.house.endpoints import address_of, rows
from tests.house.world import ROLES, people, world
from tests.sessions import make_session

POLISH = "Ławka w parku"
"""The title of everything that anybody wrote in the world of this test."""
LEAST_PAGES = 60
SAYS_NO_LANGUAGE = {"title", "textarea", "script", "label"}
"""A label is of a field in which somebody of the municipality chooses among titles."""
ON_PAPER = {"budget_reports.show"}
"""Reports to the council in Dutch."""


@pytest.fixture
def pages(app: Flask, store: Session) -> Iterator[tuple[str, Element]]:
    """Every page that has the title, for the first that may read it: its name, and its tree."""
    persons = people()
    sessions = {
        role: make_session(app, store, account, vote_pseudonym="v1$vote")
        for role, account in persons.items()
    }
    things = world(store, persons, app.extensions["media"])
    things["preview_token"] = things["revoked_token"] = "nothing"
    store.execute(
        update(Contribution).where(Contribution.title != "").values(title=POLISH, language="pl")
    )
    store.commit()
    return _having_it(app, things, sessions)


def _having_it(
    app: Flask, things: dict[str, object], sessions: dict[str, str]
) -> Iterator[tuple[str, Element]]:
    for row in rows():
        reader = next((role for role in ROLES if row.wanted[role] == "200"), None)
        if row.method != "GET" or reader is None or row.endpoint not in app.view_functions:
            continue
        if row.endpoint in ON_PAPER:
            continue
        browser = app.test_client()
        if reader != "anonymous":
            browser.set_cookie(app.config["SESSION_COOKIE_NAME"], sessions[reader])
        with browser.get(address_of(app, row, things)) as answer:
            page = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        if POLISH in page:
            yield row.place, _tree(page)


def _tree(page: str) -> Element:
    tree: Element = html5lib.parse(page, treebuilder="etree", namespaceHTMLElements=False)
    return tree


def _said_in(element: Element, language: str = "") -> Iterator[tuple[str, str]]:
    """Every text, with its element, and the language that it is said to be in."""
    language = element.get("lang", language)
    if element.tag in SAYS_NO_LANGUAGE:
        return
    yield language, element.text or ""
    for child in element:
        yield from _said_in(child, language)
        yield language, child.tail or ""


def _not_said(tree: Element) -> list[str]:
    return [
        text.strip() for language, text in _said_in(tree) if POLISH in text and language != "pl"
    ]


def test_a_title_that_is_not_said_to_be_in_its_language_is_found():
    """So the test below can fail."""
    said = f"<html lang=nl><p>Bij <span lang=pl>{POLISH}</span>."
    assert _not_said(_tree(said)) == []
    assert _not_said(_tree(re.sub(" lang=pl", "", said))) == [POLISH]


def test_a_title_is_said_to_be_in_its_language_on_every_page(pages):
    found = dict(pages)
    assert [
        f"{place}: {missed}" for place, tree in found.items() for missed in _not_said(tree)
    ] == []
    assert len(found) >= LEAST_PAGES
