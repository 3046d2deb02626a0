"""The file that says who may vote: read whole or refused whole, and repeated nowhere."""

from __future__ import annotations

import csv

import pytest

from participatie.core.errors import Invalid
from participatie.votes.rules.rolls import MOST_TOLD, Refused, read_roll

BSN, OTHER, SHORT = "999990019", "123456782", "012345672"


def test_a_bsn_is_read_from_its_column_and_the_rest_goes_along():
    people = read_roll(f"Naam;BSN;Adres\nA. Jansen;{BSN};Dam 1\nB. Smit;{OTHER}; Dam 2 \n")
    assert [person.bsn for person in people] == [BSN, OTHER]
    assert people[1].along == {"Naam": "B. Smit", "Adres": "Dam 2"}


@pytest.mark.parametrize(
    "text",
    [
        f"bsn\n{BSN}",
        f"\ufeffbsn\r\n{BSN}\r\n\r\n",
        f"burgerservicenummer,naam\n{BSN},Jansen",
        f'bsn,naam\n{BSN},"Jansen, A."',
        "bsn;naam\n 9999.90.019 ;x",
    ],
)
def test_a_file_is_read_as_spreadsheets_write_it(text):
    assert [person.bsn for person in read_roll(text)] == [BSN]


def test_a_spreadsheet_may_take_the_first_zero_away():
    assert read_roll("bsn\n12345672")[0].bsn == SHORT


def test_secret_addresses_are_known_by_their_column():
    people = read_roll(f"bsn;geheim\n{BSN};ja\n{OTHER};nee")
    assert [person.is_unlisted for person in people] == [True, False]
    assert "geheim" not in people[0].along


def test_a_pseudonym_is_taken_as_it_is():
    assert read_roll("pseudoniem;naam\nv1$abc;Jansen")[0].pseudonym == "v1$abc"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("  \n \n", "empty"),
        ("bsn\n", "no people"),
        ("naam;adres\nJansen;Dam 1", "No column"),
        ("bsn;pseudoniem\n1;2", "Keep one"),
    ],
)
def test_what_is_no_roll_is_refused_with_what_to_do(text, said):
    with pytest.raises(Invalid, match=said) as refusal:
        read_roll(text)
    assert refusal.value.field == "file"


def test_every_wrong_line_is_named_and_none_is_repeated():
    text = f"bsn;naam\n{BSN};Jansen\n999990018;Smit\n{OTHER}\n{BSN};Jansen\n;Leeg"
    with pytest.raises(Refused) as refusal:
        read_roll(text)
    told = [sentence % values for sentence, values in refusal.value.faults]
    assert told == [
        "Line 3 has no valid BSN.",
        "Line 4 has 1 columns and line 1 has 2.",
        "Line 5 is the same person as line 2.",
        "Line 6 has no valid BSN.",
    ]
    assert not any(word in str(told) for word in (BSN, "999990018", "Smit", "Jansen"))


def test_a_file_full_of_faults_tells_the_first():
    with pytest.raises(Refused, match="nothing is stored") as refusal:
        read_roll("bsn\n" + "1\n" * 500)
    assert len(refusal.value.faults) == MOST_TOLD


def test_a_person_of_the_file_is_never_printed():
    person = read_roll(f"bsn;naam\n{BSN};Jansen")[0]
    assert repr(person) == str(person) == "Person(line=2)"


def test_what_has_no_columns_is_refused():
    before = csv.field_size_limit(1000)
    try:
        with pytest.raises(Invalid, match="Save your sheet as CSV"):
            read_roll("bsn\n" + "1" * 1001)
    finally:
        csv.field_size_limit(before)
