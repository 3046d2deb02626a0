"""Letter codes: what is read, what is caught, and that batches balance."""

from __future__ import annotations

import string
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.core.errors import Invalid
from participatie.votes.rules.letter_codes import (
    LENGTH,
    LOOK_ALIKES,
    SYMBOLS,
    TRANSITIONS,
    Balance,
    CodeState,
    check_character,
    groups,
    new_code,
    read_code,
)

codes = st.text(SYMBOLS, min_size=LENGTH - 1, max_size=LENGTH - 1).map(
    lambda drawn: drawn + check_character(drawn)
)


def is_code(typed: str) -> bool:
    try:
        read_code(typed)
    except Invalid:
        return False
    return True


def test_a_code_is_three_groups_of_four_that_can_be_read():
    code = new_code()
    assert [len(group) for group in groups(code).split(" ")] == [4, 4, 4]
    assert read_code(groups(code)) == code


def test_codes_are_drawn_by_chance_over_all_symbols():
    drawn = [new_code() for _ in range(500)]
    assert len(set(drawn)) == len(drawn)
    assert {char for code in drawn for char in code} == set(SYMBOLS)


def test_each_letter_and_each_digit_has_a_place_in_the_alphabet():
    assert set(SYMBOLS) | LOOK_ALIKES.keys() == set(string.ascii_uppercase + string.digits)
    assert set(LOOK_ALIKES.values()) <= set(SYMBOLS)
    assert set(SYMBOLS).isdisjoint(LOOK_ALIKES)


def test_a_code_spells_no_word():
    assert set(SYMBOLS).isdisjoint("AEIOU")


@given(codes, st.data())
def test_a_code_is_read_with_spaces_dashes_small_letters_and_look_alikes(code, data):
    looks = {meant: [meant] for meant in SYMBOLS}
    for alike, meant in LOOK_ALIKES.items():
        looks[meant].append(alike)
    between = st.sampled_from(["", " ", "-", "–", "\u00a0", ".", " - ", "\n"])
    typed = "".join(data.draw(st.sampled_from(looks[char])) + data.draw(between) for char in code)
    assert read_code(typed) == code
    assert read_code(f"  {typed.lower()} ") == code


def test_every_single_mistake_is_caught():
    """The check is a weighted sum: a mistake shows by its place and the two characters only."""
    code = "0" * (LENGTH - 1) + check_character("0" * (LENGTH - 1))
    for place in range(LENGTH):
        for symbol in set(SYMBOLS) - {code[place]}:
            assert not is_code(code[:place] + symbol + code[place + 1 :]), (place, symbol)


@given(codes, st.integers(0, LENGTH - 1), st.sampled_from(SYMBOLS))
def test_a_mistake_in_any_code_is_caught(code, place, symbol):
    assert is_code(code[:place] + symbol + code[place + 1 :]) == (symbol == code[place])


def test_every_swap_of_two_characters_is_caught_neighbours_and_others():
    for one, other in combinations(SYMBOLS, 2):
        for first, second in combinations(range(LENGTH - 1), 2):
            drawn = ["0"] * (LENGTH - 1)
            drawn[first], drawn[second] = one, other
            code = [*drawn, check_character("".join(drawn))]
            code[first], code[second] = code[second], code[first]
            assert not is_code("".join(code)), (one, other, first, second)


@given(codes)
def test_a_swap_with_the_check_character_is_caught(code):
    swapped = code[:-2] + code[-1] + code[-2]
    assert is_code(swapped) == (code[-1] == code[-2])


@pytest.mark.parametrize("typed", ["", "   ", "- -", "7K4M", "7" * 13, "7K4M 9QXR 2F8?", "é" * 12])
def test_what_is_no_code_is_refused_at_its_field(typed):
    with pytest.raises(Invalid) as refusal:
        read_code(typed)
    assert refusal.value.field == "code"


def test_a_wrong_length_is_told_with_both_numbers():
    with pytest.raises(Invalid, match=r"12 characters. You filled in 11"):
        read_code("00000000000")


def test_a_refusal_does_not_repeat_the_code():
    with pytest.raises(Invalid) as refusal:
        read_code("0000 0000 0001")
    assert "0000" not in str(refusal.value)


parts = st.integers(0, 10_000)


@given(parts, parts, parts, parts, st.integers(-5, 5))
def test_a_batch_balances_only_when_every_code_is_somewhere(used, returned, revoked, unused, away):
    there = used + returned + revoked + unused
    balance = Balance(there + away, used, returned, revoked, unused)
    assert (balance.difference, balance.holds) == (away, away == 0)


def test_batches_add_up():
    assert Balance(10, 4, 3, 2, 1) + Balance(5, 5) == Balance(15, 9, 3, 2, 1)


def test_what_came_back_or_was_revoked_never_goes_out_again():
    assert not TRANSITIONS[CodeState.RETURNED]
    assert not TRANSITIONS[CodeState.REVOKED]
    assert TRANSITIONS.keys() == set(CodeState)
