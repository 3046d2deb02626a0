"""The mails with made-up data, and in the words of the municipality."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

import participatie
from participatie.core.db import db
from participatie.core.outbox import OutboxMessage, tell
from participatie.core.wording import Text
from participatie.identity.rules import Actor
from participatie.notifications.examples import examples, kinds
from participatie.notifications.mail import render
from participatie.pages.models import InterfaceText
from participatie.pages.services import interface_texts as services
from tests.factories import LONG_AGO, AdministratorFactory, ClerkFactory, ResidentFactory
from tests.texts import placeholders_in

ANSWERED = "/griffie/teksten/mails/nl/proposals.answered"
SUBJECT = "The municipality has answered: %(title)s"
MAILS = sorted(
    name.stem for name in Path(participatie.__file__).parent.glob("*/templates/mail/*.*.txt")
)


@pytest.fixture
def administrator(app, log_in):
    yield log_in(AdministratorFactory(public_name="Nico"))
    app.extensions["texts"].change({}, {})


@pytest.mark.parametrize("kind", MAILS)
def test_a_mail_with_made_up_data_shows_no_placeholder(context, kind):
    assert kind in set(kinds())
    for subject, text in examples(kind):
        assert subject
        assert text
        assert placeholders_in(f"{subject}\n{text}") == []


def test_a_clerk_finds_each_mail_by_its_subject_and_changes_nothing(log_in):
    page = log_in(ClerkFactory()).get("/griffie/teksten/mails")
    assert {
        "Andere data: Het plein van morgen",
        "In het archief: Een bankje bij de sluis",
        "U zit in het team van “Het plein van morgen”",
    } <= set(page.links())
    page = page.follow("De gemeente heeft geantwoord: Een bankje bij de sluis")
    assert "De gemeente heeft geantwoord: Een bankje bij de sluis" in page.main
    assert page.all("textarea") == []


def test_a_mail_is_looked_at_before_its_words_are_kept(store, administrator):
    page = administrator.get(ANSWERED)
    field = page.all("textarea")[0].get("name")
    page = page.press("Bekijk het eerst", **{field: "Er is antwoord op %(title)s"})
    assert "Er is antwoord op Een bankje bij de sluis" in page.main
    assert "Niemand krijgt de mail nu al zo." in page.main
    assert store.scalars(select(InterfaceText)).all() == []


def test_a_mail_says_what_the_municipality_says_and_then_the_programs_own_words(
    store, administrator
):
    page = administrator.get(ANSWERED)
    field = page.all("textarea")[0].get("name")
    page = page.press("Zet dit in de mail", **{field: "Er is antwoord op %(title)s"})
    assert "Er is antwoord op Een bankje bij de sluis" in page.main
    assert ", Nico" in page.text
    assert [one.text for one in store.scalars(select(InterfaceText))] == [
        "Er is antwoord op %(title)s"
    ]
    page = page.press("Neem de tekst van het programma")
    assert "De gemeente heeft geantwoord: Een bankje" in page.main
    assert "Teruggezet naar hoe het was" in page.text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("Er is antwoord", "Zet dit in uw tekst, precies zo: %(title)s."),
        ("%(title)s van %(name)s", "Het programma kan dit hier niet invullen: %(name)s."),
        ("<b>%(title)s</b>", "Laat deze tekens weg: < >."),
        ("", "Vul een tekst in"),
    ],
)
@pytest.mark.parametrize("button", ["Zet dit in de mail", "Bekijk het eerst"])
def test_a_mail_that_could_not_be_filled_in_is_refused_beside_its_field(
    store, administrator, button, words, sentence
):
    page = administrator.get(ANSWERED)
    field = page.all("textarea")[0].get("name")
    page = page.press(button, answered=422, **{field: words})
    assert sentence in page.main
    assert store.scalars(select(InterfaceText)).all() == []


def test_what_goes_out_says_what_the_municipality_says(app, context):
    account = ResidentFactory(email="esra@waterlanden.example", email_confirmed_at=LONG_AGO)
    clerk = ClerkFactory()
    text = Text(SUBJECT, "De gemeente heeft geantwoord: %(title)s", "")
    services.reword(
        text, "nl", "Post over %(title)s", actor=Actor(id=clerk.id), now=LONG_AGO, field="text"
    )
    about = {"title": "Een bankje", "status": "taken_up", "answer": "Ja.", "contribution_id": 1}
    tell(account.id, "proposals.answered", dedup="1", now=LONG_AGO, parameters=about)
    try:
        [message] = db.session.scalars(select(OutboxMessage)).all()
        assert render(message, account, "esra@waterlanden.example").subject == (
            "Post over Een bankje"
        )
    finally:
        app.extensions["texts"].change({}, {})


def test_a_mail_or_a_language_that_is_not_there_is_not_found(administrator):
    administrator.get("/griffie/teksten/mails/nl/proposals.nothing", status=404)
    administrator.get("/griffie/teksten/mails/fy/proposals.answered", status=404)
