"""Phases, and what each of them lets people do."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar


class PhaseKind(StrEnum):
    """The steps that a process can have, in the order of the road."""

    INFORM = "inform"
    COLLECT = "collect"
    SUPPORT = "support"
    ASSESS = "assess"
    VOTE = "vote"
    RESULT = "result"
    EXECUTE = "execute"


class Action(StrEnum):
    """What a resident can do in a process."""

    PROPOSE = "propose"
    SUPPORT = "support"
    COMMENT = "comment"
    VOTE = "vote"


class Level(StrEnum):
    """How far participation goes."""

    INFORM = "inform"
    CONSULT = "consult"
    ADVISE = "advise"
    CO_DECIDE = "co_decide"


ALLOWED: dict[PhaseKind, frozenset[Action]] = {
    PhaseKind.INFORM: frozenset({Action.COMMENT}),
    PhaseKind.COLLECT: frozenset({Action.PROPOSE, Action.SUPPORT, Action.COMMENT}),
    PhaseKind.SUPPORT: frozenset({Action.SUPPORT, Action.COMMENT}),
    PhaseKind.ASSESS: frozenset({Action.COMMENT}),
    PhaseKind.VOTE: frozenset({Action.VOTE, Action.COMMENT}),
    PhaseKind.RESULT: frozenset({Action.COMMENT}),
    PhaseKind.EXECUTE: frozenset({Action.COMMENT}),
}


class Place(StrEnum):
    """Where a period stands on the road: behind us, around us, or before us."""

    DONE = "done"
    HERE = "here"
    LATER = "later"


class Period(Protocol):
    """A span of time: it includes its start, not its end."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


class PhasePeriod(Period, Protocol):
    """A span of time with what may be done in it."""

    @property
    def kind(self) -> PhaseKind: ...


P = TypeVar("P", bound=Period)


def phase_at(periods: Iterable[P], now: datetime) -> P | None:
    """The phase that runs at `now`; a period includes its start, not its end."""
    return next((p for p in periods if p.starts_at <= now < p.ends_at), None)


def next_phase(periods: Iterable[P], now: datetime) -> P | None:
    """The first phase that has still to begin."""
    coming = [p for p in periods if p.starts_at > now]
    return min(coming, key=lambda p: p.starts_at, default=None)


def may(action: Action, periods: Iterable[PhasePeriod], now: datetime) -> bool:
    """Whether the phase that runs at `now` allows `action`; between phases nothing is allowed."""
    phase = phase_at(periods, now)
    return phase is not None and action in ALLOWED[phase.kind]


def place_of(period: Period, now: datetime) -> Place:
    """Where `period` stands at `now`; at the moment of its end it is done."""
    if now >= period.ends_at:
        return Place.DONE
    return Place.HERE if period.starts_at <= now else Place.LATER
