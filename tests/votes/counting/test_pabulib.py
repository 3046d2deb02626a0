"""Reading and writing .pb files."""

import io
from fractions import Fraction

import pytest
from hypothesis import given, settings

from participatie.votes.counting import pabulib
from participatie.votes.counting.election import Ballot, Election, ElectionError, Project, VoteType
from participatie.votes.counting.hashing import canonical
from tests.votes.counting.elections import real_files, small_elections

FILE = """META
key;value
description;"Straat; en buurt"
vote_type;approval
num_projects;3
num_votes;4
budget;1000.50
currency;EUR
PROJECTS
project_id;cost;votes;name;category
01;400;3;Bankjes;groen,straat
7b;600.5;2;"Een ""echte"" tuin";groen
x;999999999;1;Vervallen;
VOTES
voter_id;vote;age
9;01,7b;33
1;7b,01;
2;01,x;70
3;;5
"""


def read(text: str) -> Election:
    return pabulib.read(io.BytesIO(text.encode()))


def written(election: Election) -> bytes:
    target = io.BytesIO()
    pabulib.write(election, target)
    return target.getvalue()


def same(one: Election, other: Election) -> bool:
    told = [[(p.id, p.cost, p.name, dict(p.columns)) for p in e.projects] for e in (one, other)]
    return told[0] == told[1] and list(canonical(one)) == list(canonical(other))


def test_a_file_is_read_with_exact_amounts_and_strings_left_alone() -> None:
    election = read(FILE)
    assert election.budget == 100050
    assert [p.id for p in election.projects] == ["01", "7b", "x"]
    assert [p.cost for p in election.projects] == [40000, 60050, 99999999900]
    assert election.projects[0].categories == ("groen", "straat")
    assert election.projects[1].name == 'Een "echte" tuin'
    assert election.meta["description"] == "Straat; en buurt"
    assert election.voters == 4
    assert election.votes == (3, 2, 1)
    assert pabulib.differences(election) == ()


def test_more_than_two_decimals_make_smaller_minor_units() -> None:
    election = read(FILE.replace("600.5;", "600.1234;"))
    assert (election.per_unit, election.budget) == (10000, 10005000)
    assert election.projects[1].cost == 6001234


def test_a_byte_order_mark_and_windows_line_ends_are_no_trouble() -> None:
    text = "\ufeff" + FILE.replace("\n", "\r\n")
    assert same(read(text), read(FILE))


def test_nothing_about_a_voter_is_kept() -> None:
    out = written(read(FILE)).decode()
    assert "age" not in out
    assert "\n9;" not in out


def test_what_is_written_reads_back_the_same() -> None:
    election = read(FILE)
    back = pabulib.read(io.BytesIO(written(election)))
    assert same(election, back)
    assert set(election.meta.items()) <= set(back.meta.items()) | {("budget", "1000.50")}


@settings(max_examples=150, deadline=None)
@given(small_elections(pointed=True))
def test_any_election_reads_back_the_same(election: Election) -> None:
    back = pabulib.read(io.BytesIO(written(election)))
    assert list(canonical(back)) == list(canonical(election))


def test_all_real_elections_read_back_the_same() -> None:
    for path in real_files():
        election = pabulib.read(path)
        back = pabulib.read(io.BytesIO(written(election)))
        assert same(election, back), path.name
        assert election.meta.keys() <= back.meta.keys(), path.name


def test_a_project_named_twice_on_a_ballot_counts_once_and_is_reported() -> None:
    election = read(FILE.replace("9;01,7b;33", "9;01,7b,01;33").replace("01;400;3", "01;400;4"))
    assert election.votes == (3, 2, 1)
    assert [str(d) for d in pabulib.differences(election)] == [
        "project 01: votes says 4, a recount gives 3"
    ]


def test_stated_numbers_that_differ_from_a_recount_are_reported() -> None:
    election = read(FILE.replace("num_votes;4", "num_votes;5"))
    assert [str(d) for d in pabulib.differences(election)] == [
        "num_votes says 5, a recount gives 4"
    ]


