from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from nacl.signing import VerifyKey

from participatie.votes.keys import KeysGone, LocalKeys, SealBroken, seal
from participatie.votes.rules import codes

PRESS = UUID(int=1)


@pytest.fixture
def keys(tmp_path):
    made = LocalKeys(tmp_path)
    made.make(1)
    return made


def test_what_is_sealed_opens_to_what_it_was_padded(keys):
    sealed = seal(keys.make(1).seal, b"[1]", size=10)
    assert keys.open(1, [sealed]) == [b"[1]       "]
    assert keys.open(1, []) == []


def test_the_length_of_what_is_sealed_says_nothing(keys):
    public = keys.make(1).seal
    assert len({len(seal(public, b"x" * length, size=20)) for length in range(21)}) == 1


def test_the_same_is_sealed_to_other_bytes_each_time(keys):
    public = keys.make(1).seal
    assert seal(public, b"x", size=20) != seal(public, b"x", size=20)


def test_what_does_not_fit_is_not_cut(keys):
    with pytest.raises(ValueError, match="more than"):
        seal(keys.make(1).seal, b"xxx", size=2)


def test_making_keys_again_gives_the_same_and_another_round_has_others(keys, tmp_path):
    assert keys.make(1) == keys.make(1) == LocalKeys(tmp_path).make(1) != keys.make(2)
    assert keys.voter_key(1, "v1$abc") != keys.voter_key(2, "v1$abc")
    with pytest.raises(SealBroken):
        keys.open(2, [seal(keys.make(1).seal, b"x", size=20)])


def test_a_changed_ballot_does_not_open(keys):
    sealed = bytearray(seal(keys.make(1).seal, b"x", size=20))
    sealed[-1] ^= 1
    with pytest.raises(SealBroken):
        keys.open(1, [bytes(sealed)])


def test_a_voter_has_one_key_in_a_round_in_every_process(keys, tmp_path):
    other = LocalKeys(tmp_path)
    assert keys.voter_key(1, "v1$abc") == other.voter_key(1, "v1$abc") != keys.voter_key(1, "v1$d")


def test_keys_of_another_installation_are_others(tmp_path):
    ours, theirs = LocalKeys(tmp_path / "a"), LocalKeys(tmp_path / "b")
    assert ours.make(1) != theirs.make(1)
    assert ours.voter_key(1, "v1$abc") != theirs.voter_key(1, "v1$abc")


def test_the_same_press_gives_the_same_receipt_and_nothing_else_does(keys):
    receipt = keys.receipt(1, b"voter", PRESS)
    assert receipt == keys.receipt(1, b"voter", PRESS)
    keys.make(2)
    others = [keys.receipt(1, b"other", PRESS), keys.receipt(1, b"voter", uuid4())]
    others.append(keys.receipt(2, b"voter", PRESS))
    assert len({one.code for one in [receipt, *others]}) == 4
    assert len({one.nonce for one in [receipt, *others]}) == 4
    assert codes.read(receipt.code) == receipt.code


def test_a_head_is_signed_with_the_key_that_was_published(keys):
    signature = keys.sign_head(1, b"head")
    assert VerifyKey(keys.make(1).head).verify(b"head", signature) == b"head"


def test_a_tag_and_a_letter_code_say_nothing_without_the_key(keys):
    keys.make(2)
    assert len(keys.tag(1, b"voter")) == 16
    assert keys.tag(1, b"voter") != keys.tag(2, b"voter")
    assert keys.letter_code(1, "ABC") != keys.letter_code(2, "ABC") != keys.letter_code(2, "ABD")


def test_a_draft_is_read_by_its_owner_only(keys):
    kept = keys.wrap(b"mine", b"my list")
    assert b"my list" not in kept
    assert keys.unwrap(b"mine", kept) == b"my list"
    with pytest.raises(SealBroken):
        keys.unwrap(b"other", kept)


def test_what_destroyed_keys_guarded_is_never_read_again(keys):
    sealed = seal(keys.make(1).seal, b"x", size=20)
    keys.destroy(1)
    for use in (
        lambda: keys.open(1, [sealed]),
        lambda: keys.voter_key(1, "v1$abc"),
        lambda: keys.sign_head(1, b"head"),
    ):
        with pytest.raises(KeysGone):
            use()
    keys.destroy(1)


def test_the_key_files_are_for_this_user_only(keys, tmp_path):
    files = [*tmp_path.rglob("*.key")]
    assert len(files) == 2
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
