"""The one thing to do in a process, and what the municipality sets up round all pages."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from participatie.core.wording import placeholders
from participatie.identity.rules import Actor
from participatie.processes.rules import ALLOWED, Action, PhaseKind


class Step(StrEnum):
    """The one thing to do now."""

    DISCUSS = "discuss"
    PROPOSE = "propose"
    SUBMIT = "submit"
    SUPPORT = "support"
    VOTE = "vote"
    RESULT = "result"
    READ = "read"


OPEN_STEPS = frozenset({Step.DISCUSS, Step.PROPOSE, Step.SUBMIT, Step.SUPPORT, Step.VOTE})
"""The steps by which a resident takes part."""


def step_now(
    phase: PhaseKind | None, *, can_vote: bool, has_result: bool, takes_plans: bool = False
) -> Step:
    """What to do while a phase of kind `phase` runs, None when none does.

    Where a budget takes plans, a plan is submitted and not proposed. In a phase of voting the round
    itself must be open too; a result is shown as soon as there is one and nothing else is asked.
    """
    if phase is PhaseKind.DISCUSS:
        return Step.DISCUSS
    if phase is PhaseKind.COLLECT:
        return Step.SUBMIT if takes_plans else Step.PROPOSE
    if phase is PhaseKind.SUPPORT:
        return Step.SUPPORT
    if phase is PhaseKind.VOTE and can_vote:
        return Step.VOTE
    return Step.RESULT if has_result else Step.READ


class Menu(StrEnum):
    """Which list of links an entry stands in."""

    MAIN = "main"
    FOOTER = "footer"


MOST_ENTRIES = {Menu.MAIN: 4, Menu.FOOTER: 12}
"""Four fit beside each other on a telephone; nothing folds away."""

LABEL_LENGTH = (2, 30)


class BannerKind(StrEnum):
    """How much a banner asks."""

    INFO = "info"
    WARNING = "warning"


BANNER_LENGTH = (5, 300)


class Band(StrEnum):
    """What the home page shows, and can be switched off; what can be done now is always there."""

    POLLS = "polls"
    NEARBY = "nearby"
    PROPOSALS = "proposals"
    DISCUSSIONS = "discussions"
    HOW = "how"
    RESULTS = "results"


PAGE_TITLE_LENGTH = (3, 80)
PAGE_TEXT_LENGTH = (10, 20_000)
LONGEST_SLUG = 60
MOST_PHOTOS = 12

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PHOTO = re.compile(r"<p>\[foto (\d{1,2})\]</p>")


def is_slug(text: str) -> bool:
    """Whether `text` can be the address of a page: small letters, digits and single hyphens."""
    return len(text) <= LONGEST_SLUG and bool(_SLUG.fullmatch(text))


def pieces(html: str) -> list[tuple[str, int]]:
    """A page in the order of reading: pieces of text, and the numbers of its photos between them.

    Of each pair one is filled in; a line «[foto 2]» alone is the place of the second photo.
    """
    found: list[tuple[str, int]] = []
    for place, part in enumerate(_PHOTO.split(html)):
        if place % 2:
            found.append(("", int(part)))
        elif part.strip():
            found.append((part, 0))
    return found


def moved(numbers: Sequence[int], number: int, *, by: int) -> list[int]:
    """`numbers` with `number` so many places on; at an end it stays where it is."""
    others = [one for one in numbers if one != number]
    place = min(max(list(numbers).index(number) + by, 0), len(others))
    return [*others[:place], number, *others[place:]]


_MARK = re.compile(r"</?[a-z]+>|\{\w+\}")


def misplaced(
    own: Sequence[str], said: str, *, is_last: bool = True
) -> tuple[frozenset[str], frozenset[str]]:
    """What the program fills in that `said` lacks, and what it cannot fill in there.

    `own` are the forms of a text for one and for more. In another language the last form has to
    hold all of it; a form for few things may leave out the number: «one day to go».
    """
    places, wanted, known = placeholders(said), placeholders(own[-1]), frozenset[str]()
    missing = wanted - places
    if not is_last and len(missing) == 1:
        missing = frozenset()
    return missing, places - known.union(*map(placeholders, own))


def fixed_marks(text: str) -> list[str]:
    """The marks of a text that a translation keeps as they are: «<strong>», «{n}»."""
    return sorted(_MARK.findall(text))


def without_marks(text: str) -> str:
    """The words of a text without such marks."""
    return _MARK.sub("", text)


def can_approve(actor: Actor, approver_id: int | None) -> bool:
    """Whether somebody may approve texts of a language: only who was named for it."""
    return actor.id is not None and actor.id == approver_id


class Subject(StrEnum):
    """What a municipality makes a statement about."""

    ACCESSIBILITY = "accessibility"
    PRIVACY = "privacy"


STATUS_LENGTH = (5, 120)
LONGEST_LINK = 300


class Holds(StrEnum):
    """What a process can hold that has texts and mails of its own."""

    PROPOSALS = "proposals"
    THRESHOLD = "threshold"
    TERM = "term"
    INITIATIVES = "initiatives"
    ANSWERED_DISCUSSIONS = "answered_discussions"
    BUDGET = "budget"
    VOTE = "vote"


def holds(
    phases: Iterable[PhaseKind],
    *,
    has_budget: bool,
    has_vote: bool,
    takes_initiatives: bool,
    has_threshold: bool,
    has_term: bool,
    answers_discussions: bool,
) -> frozenset[Holds]:
    """What a process holds, or will hold in a phase to come.

    A vote whose phase is planned is held already: its texts are written before it is set up.
    """
    kinds = frozenset(phases)
    takes_proposals = any(Action.PROPOSE in ALLOWED[kind] for kind in kinds)
    held = {
        Holds.PROPOSALS: takes_proposals,
        Holds.THRESHOLD: takes_proposals and has_threshold,
        Holds.TERM: takes_proposals and has_term,
        Holds.INITIATIVES: takes_initiatives,
        Holds.ANSWERED_DISCUSSIONS: answers_discussions,
        Holds.BUDGET: has_budget,
        Holds.VOTE: has_vote or PhaseKind.VOTE in kinds,
    }
    return frozenset(one for one, is_held in held.items() if is_held)


def says(needed: Holds | None, held: frozenset[Holds], *, is_changed: bool) -> bool:
    """Whether a process says a text that needs something; what it changed once stays in sight."""
    return is_changed or needed is None or needed in held


class Several(StrEnum):
    """What a clerk can do with several contributions at once."""

    HIDE = "hide"
    KEEP = "keep"
    ANSWER = "answer"
    CATEGORY = "category"
    TAGS = "tags"


class Left(StrEnum):
    """Why one of several was left alone."""

    CHANGED = "changed"
    NOT_YOURS = "not_yours"
    NOT_POSSIBLE = "not_possible"


MOST_AT_ONCE = 500
UNDO_WITHIN = timedelta(minutes=10)
"""For so long a clerk can undo what was done with several; who is told of it hears it then."""


def can_undo(made_at: datetime, undone_at: datetime | None, now: datetime) -> bool:
    """Whether what was done with several can still be undone; a second time it cannot."""
    return undone_at is None and now < made_at + UNDO_WITHIN
