"""What happens to a proposal after it is published, in public."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from participatie.contributions.models import Follow
from participatie.contributions.rules import State
from participatie.core.outbox import OutboxMessage
from participatie.identity.models import Account
from participatie.processes.models import Phase
from participatie.processes.rules import PhaseKind
from participatie.proposals.models import ProposalUpdate
from participatie.proposals.rules.proposals import Change, answer_due, differences
from tests.factories import (
    LONG_AGO,
    ProcessFactory,
    ProposalFactory,
    ResidentFactory,
    soon,
)

TEXT = "Er is in onze straat geen plek om te spelen. Een schommel is genoeg."


@pytest.fixture
def author(store):
    return ResidentFactory()


@pytest.fixture
def proposal(author):
    return ProposalFactory(author_id=author.id, title="Speeltuin")


@pytest.fixture
def follower(store, proposal):
    one = ResidentFactory()
    store.add(Follow(contribution_id=proposal.id, account_id=one.id, since=LONG_AGO))
    store.commit()
    return one


def author_of(proposal, store):
    return store.get_one(Account, proposal.author_id)


@given(st.text(), st.text())
def test_differences_leave_out_nothing_of_either_text(old, new):
    pieces = differences(old, new)
    assert "".join(text for change, text in pieces if change is not Change.NEW) == old
    assert "".join(text for change, text in pieces if change is not Change.GONE) == new


def test_a_word_that_changed_is_shown_beside_what_stayed():
    assert differences("een grote boom", "een kleine boom") == (
        (Change.SAME, "een "),
        (Change.GONE, "grote"),
        (Change.NEW, "kleine"),
        (Change.SAME, " boom"),
    )


def test_an_answer_is_due_a_number_of_weeks_after_the_time_for_support():
    phases = [
        Phase(kind=PhaseKind.COLLECT, starts_at=LONG_AGO, ends_at=LONG_AGO + timedelta(days=1)),
        Phase(kind=PhaseKind.RESULT, starts_at=LONG_AGO, ends_at=LONG_AGO + timedelta(days=99)),
    ]
    assert answer_due(phases, 2) == LONG_AGO + timedelta(days=15)
    assert answer_due(phases, None) is None
    assert answer_due(phases[1:], 2) is None


def test_an_author_improves_the_text_and_everybody_sees_what_changed(
    client, log_in, store, proposal, follower
):
    page = (
        log_in(author_of(proposal, store))
        .get(f"/voorstellen/{proposal.id}")
        .follow("Verbeter de tekst")
    )
    page = page.press("Publiceer deze wijziging", text=TEXT)
    assert "Uw wijziging is gepubliceerd." in page.main
    shown = client.get(f"/voorstellen/{proposal.id}")
    assert TEXT in shown.main
    versions = shown.follow("De indiener heeft dit gewijzigd. Bekijk wat er anders is.")
    [new] = versions.all("ins")
    assert "Een schommel is genoeg." in "".join(new.itertext())
    told = store.scalars(select(OutboxMessage)).one()
    assert (told.account_id, told.kind) == (follower.id, "proposals.revised")


def test_who_changes_a_proposal_in_two_tabs_writes_nothing_over_unseen(log_in, author, proposal):
    browser = log_in(author)
    first, second = (browser.get(f"/voorstellen/{proposal.id}/verbeteren") for _ in range(2))
    first.press("Publiceer deze wijziging", text=f"{TEXT} En een bank.")
    page = second.press("Publiceer deze wijziging", answered=422, text=f"{TEXT} En een boom.")
    assert "U hebt dit ondertussen ergens anders gewijzigd" in page.errors()[0]
    assert "En een bank." in page.main
    page.press("Publiceer deze wijziging")
    assert "En een boom." in browser.get(f"/voorstellen/{proposal.id}").main


def test_the_title_is_fixed_once_many_people_know_it(log_in, author, store):
    known = ProposalFactory(author_id=author.id, title="Speeltuin", support_count=10)
    page = log_in(author).get(f"/voorstellen/{known.id}/verbeteren")
    refused = page.press("Publiceer deze wijziging", title="Een parkeergarage")
    assert refused.status == 422
    assert "Een parkeergarage" in [one.get("value") for one in refused.all("input")]
    assert page.press("Publiceer deze wijziging", text=TEXT).status == 200


def test_a_text_is_fixed_when_the_time_to_propose_is_over(log_in, author):
    late = ProposalFactory(author_id=author.id, process=ProcessFactory(phase=PhaseKind.ASSESS))
    page = log_in(author).get(f"/voorstellen/{late.id}")
    assert "Verbeter de tekst" not in page.links()
    page.client.get(f"/voorstellen/{late.id}/verbeteren", status=403)


def test_an_author_tells_news_once_in_three_days(client, log_in, proposal, follower, store):
    browser = log_in(author_of(proposal, store))
    address = f"/voorstellen/{proposal.id}/nieuws"
    news = {"text": "Wij spraken met de wethouder. Kom zaterdag kijken."}
    page = browser.get(address).press("Publiceer dit nieuws", **news)
    assert "Uw nieuws is gepubliceerd." in page.main
    assert news["text"] in client.get(f"/voorstellen/{proposal.id}").main
    more = {"text": "Morgen staat er ook een tent op het plein."}
    again = browser.get(address).press("Publiceer dit nieuws", **more)
    assert again.status == 422
    store.execute(update(ProposalUpdate).values(made_at=soon(days=-3)))
    store.commit()
    assert "Uw nieuws is gepubliceerd." in again.press("Publiceer dit nieuws").main
    told = store.scalars(select(OutboxMessage)).all()
    assert [(one.account_id, one.kind) for one in told] == [(follower.id, "proposals.updated")] * 2


def test_a_proposal_is_taken_back_with_a_reason_and_stays_readable(
    client, log_in, proposal, follower, store
):
    page = (
        log_in(author_of(proposal, store)).get(f"/voorstellen/{proposal.id}").follow("Trek het in")
    )
    assert page.press("Trek dit voorstel in", reason="").status == 422
    page.press("Trek dit voorstel in", reason="Er komt al een speeltuin.")
    seen = client.get(f"/voorstellen/{proposal.id}")
    assert "Er komt al een speeltuin." in seen.main
    assert "schrijver" not in seen.main, "who proposed it is called one thing on one page"
    assert "Log in en steun" not in seen.links()
    assert (
        store.get_one(type(proposal), proposal.id, populate_existing=True).state is State.WITHDRAWN
    )
    assert store.scalars(select(OutboxMessage.account_id)).all() == [follower.id]


@pytest.mark.parametrize("end", ["verbeteren", "nieuws", "terugnemen"])
def test_only_the_author_does_these_things(log_in, proposal, end):
    log_in(ResidentFactory()).get(f"/voorstellen/{proposal.id}/{end}", status=404)


def test_residents_see_when_an_answer_comes_at_the_latest(client, store):
    process = ProcessFactory(answer_weeks=6)
    page = client.get(f"/voorstellen/{ProposalFactory(process=process).id}")
    assert "De gemeente antwoordt vóór" in page.main
