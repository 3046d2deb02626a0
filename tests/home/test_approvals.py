"""Approving texts of the road: an approval is of certain words, and holds for those alone."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participatie.core.wording import name_of_form
from participatie.pages.models import LanguageApprover, TextApproval
from participatie.pages.road import Approval, Standing, with_approvals
from participatie.pages.rules import fixed_marks
from tests.factories import LONG_AGO, ClerkFactory
from tests.home.road import texts_of

HEADING = "What can you do now?"


@pytest.fixture
def later(app):
    """`later()` begins another version of what is public: a test is one transaction."""
    yield app.extensions["page_cache"].forget
    app.extensions["texts"].change({}, {})


@pytest.fixture
def approver(store):
    """The colleague who speaks German."""
    account = ClerkFactory(public_name="Greta Braun")
    store.add(LanguageApprover(language="de", account_id=account.id, named_at=LONG_AGO))
    store.commit()
    return account


@pytest.mark.parametrize("number", [0, 1])
def test_an_approval_lapses_when_one_form_of_a_number_changes_in_dutch(app, number):
    counted = next(text for text in texts_of(app, "de") if text.translated.plural)
    message = counted.translated.message
    approval = Approval(counted.source, counted.forms, by=None, at=LONG_AGO)
    changes = {"nl": {name_of_form(message, number): "%(num)s of wat"}}

    def standing(changes):
        own = app.extensions["texts"]["nl"]
        found = with_approvals("de", own, changes, {message: approval})
        return next(one.standing for one in found if one.translated.message == message)

    assert standing({}) is Standing.APPROVED
    assert standing(changes) is Standing.LAPSED


def test_of_a_text_that_is_approved_in_two_tabs_the_last_words_count_and_both_are_kept(
    app, store, log_in, approver, later
):
    text = next(one for one in texts_of(app, "de") if one.translated.message == HEADING)
    browser, address = log_in(approver), f"/griffie/site/talen/de/{text.translated.key}"
    one, other = browser.get(address), browser.get(address)
    one.press("Keur het zo goed", form_0="Was geht jetzt?")
    other.press("Keur het zo goed", form_0="Was kann ich tun?")
    kept = store.scalars(select(TextApproval.forms).order_by(TextApproval.id)).all()
    assert kept == [["Was geht jetzt?"], ["Was kann ich tun?"]]
    later()
    assert "Was kann ich tun?" in browser.get(address).html


def test_words_that_changed_since_they_were_read_are_not_approved_unread(
    app, store, log_in, approver, later
):
    on_page = [one for one in texts_of(app, "de")[:15] if not one.translated.plural]
    whole = [one for one in on_page if one.forms[0] == one.forms[0].strip()]
    text = next(one for one in whole if not fixed_marks(one.translated.message))
    said = f"{text.forms[0]}!"
    browser = log_in(approver)
    read = browser.get("/griffie/site/talen/de")
    browser.get(f"/griffie/site/talen/de/{text.translated.key}").press(
        "Keur het zo goed", form_0=said
    )
    later()
    refused = read.press("Keur deze 15 teksten goed", answered=409)
    assert "Lees hem opnieuw" in refused.main
    assert store.scalars(select(TextApproval.forms)).all() == [[said]]
