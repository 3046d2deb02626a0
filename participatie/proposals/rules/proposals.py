"""Limits of a proposal, who may support and answer it, and the answers it can get."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from enum import StrEnum

from participatie.contributions.rules import State, is_own
from participatie.identity.rules import Actor
from participatie.processes.rules import ALLOWED, Action, PhasePeriod, days_later

TITLE_LENGTH = (4, 80)
SUMMARY_LENGTH = (10, 280)
TEXT_LENGTH = (20, 6000)
ANSWER_LENGTH = (20, 6000)


REASON_LENGTH = (10, 500)
UPDATE_LENGTH = (20, 2000)
TITLE_FIXED_FROM = 10
"""From this number of supporters on a proposal keeps its title: they know it by that."""
UPDATE_EVERY = timedelta(days=3)
"""How much time there is between two updates of an author at least."""


ARCHIVE_NOTICE = timedelta(days=14)
"""How long before a proposal goes to the archive its author and followers are told."""


def archive_moment(published_at: datetime, weeks: int, now: datetime) -> datetime | None:
    """When a proposal without enough support goes to the archive, as is told now.

    None while it is too early to tell. Who is told late has the whole time of notice still.
    """
    ends = days_later(published_at, 7 * weeks)
    return None if ends - ARCHIVE_NOTICE > now else max(ends, now + ARCHIVE_NOTICE)


def support_ended(phases: Iterable[PhasePeriod], now: datetime) -> datetime | None:
    """When the last time for support ended; None when it has not, or was never there."""
    ends = [phase.ends_at for phase in phases if Action.SUPPORT in ALLOWED[phase.kind]]
    return max(ends) if ends and max(ends) <= now else None


class AnswerStatus(StrEnum):
    """What the municipality does with a proposal."""

    TAKEN_UP = "taken_up"
    PARTLY = "partly"
    NOT_TAKEN_UP = "not_taken_up"
    ALREADY_DONE = "already_done"


def can_support(state: State, *, actor: Actor) -> bool:
    """Whether `actor` may stand behind a proposal: residents may, their own included."""
    return actor.is_resident and state is State.PUBLISHED


def can_edit(state: State, *, author_id: int | None, actor: Actor) -> bool:
    """Whether `actor` may still change it: the author may, until it is published."""
    return state is State.DRAFT and is_own(author_id, actor)


def can_revise(
    state: State, *, author_id: int | None, official: bool, answered: bool, actor: Actor
) -> bool:
    """Whether `actor` may improve a published proposal: who speaks for it, until it is answered."""
    return not answered and can_withdraw(state, author_id=author_id, official=official, actor=actor)


def can_withdraw(state: State, *, author_id: int | None, official: bool, actor: Actor) -> bool:
    """Whether `actor` may take a published proposal back: its author may, and a clerk one of the
    municipality itself."""
    speaks_for_it = actor.is_clerk if official else is_own(author_id, actor)
    return state is State.PUBLISHED and speaks_for_it


def next_update_at(last: datetime | None) -> datetime | None:
    """From when on its author may tell followers something again; None is at once."""
    return None if last is None else last + UPDATE_EVERY


def answer_due(phases: Iterable[PhasePeriod], weeks: int | None) -> datetime | None:
    """When the municipality answers at the latest: `weeks` after the last time for support ends.

    None when the process promises no term, or has no phase for support.
    """
    ends = [phase.ends_at for phase in phases if Action.SUPPORT in ALLOWED[phase.kind]]
    return None if weeks is None or not ends else days_later(max(ends), 7 * weeks)


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


_WORDS = re.compile(r"\s+|\S+")


def differences(old: str, new: str) -> tuple[tuple[Change, str], ...]:
    """`new` beside `old`, word by word: what stayed, what is gone, and what is new.

    Without what is new it reads as `old`, without what is gone as `new`.
    """
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    pieces: list[tuple[Change, str]] = []
    gone = added = ""
    for _, a, b, c, d in SequenceMatcher(None, before, after).get_opcodes():
        was, now = "".join(before[a:b]), "".join(after[c:d])
        if was == now and not (was.isspace() and (gone or added)):
            pieces += [(Change.GONE, gone), (Change.NEW, added), (Change.SAME, now)]
            gone = added = ""
        else:
            gone, added = gone + was, added + now
    pieces += [(Change.GONE, gone), (Change.NEW, added)]
    return tuple((change, text) for change, text in pieces if text)


def without_bullets(pieces: Iterable[tuple[Change, str]]) -> tuple[tuple[Change, str], ...]:
    """Differences as they are shown: the dash before a new line of a list, and an empty line, are
    not marked as new; what is written there is."""
    shown: list[tuple[Change, str]] = []
    begins = True
    for change, text in pieces:
        if change is not Change.NEW:
            shown.append((change, text))
            begins = begins if change is Change.GONE else text.endswith("\n")
            continue
        for line in text.splitlines(keepends=True):
            dash = "- " if begins and line.startswith("- ") else ""
            words = line.removeprefix(dash)
            shown += [(Change.SAME, dash), (Change.NEW if words.strip() else Change.SAME, words)]
            begins = line.endswith("\n")
    return tuple((change, text) for change, text in shown if text)


def can_answer(state: State, *, author_id: int | None, official: bool, actor: Actor) -> bool:
    """Whether `actor` may answer for the municipality: a clerk, and never one's own proposal. The
    municipality does not answer itself."""
    answers_other = not official and not is_own(author_id, actor)
    return actor.is_clerk and state is State.PUBLISHED and answers_other
