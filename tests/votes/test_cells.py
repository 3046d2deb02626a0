from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.votes.rules.cells import SMALL, told


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ({"login": 100, "code": 20}, {"login": 100, "code": 20}),
        ({"login": 100, "code": 0}, {"login": 100}),
        ({"login": 100, "code": 3, "paper": 40}, {"login": 100, "code": None, "paper": None}),
        (
            {"login": 100, "code": 3, "paper": 4},
            {"login": 100, "code": None, "paper": None},
        ),
        ({"login": 100, "code": 3}, {}),
        ({"login": 4}, {}),
        ({}, {}),
    ],
)
def test_a_small_number_is_not_told_and_cannot_be_worked_out(cells, shown):
    assert told(cells) == shown


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 40)))
def test_whatever_is_told_no_small_number_follows_from_the_total(cells):
    shown = told(cells)
    hidden = [key for key, number in shown.items() if number is None]
    assert len(hidden) != 1
    assert all(number is None or number >= SMALL for number in shown.values())
