"""A mail is in one language, that of its reader, and in the colours of the site."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from participatie.core.db import db
from participatie.core.i18n import speaking
from participatie.core.outbox import OutboxMessage, tell
from participatie.notifications.examples import kinds, made_up
from participatie.notifications.mail import TOLD, render
from participatie.theming.models import ThemeChoice
from tests.factories import LONG_AGO, ResidentFactory

ADDRESS = "esra@waterlanden.example"


def mail(language="nl"):
    account = ResidentFactory(email=ADDRESS, email_confirmed_at=LONG_AGO, language=language)
    role = {"title": "een", "role": "leader", "by_link": False}
    tell(account.id, "processes.in_team", dedup="een", now=LONG_AGO, parameters=role)
    return render(db.session.scalars(select(OutboxMessage)).one(), account, ADDRESS)


@pytest.mark.parametrize(
    ("language", "page", "says", "says_not"),
    [
        ("nl", "en", "Verander of stop uw mail", "Change or stop your mail"),
        ("en", "nl", "Change or stop your mail", "Verander of stop uw mail"),
    ],
)
def test_a_mail_is_in_the_language_of_its_reader_whatever_page_was_asked(
    context, language, page, says, says_not
):
    with speaking(page):
        made = mail(language)
    for form in (made.text, made.html):
        assert says in form
        assert says_not not in form
    assert f'<html lang="{language}"' in made.html


@pytest.mark.parametrize(
    ("theme", "header", "dark"),
    [("waterlanden", "#ffffff", "#83d3df"), ("hoogstad", "#1d2f6f", "#a9bbff")],
)
def test_a_mail_wears_the_colours_of_the_theme_that_is_on(context, theme, header, dark):
    db.session.merge(ThemeChoice(id=1, name=theme))
    db.session.flush()
    html = mail().html
    assert f'class="head" style="padding:16px 28px;background:{header}' in html
    assert f"border-color:{dark}!important" in html


def test_a_mail_fetches_nothing(context):
    html = mail().html
    assert not re.search(r"<(img|link|script|iframe|object)\b|url\(|@import|\bsrc=", html)


def letter(kind, reads, **parameters):
    account = ResidentFactory(email=ADDRESS, email_confirmed_at=LONG_AGO, language=reads)
    tell(account.id, kind, dedup="een", now=LONG_AGO, parameters=parameters)
    return render(db.session.scalars(select(OutboxMessage)).one(), account, ADDRESS)


ANSWERED = {
    "title": "Bank <hier>",
    "status": "taken_up",
    "answer": "Goed idee:\n- een bank https://waterlanden.example/bank\n\nTot ziens.",
    "contribution_id": 1,
}


def test_what_is_in_another_language_than_a_mail_says_so_line_by_line(context):
    made = letter("proposals.answered", "en", **ANSWERED)
    title = '<span lang="nl">Bank &lt;hier&gt;</span>'
    assert f"The municipality has answered: {title}</h1>" in made.html
    assert '<p><span lang="nl">Goed idee:</span></p>' in made.html
    assert '<li><span lang="nl">een bank <a href="https://waterlanden.example/bank"' in made.html
    assert '<p><span lang="nl">Tot ziens.</span></p>' in made.html
    assert "- een bank https://waterlanden.example/bank\n" in made.text
    assert made.subject == "The municipality has answered: Bank <hier>"
    assert not set("\ue000\ue001\ue002") & set(made.text + made.html + made.subject)


def test_what_is_in_the_language_of_a_mail_is_not_marked(context):
    assert "<span" not in letter("proposals.answered", "nl", **ANSWERED).html


@pytest.mark.parametrize(
    ("code", "attributes"), [("pl", ' lang="pl"'), ("ar", ' lang="ar" dir="rtl"')]
)
def test_a_title_is_in_the_language_of_its_thing(context, code, attributes):
    made = letter("proposals.answered", "nl", **ANSWERED, language=code)
    assert f"<span{attributes}>Bank &lt;hier&gt;</span></h1>" in made.html
    assert "<p>Goed idee:</p>" in made.html


def test_nobody_can_write_the_marks_of_a_language(context):
    mean = ANSWERED | {"title": "\ue000pl\ue001Een\ue002 bank"}
    assert (
        'answered: <span lang="nl">plEen bank</span></h1>'
        in letter("proposals.answered", "en", **mean).html
    )


CODES = {"ground", "kind", "name", "path", "role", "seed", "slug", "status", "stop"}
CODES |= {"systems", "verdict", "what"}


def test_of_each_word_in_a_mail_it_is_known_whether_people_wrote_it(app, context):
    for kind in kinds():
        for example in made_up(kind):
            words = {name for name, value in example.items() if not isinstance(value, int)}
            assert words <= TOLD | CODES | {"language"}, kind
