"""The municipality says it in its own words: the texts of the program, changed and given back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from participatie.core.audit import AuditEntry
from participatie.core.wording import Text, key_of, markup_in, name_of_form, placeholders
from participatie.pages.interface_texts import found
from participatie.pages.models import InterfaceText
from tests.factories import LONG_AGO, AdministratorFactory

HEADING = "What can you do now?"
UNTIL = "You can vote until %(moment)s."


@pytest.fixture
def administrator(log_in):
    return log_in(AdministratorFactory())


@pytest.fixture
def later(app):
    """`later()` begins another version of what is public: a test is one transaction."""
    yield app.extensions["page_cache"].forget
    app.extensions["texts"].change({}, {})


def address(message):
    return f"/griffie/site/teksten/nl/{key_of(message)}"


def reword(administrator, message, text):
    page = administrator.get(address(message))
    return page.press("Zet dit op de site", text=text)


def test_a_changed_text_stands_on_the_page_of_everybody(client, administrator, later):
    assert client.get("/").h1 == "Wat kunt u nu doen?"
    page = reword(administrator, HEADING, "Doe mee in uw buurt")
    assert "Dit staat nu op de site." in page.main
    later()
    assert client.get("/").h1 == "Doe mee in uw buurt"
    assert f"<h1>{HEADING}</h1>" in client.raw.get("/en/").text


def test_english_has_its_own_words_too(store, client, later):
    words = {"message": HEADING, "number": 1, "saved_at": LONG_AGO}
    store.add(InterfaceText(language="en", text="Have your say", **words))
    store.commit()
    assert "<h1>Have your say</h1>" in client.raw.get("/en/").text
    assert client.get("/").h1 == "Wat kunt u nu doen?"


def test_what_is_said_by_the_code_changes_as_what_is_said_by_a_template(administrator, later):
    message = "The site says this now."
    reword(administrator, message, "Gelukt, iedereen leest dit.")
    later()
    administrator.get("/griffie")
    page = reword(administrator, HEADING, "Doe mee")
    assert "Gelukt, iedereen leest dit." in page.main


ONE_FOUND = "%(num)s text found."


def test_a_text_that_says_how_many_changes_in_each_of_its_forms(administrator, later):
    for form, said in ((0, "Net %(num)s zin."), (1, "Wel %(num)s zinnen.")):
        reword(administrator, name_of_form(ONE_FOUND, form), said)
    later()
    found = administrator.get(
        "/griffie/site/teksten/nl", query_string={"zoek": "tekst die zegt hoeveel"}
    )
    assert "Net 1 zin." in found.main
    many = administrator.get("/griffie/site/teksten/nl", query_string={"zoek": "stemmen"})
    assert re.search(r"Wel \d+ zinnen\.", many.main)
    page = administrator.get("/griffie/site/teksten/nl", query_string={"zoek": "zinnen"})
    assert "%(num)s teksten gevonden." in page.main


def test_the_form_for_more_keeps_what_the_program_fills_in(store, administrator):
    page = administrator.get(address(name_of_form(ONE_FOUND, 1)))
    page = page.press("Zet dit op de site", answered=422, text="Veel zinnen.")
    assert "Zet dit in uw tekst, precies zo: %(num)s." in page.main
    assert store.scalars(select(InterfaceText)).all() == []


def test_english_says_what_the_code_says_for_one_and_for_more(administrator):
    place = f"/griffie/site/teksten/en/{key_of(name_of_form(ONE_FOUND, 1))}"
    assert "%(num)s texts found." in administrator.get(place).main


def test_an_earlier_text_and_that_of_the_program_come_back(store, client, administrator, later):
    for text in ("Doe mee", "Praat mee"):
        reword(administrator, HEADING, text)
    administrator.get(address(HEADING)).press("Zeg dit weer Doe mee")
    later()
    assert client.get("/").h1 == "Doe mee"
    administrator.get(address(HEADING)).press("Neem de tekst van het programma")
    later()
    assert client.get("/").h1 == "Wat kunt u nu doen?"
    said = store.scalars(select(InterfaceText.text).order_by(InterfaceText.number)).all()
    assert said == ["Doe mee", "Praat mee", "Doe mee", ""]
    acts = store.scalars(select(AuditEntry.act).where(AuditEntry.act == "texts.reword")).all()
    assert len(acts) == 4


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Vul een tekst in"),
        ("U kunt nu stemmen.", "Zet dit in uw tekst, precies zo: %(moment)s."),
        ("Tot %(moment)s bij %(name)s.", "Het programma kan dit hier niet invullen: %(name)s."),
        ("Tot %(moment)s <b>", "Laat deze tekens weg: < >."),
        ("100% tot %(moment)s", "Laat deze tekens weg: %."),
    ],
)
def test_a_text_that_would_break_a_page_is_refused_beside_its_field(
    store, administrator, text, sentence
):
    page = reword(administrator, UNTIL, text)
    assert page.status == 422
    assert sentence in page.main
    assert store.scalars(select(InterfaceText)).all() == []


def test_a_text_is_found_by_words_of_the_program_and_by_those_of_the_municipality():
    changed, other = Text("a", "Wat kunt u nu doen?", "Doe mee"), Text("b", "Log in", "")
    assert found([changed, other], "DOEN wat") == [changed]
    assert found([changed, other], "mee") == [changed]
    assert found([changed, other], "log") == [other]
    assert found([changed, other], "") == [changed]


def test_the_list_is_looked_through(administrator):
    page = administrator.get("/griffie/site/teksten/nl?zoek=kunt+u+nu+doen")
    assert "Wat kunt u nu doen?" in page.main
    page.follow("Wat kunt u nu doen?")


def test_a_language_or_a_text_that_is_not_there_is_not_found(administrator):
    administrator.get("/griffie/site/teksten/xx", status=404)
    administrator.get("/griffie/site/teksten/nl/0123456789abcdef", status=404)


@given(st.text(alphabet='ab%()s<>&" ', max_size=20), st.sampled_from(["day", "name"]))
def test_placeholders_are_no_markup_and_markup_is_no_placeholder(words, name):
    text = f"{words} %({name})s"
    assert name in placeholders(text)
    assert markup_in(f"%({name})s") == frozenset()
    assert markup_in(words.replace("%", "")) == frozenset(words.replace("%", "")) & set('<>&"')
