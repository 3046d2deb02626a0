"""What the run sheet of a vote tells: how far everything is, and never how people voted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from participatie.core.db import db
from participatie.votes.keys import Keys
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import acts as act_queries
from participatie.votes.queries import letters as letter_queries
from participatie.votes.queries import results as result_queries
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.acts import Act
from participatie.votes.rules.letter_codes import Balance
from participatie.votes.rules.rounds import Channel, RollKind
from participatie.votes.rules.run_sheet import Facts, Line, Part, Task, next_task, run_sheet
from participatie.votes.services import (
    acts,
    closers,
    desk_watch,
    destroying,
    holders,
    letter_codes,
    opening,
    outages,
    rehearsing,
)

ELSEWHERE = frozenset({"closers", "keys", "rehearsal"})
"""What keeps a vote from opening and has a line of its own."""


@dataclass(frozen=True, slots=True)
class RunSheet:
    """The run sheet of one vote, with what stands beside its lines."""

    facts: Facts
    parts: Mapping[Part, Sequence[Line]]
    next: Task | None
    must_log_in: Sequence[str]
    turnout: Mapping[Channel, int]
    letters: Mapping[int, Balance]
    complaints: int
    many_codes: Sequence[desk_watch.ManyCodes]
    keys_destroyed_from: datetime | None
    publishes_at: datetime | None
    later: outages.LaterClosing | None

    @property
    def voters(self) -> int:
        """How many voted, by whatever road."""
        return sum(self.turnout.values())


def run_sheet_of(vote_round: VoteRound, *, keys: Keys, now: datetime, zone: ZoneInfo) -> RunSheet:
    """The run sheet of a round as it stands at `now`; the round comes with its questions."""
    letters = letter_codes.balances(vote_round.id)
    absent = closers.who_must_log_in(vote_round)
    until = destroying.first_moment(vote_round)
    later = outages.proposed_closing(vote_round, now=now, zone=zone)
    publishes_at = _publishes_at(vote_round)
    facts = Facts(
        state=vote_round.state,
        grade=vote_round.grade,
        roll_kind=vote_round.roll_kind,
        is_fixed=vote_round.rules_hash is not None,
        lost_time=later is not None,
        closers=len(closers.named(vote_round)),
        must_log_in=len(absent),
        printed=sum(balance.printed for balance in letters.values()),
        letters_add_up=all(balance.holds for balance in letters.values()),
        publishes_by_itself=publishes_at is not None,
        objections_over=until is not None and now >= until,
        **_beforehand(vote_round, now=now),
        **_on_paper(vote_round.id),
        **_counted(vote_round, keys=keys),
    )
    parts = run_sheet(facts)
    return RunSheet(
        facts=facts,
        parts=parts,
        next=next_task(parts),
        must_log_in=[one.public_name or one.email or str(one.id) for one in absent],
        turnout=dict(db.session.execute(round_queries.voters_by_channel(vote_round.id)).all()),
        letters=letters,
        complaints=db.session.scalars(round_queries.complaints(vote_round.id)).one(),
        many_codes=desk_watch.many_codes(VoteRound.id == vote_round.id),
        keys_destroyed_from=until,
        publishes_at=publishes_at,
        later=later,
    )


def _publishes_at(vote_round: VoteRound) -> datetime | None:
    """When the newest count is published by itself, where two people chose a later moment."""
    tallies = acts.counts(vote_round.id) if vote_round.closed_at else ()
    agreed = acts.publishing_later(vote_round.id, tallies[0].version) if tallies else None
    return datetime.fromtimestamp(agreed.facts["at"], UTC) if agreed else None


def _beforehand(vote_round: VoteRound, *, now: datetime) -> dict[str, Any]:
    """What is ready of a vote that is not open; afterwards all of it is."""
    if vote_round.rules_hash is not None:
        return {"is_set_up": True, "keys_proven": True, "can_rehearse": False}
    faults = [fault.field for fault in opening.faults(vote_round, now=now)]
    on_roll = 0
    if vote_round.roll_kind is not RollKind.OPEN:
        on_roll = db.session.scalars(round_queries.on_roll(vote_round.id)).one()
    return {
        "is_set_up": all(field in ELSEWHERE for field in faults),
        "keys_proven": "keys" not in faults,
        "on_roll": on_roll,
        "can_rehearse": rehearsing.can_be_rehearsed(vote_round),
        "must_rehearse": opening.must_be_rehearsed(vote_round),
        "is_rehearsed": vote_round.rehearsed_hash == opening.rehearsed(vote_round),
    }


def _on_paper(round_id: int) -> dict[str, Any]:
    piles = db.session.scalars(letter_queries.piles(round_id)).all()
    return {
        "papers_given": db.session.scalars(letter_queries.papers_given(round_id)).one(),
        "piles": len(piles),
        "piles_open": sum(pile.agreed_at is None for pile in piles),
    }


def _counted(vote_round: VoteRound, *, keys: Keys) -> dict[str, Any]:
    """How far counting and publishing are; of a vote that is not closed nothing."""
    if vote_round.closed_at is None:
        return {"keys_destroyed": destroying.is_destroyed(vote_round.id)}
    tallies = acts.counts(vote_round.id)
    shown = db.session.scalars(result_queries.published_results(vote_round.id)).first()
    is_newest = shown is not None and bool(tallies) and shown.version == tallies[0].version
    finalised = db.session.scalars(act_queries.confirmed(vote_round.id, Act.FINALISE)).first()
    wanted = db.session.scalars(result_queries.counts_asked(vote_round.id)).one()
    return {
        "is_finalised": finalised is not None,
        "is_counted": bool(tallies) and tallies[0].version >= wanted,
        "is_tied": bool(acts.undecided(tallies)) and tallies[0].version >= wanted,
        "is_published": is_newest,
        "is_final": is_newest and shown is not None and shown.is_final,
        "waits_for_holders": not tallies and holders.is_waited_for(vote_round, keys=keys),
        "keys_destroyed": destroying.is_destroyed(vote_round.id),
    }
