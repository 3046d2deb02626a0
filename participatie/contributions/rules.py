"""The life of anything that is published, and who sees it when."""

from enum import StrEnum

from participatie.identity.rules import Actor


class State(StrEnum):
    """Where a contribution is on its way."""

    DRAFT = "draft"
    PUBLISHED = "published"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"


TRANSITIONS: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.PUBLISHED, State.WITHDRAWN}),
    State.PUBLISHED: frozenset({State.HIDDEN, State.WITHDRAWN}),
    State.HIDDEN: frozenset({State.PUBLISHED}),
    State.WITHDRAWN: frozenset(),
}

READABLE = frozenset({State.PUBLISHED, State.WITHDRAWN})
"""What everyone may read; a hidden contribution leaves a tombstone."""


def can_see(state: State, *, author_id: int | None, actor: Actor) -> bool:
    """Whether `actor` may read it: everyone what is readable, the author and clerks the rest."""
    if state in READABLE or actor.is_clerk:
        return True
    return actor.id is not None and actor.id == author_id
