"""What two outcomes mean for the voters who cast the ballots."""

from collections.abc import Sequence

import numpy as np

from participatie.votes.counting.contest import Contest
from participatie.votes.counting.election import Ballots, Whole


def per_group(ballots: Ballots, value: Sequence[int]) -> Whole:
    """For each group of ballots the sum of `value` (one per project) over what it names."""
    table = np.array(value, dtype=np.int64)
    running = np.concatenate([[0], np.cumsum(table[ballots.choices])])
    sums: Whole = running[ballots.offsets[1:]] - running[ballots.offsets[:-1]]
    return sums


def preferring(contest: Contest, ours: Sequence[int], theirs: Sequence[int]) -> tuple[int, int]:
    """How many voters named more of the winners in `ours`, and how many more of `theirs`."""
    ballots = contest.election.ballots
    wins = [[int(p in set(w)) for p in range(len(contest.costs))] for w in (ours, theirs)]
    difference = per_group(ballots, wins[0]) - per_group(ballots, wins[1])
    return int(ballots.counts[difference > 0].sum()), int(ballots.counts[difference < 0].sum())
