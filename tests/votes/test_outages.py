"""An outage on the last day of a vote: the program proposes a later closing, people decide."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from participatie.core.clock import AMSTERDAM
from participatie.core.db import db
from participatie.core.outages import Outage, System, failed, worked
from participatie.core.outbox import OutboxMessage
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.outages import LAST_HOURS, LEAST, later_closing, lost
from participatie.votes.rules.rounds import Grade
from participatie.votes.rules.setting_up import in_office_hours
from participatie.votes.services import amending, outages
from tests.factories import ClerkFactory, OptionFactory, RoundFactory, SecondFactory, soon
from tests.votes.steps import loaded
from tests.votes.two_people import closed

WEDNESDAY = datetime(2026, 11, 25, 16, 0, tzinfo=AMSTERDAM)
FRIDAY = datetime(2026, 11, 27, 16, 30, tzinfo=AMSTERDAM)


def span(closing, before, minutes):
    """An outage of so many minutes that began `before` hours ahead of `closing`."""
    start = closing - timedelta(hours=before)
    return start, start + timedelta(minutes=minutes)


def at(day, hour):
    return datetime(2026, 11, day, hour, tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("closing", "spans", "until"),
    [
        (WEDNESDAY, [], None),
        (WEDNESDAY, [(3, 14)], None),
        (WEDNESDAY, [(3, 15)], at(25, 17)),
        (WEDNESDAY, [(3, 60)], at(25, 17)),
        (WEDNESDAY, [(3, 61)], at(26, 9)),
        (WEDNESDAY, [(3, 8), (5, 7)], at(25, 17)),
        (WEDNESDAY, [(3, 10), (3, 10)], None),
        (WEDNESDAY, [(25, 60)], None),
        (WEDNESDAY, [(24.5, 45)], at(25, 17)),
        (WEDNESDAY, [(0.25, 300)], at(25, 17)),
        (FRIDAY, [(2, 20)], at(27, 17)),
        (FRIDAY, [(2, 40)], at(30, 9)),
    ],
)
def test_fifteen_minutes_lost_on_the_last_day_are_given_back_within_office_hours(
    closing, spans, until
):
    found = lost([span(closing, *one) for one in spans], closing=closing)
    assert later_closing(found, closing=closing, now=at(24, 9), zone=AMSTERDAM) == until


def test_what_was_lost_before_somebody_moved_the_closing_does_not_count_again():
    outage = span(WEDNESDAY, 5, 60)
    assert lost([outage], closing=WEDNESDAY, since=at(25, 12)) == timedelta()
    assert lost([outage], closing=WEDNESDAY, since=outage[0]) == timedelta(hours=1)


def test_lost_time_is_not_given_back_on_a_holiday():
    closing = datetime(2027, 3, 25, 16, 30, tzinfo=AMSTERDAM)  # the Thursday before Easter
    until = later_closing(timedelta(hours=1), closing=closing, now=closing, zone=AMSTERDAM)
    assert until == datetime(2027, 3, 30, 9, tzinfo=AMSTERDAM)


def test_after_the_closing_the_lost_time_counts_from_now():
    assert later_closing(LEAST, closing=WEDNESDAY, now=at(26, 10), zone=AMSTERDAM) == at(26, 11)


MOMENTS = st.integers(-2000, 2000).map(lambda minutes: WEDNESDAY + timedelta(minutes=minutes))


@given(st.lists(st.tuples(MOMENTS, st.integers(0, 900)), max_size=8), MOMENTS)
def test_no_more_is_lost_than_there_was_and_it_is_all_given_back(found, now):
    spans = [(start, start + timedelta(minutes=minutes)) for start, minutes in found]
    time_lost = lost(spans, closing=WEDNESDAY)
    assert timedelta() <= time_lost <= LAST_HOURS
    assert time_lost <= sum((end - start for start, end in spans), timedelta())
    until = later_closing(time_lost, closing=WEDNESDAY, now=now, zone=AMSTERDAM)
    if until is not None:
        assert until >= max(WEDNESDAY, now) + time_lost
        assert in_office_hours(until, AMSTERDAM)
        assert until.minute == 0


def away(session, minutes=40):
    """An outage that began two hours ago."""
    start = soon(hours=-2)
    end = start + timedelta(minutes=minutes)
    session.add(Outage(system=System.PROGRAM, away_from=start, away_until=end, is_over=True))
    session.flush()


def tell():
    return outages.tell_closers(now=soon(), zone=AMSTERDAM)


@pytest.mark.database
@pytest.mark.usefixtures("context")
def test_who_closes_the_vote_is_mailed_once_and_not_after_the_closing_was_moved(common, people):
    vote = common(closes_at=soon(hours=3))
    common(closes_at=soon(hours=30))
    assert tell() == []
    away(db.session)
    assert tell() == tell() == [vote.id]
    sent = select(OutboxMessage.account_id).where(OutboxMessage.kind == "votes.outage")
    assert sorted(db.session.scalars(sent)) == sorted(one.id for one in people)
    proposal = outages.proposed_closing(loaded(vote.id), now=soon(), zone=AMSTERDAM)
    assert proposal is not None
    assert (proposal.systems, proposal.minutes) == ((System.PROGRAM,), 40)
    amending.extend(
        vote.id, until=proposal.until, reason="Het inloggen lag stil.", actor=people[0], now=soon()
    )
    assert tell() == []


@pytest.mark.database
@pytest.mark.usefixtures("context")
def test_after_the_closing_it_is_proposed_until_two_people_let_the_votes_be_counted(common):
    away(db.session, minutes=60)
    vote = closed(common())
    proposal = outages.proposed_closing(loaded(vote.id), now=soon(), zone=AMSTERDAM)
    assert proposal is not None
    assert proposal.until > soon()


@pytest.mark.database
@pytest.mark.usefixtures("context")
def test_failures_of_the_log_in_are_one_outage_until_it_works_or_a_quiet_quarter_passes():
    for minutes in (0, 5, 18):
        failed(System.LOG_IN, soon(minutes=minutes))
    worked(System.LOG_IN)
    failed(System.LOG_IN, soon(minutes=20))
    failed(System.LOG_IN, soon(minutes=40))
    lasted = [
        round((one.away_until - one.away_from) / timedelta(minutes=1))
        for one in db.session.scalars(select(Outage).order_by(Outage.id))
    ]
    assert lasted == [18, 0, 0]


@pytest.mark.database
@pytest.mark.usefixtures("context")
def test_the_proposal_names_each_part_that_was_away_in_the_time_that_counts(common):
    vote = common(closes_at=soon(hours=1))
    away(db.session)
    for system, hours in ((System.LOG_IN, -1), (System.SITE, -40)):
        start, end = soon(hours=hours), soon(hours=hours, minutes=20)
        db.session.add(Outage(system=system, away_from=start, away_until=end, is_over=True))
    db.session.commit()
    proposal = outages.proposed_closing(loaded(vote.id), now=soon(), zone=AMSTERDAM)
    assert proposal is not None
    assert (proposal.systems, proposal.minutes) == ((System.LOG_IN, System.PROGRAM), 60)


@pytest.mark.database
def test_the_run_sheet_begins_with_the_proposal_and_its_form_is_filled_in(store, log_in):
    people = ClerkFactory(public_name="Karin Smit"), SecondFactory(), ClerkFactory()
    names = ("clerk_id", "second_id", "substitute_id")
    ids = dict(zip(names, (one.id for one in people), strict=True))
    vote = RoundFactory(grade=Grade.COMMON, closes_at=soon(hours=3), **ids)
    OptionFactory(round_id=vote.id, code="a")
    away(store)
    page = log_in(people[0]).get(f"/griffie/stemmingen/{vote.id}/draaiboek")
    assert "lag dit 40 minuten stil: het programma." in page.main
    page = page.follow("Kies een latere sluiting")
    page.press("De stemming later sluiten")
    store.expire_all()
    moved = store.get_one(VoteRound, vote.id)
    assert moved.closes_at > moved.extended_from
    assert in_office_hours(moved.closes_at, AMSTERDAM)
