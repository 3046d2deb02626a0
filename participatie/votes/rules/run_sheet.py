"""The run sheet of a vote: what the team does before, during and after it, and what comes first."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from participatie.votes.rules.rounds import Grade, RollKind, RoundState


class Part(StrEnum):
    """The three parts of a run sheet."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class Task(StrEnum):
    """What has to happen in a vote."""

    SET_UP = "set_up"
    CLOSERS = "closers"
    LOG_IN = "log_in"
    ROLL = "roll"
    LETTERS = "letters"
    KEYS = "keys"
    REHEARSE = "rehearse"
    FIX = "fix"
    OPEN = "open"
    MOVE = "move"
    DESK = "desk"
    CLOSE = "close"
    PAPER = "paper"
    BALANCE = "balance"
    HOLDERS = "holders"
    FINALISE = "finalise"
    COUNT = "count"
    LOT = "lot"
    PUBLISH = "publish"
    MAKE_FINAL = "make_final"
    DESTROY = "destroy"


class Standing(StrEnum):
    """How a task stands.

    Now: the team has to do it. By itself: the program does it at its time. As needed: whenever
    somebody asks for it. Advised: the vote goes on without it. Later: its part has not come, or
    another task goes first.
    """

    DONE = "done"
    NOW = "now"
    BY_ITSELF = "by_itself"
    AS_NEEDED = "as_needed"
    ADVISED = "advised"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a run sheet needs to know of a vote; nothing of how people voted."""

    state: RoundState
    grade: Grade
    roll_kind: RollKind
    is_set_up: bool = False
    is_fixed: bool = False
    lost_time: bool = False
    closers: int = 0
    must_log_in: int = 0
    on_roll: int = 0
    printed: int = 0
    keys_proven: bool = False
    can_rehearse: bool = False
    must_rehearse: bool = False
    is_rehearsed: bool = False
    papers_given: int = 0
    piles: int = 0
    piles_open: int = 0
    letters_add_up: bool = True
    waits_for_holders: bool = False
    is_finalised: bool = False
    is_counted: bool = False
    is_tied: bool = False
    publishes_by_itself: bool = False
    is_published: bool = False
    is_final: bool = False
    objections_over: bool = False
    keys_destroyed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a run sheet."""

    task: Task
    standing: Standing


_PART_OF: dict[RoundState, Part] = {
    RoundState.DRAFT: Part.BEFORE,
    RoundState.OPEN: Part.DURING,
    RoundState.CLOSED: Part.AFTER,
    RoundState.COUNTED: Part.AFTER,
    RoundState.PUBLISHED: Part.AFTER,
    RoundState.BROKEN_OFF: Part.AFTER,
}


def part_of(state: RoundState) -> Part:
    """In which part of its run sheet a vote is."""
    return _PART_OF[state]


def run_sheet(facts: Facts) -> dict[Part, list[Line]]:
    """Every task of a vote in the order in which it comes up, with how it stands."""
    order, here = list(Part), part_of(facts.state)
    made = {}
    for part, tasks in _TASKS.items():
        if order.index(part) < order.index(here):
            made[part] = [
                Line(task, Standing.DONE)
                for task, standing in tasks(facts)
                if standing is not Standing.ADVISED
            ]
        elif part is here:
            made[part] = [Line(task, standing) for task, standing in tasks(facts)]
        else:
            made[part] = [Line(task, Standing.LATER) for task, _ in tasks(facts)]
    return made


def next_task(sheet: dict[Part, list[Line]]) -> Task | None:
    """What the team does first; else what the program does; None when nothing is left."""
    lines = [line for part in sheet.values() for line in part]
    for standing in (Standing.NOW, Standing.BY_ITSELF):
        for line in lines:
            if line.standing is standing:
                return line.task
    return None


Tasks = Iterator[tuple[Task, Standing]]


