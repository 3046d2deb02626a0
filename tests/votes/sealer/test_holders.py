"""The key of a vote of the grade zwaar: any two of three holders, and none alone."""

from __future__ import annotations

import json

import pytest
from nacl import pwhash
from nacl.public import PrivateKey

from participatie.votes.sealer.holders import (
    Brought,
    NotTogether,
    Strength,
    WrongPhrase,
    holder_of,
    joined,
    proven,
    split,
)

PHRASES = ("een zachte regen valt", "twee grijze ganzen vliegen", "drie rode fietsen staan")
QUICK = Strength(pwhash.argon2id.MEMLIMIT_MIN, pwhash.argon2id.OPSLIMIT_MIN)


@pytest.fixture(scope="module")
def made():
    return split(7, PHRASES, strength=QUICK)


def brought(made, *holders: int) -> tuple[Brought, Brought]:
    first, second = (Brought(made.files[h], PHRASES[h]) for h in holders)
    return first, second


@pytest.mark.parametrize("pair", [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)])
def test_any_two_open_the_vote_in_any_order(made, pair):
    opening = joined(7, made.public, brought(made, *pair))
    assert bytes(PrivateKey(opening).public_key) == made.public


def test_one_holder_twice_opens_nothing(made):
    with pytest.raises(NotTogether, match="same key holder"):
        joined(7, made.public, brought(made, 1, 1))


def test_a_wrong_pass_phrase_is_told_with_whose_it_is(made):
    wrong = Brought(made.files[2], "drie groene fietsen staan")
    with pytest.raises(WrongPhrase) as refusal:
        joined(7, made.public, (Brought(made.files[0], PHRASES[0]), wrong))
    assert refusal.value.holder == "C"
    assert holder_of(made.files[2]) == "C"


def test_a_pass_phrase_may_be_typed_with_other_spaces(made):
    typed = Brought(made.files[0], "  een  zachte regen valt ")
    assert joined(7, made.public, (typed, Brought(made.files[1], PHRASES[1])))


def test_files_of_another_vote_open_nothing(made):
    other = split(7, PHRASES, strength=QUICK)
    for number, public in ((8, made.public), (7, other.public)):
        with pytest.raises(NotTogether, match="another vote"):
            joined(number, public, brought(made, 0, 1))


def test_a_file_holds_no_secret_that_opens_without_the_pass_phrase(made):
    opening = joined(7, made.public, brought(made, 0, 1))
    for file in made.files:
        assert opening.hex().encode() not in file
        assert not any(phrase.encode() in file for phrase in PHRASES)


@pytest.mark.parametrize("field", ["salt", "own", "pairs", "memory", "holder", "kind", "round"])
def test_a_damaged_file_is_refused(made, field):
    for damaged in (None, "zz", -1):
        facts = json.loads(made.files[0])
        facts[field] = damaged
        file = json.dumps(facts).encode()
        with pytest.raises((NotTogether, WrongPhrase)):
            joined(7, made.public, (Brought(file, PHRASES[0]), Brought(made.files[1], PHRASES[1])))
    with pytest.raises(NotTogether):
        holder_of(b"not json")


def test_a_file_cannot_ask_for_all_the_memory_of_the_machine(made):
    facts = json.loads(made.files[0]) | {"memory": 2**50, "work": 1}
    first = Brought(json.dumps(facts).encode(), PHRASES[0])
    with pytest.raises((NotTogether, WrongPhrase)):
        joined(7, made.public, (first, Brought(made.files[1], PHRASES[1])))


def test_three_holders_have_three_different_pass_phrases():
    for phrases in (PHRASES[:2], (PHRASES[0], PHRASES[1], f" {PHRASES[0]}")):
        with pytest.raises(ValueError, match="three different"):
            split(7, phrases, strength=QUICK)


def test_a_holder_proves_file_and_pass_phrase_alone(made):
    assert proven(7, made.public, Brought(made.files[1], PHRASES[1])) == "B"
    with pytest.raises(WrongPhrase):
        proven(7, made.public, Brought(made.files[1], PHRASES[2]))
    with pytest.raises(NotTogether):
        proven(8, made.public, Brought(made.files[1], PHRASES[1]))