def test_points_and_orders_are_kept() -> None:
    text = FILE.replace("approval", "cumulative").replace("vote;age", "vote;points")
    text = text.replace("01,7b;33", "01,7b;3,1").replace("7b,01;", "7b,01;2,2")
    text = text.replace("01,x;70", "01,x;5,0").replace("3;;5", "3;;")
    election = read(text)
    assert election.vote_type is VoteType.CUMULATIVE
    assert election.ballots.points is not None
    assert same(election, pabulib.read(io.BytesIO(written(election))))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("META\n", "", "line 1: META should begin here, not 'key'"),
        ("budget;1000.50\n", "", "line 8: META has no budget"),
        ("budget;1000.50", "budget;veel", "line 7: META: the budget 'veel' is not an amount"),
        ("budget;1000.50", "budget;1;2", "line 7: META wants a key and a value, not 3 fields"),
        ("num_votes;4", "budget;4", "line 7: META says 'budget' twice"),
        ("vote_type;approval", "vote_type;show", "line 4: META: vote_type is 'show'"),
        ("project_id;cost", "project;cost", "line 10: PROJECTS has no column 'project_id'"),
        ("01;400;", "01;-400;", "line 11: the cost '-400' is not an amount"),
        ("01;400;", "01;;", "line 11: the cost '' is not an amount"),
        ("7b;600.5", "01;600.5", "line 12: project '01' is listed twice"),
        ("Vervallen;", "Vervallen", "line 13: 4 fields where PROJECTS has 5 columns"),
        ("VOTES\n", "VOTE\n", "line 14: 1 fields where PROJECTS has 5 columns"),
        ("2;01,x;70", "2;01,y;70", "line 18: the ballot names 'y', which is not a project"),
        ("2;01,x;70", "2;01,x", "line 18: 2 fields where VOTES has 3 columns"),
        ("approval", "choose-1", "line 16: a choose-1 ballot names more than one project"),
        ("approval", "cumulative", "line 15: a cumulative file needs a column 'points'"),
    ],
)
def test_a_fault_is_told_with_its_line(old: str, new: str, message: str) -> None:
    with pytest.raises(ElectionError) as told:
        read(FILE.replace(old, new, 1))
    assert str(told.value) == message


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ("3", "line 16: 1 points for 2 choices"),
        ("3,x", "line 16: points '3,x' are not whole numbers"),
    ],
)
def test_points_that_do_not_fit_are_told_with_their_line(points: str, message: str) -> None:
    text = FILE.replace("approval", "cumulative").replace("vote;age", "vote;points")
    with pytest.raises(ElectionError) as told:
        read(text.replace("01,7b;33", f"01,7b;{points}"))
    assert str(told.value) == message


def test_a_file_without_votes_section_or_not_in_utf_8_is_refused() -> None:
    with pytest.raises(ElectionError, match="the section VOTES is missing"):
        read(FILE.split("VOTES", maxsplit=1)[0])
    with pytest.raises(ElectionError, match="line 1: the section META is missing"):
        read("")


def test_text_that_is_not_utf_8_is_told_with_its_line() -> None:
    with pytest.raises(ElectionError, match="line 1: the file is not UTF-8"):
        pabulib.read(io.BytesIO(FILE.encode("utf-16")))
    broken = FILE.encode().replace(b"vote;age", b"vote;\xe9ge", 1)
    line = broken.split(b"\xe9")[0].count(b"\n") + 1
    with pytest.raises(ElectionError, match=f"line {line}: the file is not UTF-8"):
        pabulib.read(io.BytesIO(broken))


def test_endowments_that_differ_cannot_be_written() -> None:
    ballots = [Ballot(("a",)), Ballot(("a",), share=Fraction(2))]
    with pytest.raises(ElectionError, match="endowments that differ"):
        written(Election.from_counts(1, [Project("a", 1)], ballots))
