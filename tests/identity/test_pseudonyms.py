"""A pseudonym instead of a BSN."""

from __future__ import annotations

import traceback
from concurrent.futures import ThreadPoolExecutor

import pytest

from participatie.identity.providers.interface import Assertion
from participatie.identity.providers.stub import PEOPLE
from participatie.identity.pseudonyms import (
    LocalPseudonyms,
    PseudonymsAway,
    Purpose,
    SealerPseudonyms,
    read_or_make_key,
)
from participatie.identity.rules import Assurance, is_bsn

BSN = "999990408"


def test_a_pseudonym_is_the_same_each_time_and_another_one_for_each_purpose(tmp_path):
    pseudonyms = LocalPseudonyms(tmp_path)
    account = pseudonyms.pseudonym(Purpose.ACCOUNT, BSN)
    assert account == LocalPseudonyms(tmp_path).pseudonym(Purpose.ACCOUNT, BSN)
    assert account.startswith("v1$")
    assert account != pseudonyms.pseudonym(Purpose.VOTE, BSN)


def test_another_key_gives_another_pseudonym(tmp_path):
    one, two = LocalPseudonyms(tmp_path / "one"), LocalPseudonyms(tmp_path / "two")
    assert one.pseudonym(Purpose.ACCOUNT, BSN) != two.pseudonym(Purpose.ACCOUNT, BSN)


def test_the_key_can_be_read_by_its_owner_only(tmp_path):
    LocalPseudonyms(tmp_path / "keys")
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "keys/pseudonyms.key").stat().st_mode & 0o777 == 0o600


def test_twenty_starters_at_once_end_with_one_key(tmp_path):
    with ThreadPoolExecutor(20) as pool:
        keys = set(pool.map(lambda _: read_or_make_key(tmp_path / "k"), range(20)))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["k"]


def test_a_damaged_key_is_refused(tmp_path):
    (tmp_path / "pseudonyms.key").write_bytes(b"too short")
    with pytest.raises(ValueError, match="does not hold a key"):
        LocalPseudonyms(tmp_path)


def test_a_wrong_number_is_refused_without_repeating_it(tmp_path):
    wrong = str(123456780 + 9)
    with pytest.raises(ValueError, match="not a valid BSN") as refusal:
        LocalPseudonyms(tmp_path).pseudonym(Purpose.ACCOUNT, wrong)
    assert wrong not in "".join(traceback.format_exception(refusal.value))


def test_the_bsn_is_not_in_what_is_printed_of_a_person():
    assert BSN not in repr(Assertion(BSN, Assurance.MIDDEN))
    assert not [person for person in PEOPLE.values() if person.bsn in repr(person)]


def test_the_people_of_the_test_login_have_numbers_that_were_given_to_nobody():
    numbers = [person.bsn for person in PEOPLE.values()]
    assert len(set(numbers)) == len(numbers) == 21
    assert all(is_bsn(number) and number.startswith("99999") for number in numbers)


@pytest.fixture(params=["local", "sealer"])
def pseudonyms(request):
    """Both twins: what holds for one holds for the other."""
    sealer = request.getfixturevalue("sealer")
    if request.param == "local":
        return LocalPseudonyms(sealer.keys_dir)
    return SealerPseudonyms(sealer.box)


def test_both_twins_give_the_same_pseudonym(pseudonyms, sealer):
    for purpose in Purpose:
        made = LocalPseudonyms(sealer.keys_dir).pseudonym(purpose, BSN)
        assert pseudonyms.pseudonym(purpose, BSN) == made


def test_both_twins_refuse_a_wrong_number_without_repeating_it(pseudonyms):
    wrong = 123456780 + 9
    with pytest.raises(ValueError, match="not a valid BSN") as refusal:
        pseudonyms.pseudonym(Purpose.VOTE, str(wrong))
    assert str(wrong) not in "".join(traceback.format_exception(refusal.value))


def test_without_the_sealer_nobody_gets_a_pseudonym_and_one_sentence_says_so(sealer):
    pseudonyms = SealerPseudonyms(sealer.box)
    sealer.kill()
    with pytest.raises(PseudonymsAway, match="does not work just now"):
        pseudonyms.pseudonym(Purpose.VOTE, BSN)
    sealer.start()
    assert pseudonyms.pseudonym(Purpose.VOTE, BSN)
