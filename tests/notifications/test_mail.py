"""A mail is in one language, that of its reader, and in the colours of the site."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from participatie.core.db import db
from participatie.core.i18n import speaking
from participatie.core.outbox import OutboxMessage, tell
from participatie.notifications.mail import render
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
