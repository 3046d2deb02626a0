"""What takes two people in a vote: one asks, another confirms what both have seen."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum

from participatie.core.errors import N_, Invalid
from participatie.identity.rules import Actor, Role
from participatie.votes.rules.rounds import RoundState

OBJECTION_TERM = timedelta(weeks=6)
"""How long people can object to a result: until then the keys of a vote are needed."""

SHORTEST_REASON, LONGEST_REASON = 10, 500


class Act(StrEnum):
    """What two people do together.

    Finalise: nothing more comes in, the choices may be opened and counted. Lot: put on record
    what was drawn in public where the votes are equal. Publish: let everybody see a count. Extend:
    close later. Break off: stop an open vote, of which nothing is ever counted. Recount: count once
    more; what was published stays readable. Destroy: the keys, once nobody can object any more.
    """

    FINALISE = "finalise"
    LOT = "lot"
    PUBLISH = "publish"
    EXTEND = "extend"
    BREAK_OFF = "break_off"
    RECOUNT = "recount"
    DESTROY = "destroy"


POSSIBLE: Mapping[Act, frozenset[RoundState]] = {
    Act.FINALISE: frozenset({RoundState.CLOSED}),
    Act.LOT: frozenset({RoundState.CLOSED, RoundState.COUNTED, RoundState.PUBLISHED}),
    Act.PUBLISH: frozenset({RoundState.COUNTED, RoundState.PUBLISHED}),
    Act.EXTEND: frozenset({RoundState.CLOSED}),
    Act.BREAK_OFF: frozenset({RoundState.OPEN}),
    Act.RECOUNT: frozenset({RoundState.COUNTED, RoundState.PUBLISHED}),
    Act.DESTROY: frozenset({RoundState.PUBLISHED, RoundState.BROKEN_OFF}),
}
"""In which states of a round each act can be asked and confirmed."""

NEEDS_REASON = frozenset({Act.EXTEND, Act.BREAK_OFF, Act.RECOUNT})
"""The acts of which everybody reads the reason."""


def can_ask(actor: Actor, *, closers: Collection[int]) -> bool:
    """A clerk asks; where people are named who close the vote, one of those."""
    return actor.is_clerk and _closes(actor, closers)


def can_confirm(actor: Actor, *, asked_by: int, closers: Collection[int]) -> bool:
    """Somebody else than who asked confirms: a clerk or a second person, of those who are named."""
    may = actor.is_clerk or Role.SECOND in actor.roles
    return may and actor.id != asked_by and _closes(actor, closers)


def may_see_count(actor: Actor, *, closers: Collection[int]) -> bool:
    """Who closes a vote sees what was counted before everybody does."""
    return (actor.is_clerk or Role.SECOND in actor.roles) and _closes(actor, closers)


def reason_for(act: Act, typed: str) -> str:
    """The reason that everybody reads. Raises `Invalid` when it is missing or too long."""
    if act not in NEEDS_REASON and not typed.strip():
        return ""
    return public_reason(typed)


def public_reason(typed: str) -> str:
    """A reason that everybody reads. Raises `Invalid` when it is missing or too long."""
    reason = " ".join(typed.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise Invalid(
            N_("Write a reason of %(least)s to %(most)s characters. Everybody can read it."),
            field="reason",
            least=SHORTEST_REASON,
            most=LONGEST_REASON,
        )
    return reason


def drawn(order: Sequence[str], *, tied: Collection[str]) -> list[str]:
    """The order that was drawn: each that is equal once. Raises `Invalid`."""
    if sorted(order) != sorted(tied):
        raise Invalid(
            N_("Give each of these its own place, from the first drawn to the last."), field="order"
        )
    return list(order)


def _closes(actor: Actor, closers: Collection[int]) -> bool:
    return actor.id is not None and (not closers or actor.id in closers)
