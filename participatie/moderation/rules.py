"""Why something is reported, and what a clerk may decide."""

from enum import StrEnum

from participatie.contributions.rules import State


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

EXPLANATION_LENGTH = (10, 1000)
REPORT_LENGTH = 500
