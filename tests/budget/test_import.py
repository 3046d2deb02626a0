from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from participatie.app import create_app
from participatie.budget.cli import import_pabulib
from participatie.budget.models.budgets import Budget, Project
from participatie.budget.rules.outcomes import Outcome
from participatie.core.db import db
from participatie.core.tasks import Heartbeat as Beat
from participatie.processes.models import Process
from participatie.votes.counting import pabulib
from participatie.votes.counting.rules import Rules
from participatie.votes.counting.tally import count
from participatie.votes.models.ballots import Choice, Tally
from participatie.votes.models.rounds import VoteRound
from participatie.votes.services import elections
from tests.database import dispose
from tests.factories import ClerkFactory

REAL = os.environ.get("PABULIB_DIR")
HEAD = """META
key;value
description;Dorpsbudget Ilpendam
unit;Ilpendam
num_projects;3
num_votes;4
budget;1000
vote_type;approval
rule;greedy
date_begin;01.03.2021
date_end;14.03.2021
PROJECTS
project_id;cost;votes;name;neighborhood
7;600;3;Pluktuin met een heel lange naam;Dorp
12;500;2;"Bankjes; bij de kerk";Dorp
3;400.50;1;Fietspomp;Polder
"""
BALLOTS = "VOTES\nvoter_id;vote\n1;7,12\n2;7\n3;12,7\n4;3\n"
GOOD = HEAD + BALLOTS


@pytest.fixture
def run(context, tmp_path):
    """`run(text)` imports a file with this text."""

    def go(body: str | bytes, *options: str):
        file = tmp_path / "election.pb"
        file.write_bytes(body.encode() if isinstance(body, str) else body)
        return CliRunner().invoke(import_pabulib, [str(file), *options])

    return go


def rows(model) -> int:
    return db.session.scalars(select(func.count()).select_from(model)).one()


def test_a_file_becomes_a_budget_that_is_counted_and_awarded(run):
    answer = run(GOOD)
    assert answer.exit_code == 0, answer.output
    assert "4 ballots, 1 winners" in answer.output
    assert "No worker is alive" in answer.stderr
    budget = db.session.scalars(select(Budget)).one()
    assert (budget.title, budget.amount) == ("Dorpsbudget Ilpendam", 1000_00)
    outcomes = {p.title: p.outcome for p in db.session.scalars(select(Project))}
    assert outcomes["Bankjes; bij de kerk"] is Outcome.NOT_AWARDED
    assert outcomes["Pluktuin met een heel lange naam"] is Outcome.AWARDED
    [answers] = elections.choices(budget.round_id or 0).values()
    assert answers == {("7",): 1, ("12", "7"): 2, ("3",): 1}


def test_what_was_decided_elsewhere_is_over_here(app, store, client, log_in, tmp_path):
    file = tmp_path / "election.pb"
    file.write_text(GOOD)
    with app.app_context():
        assert CliRunner().invoke(import_pabulib, [str(file)]).exit_code == 0
        db.session.commit()
    cards = client.get("/trajecten").main
    assert "Afgerond" in cards
    assert "Lees de uitslag" in cards
    process = store.scalars(select(Process)).one()
    assert "Afgerond" in log_in(ClerkFactory()).get(f"/griffie/trajecten/{process.id}").main


def test_a_program_reads_one_line_of_json(run):
    answer = run(GOOD, "--json", "--title", "Eigen naam")
    told = json.loads(answer.stdout)
    assert told["title"] == "Eigen naam"
    assert told["winners"] == ["7"]
    assert told["counted_by"] == "this process"
    assert len(told["result_hash"]) == 64


def test_the_same_file_twice_gives_two_budgets_with_addresses_of_their_own(run):
    run(GOOD)
    assert run(GOOD).exit_code == 0
    slugs = set(db.session.scalars(select(Process.slug)))
    assert slugs == {"dorpsbudget-ilpendam", "dorpsbudget-ilpendam-2"}


def test_a_tie_that_only_a_lot_settles_is_said(run):
    tied = GOOD.replace("12;500", "12;600").replace("4;3", "4;12")
    answer = run(tied)
    assert answer.exit_code == 0
    assert "undecided" in answer.output
    assert set(db.session.scalars(select(Project.outcome))) == {Outcome.UNDECIDED}


