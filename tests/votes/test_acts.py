"""Two people: what one asks and another confirms."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from participatie.core.db import db
from participatie.core.errors import Conflict, Invalid, NotAllowed
from participatie.core.outbox import OutboxMessage
from participatie.identity.rules import VISITOR
from participatie.votes.models.acts import PublishedResult, VoteAct
from participatie.votes.models.ballots import Tally
from participatie.votes.models.board import BoardEntry
from participatie.votes.models.rounds import Roll
from participatie.votes.queries import results as result_queries
from participatie.votes.rules.acts import Act
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.rounds import Channel, Grade, RoundState, fingerprint
from participatie.votes.services import (
    acts,
    amending,
    closers,
    counting,
    opening,
    paper_ballots,
    publishing,
)
from participatie.votes.tasks import sweep, tally
from tests.factories import ClerkFactory, ResidentFactory, SecondFactory, soon
from tests.votes.steps import NOW, cast, draft, end, loaded, make_round, rows
from tests.votes.two_people import WHY, actor_of, ask, both, closed, confirm, count_of

pytestmark = [pytest.mark.usefixtures("context"), pytest.mark.database]


# Opening


def test_a_vote_that_two_people_close_opens_once_all_three_have_logged_in(keys, people):
    vote_round = draft(grade=Grade.COMMON)
    absent = SecondFactory(logged_in_at=None, public_name="Olga")
    clerk, second, substitute = people
    name = {"clerk": clerk.id, "substitute": substitute.id, "actor": clerk, "now": NOW}
    closers.name(vote_round, second=absent.id, **name)
    with pytest.raises(Invalid, match="Olga has not logged in"):
        opening.open_round(vote_round, keys=keys, actor=clerk, now=NOW)
    closers.name(vote_round, second=second.id, **name)
    opening.open_round(vote_round, keys=keys, actor=clerk, now=NOW)
    assert loaded(vote_round.id).state is RoundState.OPEN
    with pytest.raises(Conflict):
        closers.name(vote_round, second=absent.id, **name)


def test_who_closes_a_vote_are_three_people_who_can(people):
    vote_round, resident = draft(), ResidentFactory()
    clerk, second, substitute = people
    for ids in (
        (clerk.id, clerk.id, second.id),
        (second.id, clerk.id, substitute.id),
        (clerk.id, resident.id, substitute.id),
        (clerk.id, second.id, 10**9),
    ):
        chosen = dict(zip(("clerk", "second", "substitute"), ids, strict=True))
        with pytest.raises(Invalid):
            closers.name(vote_round, **chosen, actor=clerk, now=NOW)


# Two people


def test_nothing_is_counted_until_somebody_else_confirms(keys, common, people):
    vote_round = common()
    cast(vote_round, ["0"], keys=keys)
    closed(vote_round)
    assert db.session.scalars(result_queries.due_to_count()).all() == []
    asked = ask(vote_round, Act.FINALISE, people[0])
    assert asked.facts["voters"] == 1
    assert db.session.scalars(result_queries.due_to_count()).all() == []
    with pytest.raises(NotAllowed):
        confirm(asked, people[0])
    confirm(asked, people[2])
    assert db.session.scalars(result_queries.due_to_count()).all() == [vote_round.id]


def test_the_database_refuses_one_person_for_both(common, people):
    asked = ask(closed(common()), Act.FINALISE, people[0])
    with pytest.raises(IntegrityError, match="two_people"), db.session.begin_nested():
        db.session.execute(
            text("UPDATE vote_act SET confirmed_by = asked_by, confirmed_at = now()")
        )
    confirm(asked, people[1])
    with pytest.raises(IntegrityError, match="on record"), db.session.begin_nested():
        db.session.execute(text("UPDATE vote_act SET confirmed_by = asked_by + 1"))
    with pytest.raises(IntegrityError, match="on record"), db.session.begin_nested():
        db.session.execute(text("DELETE FROM vote_act"))


def test_an_act_is_asked_once_and_answered_once(common, people):
    vote_round = closed(common())
    asked = ask(vote_round, Act.FINALISE, people[0])
    with pytest.raises(Conflict, match="asked already"):
        ask(vote_round, Act.FINALISE, people[2])
    with pytest.raises(Invalid):
        acts.refuse(asked.id, reason=" ", actor=people[1], now=NOW)
    acts.refuse(asked.id, reason="Er ligt nog papier.", actor=people[1], now=NOW)
    with pytest.raises(Conflict, match="answered"):
        confirm(asked, people[1])
    confirm(ask(vote_round, Act.FINALISE, people[0]), people[1])


def test_only_those_who_are_named_act_and_a_second_person_only_confirms(common, people):
    vote_round = closed(common())
    for stranger in (actor_of(ClerkFactory()), people[1], actor_of(ResidentFactory()), VISITOR):
        with pytest.raises(NotAllowed):
            ask(vote_round, Act.FINALISE, stranger)
    asked = ask(vote_round, Act.FINALISE, people[0])
    for stranger in (actor_of(SecondFactory()), actor_of(ResidentFactory()), VISITOR):
        with pytest.raises(NotAllowed):
            confirm(asked, stranger)
        with pytest.raises(NotAllowed):
            acts.refuse(asked.id, reason="Nee.", actor=stranger, now=NOW)


def test_what_changed_after_it_was_seen_is_not_confirmed(common, people):
    vote_round = closed(common())
    asked = ask(vote_round, Act.FINALISE, people[0])
    with pytest.raises(Conflict, match="changed"):
        acts.confirm(asked.id, subject_hash="0" * 64, actor=people[1], now=NOW)
    gone_to_the_desk = {"voter_key": b"p" * 32, "version": 1, "channel": Channel.PAPER}
    db.session.add(Roll(round_id=vote_round.id, **gone_to_the_desk))
    with pytest.raises(Conflict, match="changed"):
        confirm(asked, people[1])


def test_the_others_who_are_named_get_a_mail(common, people):
    ask(closed(common()), Act.FINALISE, people[0])
    told = db.session.scalars(
        select(OutboxMessage.account_id).where(OutboxMessage.kind == "votes.to_confirm")
    )
    assert sorted(told) == sorted([people[1].id, people[2].id])


def test_where_nobody_is_named_everybody_who_can_confirm_gets_a_mail():
    clerk, colleague, second, _ = (
        actor_of(make()) for make in (ClerkFactory, ClerkFactory, SecondFactory, ResidentFactory)
    )
    ask(make_round(grade=Grade.LIGHT), Act.BREAK_OFF, clerk, WHY)
    told = db.session.scalars(
        select(OutboxMessage.account_id).where(OutboxMessage.kind == "votes.to_confirm")
    )
    assert {*told} == {colleague.id, second.id}


# The whole road


def test_a_result_is_seen_once_two_people_published_it(keys, common, people):
    vote_round = common()
    cast(vote_round, ["2"], keys=keys)
    closed(vote_round)
    both(vote_round, Act.FINALISE, people)
    tally(vote_round.id)
    assert loaded(vote_round.id).state is RoundState.COUNTED
    assert count_of(vote_round) is None
    asked = ask(vote_round, Act.PUBLISH, people[0], is_final=False)
    assert count_of(vote_round) is None
    confirm(asked, people[1])
    assert loaded(vote_round.id).state is RoundState.PUBLISHED
    assert count_of(vote_round).result["winners"] == ["2"]
    with pytest.raises(Invalid):
        ask(vote_round, Act.PUBLISH, people[0], is_final=False)
    both(vote_round, Act.PUBLISH, people, is_final=True)
    with pytest.raises(Conflict):
        ask(vote_round, Act.PUBLISH, people[0], is_final=True)
    shown = db.session.scalars(result_queries.published_results(vote_round.id)).all()
    assert [(one.number, one.is_final) for one in shown] == [(1, True), (1, False)]


def test_a_result_waits_for_the_moment_that_was_agreed(keys, common, people):
    vote_round = closed(common())
    both(vote_round, Act.FINALISE, people)
    counting.tally(vote_round.id, keys=keys, now=NOW)
    at = soon(seconds=1).timestamp()
    asked = both(vote_round, Act.PUBLISH, people, is_final=True, at=at)
    assert count_of(vote_round) is None
    with pytest.raises(Conflict):
        ask(vote_round, Act.PUBLISH, people[0], is_final=True)
    db.session.execute(text("SELECT pg_sleep_until(to_timestamp(:at))"), {"at": at})
    sweep()
    assert count_of(vote_round) is not None
    assert publishing.publish_due(asked.id, now=NOW) is False
    assert rows(PublishedResult) == 1


def test_a_vote_of_the_grade_licht_needs_nobody(keys):
    vote_round = make_round()
    cast(vote_round, ["0"], keys=keys)
    closed(vote_round)
    assert Act.FINALISE not in acts.possible(loaded(vote_round.id), now=NOW)
    tally(vote_round.id)
    assert count_of(vote_round).ballots == 1


# Lot, recount


def test_a_lot_that_two_people_put_on_record_settles_a_tie(keys, common, people):
    vote_round = common(costs=(60_000_00, 60_000_00))
    for number in ("0", "1"):
        cast(vote_round, [number], keys=keys, voter=f"v1${number}")
    closed(vote_round)
    both(vote_round, Act.FINALISE, people)
    tally(vote_round.id)
    assert acts.possible(loaded(vote_round.id), now=NOW) == [Act.LOT]
    for wrong in ([], ["1"], ["1", "1"], ["0", "2"]):
        with pytest.raises(Invalid):
            ask(vote_round, Act.LOT, people[0], order=wrong)
    both(vote_round, Act.LOT, people, order=["1", "0"])
    assert db.session.scalars(result_queries.due_to_count()).all() == [vote_round.id]
    tally(vote_round.id)
    assert loaded(vote_round.id).state is RoundState.COUNTED
    both(vote_round, Act.PUBLISH, people, is_final=True)
    assert count_of(vote_round).result["winners"] == ["1"]
    (shown,) = db.session.scalars(result_queries.published_results(vote_round.id))
    assert (shown.number, shown.version) == (1, 2)


def test_a_published_result_stays_and_a_recount_is_version_two(keys, common, people):
    vote_round = common()
    cast(vote_round, ["2"], keys=keys)
    closed(vote_round)
    both(vote_round, Act.FINALISE, people)
    tally(vote_round.id)
    both(vote_round, Act.PUBLISH, people, is_final=True)
    first = count_of(vote_round)
    with pytest.raises(Invalid):
        ask(vote_round, Act.RECOUNT, people[0])
    both(vote_round, Act.RECOUNT, people, WHY)
    tally(vote_round.id)
    tally(vote_round.id)
    assert rows(Tally) == 2
    assert count_of(vote_round) is first
    both(vote_round, Act.PUBLISH, people, WHY, is_final=True)
    second = count_of(vote_round)
    assert (first.version, second.version) == (1, 2)
    assert second.result_hash == first.result_hash
    shown = db.session.scalars(result_queries.published_results(vote_round.id)).all()
    assert [(one.number, one.reason) for one in shown] == [(2, WHY), (1, "")]


# Later, or never


def test_one_person_moves_the_closing_of_an_open_vote_and_only_later(keys, common, people):
    vote_round = common(closes_at=soon(hours=1))
    before = vote_round.closes_at
    for until in (before, soon(hours=-1), soon(minutes=30)):
        with pytest.raises(Invalid):
            amending.extend(vote_round.id, until=until, reason=WHY, actor=people[0], now=NOW)
    until = soon(days=1)
    with pytest.raises(Invalid):
        amending.extend(vote_round.id, until=until, reason="", actor=people[0], now=NOW)
    with pytest.raises(NotAllowed):
        amending.extend(vote_round.id, until=until, reason=WHY, actor=people[1], now=NOW)
    amending.extend(vote_round.id, until=until, reason=WHY, actor=people[0], now=NOW)
    (entry,) = db.session.scalars(select(BoardEntry))
    assert entry.kind is EntryKind.AMENDMENT
    assert entry.body["reason"] == WHY
    changed = loaded(vote_round.id)
    assert (changed.closes_at, changed.extended_from) == (until, before)


def test_moving_the_closing_leaves_the_fixed_rules_as_they_were(keys, people):
    vote_round = draft(closes_at=soon(hours=1))
    opening.open_round(vote_round, keys=keys, actor=people[0], now=NOW)
    amending.extend(vote_round.id, until=soon(days=1), reason=WHY, actor=people[0], now=NOW)
    amending.extend(vote_round.id, until=soon(days=2), reason=WHY, actor=people[0], now=NOW)
    changed = loaded(vote_round.id)
    assert fingerprint(opening.frozen_facts(changed)) == changed.rules_hash


def test_after_the_closing_time_it_takes_two_people_and_the_vote_is_open_again(
    keys, common, people
):
    vote_round = closed(common())
    with pytest.raises(Conflict, match="second person"):
        amending.extend(vote_round.id, until=soon(days=1), reason=WHY, actor=people[0], now=NOW)
    both(vote_round, Act.EXTEND, people, WHY, until=soon(days=1).timestamp())
    cast(vote_round, ["0"], keys=keys)
    closed(vote_round)
    both(vote_round, Act.FINALISE, people)
    with pytest.raises(Conflict):
        ask(vote_round, Act.EXTEND, people[0], WHY, until=soon(days=1).timestamp())


def test_what_is_broken_off_is_never_counted(keys, common, people):
    vote_round = common()
    cast(vote_round, ["0"], keys=keys)
    both(vote_round, Act.BREAK_OFF, people, WHY)
    assert loaded(vote_round.id).state is RoundState.BROKEN_OFF
    with pytest.raises(Conflict):
        cast(vote_round, ["1"], keys=keys)
    end(vote_round)
    sweep()
    assert (rows(Tally), acts.possible(loaded(vote_round.id), now=NOW)) == (0, [])
    assert rows(VoteAct) == 1


# What a message to the worker cannot do, and what comes too late


def test_a_message_to_the_worker_does_not_count_before_two_people_said_so(keys, common, people):
    vote_round = common()
    cast(vote_round, ["0"], keys=keys)
    closed(vote_round)
    db.session.commit()
    assert "is not counted now" in tally(vote_round.id)
    assert rows(Tally) == 0
    both(vote_round, Act.FINALISE, people)
    tally(vote_round.id)
    assert rows(Tally) == 1


def test_what_was_agreed_for_later_does_not_cover_a_newer_result(keys, common, people):
    vote_round = closed(common())
    both(vote_round, Act.FINALISE, people)
    tally(vote_round.id)
    later = soon(seconds=1).timestamp()
    older = both(vote_round, Act.PUBLISH, people, is_final=False, at=later)
    both(vote_round, Act.RECOUNT, people, WHY)
    tally(vote_round.id)
    both(vote_round, Act.PUBLISH, people, is_final=True)
    assert count_of(vote_round).version == 2
    db.session.execute(text("SELECT pg_sleep_until(to_timestamp(:at))"), {"at": later})
    sweep()
    assert publishing.publish_due(older.id, now=NOW) is False
    assert count_of(vote_round).version == 2


def test_a_vote_of_which_only_papers_count_can_be_counted_again(keys, common, people):
    vote_round = common()
    cast(vote_round, ["0"], keys=keys)
    key = keys.voter_key(vote_round.id, "v1$een")
    paper_ballots.give_paper(loaded(vote_round.id), key, actor=people[0], now=NOW)
    closed(vote_round)
    both(vote_round, Act.FINALISE, people)
    tally(vote_round.id)
    both(vote_round, Act.RECOUNT, people, WHY)
    tally(vote_round.id)
    assert [one.version for one in db.session.scalars(select(Tally).order_by(Tally.version))] == [
        1,
        2,
    ]
