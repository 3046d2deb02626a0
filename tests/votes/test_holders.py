"""Key holders: a vote of the grade zwaar opens when three proved their key, and counts with two."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from sqlalchemy import select

from participatie.core.audit import AuditEntry
from participatie.core.db import db
from participatie.core.errors import Conflict, Invalid, NotAllowed, NotFound
from participatie.identity.rules import VISITOR
from participatie.votes import tasks
from participatie.votes.keys import LocalKeys
from participatie.votes.models.holders import KeyHolder
from participatie.votes.queries import results as result_queries
from participatie.votes.rules.rounds import Grade, RoundState
from participatie.votes.sealer.holders import Brought
from participatie.votes.services import closing, counting, holders, opening
from tests import factories
from tests.factories import ClerkFactory
from tests.votes.key_holders import QUICK, THREE, three_holders
from tests.votes.steps import CLERK, NOW, cast, draft, end, finalise, loaded, make_round, rows

pytestmark = [pytest.mark.usefixtures("context"), pytest.mark.database]


@pytest.fixture
def keys(context, tmp_path):
    """Keys of this test alone: what is held stays so for every database with that number."""
    made = LocalKeys(tmp_path)
    factories.bind(db.session, made)
    return made


def heavy_draft(**settings):
    closers = {f"{who}_id": ClerkFactory().id for who in ("clerk", "second", "substitute")}
    return draft(grade=Grade.HEAVY, **closers, **settings)


def make(vote_round, keys, named=THREE):
    holders.make(vote_round.id, named, keys=keys, actor=CLERK, now=NOW, strength=QUICK)
    db.session.commit()


def fetched(vote_round, keys):
    who = {"keys": keys, "actor": CLERK, "now": NOW}
    return [holders.fetch(vote_round.id, letter, **who) for letter in "ABC"]


def closed_heavy(keys):
    """A heavy round with one cast, closed, and the files of its holders."""
    vote_round = make_round(grade=Grade.HEAVY)
    files = three_holders(db.session, vote_round)
    cast(vote_round, ["1"], keys=keys)
    end(vote_round)
    closing.close(vote_round.id, actor=VISITOR, now=NOW)
    db.session.commit()
    return vote_round, files


def bring(vote_round, keys, first, second):
    holders.bring(vote_round.id, (first, second), keys=keys, actor=CLERK, now=NOW)
    db.session.commit()


def test_a_heavy_vote_opens_when_all_three_have_proven_their_key_and_seals_with_theirs(keys):
    vote_round = heavy_draft()
    with pytest.raises(Invalid, match="Make the keys first"):
        opening.open_round(vote_round, keys=keys, actor=CLERK, now=NOW)
    make(vote_round, keys)
    files = fetched(vote_round, keys)
    for file, one in list(zip(files, THREE, strict=True))[:2]:
        holders.prove(vote_round.id, Brought(file, one.phrase), actor=CLERK, now=NOW)
    with pytest.raises(Invalid, match="Not every key holder"):
        opening.open_round(loaded(vote_round.id), keys=keys, actor=CLERK, now=NOW)
    holders.prove(vote_round.id, Brought(files[2], THREE[2].phrase), actor=CLERK, now=NOW)
    opening.open_round(loaded(vote_round.id), keys=keys, actor=CLERK, now=NOW)
    opened = loaded(vote_round.id)
    assert opened.state is RoundState.OPEN
    assert opened.seal_public not in {None, keys.make(vote_round.id).seal}
    assert opened.head_public == keys.make(vote_round.id).head


def test_a_file_is_given_once_and_never_lies_readable_in_the_database(keys):
    vote_round = heavy_draft()
    make(vote_round, keys)
    waiting = db.session.scalars(select(KeyHolder.waiting)).all()
    assert not any(
        b"participatie-key-holder" in (one or b"participatie-key-holder") for one in waiting
    )
    assert all(b"participatie-key-holder" in file for file in fetched(vote_round, keys))
    db.session.expire_all()
    assert db.session.scalars(select(KeyHolder.waiting)).all() == [None] * 3
    with pytest.raises(Conflict, match="fetched already"):
        holders.fetch(vote_round.id, "A", keys=keys, actor=CLERK, now=NOW)
    with pytest.raises(NotFound):
        holders.fetch(vote_round.id, "D", keys=keys, actor=CLERK, now=NOW)


def test_keys_that_are_made_again_replace_the_first_ones(keys):
    vote_round = heavy_draft()
    make(vote_round, keys)
    old = fetched(vote_round, keys)
    make(vote_round, keys)
    assert rows(KeyHolder) == 3
    with pytest.raises(Invalid, match="not a key file of this vote"):
        holders.prove(vote_round.id, Brought(old[0], THREE[0].phrase), actor=CLERK, now=NOW)


def test_a_wrong_pass_phrase_proves_nothing_and_the_sentence_names_the_holder(keys):
    vote_round = heavy_draft()
    make(vote_round, keys)
    file = fetched(vote_round, keys)[1]
    with pytest.raises(Invalid, match="pass phrase of Bram Jansen") as refusal:
        holders.prove(vote_round.id, Brought(file, THREE[0].phrase), actor=CLERK, now=NOW)
    assert refusal.value.field == "phrase"
    assert db.session.scalars(select(KeyHolder.proven_at)).all() == [None] * 3


@pytest.mark.parametrize(
    ("place", "changes", "field"),
    [
        (1, {"name": "  "}, "name_b"),
        (1, {"name": "anna  de wit"}, "name_b"),
        (2, {"phrase": "te kort"}, "phrase_c"),
        (2, {"phrase": " een  zachte regen valt"}, "phrase_c"),
    ],
)
def test_three_people_with_a_long_pass_phrase_of_their_own(keys, place, changes, field):
    named = [*THREE]
    named[place] = replace(named[place], **changes)
    with pytest.raises(Invalid) as refusal:
        make(heavy_draft(), keys, named)
    assert refusal.value.field == field


def test_once_the_rules_are_fixed_nobody_makes_or_proves_keys(keys):
    vote_round = make_round(grade=Grade.HEAVY)
    files = three_holders(db.session, vote_round)
    with pytest.raises(Conflict, match="fixed already"):
        make(vote_round, keys)
    with pytest.raises(Conflict, match="fixed already"):
        holders.prove(vote_round.id, files.of(0), actor=CLERK, now=NOW)


def test_keys_are_for_the_team_and_for_heavy_votes_only(keys):
    vote_round, files = closed_heavy(keys)
    with pytest.raises(NotAllowed):
        holders.bring(vote_round.id, (files.of(0), files.of(1)), keys=keys, actor=VISITOR, now=NOW)
    with pytest.raises(NotFound):
        make(draft(), keys)


@pytest.mark.parametrize("pair", [*combinations(range(3), 2), (2, 0)])
def test_any_two_let_the_count_run_and_then_the_key_is_forgotten(keys, app, pair):
    app.extensions["vote_keys"], before = keys, app.extensions["vote_keys"]
    try:
        vote_round, files = closed_heavy(keys)
        public = vote_round.seal_public
        finalise(vote_round)
        assert holders.who_opened(vote_round.id) == []
        with pytest.raises(Conflict, match="waits for its key holders"):
            counting.tally(vote_round.id, keys=keys, now=NOW)
        db.session.rollback()
        assert f"held up [{vote_round.id}]" in tasks.sweep()
        bring(vote_round, keys, *map(files.of, pair))
        assert "held up" not in tasks.sweep()
        assert "1 ballots" in tasks.tally(vote_round.id)
        assert not keys.is_held(vote_round.id, public)
        (counted,) = db.session.scalars(result_queries.tallies(vote_round.id))
        assert counted.ballots == 1
        assert holders.who_opened(vote_round.id) == [THREE[place].name for place in sorted(pair)]
    finally:
        app.extensions["vote_keys"] = before
    with pytest.raises(Conflict, match="not waiting for its key holders"):
        bring(vote_round, keys, files.of(0), files.of(1))


def test_one_holder_alone_opens_nothing(keys):
    vote_round, files = closed_heavy(keys)
    with pytest.raises(Invalid, match="same file twice") as refusal:
        bring(vote_round, keys, files.of(1), files.of(1))
    assert refusal.value.field == "file_2"
    with pytest.raises(Invalid, match="pass phrase of Coby Smit") as refusal:
        bring(vote_round, keys, files.of(1), Brought(files.of(2).file, THREE[1].phrase))
    assert refusal.value.field == "phrase_2"
    with pytest.raises(Invalid, match="not a key file of this vote"):
        bring(vote_round, keys, Brought(b"{}", "wat dan ook"), files.of(2))
    assert holders.is_waited_for(loaded(vote_round.id), keys=keys)


def test_a_heavy_vote_cannot_be_opened_with_keys_before_it_is_closed(keys):
    vote_round = make_round(grade=Grade.HEAVY)
    files = three_holders(db.session, vote_round)
    with pytest.raises(Conflict, match="not waiting"):
        bring(vote_round, keys, files.of(0), files.of(1))


def test_every_step_with_keys_stands_in_the_log(keys):
    vote_round = heavy_draft()
    make(vote_round, keys)
    file = fetched(vote_round, keys)[0]
    holders.prove(vote_round.id, Brought(file, THREE[0].phrase), actor=CLERK, now=NOW)
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(e.act, e.detail["holders"]) for e in entries] == [
        ("votes.holders.make", ["A", "B", "C"]),
        *(("votes.holders.fetch", [letter]) for letter in "ABC"),
        ("votes.holders.prove", ["A"]),
    ]
