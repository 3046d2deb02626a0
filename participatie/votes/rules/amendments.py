"""What may still change once a vote is open, and the road to take for what may not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from participatie.core.errors import N_, Invalid

LONGEST_TEXT = 2000
CONTACT_PLACE = "contact"


class Change(StrEnum):
    """What somebody may want to change in an open vote; the first three are possible.

    What is changed stands with the vote for everybody: what it was, what it is, and why.
    """

    CLOSES_AT = "closes_at"
    EXPLANATION = "explanation"
    CONTACT = "contact"
    QUESTION = "question"
    OPTIONS = "options"
    COST = "cost"
    MONEY = "money"
    RULE = "rule"
    WHO_MAY_VOTE = "who_may_vote"
    PROMISES = "promises"


ROADS: Mapping[Change, str] = {
    Change.QUESTION: N_(
        "People have answered this question. Is it wrong? Break the vote off with two people, and"
        " set up a new one. Is it only unclear? Mend the explanation."
    ),
    Change.OPTIONS: N_(
        "People have chosen from these answers. Does one have to go or come? Break the vote off"
        " with two people, and set up a new one."
    ),
    Change.COST: N_(
        "The count uses the costs of the ballot. Does a plan cost something else now? Say so in"
        " the news of the process. The council weighs that after the result."
    ),
    Change.MONEY: N_(
        "The count divides the money of the ballot. Is there more money? The council can give it"
        " after the result. Is there less? Break the vote off with two people."
    ),
    Change.RULE: N_(
        "Nobody changes the way of counting while votes come in. Is it really wrong? Break the vote"
        " off with two people, and set up a new one."
    ),
    Change.WHO_MAY_VOTE: N_(
        "Who may vote stands on every ballot. Was somebody forgotten? At the desk you see whether"
        " they can still vote. Else break the vote off with two people."
    ),
    Change.PROMISES: N_(
        "How the vote is guarded and what becomes public was promised to who voted already. It"
        " stays like this until the end."
    ),
}
"""What is never changed in an open vote, with what to do instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """One change of an open vote, as everybody may read it; `title` says of what."""

    what: str
    reason: str
    at: datetime | None = None
    place: str = ""
    title: str = ""
    before: str = ""
    after: str = ""
    moment_before: datetime | None = None
    moment_after: datetime | None = None


def mended(before: str, typed: str) -> str:
    """The text that comes in the place of `before`. Raises `Invalid`."""
    text = typed.strip()
    if not text:
        raise Invalid(N_("Write the text as it should be."), field="text")
    if len(text) > LONGEST_TEXT:
        raise Invalid(
            N_("At most %(most)s characters fit. Make it shorter."), field="text", most=LONGEST_TEXT
        )
    if text == before:
        raise Invalid(N_("This is the text as it was. Change what is wrong."), field="text")
    return text


def in_force(amendments: Iterable[Amendment]) -> dict[str, str]:
    """Of each place whose text was mended, the text that holds now; `amendments` in order."""
    return {one.place: one.after for one in amendments if one.what == Change.EXPLANATION}
