"""Discussions and comments: who may say what, and how a thread is shown."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from participatie.contributions.rules import State, is_own
from participatie.identity.rules import OFFICIALS, Actor
from participatie.processes.rules import PhasePeriod, Starters

TEXT_LENGTH = (2, 2000)
SUBJECT_LENGTH = (4, 80)
OPENING_LENGTH = (20, 6000)
ANSWER_LENGTH = (20, 6000)
SHOWN_DEPTH = 3
"""Deeper answers are kept as what they are, and shown at this depth."""

SHOWN_AT_ONCE = 20
"""How many threads of one side stand on a page before someone asks for more."""
MOST_SHOWN = 2000


class Stance(StrEnum):
    """On which side an argument stands."""

    FOR = "for"
    AGAINST = "against"


class Opinion(StrEnum):
    """What a resident thinks of a discussion or a comment of somebody else."""

    AGREE = "agree"
    DISAGREE = "disagree"


class CommentOrder(StrEnum):
    """In which order threads stand; answers always stand in the order of their moment.

    Most supported: those with the most people who agree less those who do not; of equals the
    oldest first.
    """

    NEWEST = "nieuwste"
    OLDEST = "oudste"
    SUPPORTED = "meeste-steun"


class Said(Protocol):
    """A comment, as far as its place in the thread goes."""

    @property
    def id(self) -> int: ...
    @property
    def parent_id(self) -> int | None: ...


class Course(Protocol):
    """A process, as far as a talk in it goes."""

    @property
    def slug(self) -> str: ...
    @property
    def phases(self) -> Sequence[PhasePeriod]: ...


class Subject(Protocol):
    """What a talk is about."""

    @property
    def id(self) -> int: ...
    @property
    def state(self) -> State: ...
    @property
    def process_id(self) -> int: ...
    @property
    def process(self) -> Course: ...
    @property
    def page_endpoint(self) -> str: ...


S = TypeVar("S", bound=Said)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Node(Generic[T]):
    """A comment at its depth in the thread, from 1 to `SHOWN_DEPTH`, and the answers to it.

    `answers_to` is what it answers, where that stands beside it and not above it.
    """

    comment: T
    depth: int
    answers: tuple["Node[T]", ...]
    answers_to: T | None = None


def thread(comments: Iterable[S], *, depth: int = SHOWN_DEPTH) -> tuple[Node[S], ...]:
    """`comments` as trees, each level in the order in which they come.

    What answers a comment at the deepest level stands beside it, right behind what it answers.
    """
    answers: dict[int | None, list[S]] = defaultdict(list)
    for comment in comments:
        answers[comment.parent_id].append(comment)
    return _level(answers[None], answers, 1, depth)


def _level(
    said: Iterable[S], answers: dict[int | None, list[S]], level: int, deepest: int
) -> tuple[Node[S], ...]:
    if level == deepest:
        return tuple(Node(comment, level, (), beside) for comment, beside in _flat(said, answers))
    return tuple(
        Node(comment, level, _level(answers[comment.id], answers, level + 1, deepest))
        for comment in said
    )


def _flat(said: Iterable[S], answers: dict[int | None, list[S]]) -> list[tuple[S, S | None]]:
    """`said` with everything that answers it, without a limit to how deep that goes.

    Each with what it answers, None for what is said itself.
    """
    found: list[tuple[S, S | None]] = []
    waiting: list[tuple[S, S | None]] = [(comment, None) for comment in reversed(list(said))]
    while waiting:
        found.append(waiting.pop())
        comment, _ = found[-1]
        waiting.extend((answer, comment) for answer in reversed(answers[comment.id]))
    return found


def can_comment(state: State, *, actor: Actor) -> bool:
    """Whether `actor` may say something about what is in `state`: residents and staff may."""
    takes_part = actor.is_resident or not actor.roles.isdisjoint(OFFICIALS)
    return takes_part and state is State.PUBLISHED


def can_weigh(state: State, *, author_id: int | None, actor: Actor) -> bool:
    """Whether `actor` may agree or disagree: a resident, with what somebody else has said."""
    return actor.is_resident and state is State.PUBLISHED and not is_own(author_id, actor)


def shown(asked: str | None) -> int:
    """How many threads a page shows that was asked to show `asked`: in steps, within bounds."""
    wanted = int(asked) if asked and asked.isascii() and asked.isdecimal() else SHOWN_AT_ONCE
    steps = -(-min(wanted, MOST_SHOWN) // SHOWN_AT_ONCE)
    return max(steps, 1) * SHOWN_AT_ONCE


def can_withdraw(state: State, *, author_id: int | None, actor: Actor) -> bool:
    """Whether `actor` may take it back: only what is one's own and still there."""
    return state is State.PUBLISHED and is_own(author_id, actor)


def is_official(actor: Actor) -> bool:
    """Whether the municipality speaks when `actor` does: staff that is no resident here."""
    return not actor.is_resident and not actor.roles.isdisjoint(OFFICIALS)


def can_start(starters: Starters, *, actor: Actor) -> bool:
    """Whether `actor` may start a discussion where `starters` may: staff wherever there are any."""
    if starters is Starters.NOBODY:
        return False
    return is_official(actor) or (actor.is_resident and starters is Starters.EVERYONE)


def can_revise(state: State, *, author_id: int | None, opinions: int, actor: Actor) -> bool:
    """Whether `actor` may change a discussion: who started it, until somebody has an opinion.

    Nobody finds later that they agreed with other words.
    """
    return state is State.PUBLISHED and not opinions and is_own(author_id, actor)


def can_answer(state: State, *, author_id: int | None, answers: bool, actor: Actor) -> bool:
    """Whether `actor` may answer for the municipality: a clerk, where it answers discussions.

    Never one's own.
    """
    return answers and actor.is_clerk and state is State.PUBLISHED and not is_own(author_id, actor)
