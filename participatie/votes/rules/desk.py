"""The desk: when somebody there gives out so many new codes that the others must look.

It proves nothing: a counter where all lost letters are brought gets there too. But who makes codes
for people who are not there can vote in their place, and that shows here first.
"""

from collections.abc import Mapping
from dataclasses import dataclass

LEAST = 10
"""With fewer new codes than this nobody is noticed: some letters always get lost."""

ONE_IN = 100
"""Letters of a vote, of which one that one person replaces is usual."""

TIMES_OTHERS = 3
"""How many times as many as the others is no longer usual."""

MOST_IN_AN_HOUR = 12
"""Who looks at a document, gives a letter and says how it works needs five minutes for each."""

MOST_IN_A_DAY = 50
"""As many as somebody helps in a long day at a busy desk."""


@dataclass(frozen=True, slots=True)
class GivenOut:
    """The new codes of one person in a vote, and how many of them in the busiest hour and day."""

    codes: int
    in_an_hour: int
    in_a_day: int


def more_than_usual(by_person: Mapping[int, int], *, letters: int) -> dict[int, int]:
    """Who gave out more new codes than usual in a vote with a list of voters, with how many.

    There a new code takes the place of a lost letter. Unusual is ten or more, and besides more than
    one in a hundred of the letters of the vote, or more than three times what the others gave out
    on average.
    """
    total, people = sum(by_person.values()), len(by_person)

    def stands_out(own: int) -> bool:
        of_letters = own * ONE_IN > letters
        of_others = people > 1 and own * (people - 1) > TIMES_OTHERS * (total - own)
        return own >= LEAST and (of_letters or of_others)

    return {person: own for person, own in by_person.items() if stands_out(own)}


def faster_than_usual(by_person: Mapping[int, GivenOut]) -> dict[int, int]:
    """Who gave out codes faster than one can help people at a desk, with how many.

    In a vote for everybody who logs in, the desk gives letters all day to who cannot: how many says
    nothing there, and how fast does.
    """
    return {
        person: given.codes
        for person, given in by_person.items()
        if given.in_an_hour > MOST_IN_AN_HOUR or given.in_a_day > MOST_IN_A_DAY
    }
