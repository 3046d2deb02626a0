"""How little may be published, so that nobody learns who chose what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.votes.rules.kinds import BallotKind
from participatie.votes.rules.publication import FEW, FEW_TELLING, fewest, published
from participatie.votes.rules.rounds import Publication


@pytest.mark.parametrize(
    ("kind", "enough"), [(BallotKind.KNAPSACK, FEW), (BallotKind.RANKING, FEW_TELLING)]
)
@pytest.mark.parametrize("promised", [Publication.CODES, Publication.CHOICES])
def test_with_few_ballots_only_totals_are_published(kind, enough, promised):
    assert published(promised, [kind], enough) is promised
    assert published(promised, [kind], enough - 1) is Publication.COUNTS


@pytest.mark.parametrize(
    ("ballots", "empty", "number"),
    [
        (1000, [], 1000),
        (1000, [0, 0], 1000),
        (1000, [400, 600], 400),
        (1000, [997, 3], 3),  # three people chose in the first area
        (1000, [1000, 0], 1000),  # and here nobody did
        (0, [0, 0], 0),
    ],
)
def test_the_area_where_fewest_chose_decides(ballots, empty, number):
    assert fewest(ballots, empty) == number


@given(st.integers(0, 2000), st.lists(st.integers(0, 2000), max_size=5))
def test_choices_of_an_area_are_published_only_where_enough_chose_in_it(ballots, empty):
    empty = [min(number, ballots) for number in empty]
    shown = published(
        Publication.CHOICES, [BallotKind.KNAPSACK] * len(empty), fewest(ballots, empty)
    )
    chose = [ballots - number for number in empty if number < ballots]
    assert shown is Publication.COUNTS or all(number >= FEW for number in chose)
