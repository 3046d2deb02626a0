"""Plans: what is said of each, which cannot go together, and until when they change."""

from collections.abc import Iterable
from datetime import datetime

from participatie.contributions.rules import State, is_own
from participatie.core.errors import N_, Invalid
from participatie.identity.rules import Actor
from participatie.processes.rules import Action, PhasePeriod, may

TITLE_LENGTH = (4, 80)
TEXT_LENGTH = (20, 6000)
SUMMARY_LENGTH = (4, 280)
SUBMITTED_SUMMARY_LENGTH = (10, 280)
"""How a resident says a plan in short; the griffie makes it fit the ballot."""
MOST_WORDS = 20
"""How long a plan may be «in short»: what stands on the ballot beside its name and cost."""


def in_short(text: str) -> str:
    """`text`, when it is short enough for the ballot. Raises `Invalid`."""
    words = text.split()
    if len(words) > MOST_WORDS:
        raise Invalid(
            N_("Use at most %(most)s words. You have %(number)s."),
            field="summary",
            most=MOST_WORDS,
            number=len(words),
        )
    return " ".join(words)


def shortened(text: str) -> str:
    """The first words of `text`, as many as there may be."""
    words = text.split()
    return " ".join(words) if len(words) <= MOST_WORDS else f"{' '.join(words[:MOST_WORDS])}…"


def pair_of(one: int, other: int) -> tuple[int, int]:
    """Two plans of which one at most can win, as they are kept: the lower number first."""
    if one == other:
        raise Invalid(N_("A plan goes with itself. Choose another one."), field="conflicts")
    return min(one, other), max(one, other)


def exclusive_groups(pairs: Iterable[tuple[int, int]], on_ballot: Iterable[int]) -> list[list[str]]:
    """The pairs that are on the ballot as the count wants them: by code, each once, sorted."""
    there = set(on_ballot)
    return [[str(a), str(b)] for a, b in sorted(set(pairs)) if {a, b} <= there]


def takes_plans(is_on: bool, phases: Iterable[PhasePeriod], now: datetime) -> bool:
    """Whether residents can submit plans now: where it is on, in a phase to propose in."""
    return is_on and may(Action.PROPOSE, phases, now)


def takes_support(
    is_on: bool, is_fixed: bool, phases: Iterable[PhasePeriod], now: datetime
) -> bool:
    """Whether residents can support plans now: where they submit them, in a phase to support in,
    until the vote `is_fixed`.
    """
    return is_on and not is_fixed and may(Action.SUPPORT, phases, now)


def can_support(state: State, *, came_from: int | None, actor: Actor) -> bool:
    """Whether `actor` may stand behind a plan: residents may, their own included.

    A plan that `came_from` a proposal has the support of that, and gets none of its own.
    """
    return actor.is_resident and state is State.PUBLISHED and came_from is None


def can_edit(state: State, *, author_id: int | None, actor: Actor) -> bool:
    """Whether `actor` may change a plan that they submit: until it is published."""
    return state is State.DRAFT and is_own(author_id, actor)


def fits_ballot(summary: str) -> bool:
    """Whether what a plan is in short can stand on the ballot."""
    return len(summary.split()) <= MOST_WORDS
