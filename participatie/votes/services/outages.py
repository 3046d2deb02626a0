"""Proposing a later closing when the program or the log-in was away on the last day of a vote."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from participatie.core import outages, outbox
from participatie.core.db import db
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.acts import Act
from participatie.votes.rules.amendments import Change
from participatie.votes.rules.outages import LAST_HOURS, Span, later_closing, lost
from participatie.votes.rules.rounds import RoundState
from participatie.votes.services import acts, closers
from participatie.votes.services.amendments import amendments_of

LOOKS_BACK = timedelta(days=7)
"""How long after a closing its closers still hear of an outage before it."""


@dataclass(frozen=True, slots=True)
class LaterClosing:
    """What the program proposes: until when, because these systems were away so many minutes."""

    until: datetime
    minutes: int
    systems: tuple[outages.System, ...]


def proposed_closing(
    vote_round: VoteRound, *, now: datetime, zone: ZoneInfo
) -> LaterClosing | None:
    """The later closing that the program proposes for a round; None when nothing asks for it.

    Who closes the vote decides. Once they moved the closing, only what was lost since then counts.
    """
    closing = vote_round.closes_at
    if vote_round.rehearsal_of is not None or closing is None:
        return None
    moving = {RoundState.OPEN: closing > now, RoundState.CLOSED: True}
    if not moving.get(vote_round.state):
        return None
    met = db.session.execute(outages.between(closing - LAST_HOURS, now)).all()
    if not met:
        return None
    moves = [one.at for one in amendments_of(vote_round) if one.what == Change.CLOSES_AT]
    since = moves[-1] if moves else None
    spans = defaultdict[outages.System, list[Span]](list)
    for row in met:
        spans[row.system].append((row.away_from, row.away_until))
    time_lost = lost(chain(*spans.values()), closing=closing, since=since)
    until = later_closing(time_lost, closing=closing, now=now, zone=zone)
    if until is None or not _can_move(vote_round, now=now):
        return None
    away = [one for one, of in spans.items() if lost(of, closing=closing, since=since)]
    minutes = round(time_lost / timedelta(minutes=1))
    return LaterClosing(until, minutes, tuple(sorted(away)))


def tell_closers(*, now: datetime, zone: ZoneInfo) -> list[int]:
    """Mail who closes a vote that the program proposes a later closing: once for each closing.

    Gives the rounds for which it proposes one.
    """
    since = now - LOOKS_BACK
    if db.session.execute(outages.between(since - LAST_HOURS, now)).first() is None:
        return []
    told = []
    for vote_round in db.session.scalars(
        round_queries.closing_between(since, now + LAST_HOURS)
    ).all():
        proposal = proposed_closing(vote_round, now=now, zone=zone)
        if proposal is not None:
            _tell(vote_round, proposal, now=now)
            told.append(vote_round.id)
    return told


def _can_move(vote_round: VoteRound, *, now: datetime) -> bool:
    """Whether two people can still move a closing that is over; an open vote takes one."""
    return vote_round.state is RoundState.OPEN or acts.can_be_done(vote_round, Act.EXTEND, now=now)


def _tell(vote_round: VoteRound, proposal: LaterClosing, *, now: datetime) -> None:
    outbox.tell_each(
        closers.who_hears(vote_round),
        "votes.outage",
        dedup=f"{vote_round.id}/{vote_round.closes_at.timestamp():.0f}",
        now=now,
        parameters={
            "title": vote_round.title,
            "minutes": proposal.minutes,
            "systems": [*proposal.systems],
            "round_id": vote_round.id,
        },
    )
