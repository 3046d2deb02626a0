"""Phases, what each of them lets people do, and how a planning may change."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Protocol, TypeVar

from participatie.core.clock import AMSTERDAM
from participatie.core.errors import N_, Conflict, Invalid
from participatie.identity.rules import REQUIRED_ASSURANCE, VISITOR, Actor, Role

TITLE_LENGTH = (5, 80)
SUMMARY_LENGTH = (10, 200)
TEXT_LENGTH = (20, 10_000)
REASON_LENGTH = (10, 500)
PHASE_TITLE_LENGTH = (3, 80)
CATEGORY_LENGTH = (2, 40)
MOST_CATEGORIES = 20
MOST_DOCUMENTS = 20
LONGEST_ADDRESS = 60
MOST_PHASES = 12
PREVIEW_LINK_TERM = timedelta(days=14)
"""How long a link to a preview works, unless it is revoked before."""
NOTICE = timedelta(days=14)
"""How long before its first phase a process is announced, as a new one proposes it."""
MINUTE = timedelta(minutes=1)
NOON = time(12)


class PhaseKind(StrEnum):
    """The steps that a process can have, in the order of the road."""

    INFORM = "inform"
    DISCUSS = "discuss"
    COLLECT = "collect"
    SUPPORT = "support"
    ASSESS = "assess"
    COSTS = "costs"
    VOTE = "vote"
    RESULT = "result"
    EXECUTE = "execute"


class Action(StrEnum):
    """What a resident can do in a process."""

    DISCUSS = "discuss"
    PROPOSE = "propose"
    SUPPORT = "support"
    COMMENT = "comment"
    VOTE = "vote"


class Starters(StrEnum):
    """Who starts discussions in a process; nobody is that it holds none."""

    NOBODY = "nobody"
    STAFF = "staff"
    EVERYONE = "everyone"


class Level(StrEnum):
    """How far participation goes."""

    INFORM = "inform"
    CONSULT = "consult"
    ADVISE = "advise"
    CO_DECIDE = "co_decide"


ALLOWED: dict[PhaseKind, frozenset[Action]] = {
    PhaseKind.INFORM: frozenset({Action.COMMENT}),
    PhaseKind.DISCUSS: frozenset({Action.DISCUSS, Action.COMMENT}),
    PhaseKind.COLLECT: frozenset({Action.DISCUSS, Action.PROPOSE, Action.SUPPORT, Action.COMMENT}),
    PhaseKind.SUPPORT: frozenset({Action.DISCUSS, Action.SUPPORT, Action.COMMENT}),
    PhaseKind.ASSESS: frozenset({Action.COMMENT}),
    PhaseKind.COSTS: frozenset({Action.COMMENT}),
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


def is_over(periods: Sequence[Period], now: datetime) -> bool:
    """Whether everything that was planned is behind us; what has no planning is not over."""
    return bool(periods) and all(period.ends_at <= now for period in periods)


def next_phase(periods: Iterable[P], now: datetime) -> P | None:
    """The first phase that has still to begin."""
    coming = [p for p in periods if p.starts_at > now]
    return min(coming, key=lambda p: p.starts_at, default=None)


def begins_at(periods: Iterable[Period], now: datetime) -> datetime | None:
    """When everything that was planned begins; None once something has, or without any."""
    first = min((period.starts_at for period in periods), default=now)
    return first if first > now else None


def may(action: Action, periods: Iterable[PhasePeriod], now: datetime) -> bool:
    """Whether the phase that runs at `now` allows `action`; between phases nothing is allowed."""
    phase = phase_at(periods, now)
    return phase is not None and action in ALLOWED[phase.kind]


def place_of(period: Period, now: datetime) -> Place:
    """Where `period` stands at `now`; at the moment of its end it is done."""
    if now >= period.ends_at:
        return Place.DONE
    return Place.HERE if period.starts_at <= now else Place.LATER


def holds_proposals(phases: Iterable[PhasePeriod]) -> bool:
    """Whether there ever is a time to make proposals or to support them."""
    return any({Action.PROPOSE, Action.SUPPORT} & ALLOWED[phase.kind] for phase in phases)


_BRINGS_CHOICES = frozenset(
    {PhaseKind.DISCUSS, PhaseKind.COLLECT, PhaseKind.SUPPORT, PhaseKind.ASSESS, PhaseKind.COSTS}
)


def is_planned(kind: PhaseKind, phases: Iterable[PhasePeriod]) -> bool:
    """Whether there is a phase of this kind."""
    return any(phase.kind is kind for phase in phases)


def can_still_come(phases: Iterable[PhasePeriod], now: datetime) -> bool:
    """Whether what people choose from can still come in: an earlier phase than the vote brings it.

    Without a phase before it, a vote is complete when its process opens.
    """
    to_come = [phase for phase in phases if phase.ends_at > now]
    votes = [phase.starts_at for phase in to_come if phase.kind is PhaseKind.VOTE]
    return any(
        phase.kind in _BRINGS_CHOICES and (not votes or phase.starts_at < min(votes))
        for phase in to_come
    )


def lies_in_vote_phase(
    opens_at: datetime, closes_at: datetime, phases: Iterable[PhasePeriod]
) -> bool:
    """Whether a vote opens and closes within one phase to vote in."""
    return any(
        phase.kind is PhaseKind.VOTE and phase.starts_at <= opens_at and closes_at <= phase.ends_at
        for phase in phases
    )


class ProcessState(StrEnum):
    """How far the making of a process is."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class PlannedPhase:
    """A phase as a clerk wants it; `id` is None for one that is not kept yet."""

    id: int | None
    title: str
    starts_at: datetime
    ends_at: datetime


