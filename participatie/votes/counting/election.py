"""An election as the count sees it: a budget, projects with a cost, and grouped ballots.

Nothing here says who voted. Equal ballots are kept once, with their number, in flat arrays, so a
million ballots take some tens of megabytes and a count is a few passes over memory.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from math import lcm

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
LARGEST = 2**52  # amounts and weights above this are refused: floats would no longer hold them


class ElectionError(ValueError):
    """The input or the rules cannot be counted; the message says what to change."""


class VoteType(StrEnum):
    """What a ballot holds: a set, one project, an order, or points."""

    APPROVAL = "approval"
    CHOOSE_1 = "choose-1"
    ORDINAL = "ordinal"
    CUMULATIVE = "cumulative"
    SCORING = "scoring"


POINTED = frozenset({VoteType.CUMULATIVE, VoteType.SCORING})


@dataclass(frozen=True, slots=True)
class Project:
    """A project on the ballot; `cost` in minor units. `columns` are a file's other columns."""

    id: str
    cost: int
    name: str = ""
    categories: tuple[str, ...] = ()
    area: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ballot:
    """`count` equal ballots. `choices` in the voter's order; `points` go with them, one by one.

    `share` is the endowment under Equal Shares beside that of the other voters (2 is twice one).
    """

    choices: tuple[str, ...]
    count: int = 1
    points: tuple[int, ...] | None = None
    share: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True, eq=False)
class Ballots:
    """Groups of equal ballots, flat: group g chose `choices[offsets[g]:offsets[g + 1]]`.

    A choice is the index of a project, named once in a group. `points` go with `choices`;
    `counts` is the number of ballots in each group, `shares` their relative endowment
    (whole numbers; None when all are equal).
    """

    offsets: Whole
    choices: NDArray[np.int32]
    counts: Whole
    points: Whole | None = None
    shares: Whole | None = None

    @property
    def lengths(self) -> Whole:
        """The number of projects that each group names."""
        return np.diff(self.offsets)

    @property
    def groups(self) -> Whole:
        """The group of each choice."""
        return np.repeat(np.arange(len(self.counts)), self.lengths)

    @property
    def places(self) -> Whole:
        """The place of each choice on its ballot; the first is 0."""
        return np.arange(len(self.choices)) - np.repeat(self.offsets[:-1], self.lengths)


@dataclass(frozen=True, eq=False)
class Election:
    """Everything a count needs; two elections are equal when their `canonical()` forms are.

    `budget` and costs are in minor units, `per_unit` of them to one unit of the currency.
    """

    budget: int
    projects: tuple[Project, ...]
    ballots: Ballots
    vote_type: VoteType = VoteType.APPROVAL
    per_unit: int = 100
    meta: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.budget < LARGEST or any(not 0 <= p.cost < LARGEST for p in self.projects):
            raise ElectionError(f"an amount is negative or above {LARGEST} minor units")
        if len(self.index) != len(self.projects):
            twice = [i for i, n in Counter(p.id for p in self.projects).items() if n > 1]
            raise ElectionError(f"project {twice[0]!r} is listed twice")

    @cached_property
    def index(self) -> dict[str, int]:
        """The place of each project id."""
        return {project.id: place for place, project in enumerate(self.projects)}

    @cached_property
    def voters(self) -> int:
        """The number of ballots, empty ones too."""
        return int(self.ballots.counts.sum())

    @cached_property
    def votes(self) -> tuple[int, ...]:
        """For each project the number of ballots that name it."""
        counts = np.repeat(self.ballots.counts, self.ballots.lengths)
        return self.sum_by_project(counts)

    def sum_by_project(self, values: Whole) -> tuple[int, ...]:
        """Whole `values`, one per choice, added up for each project.

        Adding in floats is exact here: whole numbers, and no sum reaches the limit of 2**53.
        """
        if float(np.abs(values).sum(dtype=np.float64)) >= LARGEST:
            raise ElectionError("the ballots add up to more than can be counted exactly")
        size = len(self.projects)
        sums = np.bincount(self.ballots.choices, weights=values, minlength=size)
        return tuple(int(n) for n in sums)

    @classmethod
    def from_counts(
        cls,
        budget: int,
        projects: Sequence[Project],
        ballots: Iterable[Ballot | tuple[Sequence[str], int]],
        *,
        vote_type: VoteType = VoteType.APPROVAL,
        per_unit: int = 100,
        meta: Mapping[str, str] | None = None,
    ) -> "Election":
        """An election from projects and opened, counted choices: `(("id1", "id2"), 3)` or `Ballot`.

        Equal ballots may come apart or together. ElectionError names a ballot that cannot be.
        """
        index = {project.id: place for place, project in enumerate(projects)}
        groups = Counter[tuple[tuple[str, ...], tuple[int, ...] | None, Fraction]]()
        for given in ballots:
            ballot = given if isinstance(given, Ballot) else Ballot(tuple(given[0]), given[1])
            groups[_checked(ballot, index, vote_type)] += ballot.count
        return cls(budget, tuple(projects), _flat(groups, index), vote_type, per_unit, meta or {})


def _checked(
    ballot: Ballot, index: Mapping[str, int], vote_type: VoteType
) -> tuple[tuple[str, ...], tuple[int, ...] | None, Fraction]:
    unknown = [choice for choice in ballot.choices if choice not in index]
    if unknown:
        raise ElectionError(f"a ballot names {unknown[0]!r}, which is not a project")
    if ballot.count < 0 or ballot.share < 0:
        raise ElectionError("the number of ballots and their share cannot be negative")
    if vote_type is VoteType.CHOOSE_1 and len(set(ballot.choices)) > 1:
        raise ElectionError("a choose-1 ballot names more than one project")
    if ballot.points is not None and len(ballot.points) != len(ballot.choices):
        raise ElectionError("a ballot has not as many points as choices")
    if vote_type in POINTED and ballot.points is None:
        raise ElectionError(f"a {vote_type} ballot has no points")
    first = {choice: place for place, choice in reversed(list(enumerate(ballot.choices)))}
    kept = sorted(first.values())
    points = None if ballot.points is None else tuple(ballot.points[i] for i in kept)
    return tuple(ballot.choices[i] for i in kept), points, Fraction(ballot.share)


def _flat(
    groups: Mapping[tuple[tuple[str, ...], tuple[int, ...] | None, Fraction], int],
    index: Mapping[str, int],
) -> Ballots:
    lengths = [len(choices) for choices, _, _ in groups]
    pointed = [points for _, points, _ in groups if points is not None]
    if pointed and len(pointed) != len(groups):
        raise ElectionError("some ballots have points and others have none")
    scale = lcm(*(share.denominator for _, _, share in groups))
    shares = np.array([int(share * scale) for _, _, share in groups], dtype=np.int64)
    return Ballots(
        offsets=np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]),
        choices=np.array([index[c] for chosen, _, _ in groups for c in chosen], dtype=np.int32),
        counts=np.array(list(groups.values()), dtype=np.int64),
        points=np.array([p for points in pointed for p in points], dtype=np.int64)
        if pointed
        else None,
        shares=None if len(set(shares.tolist())) < 2 else shares,
    )
