"""Where a budget is on its road, as a resident sees it."""

from enum import StrEnum

from participatie.processes.rules import PhaseKind
from participatie.votes.rules.stages import Stage


class Now(StrEnum):
    """What happens with a budget now."""

    WAIT = "wait"
    COLLECT = "collect"
    SUPPORT = "support"
    ASSESS = "assess"
    COSTS = "costs"
    VOTE_WAITS = "vote_waits"
    VOTE = "vote"
    COUNTING = "counting"
    BROKEN_OFF = "broken_off"
    RESULT = "result"
    EXECUTE = "execute"


_BY_VOTE = {
    Stage.OPEN: Now.VOTE,
    Stage.COUNTING: Now.COUNTING,
    Stage.BROKEN_OFF: Now.BROKEN_OFF,
    Stage.RESULT: Now.RESULT,
}
_BY_PHASE = {
    PhaseKind.COLLECT: Now.COLLECT,
    PhaseKind.SUPPORT: Now.SUPPORT,
    PhaseKind.ASSESS: Now.ASSESS,
    PhaseKind.COSTS: Now.COSTS,
    PhaseKind.VOTE: Now.VOTE_WAITS,
}


def now_of(stage: Stage, phase: PhaseKind | None) -> Now:
    """What happens while the vote is at `stage` and a phase of this kind runs, None when none does.

    The vote itself says more than the planning: a phase for voting can run while nobody can vote
    yet. Once there is a result, plans are carried out in the phase for that.
    """
    if stage is Stage.RESULT and phase is PhaseKind.EXECUTE:
        return Now.EXECUTE
    if stage in _BY_VOTE:
        return _BY_VOTE[stage]
    return _BY_PHASE.get(phase, Now.WAIT) if phase else Now.WAIT
