from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.core.errors import Invalid
from participatie.votes.rules.codes import ALPHABET, RAW, grouped, read, written

raw = st.binary(min_size=RAW, max_size=RAW)


@given(raw)
def test_a_code_is_read_as_it_was_written_however_it_is_typed(made: bytes):
    code = written(made)
    assert len(code) == 17
    for typed in (code, grouped(code), code.lower(), f" {code[:5]}-{code[5:]}\n"):
        assert read(typed) == code
    assert read(code.replace("0", "o").replace("1", "l")) == code


@given(raw, raw)
def test_two_codes_are_the_same_only_when_their_bytes_are(one: bytes, other: bytes):
    assert (written(one) == written(other)) == (one == other)


@given(raw, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_seen(made: bytes, place: int, other: str):
    code = written(made)
    wrong = code[:place] + other + code[place + 1 :]
    if wrong == code:
        return
    with pytest.raises(Invalid):
        read(wrong)


@pytest.mark.parametrize("typed", ["", "ABC", "U" * 17, "é" * 17, "0" * 18])
def test_what_is_no_code_is_refused_with_a_sentence(typed: str):
    with pytest.raises(Invalid, match="not a code"):
        read(typed)


def test_a_code_is_shown_in_groups_of_four():
    assert grouped("ABCDEFGHJKMNPQRST") == "ABCD EFGH JKMN PQRS T"
    with pytest.raises(ValueError, match="10 bytes"):
        written(b"x")
