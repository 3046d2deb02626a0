"""What a resident can do now in a process: the one button of its card and its page."""

from enum import StrEnum

from participatie.processes.rules import PhaseKind


class Step(StrEnum):
    """The one thing to do now."""

    PROPOSE = "propose"
    SUPPORT = "support"
    VOTE = "vote"
    RESULT = "result"
    READ = "read"


OPEN_STEPS = frozenset({Step.PROPOSE, Step.SUPPORT, Step.VOTE})
"""The steps by which a resident takes part."""


def step_now(phase: PhaseKind | None, *, can_vote: bool, has_result: bool) -> Step:
    """What to do while a phase of kind `phase` runs, None when none does.

    In a phase of voting the round itself must be open too; a result is shown as soon as there is
    one and nothing else is asked.
    """
    if phase is PhaseKind.COLLECT:
        return Step.PROPOSE
    if phase is PhaseKind.SUPPORT:
        return Step.SUPPORT
    if phase is PhaseKind.VOTE and can_vote:
        return Step.VOTE
    return Step.RESULT if has_result else Step.READ
