"""A rehearsal tries a vote to its end; nothing of it is counted, and nothing is left of it."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from participatie.core.db import Base, db
from participatie.core.errors import Conflict, Invalid, NotAllowed
from participatie.identity.rules import VISITOR
from participatie.run.errors import RunError
from participatie.votes.keys import KeysGone, LocalKeys
from participatie.votes.models.board import BoardEntry
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.acts import Act
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.rounds import Channel, Grade, RollKind, RoundState, Voter
from participatie.votes.services import (
    board,
    casting,
    counting,
    letter_codes,
    opening,
    rehearsing,
    setting_up,
)
from participatie.votes.services.emptying import BoxFault, empty
from tests import factories
from tests.database import TEMPLATE
from tests.factories import LONG_AGO, ClerkFactory, soon
from tests.votes.polls import ONE, OPEN, make_poll
from tests.votes.steps import NOW, loaded
from tests.votes.two_people import both, closed

pytestmark = pytest.mark.database


@pytest.fixture
def keys(context, tmp_path):
    """Keys of this test alone: destroyed ones stay so for every database with that number."""
    made = LocalKeys(tmp_path)
    factories.bind(db.session, made)
    return made


def being_set_up(people, *questions, grade=Grade.COMMON, **settings):
    names = ("clerk_id", "second_id", "substitute_id")
    ids = dict(zip(names, (one.id for one in people), strict=True))
    times = {"opens_at": soon(days=2), "closes_at": soon(days=9)}
    state = {"state": RoundState.DRAFT, "opened_at": None, "grade": grade}
    settings = state | times | ids | settings
    return loaded(make_poll(db.session, *questions, **settings).id)


def copy_of(vote) -> VoteRound:
    """Its rehearsal, as it is now."""
    db.session.expire_all()
    return db.session.scalars(round_queries.rehearsals(vote.id)).one()


def begin(vote, keys, people, testers=3):
    codes = rehearsing.begin(
        vote, testers, title="Proef: Het park", keys=keys, actor=people[0], now=NOW
    )
    db.session.commit()
    return codes


def cast(letter, keys, answer="v1a"):
    code = letter_codes.enter(letter.code, keys=keys)
    voter = Voter(code.voter_key, Channel.CODE)
    paper = casting.paper(code.round_id)
    given = [[answer], *([] for _ in paper.questions[1:])]
    casting.cast(code.round_id, given, voter=voter, press=uuid4(), keys=keys, owner=None)
    db.session.commit()


def held_to_its_end(vote, keys, people):
    """The rehearsal after closing, counting and publishing by two people."""
    for letter in begin(vote, keys, people)[:2]:
        cast(letter, keys)
    rehearsing.close(loaded(vote.id), actor=people[0], now=NOW)
    copy = copy_of(vote)
    both(copy, Act.FINALISE, people)
    counting.tally(copy.id, keys=keys, now=NOW)
    both(copy, Act.PUBLISH, people, is_final=True)
    db.session.commit()
    return loaded(copy.id)


def test_a_rehearsal_asks_what_the_vote_asks_with_keys_and_a_roll_of_its_own(keys, people):
    vote = being_set_up(people, ONE, OPEN)
    begin(vote, keys, people)
    copy = copy_of(vote)
    assert copy.state is RoundState.OPEN
    assert opening.rehearsed(copy) == opening.rehearsed(loaded(vote.id))
    assert copy.roll_kind is RollKind.CODES
    assert keys.make(copy.id) != keys.make(vote.id)
    on_roll = select(Roll.round_id, func.count()).group_by(Roll.round_id)
    assert db.session.execute(on_roll).all() == [(copy.id, 3)]
    assert loaded(vote.id).state is RoundState.DRAFT


def test_a_rehearsal_is_cast_closed_counted_and_published(keys, people):
    vote = being_set_up(people)
    copy = held_to_its_end(vote, keys, people)
    assert copy.state is RoundState.PUBLISHED
    assert loaded(vote.id).rehearsed_hash == opening.rehearsed(loaded(vote.id))


def test_a_heavy_vote_opens_only_after_a_rehearsal_of_what_it_asks(keys, people):
    vote = being_set_up(people, grade=Grade.HEAVY)
    fields = [fault.field for fault in opening.faults(vote, now=NOW)]
    assert fields == ["keys", "rehearsal"]
    held_to_its_end(vote, keys, people)
    vote = loaded(vote.id)
    assert [fault.field for fault in opening.faults(vote, now=NOW)] == ["keys"]
    vote.questions[0].title = "Wilt u twee bankjes?"
    assert [fault.field for fault in opening.faults(vote, now=NOW)] == ["keys", "rehearsal"]


def test_nothing_is_left_of_a_rehearsal_that_is_thrown_away(keys, people):
    vote = being_set_up(people)
    copy = held_to_its_end(vote, keys, people)
    rehearsing.throw_away(vote, actor=people[0], now=NOW)
    rehearsing.remove(copy.id, keys=keys)
    db.session.commit()
    for table in Base.metadata.sorted_tables:
        if "round_id" in table.c:
            left = select(func.count()).where(table.c.round_id == copy.id)
            assert db.session.scalar(left) == 0, table.name
    assert db.session.scalars(select(VoteRound.id)).all() == [vote.id]
    with pytest.raises(KeysGone):
        keys.open(copy.id, [b"x"])
    assert begin(loaded(vote.id), keys, people)


def test_fixing_the_rules_throws_the_rehearsal_away(keys, people):
    vote = being_set_up(people)
    begin(vote, keys, people)
    opening.open_round(loaded(vote.id), keys=keys, actor=people[0], now=NOW)
    assert copy_of(vote).discarded_at == NOW


def test_a_ballot_of_a_rehearsal_in_the_box_of_the_vote_blocks_its_count(keys, people):
    vote = being_set_up(people, opens_at=LONG_AGO)
    for letter in begin(vote, keys, people)[:1]:
        cast(letter, keys)
    copy = copy_of(vote)
    board.take_up(copy.id, all_of_them=True)
    opening.open_round(loaded(vote.id), keys=keys, actor=people[0], now=NOW)
    real = loaded(vote.id)
    real_entries = select(func.count()).where(BoardEntry.round_id == real.id)
    before = db.session.scalars(real_entries).one()
    for name in ("roll", "board_entry", "ballot"):
        table = Base.metadata.tables[name]
        of_copy = select(table).where(table.c.round_id == copy.id)
        for row in db.session.execute(of_copy).mappings().all():
            if row.get("kind") in {None, EntryKind.CAST}:
                db.session.execute(insert(table).values(dict(row) | {"round_id": real.id}))
    assert db.session.scalars(real_entries).one() == before + 1
    with pytest.raises(BoxFault):
        empty(real, keys)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM ballot WHERE round_id = {vote}",
        "DELETE FROM board_entry WHERE round_id = {vote}",
        "DELETE FROM tally WHERE round_id = {vote}",
        "UPDATE vote_round SET discarded_at = now() WHERE id = {vote}",
        "UPDATE vote_round SET rehearsal_of = {other} WHERE id = {vote}",
        "UPDATE vote_round SET rehearsal_of = NULL WHERE id = {copy}",
        "SELECT throw_rehearsal_away({vote})",
        "SELECT throw_rehearsal_away({copy})",
    ],
)
def test_the_database_deletes_nothing_but_a_rehearsal_that_was_thrown_away(statement, keys, people):
    other = being_set_up(people)
    begin(other, keys, people)
    copy = copy_of(other)
    vote = _counted_vote(keys)
    asked = statement.format(vote=vote.id, other=other.id, copy=copy.id)
    with pytest.raises((IntegrityError, ProgrammingError)):
        db.session.execute(text(asked))


def _counted_vote(keys):
    vote = make_poll(db.session, ONE)
    casting.cast(
        vote.id,
        [["v1a"]],
        voter=Voter(b"k" * 32, Channel.LOGIN),
        press=uuid4(),
        keys=keys,
        owner=None,
    )
    db.session.commit()
    closed(vote)
    db.session.expire_all()
    counting.tally(vote.id, keys=keys, now=NOW)
    db.session.commit()
    return vote


def test_who_rehearses_and_when(keys, people):
    vote = being_set_up(people)
    with pytest.raises(NotAllowed):
        rehearsing.begin(vote, 3, title="Proef", keys=keys, actor=VISITOR, now=NOW)
    for many in (0, 51):
        with pytest.raises(Invalid, match="1 to 50"):
            begin(vote, keys, people, testers=many)
    begin(vote, keys, people)
    with pytest.raises(Conflict, match="has a rehearsal"):
        begin(loaded(vote.id), keys, people)
    with pytest.raises(Conflict, match="has a rehearsal"):
        setting_up.discard(loaded(vote.id), actor=people[0], now=NOW)
    with pytest.raises(Conflict, match="rehearsal already"):
        begin(copy_of(vote), keys, people)


def test_a_code_of_a_rehearsal_that_is_thrown_away_does_not_work(keys, people):
    vote = being_set_up(people)
    (letter, *_) = begin(vote, keys, people)
    rehearsing.throw_away(loaded(vote.id), actor=people[0], now=NOW)
    with pytest.raises(Invalid, match="do not know this code"):
        letter_codes.enter(letter.code, keys=keys)


OWNER_DELETES = """
BEGIN;
INSERT INTO vote_round (title, state, grade, publication, roll_kind, opens_at, closes_at, opened_at,
  counting, who_may_vote, who_decides, shows_turnout)
