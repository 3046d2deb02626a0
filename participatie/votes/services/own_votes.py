"""What a control code says of one's own vote."""

from dataclasses import dataclass
from enum import StrEnum

from participatie.core.errors import N_, Invalid, NotFound
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.kinds import Choice
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
    """The cast with one control code; `choice` only where votes are published with codes."""

    status: Status
    choice: Choice | None = None


def find(vote: VoteRound, typed: str) -> OwnVote:
    """The cast with the code that somebody typed. Raises `Invalid`, with the field of the form."""
    known = _known(vote, typed)
    if known.status is None:
        return OwnVote(Status.RECEIVED)
    choice = known.answers and tuple(tuple(answer) for answer in known.answers)
    return OwnVote(Status(known.status.value), choice or None)


def proof(vote: VoteRound, typed: str) -> str:
    """That the cast with this code stands on the board, for who checks that elsewhere.

    Raises `Invalid`, also in the seconds before a head covers it.
    """
    known = _known(vote, typed)
    try:
        return heads.inclusion_proof(vote.id, known.seq)
    except NotFound:
        sentence = N_("The proof is there in some seconds. Ask for it again.")
        raise Invalid(sentence, field="code") from None


def _known(vote: VoteRound, typed: str) -> board.Known:
    try:
        return board.check_code(vote.id, typed)
    except Invalid as error:
        raise Invalid(error.sentence, field="code", **error.values) from None
    except NotFound as error:
        raise Invalid(error.sentence, field="code") from None
