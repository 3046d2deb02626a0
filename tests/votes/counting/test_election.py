"""What cannot be an election is refused with what to change."""

from fractions import Fraction

import pytest

from participatie.votes.counting.election import (
    LARGEST,
    Ballot,
    Election,
    ElectionError,
    Project,
    VoteType,
)

PLANS = [Project("a", 1), Project("b", 1)]


@pytest.mark.parametrize(
    ("ballots", "vote_type", "message"),
    [
        ([Ballot(("z",))], VoteType.APPROVAL, "'z', which is not a project"),
        ([Ballot(("a",), -1)], VoteType.APPROVAL, "cannot be negative"),
        ([Ballot(("a",), share=Fraction(-1))], VoteType.APPROVAL, "cannot be negative"),
        ([Ballot(("a", "b"))], VoteType.CHOOSE_1, "names more than one project"),
        ([Ballot(("a", "b"), 1, (1,))], VoteType.CUMULATIVE, "not as many points"),
        ([Ballot(("a",))], VoteType.CUMULATIVE, "cumulative ballot has no points"),
        ([Ballot(("a",)), Ballot(("b",), 1, (1,))], VoteType.APPROVAL, "others have none"),
    ],
)
def test_a_ballot_that_cannot_be_is_refused(
    ballots: list[Ballot], vote_type: VoteType, message: str
) -> None:
    with pytest.raises(ElectionError, match=message):
        Election.from_counts(9, PLANS, ballots, vote_type=vote_type)


@pytest.mark.parametrize("budget", [-1, LARGEST])
def test_an_amount_that_cannot_be_counted_is_refused(budget: int) -> None:
    with pytest.raises(ElectionError, match="an amount is negative or above"):
        Election.from_counts(budget, PLANS, [])


def test_a_project_that_is_listed_twice_is_refused() -> None:
    with pytest.raises(ElectionError, match="'a' is listed twice"):
        Election.from_counts(9, [PLANS[0], PLANS[0]], [])


def test_more_ballots_than_can_be_added_exactly_are_refused() -> None:
    election = Election.from_counts(9, PLANS, [Ballot(("a",), LARGEST)])
    with pytest.raises(ElectionError, match="more than can be counted exactly"):
        _ = election.votes
