"""What a control code says of one's own vote."""

from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from participatie.core.errors import N_, Conflict, Invalid, NotFound
from participatie.votes.keys import Keys
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.kinds import Choice
from participatie.votes.rules.rounds import RoundState
from participatie.votes.services import board, heads


class Status(StrEnum):
    """What became of one cast; before the result is there only that it came in."""

    RECEIVED = "received"
    COUNTED = "counted"
    REPLACED = "replaced"
    OVERRIDDEN = "overridden"
    ANNULLED = "annulled"


@dataclass(frozen=True, slots=True)
class OwnVote:
    """The cast with one control code; `choice` only where votes are published with codes.

    It `waits` until it comes on the board, together with those of others.
    """

    status: Status
    choice: Choice | None = None
    waits: bool = False


def find(vote: VoteRound, typed: str) -> OwnVote:
    """The cast with the code that somebody typed. Raises `Invalid`, with the field of the form."""
    known = _known(vote, typed)
    waits = known.seq is None
    if known.status is None:
        return OwnVote(Status.RECEIVED, waits=waits)
    choice = known.answers and tuple(tuple(answer) for answer in known.answers)
    return OwnVote(Status(known.status.value), choice or None, waits=waits)


@dataclass(frozen=True, slots=True)
class Proof:
    """A text for who checks a cast elsewhere; a promise until the cast stands on the board."""

    text: str
    is_promise: bool


def proof(vote: VoteRound, typed: str, *, keys: Keys) -> Proof:
    """That the cast with this code stands on the board, or that it will.

    Raises `Invalid`, and `Conflict` for a cast of a vote that was broken off: it never will.
    """
    known = _known(vote, typed)
    if known.seq is not None:
        with suppress(NotFound):  # in the seconds before a head covers it
            return Proof(heads.inclusion_proof(vote.id, known.seq), is_promise=False)
    elif vote.state is not RoundState.OPEN:
        raise Conflict(N_("This vote was broken off. Nothing is counted."))
    return Proof(heads.promise(vote.id, known.body, keys=keys), is_promise=True)


def _known(vote: VoteRound, typed: str) -> board.Known:
    try:
        return board.check_code(vote.id, typed)
    except Invalid as error:
        raise Invalid(error.sentence, field="code", **error.values) from None
    except NotFound as error:
        raise Invalid(error.sentence, field="code") from None