class NamedPhase(PhasePeriod, Protocol):
    """A phase with its name."""

    @property
    def title(self) -> str: ...


class KeptPhase(NamedPhase, Protocol):
    """A phase as it is kept."""

    @property
    def id(self) -> int: ...


def state_of(published_at: datetime | None, archived_at: datetime | None) -> ProcessState:
    """How far a process is; it is archived only after it was published."""
    if published_at is None:
        return ProcessState.DRAFT
    return ProcessState.PUBLISHED if archived_at is None else ProcessState.ARCHIVED


def address_of(title: str) -> str:
    """The short address that a title proposes: «Één plein!» becomes «een-plein»."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return words[:LONGEST_ADDRESS].strip("-") or "traject"


def midnight(day: date) -> datetime:
    """When `day` begins in the Netherlands."""
    return at(day, time())


def at(day: date, clock: time) -> datetime:
    """The moment when clocks in the Netherlands show `clock` on `day`."""
    return datetime.combine(day, clock, AMSTERDAM).astimezone(UTC)


def first_day_of(periods: Iterable[Period]) -> date | None:
    """The day on which the first of `periods` begins; None without any."""
    starts = [period.starts_at for period in periods]
    return min(starts).astimezone(AMSTERDAM).date() if starts else None


def days_later(moment: datetime, days: int) -> datetime:
    """The same time on the clock, `days` later: in summer and in winter."""
    local = moment.astimezone(AMSTERDAM)
    return at(local.date() + timedelta(days), local.time())


def proposed_start(now: datetime) -> date:
    """The first Monday that leaves the time of notice: what a new process proposes."""
    day = (now + NOTICE).astimezone(AMSTERDAM).date()
    return day + timedelta(days=-day.weekday() % 7)


def moment_on(day: date, periods: Iterable[Period]) -> datetime:
    """The moment of `day` that a preview shows: noon, or later when a phase begins later."""
    noon, night = at(day, NOON), midnight(day + timedelta(days=1))
    return max([noon, *(p.starts_at for p in periods if noon < p.starts_at < night)])


def check_planning(planned: Sequence[PlannedPhase]) -> None:
    """Raise `Invalid`, beside a field, when phases end before they begin, or overlap.

    `planned` stands in the order of the road: a phase begins when the one before has ended, or
    later.
    """
    for phase in planned:
        if phase.ends_at <= phase.starts_at:
            raise Invalid(
                N_("“%(phase)s” ends before it begins. Choose a later last day."),
                field=f"last_day_{phase.id}",
                phase=phase.title,
            )
    for before, after in pairwise(planned):
        if after.starts_at < before.ends_at:
            raise Invalid(
                N_(
                    "“%(after)s” begins before “%(before)s” is over. "
                    "Choose a later first day, or let “%(before)s” end earlier."
                ),
                field=f"first_day_{after.id}",
                before=before.title,
                after=after.title,
            )


def check_move(kept: KeptPhase, planned: PlannedPhase, now: datetime) -> None:
    """Raise `Invalid` when a phase of an open process is moved in the past.

    What has begun keeps its beginning, and what is over its end; nobody finds out afterwards that
    it was too late, or began without them.
    """
    if planned.starts_at != kept.starts_at and min(planned.starts_at, kept.starts_at) < now:
        raise Invalid(
            N_("“%(phase)s” cannot begin in the past, and keeps its first day once it has begun."),
            field=f"first_day_{kept.id}",
            phase=kept.title,
        )
    if planned.ends_at != kept.ends_at and min(planned.ends_at, kept.ends_at) < now:
        raise Invalid(
            N_("“%(phase)s” cannot end in the past, and keeps its last day once it is over."),
            field=f"last_day_{kept.id}",
            phase=kept.title,
        )


def check_archivable(phases: Iterable[Period], now: datetime) -> None:
    """Raise `Conflict` while a phase runs or has still to come: people may still take part."""
    if any(place_of(phase, now) is not Place.DONE for phase in phases):
        raise Conflict(
            N_("A phase still runs or has still to come. Archive the process when all are over.")
        )


def check_not_archived(archived_at: datetime | None) -> None:
    """Raise `Conflict` where a process is archived: it is there to read, and changes no more."""
    if archived_at is not None:
        raise Conflict(N_("This process is archived. You can read everything, and change nothing."))


class Refusal(StrEnum):
    """Why somebody cannot do something in a process."""

    NOT_NOW = "not_now"
    LOG_IN = "log_in"
    NOT_A_RESIDENT = "not_a_resident"


class Reader(StrEnum):
    """As whom a clerk looks at a process."""

    RESIDENT = "resident"
    OUTSIDER = "outsider"
    CHILD = "child"
    VISITOR = "visitor"


def reader_as_actor(reader: Reader) -> Actor:
    """`reader` as the site knows them: where they live and how old they are comes on top."""
    if reader is Reader.VISITOR:
        return VISITOR
    return Actor(id=0, roles=frozenset({Role.RESIDENT}), assurance=REQUIRED_ASSURANCE)


def why_not(
    action: Action, periods: Iterable[PhasePeriod], *, actor: Actor, now: datetime
) -> Refusal | None:
    """Why `actor` cannot do `action` at `now`; None when nothing stands in the way."""
    if not may(action, periods, now):
        return Refusal.NOT_NOW
    if actor.id is None:
        return Refusal.LOG_IN
    return None if actor.is_resident else Refusal.NOT_A_RESIDENT