VALUES ('Echt', 'open', 'gewoon', 'counts', 'open', now(), now() + interval '1 day', now(),
  '{}', '', '', false);
INSERT INTO board_entry (round_id, seq, kind, body, leaf)
SELECT max(id), 0, 'opening', '{}', '' FROM vote_round;
DELETE FROM board_entry;
"""


def test_not_even_the_owner_deletes_an_entry_of_a_vote(cluster):
    with pytest.raises(RunError, match="rows of board_entry are only added"):
        cluster.server.psql(OWNER_DELETES, TEMPLATE)


def test_a_rehearsal_in_the_browser_of_a_clerk_and_of_a_tester(client, log_in, store, poll):
    clerk = log_in(ClerkFactory())
    vote = poll(
        state=RoundState.DRAFT, opened_at=None, opens_at=soon(days=2), closes_at=soon(days=9)
    )
    page = clerk.get(f"/griffie/stemmingen/{vote.id}/draaiboek").follow(
        "Houd een proef met testcodes"
    )
    page = page.press("Begin de proef", testers="0")
    assert page.errors() == ["Vul een getal in van 1 tot 50."]
    page = page.press("Begin de proef", testers="2")
    codes = re.findall(r"[A-Z0-9]{4} [A-Z0-9]{4} [A-Z0-9]{4}", page.main)
    assert len(codes) == 2
    (number,) = store.scalars(select(VoteRound.id).where(VoteRound.rehearsal_of == vote.id))

    address = f"/stemmingen/{number}"
    assert client.raw.get(address).status_code == 404
    assert "Proef:" not in client.get("/stemmingen").main
    page = client.get("/code").press("Ga verder", code=codes[0])
    assert "Dit is een proef." in page.text
    page = page.follow("Vul uw stembiljet in").press("Controleer uw stembiljet", **{"q.v1": "v1a"})
    page = page.press("Breng mijn stem uit")
    assert page.h1 == "Uw stem is opgeslagen"
    assert "Dit is een proef." in page.text

    page = clerk.get(f"/griffie/stemmingen/{vote.id}/proef").press("Sluit de proef nu")
    assert "De proef is gesloten." in page.text
    assert "Dit is een proef." in clerk.get(f"/griffie/stemmingen/{number}/draaiboek").text
    page = clerk.get(f"/griffie/stemmingen/{vote.id}/proef").press("Gooi de proef weg")
    assert "De proef is weggegooid" in page.text
    assert client.raw.get(address).status_code == 404
