"""What is kept of a ballot that is not cast yet, and for how long."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participatie.core.db import db
from participatie.core.errors import Conflict
from participatie.identity.rules import VISITOR as NOBODY
from participatie.votes.models.drafts import VoteDraft
from participatie.votes.rules.drafts import ACCOUNT, QUIET, VISITOR
from participatie.votes.services import closing, drafts
from tests.factories import bound_keys, soon
from tests.votes.polls import ONE, end, make_poll

pytestmark = [pytest.mark.usefixtures("context"), pytest.mark.database]

NOW = soon()
ME, OTHER, SOMEBODY = ACCOUNT + b"1", ACCOUNT + b"2", VISITOR + b"1"
GIVEN = {"v1": ["v1a"]}


@pytest.fixture
def vote():
    made = make_poll(db.session, ONE)
    bound_keys().make(made.id)
    return made


def keep(owner, vote, given=GIVEN, *, keys, now=NOW):
    drafts.keep(owner, vote.id, given, keys=keys, now=now)
    db.session.commit()


def test_a_draft_is_locked_for_its_owner(vote, keys):
    keep(ME, vote, keys=keys)
    assert drafts.kept(ME, vote.id, keys=keys).given == GIVEN
    assert drafts.kept(OTHER, vote.id, keys=keys).given == {}
    kept = db.session.scalars(select(VoteDraft.kept)).one()
    assert b"v1a" not in kept


def test_how_long_a_draft_is_does_not_tell_how_much_stands_in_it(vote, keys):
    keep(ME, vote, keys=keys)
    keep(OTHER, vote, {"v1": ["v1a", "v1b", "v1c"]}, keys=keys)
    assert len(set(db.session.scalars(select(func.length(VoteDraft.kept))))) == 1


def test_a_draft_of_another_key_is_no_draft(vote, keys):
    keep(ME, vote, keys=keys)
    row = db.session.scalars(select(VoteDraft)).one()
    row.kept = row.kept[:-1] + bytes([row.kept[-1] ^ 1])
    db.session.commit()
    assert drafts.kept(ME, vote.id, keys=keys).given == {}


def test_what_is_changed_must_be_checked_again(vote, keys):
    keep(ME, vote, keys=keys)
    press = drafts.check(ME, vote.id)
    assert drafts.check(ME, vote.id) == press
    keep(ME, vote, keys=keys)
    assert drafts.kept(ME, vote.id, keys=keys).press == press
    keep(ME, vote, {"v1": ["v1b"]}, keys=keys)
    assert drafts.kept(ME, vote.id, keys=keys).press is None
    assert drafts.check(ME, vote.id) != press


def test_an_empty_draft_cannot_be_checked(vote):
    with pytest.raises(Conflict):
        drafts.check(ME, vote.id)


def test_what_a_visitor_filled_in_goes_to_the_account(vote, keys):
    keep(ME, vote, {"v1": ["v1c"]}, keys=keys)
    keep(SOMEBODY, vote, keys=keys)
    drafts.take_over(SOMEBODY, ME, vote.id, keys=keys, now=NOW)
    assert drafts.kept(ME, vote.id, keys=keys).given == GIVEN
    assert drafts.kept(SOMEBODY, vote.id, keys=keys).given == {}
    drafts.take_over(SOMEBODY, ME, vote.id, keys=keys, now=NOW)
    assert drafts.kept(ME, vote.id, keys=keys).given == GIVEN


def test_a_quiet_draft_of_a_visitor_is_thrown_away_and_that_of_an_account_stays(vote, keys):
    for owner in (ME, SOMEBODY):
        keep(owner, vote, keys=keys)
    assert drafts.forget_quiet(now=NOW + QUIET) == 0
    assert drafts.forget_quiet(now=NOW + QUIET + timedelta(seconds=1)) == 1
    assert drafts.kept(ME, vote.id, keys=keys).given == GIVEN


def test_closing_throws_every_draft_away_and_none_comes_after_it(vote, keys):
    keep(ME, vote, keys=keys)
    end(db.session, vote)
    closing.close(vote.id, actor=NOBODY, now=NOW)
    assert db.session.scalars(select(VoteDraft)).all() == []
    with pytest.raises(Conflict):
        drafts.keep(ME, vote.id, GIVEN, keys=keys, now=NOW)