def _before(facts: Facts) -> Tasks:
    takes_two = facts.grade is not Grade.LIGHT
    ready = [(Task.SET_UP, facts.is_set_up)]
    if takes_two:
        ready.append((Task.CLOSERS, facts.closers == 3))
        ready.append((Task.LOG_IN, facts.closers == 3 and not facts.must_log_in))
    if facts.roll_kind is RollKind.UPLOAD:
        ready.append((Task.ROLL, facts.on_roll > 0))
    if facts.roll_kind is RollKind.CODES:
        ready.append((Task.LETTERS, facts.printed > 0))
    if facts.grade is Grade.HEAVY:
        ready.append((Task.KEYS, facts.keys_proven))
    for task, is_done in ready:
        yield task, _unless(is_done or facts.is_fixed, Standing.NOW)
    all_ready = all(is_done for _, is_done in ready)
    if facts.can_rehearse:
        is_must = facts.must_rehearse
        here = Standing.NOW if is_must and all_ready else Standing.LATER
        yield (
            Task.REHEARSE,
            _unless(facts.is_rehearsed, here if is_must else Standing.ADVISED),
        )
        all_ready = all_ready and (facts.is_rehearsed or not is_must)
    yield Task.FIX, _unless(facts.is_fixed, Standing.NOW if all_ready else Standing.LATER)
    yield Task.OPEN, Standing.BY_ITSELF if facts.is_fixed else Standing.LATER


def _during(facts: Facts) -> Tasks:
    if facts.lost_time and facts.state is RoundState.OPEN:
        yield Task.MOVE, Standing.NOW
    if facts.grade is not Grade.LIGHT or facts.printed:
        yield Task.DESK, Standing.AS_NEEDED
    yield Task.CLOSE, Standing.BY_ITSELF


def _after(facts: Facts) -> Tasks:
    if facts.state is RoundState.BROKEN_OFF:
        yield from _ending(facts)
        return
    if facts.lost_time and facts.state is RoundState.CLOSED:
        yield Task.MOVE, Standing.NOW
    if facts.grade is not Grade.LIGHT:
        yield from _agreeing(facts)
    yield (
        Task.COUNT,
        _unless(
            facts.is_counted,
            Standing.BY_ITSELF
            if facts.is_finalised or facts.grade is Grade.LIGHT
            else Standing.LATER,
        ),
    )
    if facts.is_tied:
        yield Task.LOT, Standing.NOW
    if facts.grade is not Grade.LIGHT:
        ready = facts.is_counted and not facts.is_tied
        due = Standing.BY_ITSELF if facts.publishes_by_itself else Standing.NOW
        then = due if ready else Standing.LATER
        yield Task.PUBLISH, _unless(facts.is_published, then)
        last = due if facts.is_published else Standing.LATER
        yield Task.MAKE_FINAL, _unless(facts.is_final, last)
    yield from _ending(facts)


def _agreeing(facts: Facts) -> Tasks:
    """What two people look at before they let the votes be counted."""
    over = facts.is_finalised
    if facts.papers_given or facts.piles:
        typed = facts.piles > 0 and facts.piles_open == 0
        yield Task.PAPER, _unless(over or typed, Standing.NOW)
    if facts.printed:
        yield Task.BALANCE, _unless(over or facts.letters_add_up, Standing.NOW)
    yield Task.FINALISE, _unless(over, Standing.NOW)
    if facts.grade is Grade.HEAVY:
        is_open = facts.is_counted or not facts.waits_for_holders
        yield Task.HOLDERS, _unless(is_open, Standing.NOW)


def _ending(facts: Facts) -> Tasks:
    due = Standing.NOW if facts.objections_over else Standing.LATER
    yield Task.DESTROY, _unless(facts.keys_destroyed, due)


def _unless(is_done: bool, otherwise: Standing) -> Standing:
    return Standing.DONE if is_done else otherwise


_TASKS = {Part.BEFORE: _before, Part.DURING: _during, Part.AFTER: _after}
