"""How much of the ballots everybody gets to see: never so little that it shows who chose what."""

from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from participatie.votes.rules.cells import told as told_cells
from participatie.votes.rules.kinds import Answer, BallotKind
from participatie.votes.rules.rounds import Publication

FEW = 50
"""With fewer ballots than this only totals are published."""

FEW_TELLING = 500
"""The same where a ballot says so much that few are alike: an order, or points."""

_WITHOUT_NUMBER = ("rule", "winners", "votes", "ties", "drawn", "spent", "leftover", "rejected")

TELLING = frozenset({BallotKind.RANKING, BallotKind.POINTS})


def published(publication: Publication, kinds: Iterable[BallotKind], ballots: int) -> Publication:
    """What is published of a round that promised `publication`, now that there are `ballots`."""
    enough = FEW_TELLING if TELLING & {*kinds} else FEW
    return publication if ballots >= enough else Publication.COUNTS


def mixed(publication: Publication, together: int) -> Publication:
    """`publication` where at least `together` ballots came on the board between two closings.

    Where those are few a code would say in which part of the vote its ballot was cast, so the
    choices are published without codes.
    """
    tells = publication is Publication.CODES and together < FEW
    return Publication.CHOICES if tells else publication


def fewest_together(counted: Iterable[int], closings: Sequence[int]) -> int:
    """Of how few ballots a part of the vote was that ended with one of `closings`.

    `counted` are the places on the board of the ballots that count. A part without any shows none.
    """
    parts = Counter(bisect(closings, place) for place in counted)
    return min(parts.values(), default=0)


def fewest(ballots: int, empty: Iterable[int]) -> int:
    """The number that decides how much is published of a round with areas.

    `empty` says of each area how many of the `ballots` left it empty. Who chose in an area are
    known to each other sooner than all who voted, so the area where fewest did decides for the
    whole. An area where nobody chose shows nothing of anybody.
    """
    return min((ballots - number for number in empty if number < ballots), default=ballots)


def held_back(in_areas: Mapping[str, int]) -> frozenset[str]:
    """The areas of which nobody reads how many ballots there were; `in_areas` says it of each.

    Those are the areas where few chose, and one more where it could be worked out otherwise.
    """
    shown = told_cells(in_areas)
    return frozenset(code for code, number in in_areas.items() if number and not shown.get(code))


def without_numbers(result: Mapping[str, Any]) -> dict[str, Any]:
    """What is published of the count of an area of which the number of ballots is held back.

    Which plans win, the votes for each, and in one word why not. Nothing that leads back to the
    number: the share of each voter, what a plan fell short, and hashes of so few ballots that they
    can be guessed.
    """
    reasons = {
        code: {"code": reason["code"], "facts": {}}
        for code, reason in result.get("reasons", {}).items()
    }
    kept = {name: result[name] for name in _WITHOUT_NUMBER if name in result}
    return {**kept, "reasons": reasons}


def told(kind: BallotKind, answer: Answer) -> Answer:
    """An answer as it may stand on a published ballot: never what somebody wrote."""
    return () if kind is BallotKind.OPEN else answer
