"""The life of anything that is published, and who sees it when."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from participatie.core.errors import N_, Invalid
from participatie.identity.rules import Actor
from participatie.processes.rules import ALLOWED, Action, PhasePeriod

P = TypeVar("P", bound=PhasePeriod)

NAME_LENGTH = (2, 60)
SUMMARY_LENGTH = 280
"""How much of a contribution a list or a queue shows."""

MOST_IMAGES = 5


class State(StrEnum):
    """Where a contribution is on its way."""

    DRAFT = "draft"
    PUBLISHED = "published"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"


TRANSITIONS: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.PUBLISHED}),
    State.PUBLISHED: frozenset({State.HIDDEN, State.WITHDRAWN}),
    State.HIDDEN: frozenset({State.PUBLISHED}),
    State.WITHDRAWN: frozenset(),
}

READABLE = frozenset({State.PUBLISHED, State.WITHDRAWN})
"""What everyone may read; a hidden contribution leaves a tombstone."""


def is_own(author_id: int | None, actor: Actor) -> bool:
    """Whether `actor` made it; what has no author (any more) is nobody's own."""
    return actor.id is not None and actor.id == author_id


def can_see(state: State, *, author_id: int | None, actor: Actor) -> bool:
    """Whether `actor` may read it.

    Everyone reads what is readable, its author all of it; a clerk also what is hidden, and nobody
    else's draft.
    """
    if state in READABLE or is_own(author_id, actor):
        return True
    return state is State.HIDDEN and actor.is_clerk


def next_chance(action: Action, phases: Iterable[P], now: datetime) -> P | None:
    """The first phase after `now` that lets people do `action`; None when there is none."""
    coming = [phase for phase in phases if phase.starts_at > now and action in ALLOWED[phase.kind]]
    return min(coming, key=lambda phase: phase.starts_at, default=None)


def check_length(text: str, limits: tuple[int, int], *, field: str) -> str:
    """`text`, when its number of characters is within `limits`. Raises `Invalid`.

    An emoji or an accented letter counts as its code points after composition, the way the
    database counts.
    """
    least, most = limits
    if not text:
        raise Invalid(N_("This cannot be empty."), field=field)
    if len(text) < least:
        raise Invalid(
            N_("Write at least %(least)s characters. You have %(number)s."),
            field=field,
            least=least,
            number=len(text),
        )
    if len(text) > most:
        raise Invalid(
            N_("Write at most %(most)s characters. You have %(number)s."),
            field=field,
            most=most,
            number=len(text),
        )
    return text


def shortened(text: str, most: int = SUMMARY_LENGTH) -> str:
    """The beginning of `text` on one line, at most `most` characters, cut between words."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    words, space, _ = line[:most].rpartition(" ")
    return f"{words if space else line[: most - 1]}…"
