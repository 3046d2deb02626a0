"""The stand-alone recount: agrees with the engine on everything, and sees every change."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participatie.votes import verify_count
from participatie.votes.counting import pabulib
from participatie.votes.counting.election import Election, Project, VoteType
from participatie.votes.counting.result import Result
from participatie.votes.counting.rules import (
    Completion,
    Rule,
    Rules,
    Support,
    Threshold,
    Utility,
    rules_to_json,
)
from participatie.votes.counting.scores import Score
from participatie.votes.counting.tally import count
from tests.votes.counting.elections import invented, real_files, small_elections

REAL = {"Netherlands_Assen_2024.pb", "Poland_Krakow_2021_Bienczyce.pb", "Poland_Swiecie_2023.pb"}
SHARED = Rules(Rule.EQUAL_SHARES)
RULES = [
    Rules(Rule.GREEDY),
    Rules(Rule.GREEDY, threshold=Threshold(Support.PERCENT, Fraction(20))),
    Rules(Rule.GREEDY, threshold=Threshold(Support.COST_SHARE, Fraction(1, 3))),
    Rules(Rule.GREEDY_NO_SKIP, threshold=Threshold(Support.SCORE, Fraction(2))),
    Rules(Rule.GREEDY, score=Score.APPROVAL),
    Rules(Rule.GREEDY, score=Score.PLURALITY),
    Rules(Rule.GREEDY, score=Score.POSITIONS, positions=(3, 1)),
    Rules(Rule.COUNT_ONLY, seats=2),
    Rules(Rule.KNAPSACK),
    SHARED,
    replace(SHARED, completion=Completion.GREEDY, utility=Utility.CARDINALITY),
    replace(SHARED, completion=Completion.ADD1),
    replace(SHARED, completion=Completion.ADD1_EXHAUSTIVE, step=30),
    replace(SHARED, completion=Completion.ADD1_GREEDY, comparison=True),
]


def drawn(rules: Rules, election: Election) -> Rules:
    return replace(rules, lot=tuple(p.id for p in election.projects))


def published(result: Result, folder: Path) -> list[str]:
    """The three files of a published count."""
    pabulib.write(result.election, folder / "votes.pb")
    (folder / "rules.json").write_text(json.dumps(rules_to_json(result.rules)))
    (folder / "result.json").write_text(json.dumps(result.to_json()))
    return [str(folder / name) for name in ("votes.pb", "rules.json", "result.json")]


def agrees(election: Election, rules: Rules, *options: str) -> bool:
    with TemporaryDirectory() as folder:
        files = published(count(election, rules), Path(folder))
        return verify_count.main([*files, *options]) == 0


@settings(max_examples=600, deadline=None)
@given(small_elections(), st.sampled_from(RULES))
def test_the_recount_agrees_with_the_engine(election: Election, rules: Rules) -> None:
    assert agrees(election, drawn(rules, election))


@settings(max_examples=300, deadline=None)
@given(small_elections(pointed=True), st.sampled_from(RULES))
def test_the_recount_agrees_on_points(election: Election, rules: Rules) -> None:
    assert agrees(election, drawn(rules, election))


@pytest.mark.parametrize("rule", [Rule.GREEDY, Rule.INSTANT_RUNOFF, Rule.EQUAL_SHARES])
def test_the_recount_agrees_on_orders(rule: Rule) -> None:
    made = invented()
    ids = [p.id for p in made.projects]
    orders = [
        (tuple(ids[c] for c in made.ballots.choices[start:end].tolist()), 1)
        for start, end in zip(made.ballots.offsets, made.ballots.offsets[1:], strict=False)
    ]
    election = Election.from_counts(made.budget, made.projects, orders, vote_type=VoteType.ORDINAL)
    assert agrees(election, drawn(Rules(rule), election))


def test_the_recount_agrees_on_limits() -> None:
    projects = [
        Project("a", 300, categories=("groen",), columns={"category": "groen"}),
        Project("b", 300, categories=("groen", "spel"), columns={"category": "groen,spel"}),
        Project("c", 300, area="noord", columns={"district": "noord"}),
        Project("d", 300, area="noord", columns={"district": "noord"}),
        Project("e", 300),
    ]
    ballots = [(("a",), 5), (("b",), 4), (("c",), 3), (("d",), 2), (("e",), 1)]
    election = Election.from_counts(2000, projects, ballots)
    rules = Rules(
        category_budgets={"groen": 500},
        area_budgets={"noord": 500},
        exclusive=(frozenset("ce"),),
        withdrawn=frozenset("d"),
    )
    assert agrees(election, drawn(rules, election))


def test_real_elections_are_recounted_the_same() -> None:
    for path in real_files():
        if path.name in REAL:
            election = pabulib.read(path)
            for rules in (Rules(), replace(SHARED, completion=Completion.ADD1)):
                assert agrees(election, drawn(rules, election), "--last-steps"), path.name


def more_steps(told: dict[str, Any]) -> None:
    told["endowment"]["steps"] += 1


def fewer_steps(told: dict[str, Any]) -> None:
    told["endowment"]["steps"] -= 1


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("winners", lambda told: told["winners"].reverse()),
        ("spent", lambda told: told.update(spent="1.00")),
        ("ties", lambda told: told["ties"].append({})),
        ("endowment", more_steps),
        ("endowment", fewer_steps),
        ("rejected", lambda told: told["rejected"].popitem()),
        ("input_hash", lambda told: told.update(input_hash="0")),
        ("result_hash", lambda told: told.update(result_hash="0")),
    ],
)
@pytest.mark.parametrize("options", [[], ["--last-steps"]])
def test_the_first_difference_is_named(
    key: str,
    change: Callable[[dict[str, Any]], None],
    options: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    election = invented()
    rules = drawn(replace(SHARED, completion=Completion.ADD1), election)
    files = published(count(election, rules), tmp_path)
    told = json.loads(Path(files[2]).read_text())
    assert verify_count.main([*files, *options]) == 0
    change(told)
    Path(files[2]).write_text(json.dumps(told))
    assert verify_count.main([*files, *options]) == 1
    assert " differs: published " in capsys.readouterr().out


def test_another_rule_or_ballot_is_seen(tmp_path: Path) -> None:
    election = invented()
    files = published(count(election, drawn(Rules(), election)), tmp_path)
    votes = Path(files[0]).read_text()
    Path(files[0]).write_text(votes.replace("\n7;", "\n7;plan 11,", 1))
    assert verify_count.main(files) == 1


def test_files_that_cannot_be_read_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify_count.main([]) == 2
    assert verify_count.main([str(tmp_path / name) for name in "abc"]) == 2
    assert "cannot recount" in capsys.readouterr().err


def test_the_recount_needs_the_standard_library_only(tmp_path: Path) -> None:
    election = invented()
    files = published(count(election, drawn(Rules(), election)), tmp_path)
    done = subprocess.run(
        [sys.executable, "-I", "-S", verify_count.__file__, *files],
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"the recount gives the published result\n"
