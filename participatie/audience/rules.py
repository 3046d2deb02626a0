"""Who may take part in a process."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from participatie.core.clock import AMSTERDAM
from participatie.core.errors import N_, Invalid

OLDEST = 120
GROUP_LENGTH = (3, 80)
MOST_MEMBERS = 5_000


class Kind(StrEnum):
    """Where somebody must live."""

    EVERYONE = "everyone"
    RESIDENTS = "residents"
    AREAS = "areas"


class Reason(StrEnum):
    """Why somebody may not take part."""

    NOT_A_RESIDENT = "not_a_resident"
    ELSEWHERE = "elsewhere"
    ADDRESS_UNKNOWN = "address_unknown"
    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"
    AGE_UNKNOWN = "age_unknown"
    NOT_IN_GROUP = "not_in_group"


UNKNOWN = frozenset({Reason.ADDRESS_UNKNOWN, Reason.AGE_UNKNOWN})
"""What somebody can still say themselves."""

SENTENCES: Mapping[Reason, str] = {
    Reason.NOT_A_RESIDENT: N_(
        "This is for people who live in the municipality. You can read everything."
    ),
    Reason.ELSEWHERE: N_("This is for people who live in another area. You can read everything."),
    Reason.ADDRESS_UNKNOWN: N_(
        "Your log-in does not say where you live. Answer “Can I take part?” first."
    ),
    Reason.TOO_YOUNG: N_(
        "You must be %(youngest)s years or older for this. Tell your idea to somebody who is older."
    ),
    Reason.TOO_OLD: N_("This is for people of %(oldest)s years or younger."),
    Reason.AGE_UNKNOWN: N_(
        "Your log-in does not say how old you are. Answer “Can I take part?” first."
    ),
    Reason.NOT_IN_GROUP: N_(
        "This is for the group “%(group)s”. Are you in it? Confirm your mail address with us, "
        "or call the municipality."
    ),
}
"""What is said to who may not take part, and what helps."""


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom something is. Who fits all of it may take part.

    `reference_date` is the day on which ages are taken; None is the day itself.
    """

    kind: Kind = Kind.RESIDENTS
    area_ids: frozenset[int] = frozenset()
    youngest: int | None = None
    oldest: int | None = None
    reference_date: date | None = None
    group: str = ""

    @property
    def asks_age(self) -> bool:
        return self.youngest is not None or self.oldest is not None

    @property
    def fits_nobody(self) -> bool:
        """Whether no age is both old and young enough."""
        if self.youngest is None or self.oldest is None:
            return False
        return self.oldest < self.youngest

    @property
    def asks_address(self) -> bool:
        return self.kind is not Kind.EVERYONE


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of somebody; None is not known. `area_id` counts where the address is known."""

    lives_here: bool | None = None
    knows_address: bool = False
    area_id: int | None = None
    born_on: date | None = None
    in_group: bool = False


def local_day(now: datetime) -> date:
    """The day of `now` in the Netherlands."""
    return now.astimezone(AMSTERDAM).date()


def age_on(born_on: date, on: date) -> int:
    """How many years somebody is on a day; who was born on 29 February turns a year on 1 March."""
    had_birthday = (on.month, on.day) >= (born_on.month, born_on.day)
    return on.year - born_on.year - (0 if had_birthday else 1)


def may_take_part(audience: Audience, person: Person, on: date) -> Reason | None:
    """Why `person` may not take part on `on`; None when nothing stands in the way.

    Who is a resident is what the log-in says; that it says nothing keeps nobody out. An area and
    an age must be known.
    """
    return (
        _by_home(audience, person)
        or _by_age(audience, person, audience.reference_date or on)
        or (Reason.NOT_IN_GROUP if audience.group and not person.in_group else None)
    )


class Verdict(StrEnum):
    """What somebody hears who asks whether they may take part."""

    YES = "yes"
    NO = "no"
    AFTER_BIRTHDAY = "after_birthday"


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict; of a no the reason, and a day of birth for which it holds."""

    verdict: Verdict
    reason: Reason | None
    born_on: date | None


def answer(audience: Audience, person: Person, year: int | None, on: date) -> Answer:
    """Whether somebody who was born in `year` may take part; the birthday itself can matter."""
    days = [None] if year is None else [date(year, 1, 1), date(year, 12, 31)]
    reasons = {day: may_take_part(audience, replace(person, born_on=day), on) for day in days}
    good = [day for day, reason in reasons.items() if reason is None]
    if not good:
        return Answer(Verdict.NO, reasons[days[0]], days[0])
    return Answer(Verdict.YES if len(good) == len(days) else Verdict.AFTER_BIRTHDAY, None, good[0])


def _by_home(audience: Audience, person: Person) -> Reason | None:
    if audience.kind is Kind.EVERYONE:
        return None
    if person.lives_here is False:
        return Reason.NOT_A_RESIDENT
    if audience.kind is Kind.RESIDENTS:
        return None
    if not person.knows_address:
        return Reason.ADDRESS_UNKNOWN
    return None if person.area_id in audience.area_ids else Reason.ELSEWHERE


def _by_age(audience: Audience, person: Person, on: date) -> Reason | None:
    if not audience.asks_age:
        return None
    if person.born_on is None:
        return Reason.AGE_UNKNOWN
    age = age_on(person.born_on, on)
    if audience.youngest is not None and age < audience.youngest:
        return Reason.TOO_YOUNG
    if audience.oldest is not None and age > audience.oldest:
        return Reason.TOO_OLD
    return None


def check(audience: Audience) -> None:
    """Raise `Invalid`, beside a field, for an audience that contradicts itself."""
    if audience.kind is Kind.AREAS and not audience.area_ids:
        raise Invalid(N_("Choose at least one area."), field="areas")
    for field, age in (("youngest", audience.youngest), ("oldest", audience.oldest)):
        if age is not None and not 0 <= age <= OLDEST:
            raise Invalid(N_("Fill in an age from 0 to %(most)s."), field=field, most=OLDEST)
    if audience.fits_nobody:
        raise Invalid(N_("Fill in an age that is not below the lowest one."), field="oldest")


def stricter(audience: Audience, *, youngest: int | None, reference_date: date | None) -> Audience:
    """The audience of a vote in a process: the lowest age of both that is highest holds."""
    ages = [age for age in (audience.youngest, youngest) if age is not None]
    return replace(
        audience,
        youngest=max(ages, default=None),
        reference_date=reference_date or audience.reference_date,
    )


def birth_year(typed: str, today: date, *, field: str) -> int:
    """A year of birth. Raises `Invalid`."""
    year = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) == 4 else 0
    if not today.year - OLDEST <= year <= today.year:
        raise Invalid(N_("Fill in your year of birth with four digits, like 1984."), field=field)
    return year
