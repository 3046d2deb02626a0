"""The result of a budget of which each area has money of its own."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from sqlalchemy import select

from participatie.budget.models.budgets import Budget
from participatie.core.db import db
from participatie.pages.queries import newest_results
from participatie.processes.rules import PhaseKind
from participatie.votes import verify_count
from participatie.votes.models.acts import PublishedResult
from participatie.votes.models.ballots import Tally
from participatie.votes.models.rounds import QuestionGroup, VoteQuestion
from participatie.votes.rules import publication
from participatie.votes.rules.kinds import BallotKind
from participatie.votes.rules.rounds import GREEDY
from tests.factories import (
    LONG_AGO,
    BudgetFactory,
    OptionFactory,
    ProcessFactory,
    ProjectFactory,
    RoundFactory,
    question_of,
)
from tests.votes.folders import checks, finish, opened, unpack
from tests.votes.steps import cast_answers, loaded

pytestmark = [pytest.mark.usefixtures("few"), pytest.mark.database]

NORTH = {"a": ("Speeltuin", 30_000_00), "b": ("Fontein", 10_000_00)}
SOUTH = {"x": ("Bankjes", 20_000_00), "y": ("Zwembad", 15_000_00)}
TOWN = {"z": ("Stadspark", 9_000_00)}
AREAS = (("Noord", 30_000_00, NORTH), ("Zuid", 20_000_00, SOUTH), ("Heel de stad", 9_000_00, TOWN))
GIVEN = [[["a"], []], [["a"], []], [[], ["y"]], [[], ["y"]], [["b"], ["x"]]]


@pytest.fixture
def budget(app, store) -> Budget:
    """Voters of whom two choose in the north, two in the south and one in both; counted."""
    return voted_on(app, store, GIVEN)


@pytest.fixture
def small(app, store, monkeypatch) -> Budget:
    """The same, where so few people are too few to publish what they chose."""
    monkeypatch.setattr(publication, "FEW", 50)
    return voted_on(app, store, GIVEN, rule="equal-shares", completion="add1+greedy")


def voted_on(app, store, given, groups=(), *, of="area", **counting) -> Budget:
    """A counted vote of as many areas as each of `given` answers.

    `groups` are of title, most, areas. `of` is what the money is divided over.
    """
    areas = AREAS[: len(given[0])]
    lot = [code for _, _, plans in areas for code in plans]
    vote = RoundFactory(counting={**GREEDY, "lot": lot, **counting})
    vote.most_answered = len(areas)
    for number, (title, most, _) in enumerate(groups):
        store.add(QuestionGroup(round_id=vote.id, code=f"group{number}", title=title, most=most))
    group_of = {area: f"group{n}" for n, (_, _, names) in enumerate(groups) for area in names}
    process = ProcessFactory(phase=PhaseKind.VOTE)
    budget = BudgetFactory(round=vote, process=process, amount=sum(money for _, money, _ in areas))
    for number, (title, money, plans) in enumerate(areas, start=1):
        question = (
            question_of(vote.id) if number == 1 else VoteQuestion(position=number, options=[])
        )
        question.round_id, question.code, question.title = vote.id, f"{of}{number}", title
        question.kind, question.budget = BallotKind.KNAPSACK, money
        question.group_code = group_of.get(title)
        store.add(question)
        store.flush()
        for code, (plan, cost) in plans.items():
            settings = {"code": code, "title": plan, "cost": cost, "question_id": question.id}
            option = OptionFactory(round_id=vote.id, **settings)
            ProjectFactory(budget_id=budget.id, process=process, title=plan, option_id=option.id)
    store.commit()
    keys = app.extensions["vote_keys"]
    with app.app_context():
        box = opened(loaded(vote.id))
        for number, choice in enumerate(given):
            cast_answers(box, choice, keys=keys, voter=f"v1${number}")
        finish(box, keys)
        db.session.commit()
    store.expire_all()
    return budget


def test_the_page_shows_each_area_with_its_money_its_winner_and_its_files(client, budget):
    page = client.get(f"/begrotingen/{budget.id}/uitslag")
    assert "2 van de 4 plannen gaan door" in page.main
    assert page.main.index("Noord") < page.main.index("Speeltuin")
    assert page.main.index("Er was € 20.000 voor Zuid") < page.main.index(
        "2 stemmen: plaats 1", page.main.index("Zuid")
    )
    north, south = page.main.split("Er was € 20.000 voor Zuid")
    assert "Er was € 30.000 voor Noord." in north
    for part, winner, loser in ((north, "Speeltuin", "Fontein"), (south, "Zwembad", "Bankjes")):
        assert f"{winner}2 stemmen: plaats 1" in part
        assert loser in part.split("Deze plannen gaan niet door")[1]
    assert "mensen stemden5" in page.main


def test_one_page_deeper_each_area_has_its_numbers_and_its_files(client, budget):
    page = client.get(f"/begrotingen/{budget.id}/uitslag").follow("Bekijk alle cijfers")
    north, south = page.main.split("Er was € 20.000 voor Zuid")
    assert "Er was € 30.000 voor Noord. 3 mensen kozen hier plannen." in north
    assert "Fontein (gaat niet door)" in north
    assert "Bankjes (gaat niet door)" in south
    for name in ("uitslag-area1.json", "stemmen-area1.pb", "uitslag-area2.json"):
        assert f"/begrotingen/{budget.id}/{name}" in page.html


def test_programs_read_the_count_of_each_area(client, budget):
    told = client.raw.get(f"/begrotingen/{budget.id}/uitslag.json").get_json()
    winners = {code: result["winners"] for code, result in told["results"].items()}
    assert winners == {"area1": ["a"], "area2": ["y"]}
    assert told["ballots"] == {"area1": 3, "area2": 3}
    client.get(f"/begrotingen/{budget.id}/stemmen.pb", status=404)
    client.get(f"/begrotingen/{budget.id}/stemmen-area9.pb", status=404)


def test_the_files_of_an_area_are_those_of_the_folder(client, budget):
    got = client.raw.get(f"/stemmingen/{budget.round_id}/uitslag.zip")
    archive = zipfile.ZipFile(io.BytesIO(got.data))
    for name in (
        "uitslag-area1.json",
        "stemmen-area1.pb",
        "uitslag-area2.json",
        "stemmen-area2.pb",
    ):
        assert client.raw.get(f"/begrotingen/{budget.id}/{name}").data == archive.read(name)
    assert b'"Bankjes"' not in archive.read("stemmen-area1.pb")


def test_who_leaves_an_area_empty_is_accounted_for_in_the_folder(app, budget, tmp_path, capsys):
    with app.app_context():
        unpack(budget.round_id or 0, tmp_path)
    assert checks(tmp_path) == 0, capsys.readouterr().out


def test_a_vote_by_theme_checks_from_its_folder_and_each_theme_from_its_files(
    app, store, tmp_path, capsys
):
    budget = voted_on(app, store, GIVEN, of="category")
    with app.app_context():
        unpack(budget.round_id or 0, tmp_path)
    assert checks(tmp_path) == 0, capsys.readouterr().out
    for number in (1, 2):
        names = (f"stemmen-category{number}.pb", f"uitslag-category{number}.json")
        assert verify_count.main([str(tmp_path / name) for name in names]) == 0


def test_areas_in_groups_are_fixed_in_the_folder_and_each_count_checks(
    app, store, client, tmp_path, capsys
):
    groups = (("Wijken", 1, ("Noord", "Zuid")), ("Stad", 1, ("Heel de stad",)))
    given = [[["a"], [], ["z"]], [[], ["y"], []], [["b"], [], []], [["a"], [], ["z"]]]
    budget = voted_on(app, store, given, groups)
    with app.app_context():
        unpack(budget.round_id or 0, tmp_path)
    assert checks(tmp_path) == 0, capsys.readouterr().out
    for number, winner in ((1, "a"), (2, "y"), (3, "z")):
        names = (f"stemmen-area{number}.pb", f"uitslag-area{number}.json")
        assert verify_count.main([str(tmp_path / name) for name in names]) == 0
        assert json.loads((tmp_path / names[1]).read_text())["result"]["winners"] == [winner]
    told = tmp_path / "uitslag-area3.json"
    told.write_text(told.read_text().replace('"most": 1', '"most": 2'))
    assert checks(tmp_path) != 0, "a group that is not as it was fixed"


def test_a_later_version_says_of_each_area_what_changed(store, client, budget):
    tallies = store.scalars(select(Tally).order_by(Tally.question_id)).all()
    for one in tallies:
        facts = {"round_id": one.round_id, "question_id": one.question_id, "version": 2}
        result = {**one.result, "votes": {**one.result["votes"]}}
        if "b" in result["votes"]:
            result["votes"]["b"] = 2
        facts |= {"input_hash": one.input_hash, "result_hash": one.result_hash, "result": result}
        store.add(Tally(**facts, ballots=one.ballots, counted_at=LONG_AGO))
    shown = {"round_id": budget.round_id, "number": 2, "version": 2, "is_final": True}
    store.add(PublishedResult(**shown, published_at=LONG_AGO, reason="Een stem was ongeldig."))
    store.commit()
    page = client.get(f"/begrotingen/{budget.id}/uitslag")
    assert "Wat veranderde in Noord sinds de vorige versie" in page.main
    assert "In Zuid veranderde niets sinds de vorige versie." in page.main
    assert "Fontein12" in page.main


def test_a_budget_of_areas_stands_once_among_the_results(store, budget):
    [row] = store.execute(newest_results(3)).all()
    assert (row.Budget.id, row.ballots) == (budget.id, 5)


@pytest.mark.parametrize("code", ["area1", "area2"])
def test_the_count_of_an_area_is_checked_from_its_own_two_files(client, budget, tmp_path, code):
    files = []
    for name in (f"stemmen-{code}.pb", f"uitslag-{code}.json"):
        (tmp_path / name).write_bytes(client.raw.get(f"/begrotingen/{budget.id}/{name}").data)
        files.append(str(tmp_path / name))
    assert verify_count.main(files) == 0


def test_where_few_people_chose_nobody_reads_how_many(client, small):
    page = client.get(f"/begrotingen/{small.id}/uitslag")
    assert "Zwembad2 stemmen: plaats 1" in page.main, "the votes for each plan are the result"
    page = page.follow("Bekijk alle cijfers")
    assert "mensen kozen hier plannen" not in page.main
    assert page.main.count("Daarom noemen we geen aantal.") == 2
    told = client.raw.get(f"/begrotingen/{small.id}/uitslag.json").get_json()
    assert told["ballots"] == {"area1": None, "area2": None}
    protocol = client.get(f"/stemmingen/{small.round_id}/protocol")
    assert "minder dan 10, of het aantal zou uit de rest volgen" in protocol.main


def test_the_folder_holds_back_what_leads_to_that_number_and_still_checks(
    app, client, small, tmp_path, capsys
):
    with app.app_context():
        unpack(small.round_id, tmp_path)
    assert checks(tmp_path) == 0, capsys.readouterr().out
    for code in ("area1", "area2"):
        path = tmp_path / f"uitslag-{code}.json"
        told = json.loads(path.read_text())
        assert told["ballots"] is None
        assert told["result"].keys() == {
            *("rule", "winners", "votes", "ties", "spent", "leftover", "rejected", "reasons"),
        }
        assert not any(reason["facts"] for reason in told["result"]["reasons"].values())
        assert client.raw.get(f"/begrotingen/{small.id}/{path.name}").data == path.read_bytes()
    lines = [
        json.loads(line)["body"] for line in (tmp_path / "results.jsonl").read_text().splitlines()
    ]
    totals = [one for one in lines if one["record"] == "tally"]
    for total in totals:
        assert total["ballots"] is None
        assert not {"blank", "input_hash", "result_hash"} & total.keys()


def test_an_area_is_held_back_where_few_chose_and_one_more_where_it_would_tell():
    assert publication.held_back({"a": 9, "b": 12, "c": 40}) == {"a", "b"}
    assert publication.held_back({"a": 10, "b": 12}) == frozenset()
    assert publication.held_back({"a": 9, "b": 0}) == {"a"}
