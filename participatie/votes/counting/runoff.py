"""Instant run-off: one winner from ordered ballots."""

import numpy as np

from participatie.votes.counting.contest import Contest
from participatie.votes.counting.election import ElectionError, VoteType, Whole
from participatie.votes.counting.greedy import Picks
from participatie.votes.counting.reasons import Code, Reason
from participatie.votes.counting.ties import Tie, UndecidedTie


def instant_runoff(contest: Contest) -> Picks:
    """Every ballot counts for its highest project that is still in.

    A project with more than half of the ballots that still count has won. As long as there is none,
    the project with the fewest ballots drops out; of equals the one that the tie rules put last.
    """
    if contest.election.vote_type is not VoteType.ORDINAL:
        raise ElectionError("instant run-off needs ordered ballots")
    picks = Picks()
    standing = list(contest.eligible)
    number = 0
    while standing:
        number += 1
        tally = _first_choices(contest, standing)
        best = max(standing, key=tally.__getitem__)
        if 2 * tally[best] > sum(tally.values()) or len(standing) == 1:
            picks.winners, picks.spent = [best], contest.costs[best]
            for p in standing:
                if p != best:
                    picks.rejected[p] = _dropped(number, tally[p])
            break
        fewest = min(tally.values())
        tied = [p for p in standing if tally[p] == fewest]
        loser, by = contest.breaker.last(tied)
        if by is not None:
            ids = tuple(sorted(contest.id(p) for p in tied))
            picks.ties.append(Tie(number, ids, contest.id(loser), by))
        picks.rejected[loser] = _dropped(number, tally[loser])
        standing.remove(loser)
    return picks


def votes_to_win(contest: Contest, project: int) -> int:
    """How many more ballots, with `project` first, would have let it win.

    It has to survive every round. Who else drops out does not depend on its own ballots.
    """
    standing, needed = list(contest.eligible), 1
    while len(standing) > 1:
        tally = _first_choices(contest, standing)
        fewest = min(votes for p, votes in tally.items() if p != project)
        tied = [p for p in standing if p != project and tally[p] == fewest]
        short = fewest - tally[project]
        goes_first = contest.breaker.key(project, votes=short) < max(map(contest.breaker.key, tied))
        needed = max(needed, short if goes_first else short + 1)
        try:
            standing.remove(contest.breaker.last(tied)[0])
        except UndecidedTie:  # only a majority ends the count before this tie
            return max(needed, sum(tally.values()) - 2 * tally[project] + 1)
    return needed


def _dropped(number: int, votes: int) -> Reason:
    return Reason(Code.ELIMINATED, {"round": number, "votes": votes})


def _first_choices(contest: Contest, standing: list[int]) -> dict[int, int]:
    """The number of ballots whose highest standing project is each of `standing`."""
    ballots = contest.election.ballots
    is_in = np.isin(ballots.choices, standing)
    groups, choices = ballots.groups[is_in], ballots.choices[is_in]
    first: Whole = np.unique(groups, return_index=True)[1]
    counts = np.zeros(len(contest.costs), dtype=np.int64)
    np.add.at(counts, choices[first], ballots.counts[groups[first]])
    return {p: int(counts[p]) for p in standing}
