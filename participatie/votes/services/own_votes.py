"""What a control code says of one's own vote."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from participatie.core.db import db
from participatie.core.errors import N_, Invalid
from participatie.votes import queries
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules import codes
from participatie.votes.rules.kinds import Choice
from participatie.votes.rules.rounds import RoundState


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
    try:
        code = codes.read(typed)
    except Invalid as error:
        raise Invalid(error.sentence, field="code", **error.values) from None
    digest = hashlib.sha256(f"code/1|{vote.id}|{code}".encode()).hexdigest()
    found = db.session.execute(queries.cast_with_code(vote.id, digest)).one_or_none()
    if found is None:
        raise Invalid(
            N_("There is no vote with this code in this vote. Look at the code again."),
            field="code",
        )
    if vote.state is not RoundState.PUBLISHED:
        return OwnVote(Status.RECEIVED)
    return OwnVote(Status.COUNTED if found.is_last else Status.REPLACED)
