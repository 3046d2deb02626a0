"""Numbers that only want to keep the machine busy are bad input."""

from __future__ import annotations

import io

import pytest

from participatie.votes.counting import pabulib
from participatie.votes.counting.election import ElectionError

FILE = """META
key;value
budget;{budget}
vote_type;{kind}
num_projects;1
num_votes;1
PROJECTS
project_id;cost
a;{cost}
VOTES
voter_id;vote{more}
1;a{points}
"""


@pytest.mark.parametrize(
    "change",
    [
        {"budget": "9" * 5000},
        {"cost": "9" * 5000},
        {"cost": "1." + "1" * 5000},
        {"kind": "cumulative", "more": ";points", "points": ";" + "9" * 30},
        {"kind": "cumulative", "more": ";points", "points": ";" + "9" * 5000},
    ],
)
def test_a_number_of_absurd_length_is_refused_with_its_line(change):
    usual = {"budget": "10", "kind": "approval", "cost": "5", "more": "", "points": ""}
    text = FILE.format(**{**usual, **change})
    with pytest.raises(ElectionError, match="line"):
        pabulib.read(io.BytesIO(text.encode()))
