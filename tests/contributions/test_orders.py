"""Orders of a list, each against its formula, and what is understood of a search."""

from __future__ import annotations

from datetime import date

import pytest

from participatie.contributions.lists import number_of, words_of
from participatie.contributions.orders import pace, place_drawn, seed_for

DAY = date(2026, 11, 27)


def test_who_is_logged_in_keeps_one_order_and_others_share_one_for_a_day():
    assert seed_for(7, DAY) == seed_for(7, date(2027, 1, 1)) == "account 7"
    assert seed_for(None, DAY) == "day 2026-11-27"
    assert seed_for(8, DAY) != seed_for(7, DAY)


def test_a_drawn_place_is_the_md5_of_the_seed_a_space_and_the_number():
    assert place_drawn("day 2026-11-27", 12) == "fef00a2c34bf50d0936cbbea29c2d361"


def test_every_proposal_comes_in_front_about_as_often():
    fronts = [
        min(range(1, 11), key=lambda number: place_drawn(f"account {account}", number))
        for account in range(2000)
    ]
    assert all(140 < fronts.count(number) < 260 for number in range(1, 11))


def test_the_day_of_publication_counts_as_one_day():
    assert pace(6, DAY, DAY) == 6
    assert pace(6, date(2026, 11, 25), DAY) == 2


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("123", 123),
        ("#123", 123),
        ("«123»", 123),
        ("nr. 123", 123),
        (" Voorstel 123 ", 123),
        ("123 bomen", None),
        ("top 100", None),
        ("", None),
        ("1" * 30, None),
    ],
)
def test_only_a_number_on_its_own_asks_for_that_number(typed, number):
    assert number_of(typed) == number


def test_a_search_takes_words_and_a_few_of_them():
    assert words_of("  café_Özgür: 'bomen' & <b>!") == ("café", "Özgür", "bomen", "b")
    assert len(words_of("een " * 40)) == 8
    assert words_of("?! …") == ()
