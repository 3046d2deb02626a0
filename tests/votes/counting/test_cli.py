"""`participatie tally`, and what it says."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from participatie.votes.counting import pabulib
from participatie.votes.counting.cli import tally
from participatie.votes.counting.election import Election, Project, VoteType
from participatie.votes.counting.rules import Completion, Rule, Utility
from tests.votes.counting.elections import approvals

ELECTION = approvals(100, {"3": 30, "7": 30, "x": 45}, ("3 7", 4), ("x", 2))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return saved(ELECTION, tmp_path)


def saved(election: Election, folder: Path) -> Path:
    pabulib.write(election, folder / "vote.pb")
    return folder / "vote.pb"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(tally, [str(argument) for argument in arguments])


def test_json_is_exactly_this(file: Path) -> None:
    done = run(file, "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 0
    assert told.pop("input_hash") != told.pop("result_hash")
    assert told == {
        "rule": "greedy",
        "winners": ["3", "7"],
        "spent": "60.00",
        "leftover": "40.00",
        "ties": [{"round": 1, "tied": ["3", "7"], "chosen": "3", "by": "lot"}],
        "endowment": None,
        "rejected": {"x": "no-money-left"},
    }


def test_the_endowment_is_told_in_json(file: Path) -> None:
    done = run(file, "--rule", "equal-shares", "--completion", "add1", "--json")
    assert json.loads(done.stdout)["endowment"] == {
        "start": "16.66",
        "final": "21.66",
        "step": "1.00",
        "steps": 5,
        "stop": "overspend",
        "next_cost": "105.00",
    }


KEYS = [
    *("rule", "winners", "spent", "leftover", "ties", "endowment", "rejected"),
    *("input_hash", "result_hash"),
]


@pytest.mark.parametrize("rule", [rule for rule in Rule if rule is not Rule.INSTANT_RUNOFF])
def test_every_rule_gives_exactly_these_keys(file: Path, rule: Rule) -> None:
    seats = ["--seats", "1"] if rule is Rule.COUNT_ONLY else []
    told = json.loads(run(file, "--json", "--rule", rule, *seats).stdout)
    assert list(told) == KEYS
    assert told["rule"] == rule
    assert set(told["winners"]).isdisjoint(told["rejected"])


@pytest.mark.parametrize("utility", Utility)
@pytest.mark.parametrize("completion", Completion)
def test_every_completion_and_utility_gives_exactly_these_keys(
    file: Path, utility: Utility, completion: Completion
) -> None:
    options = ["--rule", "equal-shares", "--utility", utility, "--completion", completion]
    told = json.loads(run(file, "--json", *options).stdout)
    assert list(told) == KEYS
    assert list(told["endowment"]) == ["start", "final", "step", "steps", "stop", "next_cost"]


def test_instant_runoff_counts_an_order(tmp_path: Path) -> None:
    projects = [Project("a", 1), Project("b", 1)]
    ballots = [(("a", "b"), 2), (("b",), 1)]
    orders = Election.from_counts(9, projects, ballots, vote_type=VoteType.ORDINAL)
    told = json.loads(run(saved(orders, tmp_path), "--rule", "instant-runoff", "--json").stdout)
    assert told["winners"] == ["a"]
    assert list(told) == KEYS


def test_the_order_of_ties_is_followed(file: Path) -> None:
    election = approvals(60, {"dear": 40, "cheap": 30}, ("dear cheap", 1))
    for rules, winner in (("cost,lot", "cheap"), ("lot", "dear")):
        told = json.loads(run(saved(election, file.parent), "--ties", rules, "--json").stdout)
        assert told["winners"][0] == winner


def test_a_withdrawn_project_and_another_step_are_counted(file: Path) -> None:
    told = json.loads(run(file, "--json", "--withdrawn", "3", "--withdrawn", "x").stdout)
    assert told["winners"] == ["7"]
    assert told["rejected"] == {"3": "withdrawn", "x": "withdrawn"}
    shared = ["--rule", "equal-shares", "--completion", "add1", "--json"]
    told = json.loads(run(file, *shared, "--step", "0.25").stdout)
    assert told["endowment"]["step"] == "0.25"
    assert run(file, *shared, "--step", "0").exit_code == 2
    assert run(file, *shared, "--step", "veel").exit_code == 2
    assert run(file, "--withdrawn", "z").exit_code == 2


def test_a_lot_from_a_file_is_used_and_its_absence_is_said(file: Path, tmp_path: Path) -> None:
    (tmp_path / "lot").write_text("7\n3\nx\n")
    without, given = run(file, "--json"), run(file, "--json", "--lot", tmp_path / "lot")
    assert "the order of the file stands in for the lot" in without.stderr
    assert given.stderr == ""
    assert json.loads(given.stdout)["winners"] == ["7", "3"]


def test_an_undecided_tie_is_exit_code_3(file: Path) -> None:
    done = run(file, "--ties", "cost,votes")
    assert done.exit_code == 3
    assert "these projects are equal and no tie rule separates them: 3, 7" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "options",
    [
        ["--rule", "best"],
        ["--ties", "cost,name"],
        ["--completion", "add1"],
        ["--rule", "count-only"],
    ],
)
def test_options_that_do_not_go_together_are_exit_code_2(file: Path, options: list[str]) -> None:
    done = run(file, *options)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr


def test_bad_input_is_exit_code_2_with_the_line(tmp_path: Path) -> None:
    (tmp_path / "bad.pb").write_text("META\nkey;value\nbudget;1;2\n")
    done = run(tmp_path / "bad.pb")
    assert done.exit_code == 2
    assert "line 3" in done.stderr
    assert run(tmp_path / "away.pb").exit_code == 2


def test_differences_with_a_recount_are_reported(file: Path) -> None:
    file.write_text(file.read_text().replace("num_votes;6", "num_votes;9"))
    assert "num_votes says 9, a recount gives 6" in run(file).stderr


def test_the_outcome_is_explained_in_dutch(file: Path) -> None:
    done = run(file, "--explain")
    assert "gekozen: 3" in done.stdout
    assert "Ronde 1: de plannen 3, 7 stonden gelijk; plan 3 ging voor door het lot." in done.stdout
    assert "niet gekozen: x: te weinig geld over: € 45 nodig, € 40 over" in done.stdout
    shared = run(file, "--explain", "--rule", "equal-shares").stdout
    assert "de kiezers van dit plan hadden samen nog € 33,33 van de € 45" in shared
    assert "Elke kiezer had € 16,66 te verdelen." in shared
    assert "gekozen: 3: 122 % van de steun die nodig was" in shared
    assert "; 74 % van de steun die nodig was" in shared


def test_the_command_loads_neither_flask_nor_the_database(file: Path) -> None:
    command = (
        "import sys; from participatie.cli import main\n"
        "try: main()\n"
        "finally: print(sorted({'flask', 'sqlalchemy', 'psycopg', 'celery'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", command, "tally", str(file)], capture_output=True, check=True
    )
    assert done.stdout.decode().splitlines()[-1] == "[]"