BROKEN = {
    "truncated in a project": (HEAD[:-20], "line 16"),
    "wrong section": (GOOD.replace("VOTES\n", "STEMMEN\n"), "line"),
    "unknown project in a ballot": (GOOD.replace("4;3", "4;99"), "line 22"),
    "negative cost": (GOOD.replace("12;500", "12;-500"), "line 15"),
    "no amount": (GOOD.replace("12;500", "12;veel"), "line 15"),
    "no budget": (GOOD.replace("budget;1000", "budget;0"), "no budget"),
    "other encoding": (GOOD.replace("kerk", "k\u00e9rk").encode("latin-1"), "UTF-8"),
    "empty": ("", "META"),
    "binary": (bytes(range(256)) * 40, "UTF-8"),
    "one endless line": ("x" * 3_000_000, "line 1"),
    "ordinal": (GOOD.replace("approval", "ordinal"), "cannot be imported"),
    "nul in a project": (GOOD.replace("12;500", "1\x002;500"), "line 15"),
    "nul in a name": (GOOD.replace("Fietspomp", "Fiets\x00pomp"), "line 16"),
    "nul in the description": (GOOD.replace("Dorpsbudget", "Dorps\x00"), "line 3"),
    "nul in a ballot": (GOOD.replace("4;3", "4;3\x00"), "line 22"),
    "before the calendar": (GOOD.replace("01.03.2021", "0001"), "date 0001"),
    "after all calendars": (GOOD.replace("14.03.2021", "9999"), "date 9999"),
    "half a cent": (GOOD.replace("400.50", "400.505"), "cents"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_gets_one_sentence_and_leaves_nothing(run, kind):
    body, words = BROKEN[kind]
    answer = run(body)
    assert answer.exit_code == 2, answer.output
    said = answer.stderr.strip()
    assert words in said, said
    assert len(said.splitlines()) == 1
    assert "Traceback" not in said
    assert [rows(m) for m in (Process, Budget, VoteRound, Project, Choice, Tally)] == [0] * 6


def test_a_hundred_megabytes_of_garbage_are_refused_at_once(run):
    start = time.monotonic()
    answer = run("groen;geel;grijs\n" * 6_200_000)
    assert answer.exit_code == 2
    assert "line 1" in answer.stderr
    assert time.monotonic() - start < 10


def test_what_is_not_a_file_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "elsewhere.pb"):
        assert CliRunner().invoke(import_pabulib, [str(path)]).exit_code == 2


def environment_of(config) -> dict[str, str]:
    return {
        **os.environ,
        "APP_ENV": "demo",
        "DATABASE_URL": config.database_url,
        "DATA_DIR": str(config.data_dir),
        "SECRET_KEY": config.secret_key,
    }


def test_a_worker_counts_when_one_is_alive(cluster, tmp_path, worker_id):
    (tmp_path / "election.pb").write_text(GOOD)
    with cluster.copy(f"import_{worker_id}") as name:
        env = environment_of(cluster.config(name))
        celery = [sys.executable, "-m", "celery", "-q", "-A", "participatie.worker:celery_app"]
        worker = subprocess.Popen(
            [*celery, "worker", "-P", "threads", "-c", "1", "--without-gossip", "--without-mingle"],
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            app = create_app(cluster.config(name))
            with app.app_context():
                app.extensions["celery"].send_task("participatie.core.tasks.heartbeat")
                for _ in range(100):
                    if db.session.execute(select(func.count()).select_from(Beat)).scalar_one():
                        break
                    db.session.rollback()
                    time.sleep(0.2)
                db.session.remove()
            dispose(app)
            command = Path(sys.executable).with_name("participatie")
            answer = subprocess.run(
                [str(command), "import-pabulib", "--json", str(tmp_path / "election.pb")],
                env=env,
                capture_output=True,
                text=True,
                check=True,
            )
        finally:
            worker.kill()
            worker.wait()
    told = json.loads(answer.stdout)
    assert (told["counted_by"], told["winners"]) == ("worker", ["7"])


@pytest.mark.skipif(REAL is None, reason="real elections: set PABULIB_DIR")
def test_west_begroot_gives_the_result_of_a_recount(context):
    file = Path(REAL or "") / "Netherlands_Amsterdam_309.pb"
    answer = CliRunner().invoke(import_pabulib, [str(file), "--json"])
    told = json.loads(answer.stdout)
    recount = count(pabulib.read(file), Rules())
    budget = db.session.scalars(select(Budget)).one()
    tally = db.session.scalars(select(Tally)).one()
    assert (told["ballots"], rows(Project)) == (14411, 58)
    assert told["winners"] == list(recount.winners)
    votes = dict(
        zip((p.id for p in recount.election.projects), recount.election.votes, strict=True)
    )
    assert tally.result["votes"] == votes
    assert [sum(a.values()) for a in elections.choices(budget.round_id or 0).values()] == [14411]


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["greedy", "equal-shares"])
@pytest.mark.skipif(REAL is None, reason="real elections: set PABULIB_DIR")
def test_all_dutch_elections_are_awarded_by_both_rules_and_show_their_result(app, client, rule):
    files = sorted(str(path) for path in Path(REAL or "").glob("Netherlands_*.pb"))
    with app.app_context():
        answer = CliRunner().invoke(import_pabulib, [*files, "--rule", rule, "--json"])
        db.session.commit()  # what it read last stands open round what the tasks committed
    assert answer.exit_code == 0, answer.output
    told = [json.loads(line) for line in answer.stdout.splitlines()]
    assert len(told) == len(files) == 25
    for one in told:
        page = client.get(urlsplit(one["url"]).path)
        won, total = len(one["winners"]), len(page.all("tr"))
        assert f"{won} van de " in page.main, one["file"]
        assert total > won


@pytest.mark.skipif(REAL is None, reason="real elections: set PABULIB_DIR")
def test_assen_shows_the_nine_plans_that_the_city_decided(app, client):
    file = Path(REAL or "") / "Netherlands_Assen_2024.pb"
    decided = [p.id for p in pabulib.read(file).projects if p.columns.get("selected") == "1"]
    with app.app_context():
        answer = CliRunner().invoke(import_pabulib, [str(file), "--json"])
        db.session.commit()
    told = json.loads(answer.stdout)
    assert sorted(told["winners"]) == sorted(decided)
    assert len(decided) == 9
    assert "9 van de 14 plannen gaan door" in client.get(urlsplit(told["url"]).path).main


@pytest.mark.slow
@pytest.mark.skipif(REAL is None, reason="real elections: set PABULIB_DIR")
def test_all_dutch_elections_are_imported_within_a_minute(context):
    files = sorted(str(path) for path in Path(REAL or "").glob("Netherlands_*.pb"))
    start = time.monotonic()
    answer = CliRunner().invoke(import_pabulib, [*files, "--json"])
    assert answer.exit_code == 0, answer.output
    told = [json.loads(line) for line in answer.stdout.splitlines()]
    assert len(told) == len(files) == 25
    assert time.monotonic() - start < 60
    assen = next(one for one in told if one["file"] == "Netherlands_Assen_2024.pb")
    assert len(assen["winners"]) == 9
