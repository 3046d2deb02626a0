"""The keys of rounds: made once, apart from each other, and gone when they are destroyed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.signing import VerifyKey

from participatie.votes.sealer.vault import KeysGone, SealBroken, Vault

VOTER = b"v1$een"


@pytest.fixture
def vault(tmp_path):
    return Vault(tmp_path)


def test_keys_that_are_made_by_twenty_at_once_are_made_once(tmp_path):
    with ThreadPoolExecutor(20) as pool:
        made = set(pool.map(lambda _: Vault(tmp_path).make(1), range(20)))
    assert len(made) == 1


def test_nothing_but_making_makes_keys(vault):
    for ask in (
        lambda: vault.voter_key(1, VOTER),
        lambda: vault.open(1, []),
        lambda: vault.letter_code(1, b"code"),
    ):
        with pytest.raises(KeysGone):
            ask()


def test_another_round_has_other_keys(vault):
    one, two = vault.make(1), vault.make(2)
    assert len({*one, *two}) == 4
    assert vault.voter_key(1, VOTER) != vault.voter_key(2, VOTER)
    with pytest.raises(SealBroken):
        vault.open(2, [SealedBox(PublicKey(one.seal)).encrypt(b"choice")])


def test_what_is_made_for_one_purpose_is_nothing_for_another(vault):
    vault.make(1)
    voter = vault.voter_key(1, VOTER)
    made = [
        voter,
        vault.tag(1, voter),
        *vault.receipt(1, voter, b"press"),
        vault.letter_code(1, voter),
    ]
    starts = {part[:8] for part in made}
    assert len(starts) == len(made)


def test_a_receipt_is_the_same_for_the_same_press_of_the_same_voter_only(vault):
    vault.make(1)
    first = vault.receipt(1, b"a", b"bc")
    assert first == vault.receipt(1, b"a", b"bc")
    assert first != vault.receipt(1, b"ab", b"c")
    assert first != vault.receipt(1, b"a", b"bd")


def test_a_head_is_signed_so_that_anyone_can_check_it(vault):
    made = vault.make(1)
    VerifyKey(made.head).verify(b"head", vault.sign_head(1, b"head"))


def test_a_changed_ballot_does_not_open(vault):
    sealed = bytearray(SealedBox(PublicKey(vault.make(1).seal)).encrypt(b"choice"))
    assert vault.open(1, [bytes(sealed)]) == [b"choice"]
    sealed[-1] ^= 1
    with pytest.raises(SealBroken):
        vault.open(1, [bytes(sealed)])


def test_a_draft_opens_for_its_owner_only(vault):
    kept = vault.wrap(b"me", b"my list")
    assert vault.unwrap(b"me", kept) == b"my list"
    assert vault.wrap(b"me", b"my list") != kept
    for owner, other in ((b"you", kept), (b"me", kept[:-1]), (b"me", b"")):
        with pytest.raises(SealBroken):
            vault.unwrap(owner, other)


def test_a_destroyed_key_is_gone_for_this_and_every_other_process(tmp_path):
    vault, other = Vault(tmp_path), Vault(tmp_path)
    vault.make(1)
    vault.make(2)
    other.voter_key(1, VOTER)
    secret = (tmp_path / "votes/1.key").read_bytes()

    vault.destroy(1)
    vault.destroy(1)

    for each in (vault, other, Vault(tmp_path)):
        with pytest.raises(KeysGone):
            each.voter_key(1, VOTER)
        with pytest.raises(KeysGone):
            each.make(1)
        assert each.voter_key(2, VOTER)
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and secret in p.read_bytes()]


def test_a_round_opens_with_the_key_that_its_holders_bring_and_no_longer_than_needed(vault):
    vault.make(1)
    opening = PrivateKey.generate()
    public = bytes(opening.public_key)
    sealed = SealedBox(opening.public_key).encrypt(b"choice")
    assert not vault.is_held(1, public)
    with pytest.raises(SealBroken):
        vault.open(1, [sealed])

    vault.hold(1, bytes(opening))
    assert vault.is_held(1, public)
    assert vault.open(1, [sealed]) == [b"choice"]

    vault.release(1)
    assert not vault.is_held(1, public)
    with pytest.raises(SealBroken):
        vault.open(1, [sealed])
