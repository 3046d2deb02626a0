"""Telling people that their vote arrived, so that nobody learns from it when, or which vote it is.

Who stands before the button is noted before they press it, encrypted. Once an hour a worker looks
who of them voted since, and tells them together: never fewer than ten at once. So the mails
say no more than that so many people voted since the mails before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import LargeBinary, any_, delete, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from participatie.core import outbox
from participatie.core.db import db
from participatie.votes.keys import Keys, SealBroken
from participatie.votes.models.arrivals import AwaitedVote
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.cells import SMALL
from participatie.votes.rules.rounds import Channel, RoundState, Voter

_TIMES = 4  # bytes before the key of the voter: how often they had voted


@dataclass(frozen=True, slots=True)
class _Awaited:
    """What one row says, opened."""

    owner: bytes
    kept: bytes
    voter_key: bytes
    times: int


def await_vote(round_id: int, *, voter: Voter, owner: bytes, keys: Keys) -> None:
    """Tell `owner` later that their vote arrived, if they cast it now.

    Of who holds a letter nobody knows an account. What waits already stays.
    """
    if voter.channel is not Channel.LOGIN:
        return
    times = db.session.scalars(round_queries.times_cast(round_id, voter.key)).one_or_none() or 0
    kept = keys.wrap(owner, times.to_bytes(_TIMES, "big") + voter.key)
    row = upsert(AwaitedVote).values(owner=owner, round_id=round_id, kept=kept)
    db.session.execute(row.on_conflict_do_nothing())


def tell_arrived(
    vote_round: VoteRound, accounts: Mapping[bytes, int], *, keys: Keys, now: datetime
) -> int:
    """Tell those of `accounts`, by owner, whose vote in a round arrived; how many that are.

    None of them while they are fewer than ten. Who is not told waits on, in an order that says
    nothing; once the round is no longer open nobody waits.
    """
    awaited = _awaited(vote_round.id, keys)
    arrived = _arrived(vote_round.id, awaited)
    known = {one.owner: accounts[one.owner] for one in arrived if one.owner in accounts}
    is_told = len(known) >= SMALL
    is_open = vote_round.state is RoundState.OPEN
    gone = {*known} if is_told else set[bytes]()
    _replace(vote_round.id, [one for one in awaited if is_open and one.owner not in gone])
    if not is_told:
        return 0
    for account_id in sorted(known.values()):
        outbox.tell(
            account_id,
            "votes.arrived",
            dedup=f"{vote_round.id}/{now.timestamp():.0f}",
            now=now,
            parameters={"title": vote_round.title, "round_id": vote_round.id},
        )
    return len(known)


def _awaited(round_id: int, keys: Keys) -> list[_Awaited]:
    """What waits; what no longer opens, after a restored backup, is as if it was never there."""
    rows = select(AwaitedVote).where(AwaitedVote.round_id == round_id).with_for_update()
    found = []
    for row in db.session.scalars(rows):
        try:
            plain = keys.unwrap(row.owner, row.kept)
        except SealBroken:
            continue
        times = int.from_bytes(plain[:_TIMES], "big")
        found.append(_Awaited(row.owner, row.kept, plain[_TIMES:], times))
    return found


def _arrived(round_id: int, awaited: Iterable[_Awaited]) -> list[_Awaited]:
    """Those who voted since they stood before the button; on paper is not by that button."""
    waiting = {one.voter_key: one for one in awaited}
    rows = select(Roll.voter_key, Roll.version).where(
        Roll.round_id == round_id,
        Roll.voter_key == any_(literal([*waiting], ARRAY(LargeBinary))),
        Roll.channel == Channel.LOGIN,
    )
    return [
        waiting[key] for key, version in db.session.execute(rows) if version > waiting[key].times
    ]


def _replace(round_id: int, rest: Iterable[_Awaited]) -> None:
    """Let only these wait, written again at one moment in the order of their keyed owners."""
    db.session.execute(delete(AwaitedVote).where(AwaitedVote.round_id == round_id))
    rows = [
        {"owner": one.owner, "round_id": round_id, "kept": one.kept}
        for one in sorted(rest, key=lambda one: one.owner)
    ]
    if rows:
        db.session.execute(insert(AwaitedVote), rows)
