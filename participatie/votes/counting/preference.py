"""What outcomes mean for the voters who cast the ballots; how two outcomes compare."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from participatie.votes.counting.election import Election, Whole
from participatie.votes.counting.result import Result


@dataclass(frozen=True, slots=True)
class Impact:
    """What one outcome gives voters.

    `without`: voters with no winner on their ballot. `mean_number`, `mean_cost`: own winners per
    voter, and what those cost in minor units. `by_area`: the winners in each area.
    """

    voters: int
    without: int
    mean_number: Fraction
    mean_cost: Fraction
    by_area: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two outcomes of the same ballots; `prefer_*`: voters with more own winners in that one."""

    one: Impact
    other: Impact
    prefer_one: int
    prefer_other: int


def impact(result: Result) -> Impact:
    """What the winners of `result` give the voters."""
    election, won = result.election, set(result.winners)
    number = _own(election, [int(p.id in won) for p in election.projects])
    cost = _own(election, [p.cost if p.id in won else 0 for p in election.projects])
    counts, voters = election.ballots.counts, max(election.voters, 1)
    by_area: dict[str, tuple[str, ...]] = {p.area: () for p in election.projects}
    for name in result.winners:
        area = election.projects[election.index[name]].area
        by_area[area] += (name,)
    return Impact(
        voters=election.voters,
        without=without(election, won),
        mean_number=Fraction(int((counts * number).sum()), voters),
        mean_cost=Fraction(
            sum(n * c for n, c in zip(counts.tolist(), cost.tolist(), strict=True)), voters
        ),
        by_area=by_area,
    )


def without(election: Election, winners: Collection[str]) -> int:
    """How many voters have no plan among `winners`."""
    number = _own(election, [int(p.id in winners) for p in election.projects])
    return int(election.ballots.counts[number == 0].sum())


def compare(one: Result, other: Result) -> Comparison:
    """Two rules on the same ballots."""
    if one.input_hash != other.input_hash:
        raise ValueError("these results are of different elections")
    places = [[one.election.index[name] for name in r.winners] for r in (one, other)]
    return Comparison(impact(one), impact(other), *preferring(one.election, *places))


def preferring(election: Election, ours: Sequence[int], theirs: Sequence[int]) -> tuple[int, int]:
    """How many voters named more of the winners in `ours`, and how many more of `theirs`."""
    every = range(len(election.projects))
    mine, other = (_own(election, [int(p in set(won)) for p in every]) for won in (ours, theirs))
    counts = election.ballots.counts
    return int(counts[mine > other].sum()), int(counts[mine < other].sum())


def _own(election: Election, value: Sequence[int]) -> Whole:
    """For each group of ballots the sum of `value` (one per project) over what it names."""
    ballots = election.ballots
    running = np.concatenate([[0], np.cumsum(np.array(value, dtype=np.int64)[ballots.choices])])
    sums: Whole = running[ballots.offsets[1:]] - running[ballots.offsets[:-1]]
    return sums
