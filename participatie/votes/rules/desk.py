"""The desk: when somebody there gives out so many new codes that the others must look."""

from collections.abc import Mapping

LEAST = 10
"""With fewer new codes than this nobody is noticed: some letters always get lost."""

ONE_IN = 100
"""Letters of a vote, of which one that one person replaces is usual."""

TIMES_OTHERS = 3
"""How many times as many as the others is no longer usual."""


def more_than_usual(by_person: Mapping[int, int], *, letters: int) -> dict[int, int]:
    """Who gave out more new codes in a vote than usual, with how many.

    That is ten or more, and besides more than one in a hundred of the letters of the vote, or more
    than three times what the others gave out on average. It proves nothing: a counter where all
    lost letters are brought gets there too. But who makes codes for people who are not there can
    vote in their place, and that shows here first.
    """
    total, people = sum(by_person.values()), len(by_person)

    def stands_out(own: int) -> bool:
        of_letters = own * ONE_IN > letters
        of_others = people > 1 and own * (people - 1) > TIMES_OTHERS * (total - own)
        return own >= LEAST and (of_letters or of_others)

    return {person: own for person, own in by_person.items() if stands_out(own)}
