"""The worked example on the page about counting, counted by the count of every vote."""

from __future__ import annotations

import pytest

from participatie.votes.counting.election import Election, Project
from participatie.votes.counting.rules import Rule, Rules
from participatie.votes.counting.tally import count

PLANS = {"Speeltuin": 6_000_00, "Straatlampen": 4_000_00, "Buurttuin": 4_000_00}
BALLOTS = [(["Speeltuin", "Straatlampen"], 5), (["Speeltuin"], 1), (["Buurttuin"], 4)]


@pytest.mark.parametrize(
    ("rule", "column", "winners"),
    [
        (Rule.GREEDY, 0, {"Speeltuin", "Straatlampen"}),
        (Rule.EQUAL_SHARES, 1, {"Speeltuin", "Buurttuin"}),
    ],
)
def test_the_example_is_right(client, rule, column, winners):
    plans = [Project(id=name, cost=cost, name=name) for name, cost in PLANS.items()]
    election = Election.from_counts(10_000_00, plans, BALLOTS)
    assert set(count(election, Rules(rule=rule)).winners) == winners
    table = client.get("/zo-tellen-wij").all("table")[-1]
    said = {
        "".join(row.find("th").itertext()): "".join(row.findall("td")[column].itertext())
        for row in table.find("tbody")
    }
    assert {name for name in PLANS if said[name] == "gaat door"} == winners
