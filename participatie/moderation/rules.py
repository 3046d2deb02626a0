"""Why something is reported, and what a clerk may decide."""

from enum import StrEnum

from participatie.contributions.rules import State, is_own
from participatie.identity.rules import Actor


class Ground(StrEnum):
    """The reasons for a report and for a decision: the same list, so that they can be compared."""

    INSULT = "insult"
    DISCRIMINATION = "discrimination"
    PRIVACY = "privacy"
    SPAM = "spam"
    ADVERTISING = "advertising"
    OTHER = "other"


class Act(StrEnum):
    """What a clerk does with a contribution."""

    HIDE = "hide"
    RESTORE = "restore"
    KEEP = "keep"


TARGET: dict[Act, State | None] = {
    Act.HIDE: State.HIDDEN,
    Act.RESTORE: State.PUBLISHED,
    Act.KEEP: None,
}

POSSIBLE: dict[State, tuple[Act, ...]] = {
    State.DRAFT: (),
    State.PUBLISHED: (Act.HIDE, Act.KEEP),
    State.HIDDEN: (Act.RESTORE,),
    State.WITHDRAWN: (Act.KEEP,),
}
"""What a clerk can do with a contribution in each state, the heaviest first."""

EXPLANATION_LENGTH = (10, 1000)
REPORT_LENGTH = 500


def can_report(state: State, *, author_id: int | None, actor: Actor) -> bool:
    """Whether `actor` may report it: whoever is logged in, what stands there, never one's own."""
    return actor.id is not None and state is State.PUBLISHED and not is_own(author_id, actor)


def can_decide(*, author_id: int | None, actor: Actor) -> bool:
    """Whether `actor` may decide about it: a clerk, and never about one's own."""
    return actor.is_clerk and not is_own(author_id, actor)
