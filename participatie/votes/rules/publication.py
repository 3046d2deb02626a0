"""How much of the ballots everybody gets to see: never so little that it shows who chose what."""

from collections.abc import Iterable

from participatie.votes.rules.kinds import Answer, BallotKind
from participatie.votes.rules.rounds import Publication

FEW = 50
"""With fewer ballots than this only totals are published."""

FEW_TELLING = 500
"""The same where a ballot says so much that few are alike: an order, or points."""

TELLING = frozenset({BallotKind.RANKING, BallotKind.POINTS})


def published(publication: Publication, kinds: Iterable[BallotKind], ballots: int) -> Publication:
    """What is published of a round that promised `publication`, now that there are `ballots`."""
    enough = FEW_TELLING if TELLING & {*kinds} else FEW
    return publication if ballots >= enough else Publication.COUNTS


def fewest(ballots: int, empty: Iterable[int]) -> int:
    """The number that decides how much is published of a round with areas.

    `empty` says of each area how many of the `ballots` left it empty. Who chose in an area are
    known to each other sooner than all who voted, so the area where fewest did decides for the
    whole. An area where nobody chose shows nothing of anybody.
    """
    return min((ballots - number for number in empty if number < ballots), default=ballots)


def told(kind: BallotKind, answer: Answer) -> Answer:
    """An answer as it may stand on a published ballot: never what somebody wrote."""
    return () if kind is BallotKind.OPEN else answer
