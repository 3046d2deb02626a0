"""How little may be published, so that nobody learns who chose what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.votes.rules import board
from participatie.votes.rules.board import taken_up
from participatie.votes.rules.kinds import BallotKind
from participatie.votes.rules.publication import (
    FEW,
    FEW_TELLING,
    fewest,
    fewest_together,
    mixed,
    published,
)
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


def test_a_group_is_as_large_as_what_is_published_at_least():
    assert board.GROUP >= FEW


@given(st.integers(0, 1000))
def test_fifty_voters_or_more_go_on_the_board_together_and_fifty_stay(waiting):
    number = taken_up(waiting)
    assert number == 0 or (number >= 50 and waiting - number == 50)
    assert bool(number) == (waiting >= 100)


@pytest.mark.parametrize(
    ("counted", "closings", "number"),
    [
        ([1, 2, 3], [4], 3),
        ([1, 2, 3, 6], [4, 8], 1),  # one voted in the time that was added
        ([6, 7], [4, 8], 2),  # nobody before that: no part tells anything
        ([], [1], 0),
    ],
)
def test_the_smallest_part_between_two_closings_decides(counted, closings, number):
    assert fewest_together(counted, closings) == number


def test_codes_are_published_only_where_each_part_of_the_vote_is_large_enough():
    assert mixed(Publication.CODES, FEW) is Publication.CODES
    assert mixed(Publication.CODES, FEW - 1) is Publication.CHOICES
    assert mixed(Publication.CHOICES, 1) is Publication.CHOICES
    assert mixed(Publication.COUNTS, 1) is Publication.COUNTS
