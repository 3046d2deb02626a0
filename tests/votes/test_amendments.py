"""What may change once a vote is open, and that everybody reads what it was."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participatie.core.db import db
from participatie.core.errors import Conflict, Invalid, NotAllowed, NotFound
from participatie.core.outbox import OutboxMessage
from participatie.identity.rules import VISITOR
from participatie.processes.models import ProcessFollow
from participatie.votes.models.board import BoardEntry
from participatie.votes.models.rounds import VoteOption
from participatie.votes.rules.acts import Act
from participatie.votes.rules.amendments import ROADS, Change, mended
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.rounds import RoundState, fingerprint
from participatie.votes.services import amending
from participatie.votes.services.amendments import amendments_of, explanations
from participatie.votes.services.opening import frozen_facts
from tests.factories import (
    LONG_AGO,
    BudgetFactory,
    ClerkFactory,
    ProcessFactory,
    ResidentFactory,
    RoundFactory,
)
from tests.votes.polls import ONE, make_poll
from tests.votes.steps import CLERK, NOW, loaded
from tests.votes.two_people import both

pytestmark = pytest.mark.database

ASKED = {**ONE, "explanation": "Het bakje komt bij de vijver."}
PLACE = "question-v1"
MENDED = "Het bankje komt bij de vijver."
WHY = "Er stond bakje in plaats van bankje."


def test_all_but_a_later_closing_a_typing_error_and_a_contact_has_another_road():
    assert set(Change) - ROADS.keys() == {Change.CLOSES_AT, Change.EXPLANATION, Change.CONTACT}


@pytest.mark.parametrize("typed", ["", "   ", "Zoals het was.", "x" * 2001])
def test_a_text_is_mended_by_another_one_that_fits(typed):
    with pytest.raises(Invalid) as refusal:
        mended("Zoals het was.", typed)
    assert refusal.value.field == "text"


@pytest.fixture
def vote(context):
    made = make_poll(db.session, ASKED)
    option = db.session.scalars(select(VoteOption).where(VoteOption.code == "v1a")).one()
    option.text = "Met lening."
    db.session.commit()
    return made


def mend(vote, place=PLACE, text=MENDED, reason=WHY, actor=CLERK):
    amending.mend(vote.id, place, text=text, reason=reason, actor=actor, now=NOW)
    db.session.commit()
    return loaded(vote.id)


def test_a_mended_explanation_holds_and_what_it_was_stays_readable(vote):
    before = fingerprint(frozen_facts(loaded(vote.id)))
    again = mend(vote)
    (one,) = amendments_of(again)
    assert (one.before, one.after, one.reason) == (ASKED["explanation"], MENDED, WHY)
    assert one.title == ONE["title"]
    assert [text.text for text in explanations(again)] == [MENDED, "Met lening."]
    assert fingerprint(frozen_facts(again)) == before


def test_the_second_mending_says_what_the_first_one_said(vote):
    mend(vote)
    mend(vote, text=MENDED + " In maart.")
    assert [one.before for one in amendments_of(loaded(vote.id))] == [ASKED["explanation"], MENDED]


def test_what_changes_stands_on_the_board(vote):
    mend(vote, "option-v1a", "Met leuning.")
    entry = db.session.scalars(select(BoardEntry)).one()
    assert entry.kind is EntryKind.AMENDMENT
    assert entry.body["place"] == "option-v1a"


def test_the_contact_can_change_as_often_as_it_must(vote):
    mend(vote, "contact", "Bel 14 0299, toestel 3.")
    mend(vote, "contact", "Bel 14 0299, toestel 4.")
    last = amendments_of(loaded(vote.id))[-1]
    assert (last.before, last.after) == ("Bel 14 0299, toestel 3.", "Bel 14 0299, toestel 4.")


def test_only_who_closes_an_open_vote_mends_a_text_that_is_there(vote):
    with pytest.raises(NotAllowed):
        mend(vote, actor=VISITOR)
    with pytest.raises(NotFound):
        mend(vote, "option-v1b")
    with pytest.raises(Invalid, match="Write a reason"):
        mend(vote, reason="Fout.")
    with pytest.raises(NotFound):
        amending.mend(0, PLACE, text=MENDED, reason=WHY, actor=CLERK, now=NOW)


@pytest.mark.parametrize(
    ("state", "moments"),
    [
        (RoundState.DRAFT, {"opened_at": None}),
        (RoundState.CLOSED, {"closed_at": LONG_AGO}),
        (RoundState.PUBLISHED, {"closed_at": LONG_AGO}),
        (RoundState.BROKEN_OFF, {"broken_off_at": LONG_AGO}),
    ],
)
def test_a_vote_that_is_not_open_keeps_its_texts(context, state, moments):
    vote = make_poll(db.session, ASKED, state=state, **moments)
    with pytest.raises(Conflict, match="while the vote is open"):
        mend(vote)


def test_everybody_reads_the_old_text_beside_the_new_one(client, log_in, store):
    vote = make_poll(store, ASKED)
    address = f"/stemmingen/{vote.id}"
    page = (
        log_in(ClerkFactory())
        .get(f"/griffie/stemmingen/{vote.id}/draaiboek")
        .follow("Iets klopt niet")
    )
    assert "Breek de stemming af met twee mensen en maak een nieuwe." in page.main
    page = page.follow("Een typefout in de uitleg van “Wilt u een bankje?”")
    page = page.press("Laat dit aan iedereen zien", text="", reason="")
    assert page.errors() == [
        "Schrijf de tekst zoals hij moet zijn.",
        "Schrijf waarom. Iedereen kan het lezen.",
    ]
    page.press("Laat dit aan iedereen zien", text=MENDED, reason=WHY)
    for path in (address, f"{address}/stembiljet"):
        page = client.get(path)
        assert [t.text for t in page.all("del")] == [ASKED["explanation"]]
        assert [t.text for t in page.all("ins")] == [MENDED]
        assert WHY in page.main
        assert page.main.count(MENDED) == 2


def test_a_vote_that_is_broken_off_says_why_and_mails_who_follows_its_process(
    context, common, people
):
    process, follower = ProcessFactory(), ResidentFactory()
    db.session.add(ProcessFollow(process_id=process.id, account_id=follower.id, since=NOW))
    vote = common(process_id=process.id)
    both(vote, Act.BREAK_OFF, people, WHY)
    (one,) = amendments_of(loaded(vote.id))
    assert (one.what, one.reason) == ("broken_off", WHY)
    mail = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "votes.broken_off")
    ).one()
    assert (mail.account_id, mail.parameters["reason"]) == (follower.id, WHY)


def test_the_pages_of_a_poll_and_of_a_budget_say_that_the_vote_was_broken_off(client, store):
    ended = {"state": RoundState.BROKEN_OFF, "broken_off_at": LONG_AGO, "amended_at": LONG_AGO}
    poll = make_poll(store, **ended)
    budget = BudgetFactory(round=RoundFactory(**ended))
    for round_id in (poll.id, budget.round_id):
        body = {"kind": "amendment", "what": "broken_off", "reason": WHY, "at": 1_700_000_000}
        entry = {"seq": 5, "kind": EntryKind.AMENDMENT, "body": body, "leaf": b"-"}
        store.add(BoardEntry(round_id=round_id, **entry))
    store.commit()
    for address in (f"/stemmingen/{poll.id}", f"/begrotingen/{budget.id}"):
        assert f"Waarom: {WHY} (dinsdag 14 november 2023" in client.get(address).main
