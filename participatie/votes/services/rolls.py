"""Filling the roll before a vote opens. A BSN is used once, here, and kept nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, NotAllowed
from participatie.identity.pseudonyms import Pseudonyms, Purpose
from participatie.identity.rules import Actor
from participatie.votes.keys import Keys
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.rules.rolls import Person
from participatie.votes.rules.rounds import Channel, RollKind, RoundState

ROWS = 5000  # that go to the database in one statement


@dataclass(frozen=True, slots=True)
class Filled:
    """What a file did to the roll; `keys` has the voter key of each line, in their order."""

    added: int
    there_already: int
    keys: tuple[bytes, ...]


def fill(
    vote_round: VoteRound,
    people: Sequence[Person],
    *,
    keys: Keys,
    pseudonyms: Pseudonyms,
    actor: Actor,
    now: datetime,
) -> Filled:
    """Put people on the roll; who is on it already stays on it, once.

    Raises `NotAllowed`, and `Conflict` when the roll is fixed or is not filled from a list.
    """
    only_clerks(actor)
    if vote_round.roll_kind is not RollKind.UPLOAD:
        raise Conflict(N_("This vote does not take a list of voters. Choose that in its settings."))
    roll_is_not_fixed(vote_round)
    keys.make(vote_round.id)
    found = tuple(
        keys.voter_key(
            vote_round.id,
            person.pseudonym or pseudonyms.pseudonym(Purpose.VOTE, person.bsn),
        )
        for person in people
    )
    added = put_on_roll(vote_round.id, found, Channel.LOGIN)
    filled = Filled(added, len(found) - added, found)
    detail = {"added": filled.added, "there_already": filled.there_already}
    subject = f"vote_round/{vote_round.id}"
    audit.record("votes.fill_roll", account_id=actor.id, subject=subject, now=now, detail=detail)
    return filled


def put_on_roll(round_id: int, voter_keys: Sequence[bytes], channel: Channel) -> int:
    """Add rows of people who may vote and have not; how many are new."""
    added = 0
    for start in range(0, len(voter_keys), ROWS):
        rows = [
            {"round_id": round_id, "voter_key": key, "version": 0, "channel": channel}
            for key in voter_keys[start : start + ROWS]
        ]
        put = insert(Roll).on_conflict_do_nothing(constraint="pk_roll").returning(Roll.round_id)
        added += len(db.session.execute(put, rows).all())
    return added


def only_clerks(actor: Actor) -> None:
    """Raises `NotAllowed` for who is not of the team."""
    if not actor.is_clerk:
        raise NotAllowed(N_("Only the team of the municipality prepares a vote."))


def only_the_desk(actor: Actor) -> None:
    """Raises `NotAllowed` for who does not help voters at the desk."""
    if not actor.is_at_desk:
        raise NotAllowed(N_("Only the desk and the team help a voter with a letter."))


def roll_is_not_fixed(vote_round: VoteRound) -> None:
    """Nobody comes on a closed roll once the vote is open: its number is published then.

    Holds the row of the round, so that the vote does not open meanwhile. Raises `Conflict`.
    """
    state = db.session.scalars(
        select(VoteRound.state).where(VoteRound.id == vote_round.id).with_for_update(read=True)
    ).one()
    if state is not RoundState.DRAFT:
        raise Conflict(N_("The vote is open, so nobody can be added to the list of voters."))
