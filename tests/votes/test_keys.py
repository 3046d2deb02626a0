from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from nacl.public import PrivateKey
from nacl.signing import VerifyKey

from participatie.votes.keys import KeysAway, KeysGone, LocalKeys, SealBroken, SealerKeys, seal
from participatie.votes.rules import codes
from tests.sealer import running_sealer

PRESS = UUID(int=1)


@pytest.fixture(params=["local", "sealer"])
def keys(request, tmp_path):
    """Both twins: every test of this file holds for one as for the other."""
    if request.param == "local":
        made = LocalKeys(tmp_path)
        made.make(1)
        yield made
        return
    with running_sealer(keys_dir=tmp_path) as sealer:
        asked = SealerKeys(sealer.sockets_dir)
        asked.make(1)
        yield asked
        asked.close()


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


def test_what_a_cast_asks_at_once_is_what_it_could_ask_one_by_one(keys):
    kept = keys.wrap(b"me", b"{}")
    asked = keys.pressed(1, "v1$abc", PRESS, owner=b"me", kept=kept)
    voter = keys.voter_key(1, "v1$abc")
    assert asked == (voter, b"{}", keys.receipt(1, voter, PRESS))
    with pytest.raises(SealBroken):
        keys.pressed(1, "v1$abc", PRESS, owner=b"other", kept=kept)


def test_a_head_is_signed_with_the_key_that_was_published(keys):
    signature = keys.sign_head(1, b"head")
    assert VerifyKey(keys.make(1).head).verify(b"head", signature) == b"head"


def test_a_head_is_signed_after_the_keys_are_destroyed_too(keys):
    public = keys.make(1).head
    keys.destroy(1)
    assert VerifyKey(public).verify(b"destroyed", keys.sign_head(1, b"destroyed"))


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
        lambda: keys.make(1),
    ):
        with pytest.raises(KeysGone):
            use()
    keys.destroy(1)


def test_the_key_files_are_for_this_user_only(keys, tmp_path):
    files = [*tmp_path.rglob("*.key")]
    assert {file.name for file in files} - {"pseudonyms.key"} == {
        "1.key",
        "1.head.key",
        "drafts.key",
    }
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_ballots_come_out_in_the_order_in_which_they_went_in_however_many(keys):
    public = keys.make(1).seal
    sealed = [seal(public, b"%d" % number, size=2000) for number in range(600)]
    assert [int(plain) for plain in keys.open(1, sealed)] == [*range(600)]
    sealed[599] = sealed[0][:-1]
    with pytest.raises(SealBroken):
        keys.open(1, sealed)


def test_a_round_of_key_holders_opens_while_their_key_is_held(keys):
    opening = PrivateKey.generate()
    public = bytes(opening.public_key)
    sealed = seal(public, b"x", size=1)
    assert keys.is_held(1, keys.make(1).seal)
    assert not keys.is_held(1, public)
    keys.hold(1, bytes(opening))
    assert keys.is_held(1, public)
    assert keys.open(1, [sealed]) == [b"x"]
    keys.release(1)
    assert not keys.is_held(1, public)


def test_without_the_sealer_nothing_is_answered_until_it_is_back(sealer):
    keys = SealerKeys(sealer.sockets_dir)
    keys.make(1)
    before = keys.voter_key(1, "v1$abc")
    sealer.kill()
    for ask in (lambda: keys.voter_key(1, "v1$abc"), lambda: keys.open(1, [])):
        with pytest.raises(KeysAway, match="Your list is kept"):
            ask()
    sealer.start()
    assert keys.voter_key(1, "v1$abc") == before
    assert keys.open(1, []) == []
    keys.close()
