from __future__ import annotations

import pytest
from sqlalchemy import select, text

from participatie.core.audit import AuditEntry
from participatie.core.db import db
from participatie.core.errors import (
    Conflict,
    Invalid,
    NotAllowed,
)
from participatie.identity.rules import VISITOR, Actor, Role
from participatie.votes.models.board import BoardEntry
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.kinds import BallotKind
from participatie.votes.rules.rounds import (
    Grade,
    RoundState,
    fingerprint,
)
from participatie.votes.services import closing, opening
from tests.factories import soon
from tests.votes.steps import CLERK, NOW, cast, draft, end, loaded, make_round

pytestmark = [pytest.mark.usefixtures("context"), pytest.mark.database]


@pytest.mark.parametrize("grade", [Grade.COMMON, Grade.HEAVY])
def test_a_vote_that_two_people_close_is_not_opened_without_them(keys, grade):
    with pytest.raises(Invalid, match="who closes"):
        opening.open_round(draft(grade=grade), keys=keys, actor=CLERK, now=NOW)


def test_a_question_that_nobody_could_answer_is_not_opened(keys):
    vote_round = draft()
    asked = vote_round.questions[0]
    asked.kind, asked.budget, asked.maximum = BallotKind.MULTIPLE, None, 9
    with pytest.raises(Invalid, match="highest number"):
        opening.open_round(vote_round, keys=keys, actor=CLERK, now=NOW)


def test_opening_is_the_first_entry_of_the_board(keys):
    vote_round = draft()
    opening.open_round(vote_round, keys=keys, actor=CLERK, now=NOW)
    again, public = loaded(vote_round.id), keys.make(vote_round.id)
    assert (again.seal_public, again.head_public) == public
    (entry,) = db.session.scalars(select(BoardEntry))
    assert (entry.seq, entry.kind) == (0, EntryKind.OPENING)
    assert entry.body == {
        "kind": "opening",
        "round": vote_round.id,
        "rules": again.rules_hash,
        "seal": public.seal.hex(),
        "head": public.head.hex(),
    }


def test_opening_freezes_everything_that_was_agreed(keys):
    vote_round = draft()
    opening.open_round(vote_round, keys=keys, actor=CLERK, now=NOW)
    again = loaded(vote_round.id)
    assert again.state is RoundState.OPEN
    assert again.rules_hash == fingerprint(opening.frozen_facts(again))
    acts = db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts == ["votes.freeze", "votes.open"]


def test_a_round_that_is_set_up_too_early_opens_when_it_is_time(keys):
    vote_round = draft(opens_at=soon(seconds=2))
    opening.open_round(vote_round, keys=keys, actor=CLERK, now=NOW)
    assert loaded(vote_round.id).state is RoundState.DRAFT
    assert opening.open_due(keys=keys, now=NOW) == []
    db.session.execute(text("SELECT pg_sleep_until(:opens)"), {"opens": vote_round.opens_at})
    assert opening.open_due(keys=keys, now=NOW) == [vote_round.id]
    assert loaded(vote_round.id).state is RoundState.OPEN


def test_a_round_whose_rules_nobody_fixed_never_opens_by_itself(keys):
    vote_round = draft()
    assert opening.open_due(keys=keys, now=NOW) == []
    assert loaded(vote_round.id).state is RoundState.DRAFT


@pytest.mark.parametrize("actor", [VISITOR, Actor(id=1, roles=frozenset({Role.RESIDENT}))])
def test_only_staff_opens_a_round(keys, actor):
    with pytest.raises(NotAllowed):
        opening.open_round(draft(), keys=keys, actor=actor, now=NOW)


def test_a_round_is_opened_once_and_never_empty(keys):
    vote_round = draft()
    opening.open_round(vote_round, keys=keys, actor=CLERK, now=NOW)
    with pytest.raises(Conflict):
        opening.open_round(loaded(vote_round.id), keys=keys, actor=CLERK, now=NOW)
    with pytest.raises(Invalid):
        opening.open_round(draft(costs=()), keys=keys, actor=CLERK, now=NOW)


def test_a_round_that_cannot_be_counted_is_not_opened(keys):
    with pytest.raises(Invalid):
        opening.open_round(draft(counting={"rule": "lottery"}), keys=keys, actor=CLERK, now=NOW)


def test_closing_before_its_time_and_closing_twice_are_refused(keys):
    vote_round = make_round()
    cast(vote_round, ["0"], keys=keys)
    with pytest.raises(Conflict):
        closing.close(vote_round.id, actor=CLERK, now=NOW)
    end(vote_round)
    closing.close(vote_round.id, actor=CLERK, now=NOW)
    with pytest.raises(Conflict):
        closing.close(vote_round.id, actor=CLERK, now=NOW)
    (entry,) = db.session.scalars(select(AuditEntry))
    assert (entry.act, entry.detail) == ("votes.close", {"turnout": 1})
