"""Merging proposals by invitation: who may propose it, and what follows from the answers."""

from collections.abc import Sequence
from enum import StrEnum

from participatie.contributions.rules import NAME_LENGTH, State, is_own
from participatie.identity.rules import Actor

LEAST_MERGED, MOST_MERGED = 2, 8
"""How many proposals become one."""

MERGER_REASON_LENGTH = (10, 500)


class MergerState(StrEnum):
    """How far a merger is."""

    INVITED = "invited"
    MERGED = "merged"
    CALLED_OFF = "called_off"
    UNDONE = "undone"


TRANSITIONS: dict[MergerState, frozenset[MergerState]] = {
    MergerState.INVITED: frozenset({MergerState.MERGED, MergerState.CALLED_OFF}),
    MergerState.MERGED: frozenset({MergerState.UNDONE}),
    MergerState.CALLED_OFF: frozenset(),
    MergerState.UNDONE: frozenset(),
}


class Consent(StrEnum):
    """What an author says to a merger."""

    YES = "yes"
    NO = "no"


def can_propose_merger(author_ids: Sequence[int | None], *, actor: Actor) -> bool:
    """Whether `actor` may propose to merge proposals: a clerk, or the author of one of them."""
    return actor.is_clerk or any(is_own(author_id, actor) for author_id in author_ids)


def can_call_off(state: MergerState, *, proposer_id: int | None, actor: Actor) -> bool:
    """Whether `actor` may still end it, or go on with who said yes: a clerk, or who proposed it."""
    return state is MergerState.INVITED and (actor.is_clerk or is_own(proposer_id, actor))


def can_be_merged(state: State, *, answered: bool, on_road: bool) -> bool:
    """Whether a proposal can become part of a joint one: published, without an answer, and no
    initiative on its road to the council."""
    return state is State.PUBLISHED and not answered and not on_road


def is_settled(answers: Sequence[Consent | None]) -> bool:
    """Whether nobody has to answer any more: all said yes or no."""
    return all(answer is not None for answer in answers)


def goes_on(answers: Sequence[Consent | None]) -> bool:
    """Whether there are enough who said yes; who says no or nothing stays as they are."""
    return sum(answer is Consent.YES for answer in answers) >= LEAST_MERGED


def joint_name(names: Sequence[str]) -> str:
    """The name under which a joint proposal stands: all names, or the first and how many more."""
    different = list(dict.fromkeys(names))
    *first, last = different
    whole = f"{', '.join(first)} en {last}" if first else last
    if len(whole) <= NAME_LENGTH[1]:
        return whole
    rest = f" en {len(different) - 1} anderen"
    return different[0][: NAME_LENGTH[1] - len(rest)] + rest
