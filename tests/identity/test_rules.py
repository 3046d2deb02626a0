"""Who someone is, as rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.core.errors import Invalid
from participatie.identity.rules import Assurance, is_bsn, mail_address, public_name


@pytest.mark.parametrize(
    "number",
    ["999990007", "999990019", "999990020", "999990408", "111222333", "123456782", "900026236"],
)
def test_a_number_that_passes_the_test_of_eleven_is_a_bsn(number):
    assert is_bsn(number)


@pytest.mark.parametrize(
    "number",
    ["", "000000000", "123456789", "99999000", "9999900071", "99999000a", " 99999007", "٩٩٩٩٩٠٠٠٧"],
)
def test_another_number_is_no_bsn(number):
    assert not is_bsn(number)


@given(st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(place, more):
    number = "999990007"
    wrong = str((int(number[place]) + more) % 10)
    assert not is_bsn(number[:place] + wrong + number[place + 1 :])


def test_a_level_reaches_itself_and_all_below_it():
    assert Assurance.MIDDEN.reaches(Assurance.MIDDEN)
    assert Assurance.HOOG.reaches(Assurance.MIDDEN)
    assert not Assurance.BASIS.reaches(Assurance.MIDDEN)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("k.smit@waterlanden.example", "k.smit@waterlanden.example"),
        ("  K.Smit@Waterlanden.Example ", "k.smit@waterlanden.example"),
        ("o'neil+test@sub.gemeente-x.nl", "o'neil+test@sub.gemeente-x.nl"),
    ],
)
def test_a_mail_address_is_kept_in_lower_case(typed, kept):
    assert mail_address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "karin",
        "karin@",
        "@nl.example",
        "karin@localhost",
        "a@b@c.nl",
        "a b@c.nl",
        "a..b@c.nl",
        ".a@c.nl",
        "a.@c.nl",
        "a@-c.nl",
        "a@c..nl",
        "a@c.nl\nBcc: b@c.nl",
        "a@c.nl,b@c.nl",
        "a <b@c.nl>",
        "é@c.nl",
        "a" * 65 + "@c.nl",
        "a@" + "c." * 130 + "nl",
        "a@c.nl\x00",
    ],
)
def test_what_is_no_mail_address_is_refused(typed):
    with pytest.raises(Invalid) as refusal:
        mail_address(typed)
    assert refusal.value.field == "email"


def test_a_name_is_one_line_of_2_to_60_characters():
    assert public_name("  Annie\n de  Vries ") == "Annie de Vries"
    for wrong in ("", "A", "x" * 61):
        with pytest.raises(Invalid):
            public_name(wrong)
