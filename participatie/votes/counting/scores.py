"""The score of each project: how ballots add up before any money is looked at.

Each function is one sentence of a bylaw; each returns a score per project, in the order of
`election.projects`.
"""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from participatie.votes.counting.election import Election, ElectionError, VoteType, Whole


class Score(StrEnum):
    """The ways to add ballots up."""

    APPROVAL = "approval"
    PLURALITY = "plurality"
    POINTS = "points"
    BORDA = "borda"
    POSITIONS = "positions"


def approval_scores(election: Election) -> tuple[int, ...]:
    """A project scores one for every ballot that names it."""
    return election.votes


def plurality_scores(election: Election) -> tuple[int, ...]:
    """A project scores one for every ballot that names it first."""
    first = election.ballots.places == 0
    return election.sum_by_project(_counts(election) * first)


def points_scores(election: Election) -> tuple[int, ...]:
    """A project scores the points that voters gave it.

    A scoring ballot gives every project that it leaves open the `default_score` of META (else 0).
    """
    points = election.ballots.points
    if points is None:
        raise ElectionError("these ballots have no points")
    scores = election.sum_by_project(_counts(election) * points)
    default = _default_score(election)
    if election.vote_type is VoteType.SCORING and default:
        open_ballots = zip(scores, election.votes, strict=True)
        return tuple(s + default * (election.voters - votes) for s, votes in open_ballots)
    return scores


def borda_scores(election: Election) -> tuple[int, ...]:
    """The first choice scores as many points as there may be choices, each next choice one fewer.

    As many as there may be choices is `max_length` of META, else the number of projects.
    """
    return election.sum_by_project(_counts(election) * ordinal_points(election))


def position_scores(election: Election, by_place: Sequence[int]) -> tuple[int, ...]:
    """The first choice scores the first number of the list, the second the next; the rest zero."""
    longest = max(int(election.ballots.lengths.max(initial=0)), len(by_place))
    table = np.array([*by_place, *[0] * (longest - len(by_place))], dtype=np.int64)
    return election.sum_by_project(_counts(election) * table[election.ballots.places])


def default_points(election: Election) -> tuple[int, ...]:
    """The score by the kind of ballot: votes; the points given; or Borda for an order."""
    if election.ballots.points is not None:
        return points_scores(election)
    if election.vote_type is VoteType.ORDINAL:
        return borda_scores(election)
    return approval_scores(election)


def ordinal_points(election: Election) -> Whole:
    """For each choice of an ordered ballot: `max_length` less its place (the first is 0)."""
    most = election.meta.get("max_length", "")
    length = int(most) if most.isdecimal() and len(most) < 10 else len(election.projects)
    points: Whole = length - election.ballots.places
    if len(points) and points.min() < 0:
        raise ElectionError("a ballot names more projects than max_length allows")
    return points


def _default_score(election: Election) -> int:
    stated = election.meta.get("default_score") or "0"
    try:
        return int(stated)
    except ValueError:
        raise ElectionError(f"META: default_score {stated!r} is not a whole number") from None


def _counts(election: Election) -> Whole:
    return np.repeat(election.ballots.counts, election.ballots.lengths)
