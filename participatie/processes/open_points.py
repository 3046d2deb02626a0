"""What a process needs before it opens: nothing missing, nothing that contradicts itself."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any, Protocol, TypeVar

from participatie.core.errors import Invalid
from participatie.identity.rules import mail_address
from participatie.processes.rules import (
    ALLOWED,
    SUMMARY_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Action,
    Level,
    NamedPhase,
    PhaseKind,
    Place,
    Starters,
    place_of,
)

Named = TypeVar("Named", bound=NamedPhase)


class Preparation(Protocol):
    """What a clerk has filled in for a process."""

    @property
    def title(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def level(self) -> Level: ...
    @property
    def contact_name(self) -> str: ...
    @property
    def contact_email(self) -> str: ...
    @property
    def contact_phone(self) -> str: ...
    @property
    def support_threshold(self) -> int | None: ...
    @property
    def discussion_starters(self) -> Starters: ...
    @property
    def phases(self) -> Sequence[NamedPhase]: ...


class OpenPoint(StrEnum):
    """What keeps a process from opening: something is missing, or contradicts itself."""

    NO_TITLE = "no_title"
    TITLE_TAKEN = "title_taken"
    NO_SUMMARY = "no_summary"
    NO_TEXT = "no_text"
    BLANK_LEFT = "blank_left"
    BLANK_IN_PHASE = "blank_in_phase"
    BLANK_IN_OWN_WORDS = "blank_in_own_words"
    BLANK_IN_REGULATION = "blank_in_regulation"
    NO_CONTACT_NAME = "no_contact_name"
    NO_CONTACT_EMAIL = "no_contact_email"
    NO_CONTACT_PHONE = "no_contact_phone"
    NO_PHASES = "no_phases"
    ALL_OVER = "all_over"
    OUT_OF_ORDER = "out_of_order"
    NOTHING_TO_DO = "nothing_to_do"
    DECIDES_WITHOUT_VOTE = "decides_without_vote"
    VOTE_WITHOUT_RESULT = "vote_without_result"
    THRESHOLD_WITHOUT_SUPPORT = "threshold_without_support"
    SUPPORT_WITHOUT_THRESHOLD = "support_without_threshold"
    DISCUSS_WITHOUT_STARTERS = "discuss_without_starters"
    AREA_WITHOUT_POSTCODE = "area_without_postcode"


_BLANK = re.compile(
    r"\[\s*(?:vul\b|…|\.\.\.|naam|datum|bedrag|x+\s*\])|\bvul hier in\b|\blorem ipsum\b",
    re.IGNORECASE,
)
_TAKES_PART = frozenset({Action.DISCUSS, Action.PROPOSE, Action.SUPPORT, Action.VOTE})


@dataclass(frozen=True, slots=True)
class Lack:
    """What a part of a process lacks, such as its vote: why, and the page where that is mended."""

    fault: Invalid
    page: str
    address: Mapping[str, Any]


def open_points(process: Preparation, now: datetime) -> tuple[OpenPoint, ...]:
    """All that is missing in what a process says and plans, or contradicts itself."""
    return (*_missing(process), *_contradicting(process, now))


def gaps(phases: Iterable[Named], now: datetime) -> list[tuple[Named, Named]]:
    """The phases between which there is still to come a time when no phase runs.

    That may be meant: nothing is refused, and who plans it is asked to look.
    """
    in_order = sorted(phases, key=lambda phase: phase.starts_at)
    return [
        (before, after)
        for before, after in pairwise(in_order)
        if before.ends_at < after.starts_at and now < after.starts_at
    ]


def has_blank(words: str) -> bool:
    """Whether a text still holds a place that says to fill it in."""
    return _BLANK.search(words) is not None


def _missing(process: Preparation) -> Iterator[OpenPoint]:
    if len(process.title) < TITLE_LENGTH[0]:
        yield OpenPoint.NO_TITLE
    if len(process.summary) < SUMMARY_LENGTH[0]:
        yield OpenPoint.NO_SUMMARY
    if len(process.text) < TEXT_LENGTH[0]:
        yield OpenPoint.NO_TEXT
    said = (process.title, process.summary, process.text, process.contact_name)
    if any(has_blank(words) for words in said):
        yield OpenPoint.BLANK_LEFT
    if any(has_blank(phase.title) for phase in process.phases):
        yield OpenPoint.BLANK_IN_PHASE
    if not process.contact_name:
        yield OpenPoint.NO_CONTACT_NAME
    if not _is_mail_address(process.contact_email):
        yield OpenPoint.NO_CONTACT_EMAIL
    if not process.contact_phone:
        yield OpenPoint.NO_CONTACT_PHONE
    if not process.phases:
        yield OpenPoint.NO_PHASES


def _contradicting(process: Preparation, now: datetime) -> Iterator[OpenPoint]:
    phases = sorted(process.phases, key=lambda phase: phase.starts_at)
    if not phases:
        return
    kinds = [phase.kind for phase in phases]
    can = frozenset[Action]().union(*(ALLOWED[kind] for kind in kinds))
    if all(place_of(phase, now) is Place.DONE for phase in phases):
        yield OpenPoint.ALL_OVER
    if kinds != sorted(kinds, key=list(PhaseKind).index):
        yield OpenPoint.OUT_OF_ORDER
    if process.level is not Level.INFORM and not can & _TAKES_PART:
        yield OpenPoint.NOTHING_TO_DO
    if process.level is Level.CO_DECIDE and Action.VOTE not in can:
        yield OpenPoint.DECIDES_WITHOUT_VOTE
    if PhaseKind.VOTE in kinds and PhaseKind.RESULT not in kinds:
        yield OpenPoint.VOTE_WITHOUT_RESULT
    if process.support_threshold is not None and Action.SUPPORT not in can:
        yield OpenPoint.THRESHOLD_WITHOUT_SUPPORT
    if process.support_threshold is None and PhaseKind.SUPPORT in kinds:
        yield OpenPoint.SUPPORT_WITHOUT_THRESHOLD
    if process.discussion_starters is Starters.NOBODY and PhaseKind.DISCUSS in kinds:
        yield OpenPoint.DISCUSS_WITHOUT_STARTERS


def _is_mail_address(typed: str) -> bool:
    try:
        mail_address(typed)
    except Invalid:
        return False
    return True
