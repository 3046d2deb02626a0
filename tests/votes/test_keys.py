from __future__ import annotations

import pytest

from participatie.votes.keys import LocalKeys, SealBroken, size_for

CODES = ["12", "7", "350"]


@pytest.fixture
def keys(tmp_path):
    return LocalKeys(tmp_path)


def test_a_sealed_choice_opens_to_what_it_was(keys):
    sealed = keys.seal(1, ["7", "350"], size=size_for(CODES))
    assert keys.open(1, sealed) == ("7", "350")
    assert keys.holds(1, sealed, ["7", "350"])
    assert not keys.holds(1, sealed, ["7"])


def test_the_length_of_a_sealed_choice_says_nothing(keys):
    size = size_for(CODES)
    lengths = {len(keys.seal(1, chosen, size=size)) for chosen in (["7"], ["12", "7"], CODES)}
    assert len(lengths) == 1


def test_the_same_choice_is_sealed_to_other_bytes_each_time(keys):
    assert keys.seal(1, ["7"], size=20) != keys.seal(1, ["7"], size=20)


def test_a_choice_that_does_not_fit_is_not_cut(keys):
    with pytest.raises(ValueError, match="more than"):
        keys.seal(1, CODES, size=size_for(CODES) - 1)


def test_another_round_has_other_keys(keys):
    assert keys.voter_key(1, "v1$abc") != keys.voter_key(2, "v1$abc")
    with pytest.raises(SealBroken):
        keys.open(2, keys.seal(1, ["7"], size=20))


def test_a_changed_ballot_does_not_open(keys):
    sealed = bytearray(keys.seal(1, ["7"], size=20))
    sealed[-1] ^= 1
    with pytest.raises(SealBroken):
        keys.open(1, bytes(sealed))


def test_a_voter_has_one_key_in_a_round_in_every_process(tmp_path):
    one, other = LocalKeys(tmp_path), LocalKeys(tmp_path)
    assert one.voter_key(1, "v1$abc") == other.voter_key(1, "v1$abc") != one.voter_key(1, "v1$abd")
    assert other.open(1, one.seal(1, ["7"], size=20)) == ("7",)


def test_keys_of_another_installation_open_nothing(tmp_path):
    ours, theirs = LocalKeys(tmp_path / "a"), LocalKeys(tmp_path / "b")
    assert ours.voter_key(1, "v1$abc") != theirs.voter_key(1, "v1$abc")
    with pytest.raises(SealBroken):
        theirs.open(1, ours.seal(1, ["7"], size=20))


def test_the_key_file_is_for_this_user_only(tmp_path):
    LocalKeys(tmp_path / "keys")
    (file,) = (tmp_path / "keys").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
