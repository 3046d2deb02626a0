"""The road of a burgerinitiatief: from a resident who files it to a decision of the council."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from participatie.core.clock import AMSTERDAM
from participatie.core.errors import N_, Conflict, Invalid
from participatie.identity.rules import Actor, is_bsn
from participatie.processes.rules import midnight

REASON_LENGTH = (10, 1000)
MOST_AT_ONCE = 200
"""How many signatures the griffie checks on one page."""
MOST_RECEIVED = 100_000
"""How many signatures one delivery of paper holds at most."""


class Stop(StrEnum):
    """Where an initiative is on its road."""

    TEST = "test"
    SUPPORT = "support"
    CHECK = "check"
    AGENDA = "agenda"
    DECIDED = "decided"
    REFUSED = "refused"
    TOO_LITTLE = "too_little"


ROAD = (Stop.TEST, Stop.SUPPORT, Stop.CHECK, Stop.AGENDA, Stop.DECIDED)
"""The whole road, for who gets to its end."""

TRANSITIONS: dict[Stop, frozenset[Stop]] = {
    Stop.TEST: frozenset({Stop.SUPPORT, Stop.REFUSED}),
    Stop.SUPPORT: frozenset({Stop.CHECK}),
    Stop.CHECK: frozenset({Stop.AGENDA, Stop.TOO_LITTLE}),
    Stop.AGENDA: frozenset({Stop.DECIDED}),
    Stop.DECIDED: frozenset(),
    Stop.REFUSED: frozenset(),
    Stop.TOO_LITTLE: frozenset(),
}


class Flaw(StrEnum):
    """Why a signature on paper does not count."""

    TWICE = "twice"
    NOT_FOUND = "not_found"
    LIVES_ELSEWHERE = "lives_elsewhere"
    TOO_YOUNG = "too_young"
    UNREADABLE = "unreadable"
    NOT_SIGNED = "not_signed"


@dataclass(frozen=True, slots=True)
class Terms:
    """How many weeks the regulation gives for each stop."""

    test_weeks: int
    support_weeks: int
    check_weeks: int
    agenda_weeks: int


def year_of(moment: datetime) -> int:
    """In which year a moment falls in the Netherlands: initiatives are numbered by it."""
    return moment.astimezone(AMSTERDAM).year


def due_at(stop: Stop, terms: Terms, now: datetime) -> datetime | None:
    """Until when a stop that begins `now` lasts at most; None for an end of the road.

    A term counts whole days: it lasts until the last one is over in the Netherlands.
    """
    weeks = {
        Stop.TEST: terms.test_weeks,
        Stop.SUPPORT: terms.support_weeks,
        Stop.CHECK: terms.check_weeks,
        Stop.AGENDA: terms.agenda_weeks,
    }
    if stop not in weeks:
        return None
    first = now.astimezone(AMSTERDAM).date()
    return midnight(first + timedelta(weeks=weeks[stop], days=1))


@dataclass(frozen=True, slots=True)
class Signatures:
    """How many stand behind an initiative, by the way in which they said so.

    `received` counts every signature on paper that was handed in, `checked` those that were looked
    at, `rejected` those of them that do not count, by reason. Who signed on paper can take that
    back: then it was checked, and counts no longer.
    """

    online: int
    on_paper: int = 0
    received: int = 0
    checked: int = 0
    rejected: Mapping[Flaw, int] = field(default_factory=dict)

    @property
    def counted(self) -> int:
        """Who counts: everybody online, and on paper who was found to be right."""
        return self.online + self.on_paper

    @property
    def flawed(self) -> int:
        """How many signatures on paper do not count."""
        return sum(self.rejected.values())

    @property
    def unchecked(self) -> int:
        """How many signatures on paper nobody has looked at yet."""
        return self.received - self.checked

    def reach(self, threshold: int) -> bool:
        """Whether there is enough support: only what was checked brings it there."""
        return self.counted >= threshold

    def could_reach(self, threshold: int) -> bool:
        """Whether there is enough support when every signature turns out right."""
        return self.counted + self.unchecked >= threshold


@dataclass(frozen=True, slots=True)
class Finding:
    """What the griffie found of one condition of the regulation."""

    condition: str
    is_met: bool
    reason: str = ""


def outcome_of_test(findings: Sequence[Finding]) -> Stop:
    """An initiative may collect support when every condition is met; each «no» has a reason.

    Raises `Invalid` beside the first condition that says no without saying why.
    """
    for number, finding in enumerate(findings):
        if not finding.is_met and len(finding.reason) < REASON_LENGTH[0]:
            raise Invalid(
                N_("Say why this condition is not met, in %(least)s characters or more."),
                field=f"reason_{number}",
                least=REASON_LENGTH[0],
            )
    return Stop.SUPPORT if all(finding.is_met for finding in findings) else Stop.REFUSED


def collects(stop: Stop, due: datetime | None, now: datetime) -> bool:
    """Whether somebody can stand behind it: after the test, until the term is over."""
    return stop is Stop.SUPPORT and (due is None or now < due)


def check_may_check(
    signatures: Signatures, threshold: int, due: datetime | None, now: datetime
) -> None:
    """The check begins when the term is over, or as soon as there may be enough support.

    Raises `Conflict`.
    """
    if (due is None or now < due) and not signatures.could_reach(threshold):
        raise Conflict(
            N_("There is not enough support yet, and there is still time to collect it.")
        )


def outcome_of_check(signatures: Signatures, threshold: int) -> Stop:
    """Where the check leads to. Raises `Conflict` while a signature is not looked at."""
    if signatures.unchecked:
        raise Conflict(
            N_("%(number)s signatures on paper are not checked yet."), number=signatures.unchecked
        )
    return Stop.AGENDA if signatures.reach(threshold) else Stop.TOO_LITTLE


def check_meeting(day: date | None, now: datetime) -> date:
    """A meeting of the council has a day that is not over. Raises `Invalid` for the field day."""
    if day is None or day < now.astimezone(AMSTERDAM).date():
        raise Invalid(N_("This day is over. Fill in the day of the meeting."), field="day")
    return day


def check_moved(meeting_on: date, day: date | None, now: datetime) -> date:
    """A meeting moves to another day, which is not over. Raises `Invalid` for the field day."""
    moved = check_meeting(day, now)
    if moved == meeting_on:
        raise Invalid(N_("The meeting is on this day already. Fill in another day."), field="day")
    return moved


def check_decided(meeting_on: date | None, now: datetime) -> None:
    """The council decides at its meeting, and not before. Raises `Invalid` for the field status."""
    if meeting_on is not None and now.astimezone(AMSTERDAM).date() < meeting_on:
        raise Invalid(
            N_("The meeting of the council has still to come. Publish the decision after it."),
            field="status",
        )


def numbers_in(typed: str) -> tuple[str, ...]:
    """The BSNs in a text with one on each line; a point or a space in one does not count.

    Raises `Invalid`, with the numbers of the lines, for what is no BSN. The sentence does not
    repeat what was typed.
    """
    lines = [(at, _bare(line)) for at, line in enumerate(typed.splitlines(), start=1)]
    filled = [(at, number) for at, number in lines if number]
    wrong = [str(at) for at, number in filled if not is_bsn(number)]
    if wrong:
        raise Invalid(
            N_("This is not a BSN: line %(lines)s. A BSN has nine digits. Nothing is counted yet."),
            field="numbers",
            lines=", ".join(wrong[:10]),
        )
    if len(filled) > MOST_AT_ONCE:
        raise Invalid(
            N_("Fill in at most %(most)s at a time. You have %(number)s."),
            field="numbers",
            most=MOST_AT_ONCE,
            number=len(filled),
        )
    return tuple(number for _, number in filled)


def _bare(line: str) -> str:
    return line.replace(" ", "").replace(".", "").strip()


def check_room(signatures: Signatures, wanted: int) -> None:
    """At least one signature is checked, and no more than were handed in.

    Raises `Invalid` for the field numbers, `Conflict`.
    """
    if not wanted:
        raise Invalid(N_("Fill in a BSN, or how many signatures do not count."), field="numbers")
    if wanted > signatures.unchecked:
        raise Conflict(
            N_("You fill in %(wanted)s signatures, but only %(number)s are not checked yet."),
            wanted=wanted,
            number=signatures.unchecked,
        )


def can_lead(actor: Actor) -> bool:
    """Whether `actor` brings initiatives further: the griffie does."""
    return actor.is_clerk
