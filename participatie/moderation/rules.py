"""Why something is reported, and what a clerk may decide."""

from collections.abc import Iterable
from enum import StrEnum

from participatie.contributions.rules import State, is_own
from participatie.core.errors import N_, Invalid
from participatie.identity.rules import Actor


class Ground(StrEnum):
    """Why somebody reports a contribution."""

    INSULT = "insult"
    DISCRIMINATION = "discrimination"
    PRIVACY = "privacy"
    SPAM = "spam"
    ADVERTISING = "advertising"
    OTHER = "other"


class DecisionGround(StrEnum):
    """Why a clerk decides: the grounds of a report, so that both can be compared, and those that
    clear a contribution."""

    INSULT = "insult"
    DISCRIMINATION = "discrimination"
    PRIVACY = "privacy"
    SPAM = "spam"
    ADVERTISING = "advertising"
    WITHIN_RULES = "within_rules"
    SHARP_OPINION = "sharp_opinion"
    MISTAKE = "mistake"
    OBJECTION = "objection"
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
    State.MERGED: (Act.KEEP,),
    State.ARCHIVED: (Act.HIDE, Act.KEEP),
}
"""What a clerk can do with a contribution in each state, the heaviest first."""

GROUNDS: dict[Act, tuple[DecisionGround, ...]] = {
    Act.HIDE: tuple(DecisionGround(ground) for ground in Ground),
    Act.RESTORE: (DecisionGround.MISTAKE, DecisionGround.OBJECTION, DecisionGround.OTHER),
    Act.KEEP: (DecisionGround.WITHIN_RULES, DecisionGround.SHARP_OPINION, DecisionGround.OTHER),
}
"""What each act can be founded on: nothing is shown again because it insults."""

EXPLANATION_LENGTH = (10, 1000)
REPORT_LENGTH = 500


def explanation_length(act: Act, ground: DecisionGround) -> tuple[int, int]:
    """How long an explanation must and may be: nobody gets a mail of what stays as it is, so there
    only a ground that says nothing by itself needs words."""
    least, most = EXPLANATION_LENGTH
    is_needed = act is not Act.KEEP or ground is DecisionGround.OTHER
    return (least if is_needed else 0, most)


def can_report(state: State, *, author_id: int | None, actor: Actor) -> bool:
    """Whether `actor` may report it: whoever is logged in, what stands there, never one's own."""
    return actor.id is not None and state is State.PUBLISHED and not is_own(author_id, actor)


def grounds_for(acts: Iterable[Act]) -> tuple[DecisionGround, ...]:
    """The grounds among which a clerk chooses who can do `acts`, in their order, each once."""
    offered = {ground for act in acts for ground in GROUNDS[act]}
    return tuple(ground for ground in DecisionGround if ground in offered)


def check_ground(act: Act, ground: DecisionGround) -> None:
    """Raise `Invalid` for the field ground when `act` cannot be founded on it."""
    if ground not in GROUNDS[act]:
        raise Invalid(
            N_("This ground does not go with your decision. Choose another one."), field="ground"
        )


def can_decide(*, author_id: int | None, actor: Actor) -> bool:
    """Whether `actor` may decide about it: a clerk, and never about one's own."""
    return actor.moderates and not is_own(author_id, actor)
