"""What the road of a budget refuses and what it does not: more lessons of Consul, one test each.

The numbers are those of the scenarios in the reference.
"""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from participatie.budget.models.budgets import Project
from participatie.budget.rules.lists import ShoppingList
from participatie.budget.services import assessing
from participatie.core.db import db
from participatie.processes.models import Phase
from participatie.processes.rules import PhaseKind
from participatie.proposals.models import Support
from participatie.votes.rules.kinds import BallotKind, Option, Question
from participatie.votes.rules.papers import Paper, QuestionGroup
from tests.budget.assessing import NO, NOW, WHY
from tests.budget.steps import cast, closed, make_budget, put, rows
from tests.factories import (
    ClerkFactory,
    ProcessFactory,
    ProjectFactory,
    ProposalFactory,
    ResidentFactory,
    soon,
)


@pytest.fixture
def staff(store, log_in):
    """The browser of a clerk."""
    return log_in(ClerkFactory())


def area(code, title, *plans):
    options = {plan: Option(plan, plan.title(), 20) for plan in plans}
    return Question(code, BallotKind.KNAPSACK, title, 1, None, 100, options)


NORTH, SOUTH, TOWN = area("1", "Noord", "a", "b"), area("2", "Zuid", "x"), area("3", "Stad", "s")


def test_22_a_phase_that_is_left_out_stands_nowhere(store, client):
    process = ProcessFactory(phase=None)
    days = (("Plannen bedenken", PhaseKind.COLLECT, -2, 2), ("Stemmen", PhaseKind.VOTE, 2, 4))
    store.add_all(
        Phase(
            process_id=process.id,
            title=title,
            kind=kind,
            starts_at=soon(days=first),
            ends_at=soon(days=last_day),
        )
        for title, kind, first, last_day in days
    )
    store.commit()
    page = client.get(f"/trajecten/{process.slug}")
    assert "Plannen bedenken" in page.main
    assert "Stemmen" in page.main
    for absent in ("beoordeelt", "Kosten", "Uitvoer"):
        assert absent not in page.main


def test_23_one_pot_asks_nobody_for_an_area_and_groups_show_each_area_in_its_own():
    assert not ShoppingList.of(Paper((NORTH,)), {}).must_choose_areas
    groups = QuestionGroup("Wijken", 1, ("1", "2")), QuestionGroup("Stad", 1, ("3",))
    paper = Paper((NORTH, SOUTH, TOWN), 2, groups)
    assert ShoppingList.of(paper, {}).must_choose_areas
    assert [paper.names(limit) for limit in paper.limits] == [["Noord", "Zuid"], ["Stad"]]


def test_26_a_first_plan_in_an_area_asks_for_nothing_and_only_one_area_too_many_is_refused():
    paper = Paper((NORTH, SOUTH, TOWN), 2)
    wanted = ShoppingList.of(paper, {}).with_plan("a").with_plan("b").with_plan("x")
    assert wanted.chosen == ("a", "b", "x")
    assert not wanted.fits("s")
    assert [part.question.title for part in wanted.in_the_way(wanted.part_of("s"))] == [
        "Noord",
        "Zuid",
    ]


def test_27_support_is_taken_back_where_it_was_given(store, log_in):
    proposal = ProposalFactory(process=ProcessFactory(support_threshold=10))
    page = log_in(ResidentFactory()).get(f"/voorstellen/{proposal.id}").press("Steun dit voorstel")
    assert rows(store, Support) == 1
    page.press("Trek mijn steun in")
    assert rows(store, Support) == 0


def test_29_why_a_plan_cannot_be_done_is_public_only_once_the_assessment_is_finished(
    assessed, assigned, mira, client
):
    assessing.save(assigned, NO, actor=mira, now=NOW)
    db.session.commit()
    assert WHY not in client.get(f"/plannen/{assigned.id}").main
    assessing.finish(assessed, assigned, NO, actor=mira, now=NOW)
    db.session.commit()
    assert WHY in client.get(f"/plannen/{assigned.id}").main


def test_30_a_plan_on_the_ballot_is_not_moved_and_no_ballot_loses_it(store, staff, resident):
    budget = make_budget()
    cast(resident(), budget, "Speeltuin")
    plan = store.scalars(select(Project).where(Project.title == "Speeltuin")).one()
    staff.get(f"/griffie/plannen/{plan.id}", status=409)
    other = resident("v1$other").get(f"/begrotingen/{budget.id}")
    assert "Toegevoegd" in put(other, "Speeltuin").main


def test_37_where_only_the_number_counts_no_price_keeps_a_plan_off_the_list():
    options = {code: Option(code, code, cost) for code, cost in (("a", 900), ("b", 800), ("c", 1))}
    asked = Question("q", BallotKind.MULTIPLE, "Kies twee", 1, 2, 100, options)
    wanted = ShoppingList.of(Paper((asked,)), {}).with_plan("a").with_plan("b")
    assert wanted.refusal() is None
    assert not wanted.fits("c"), "the third is one too many, however cheap"


def test_40_a_file_of_plans_has_what_its_page_says_and_nothing_else(
    store, assessed, assigned, staff
):
    done = ProjectFactory(budget_id=assessed.id, process=assessed.process, title="Klaar")
    store.commit()
    got = staff.raw.get(f"/griffie/begrotingen/{assessed.id}/beoordeling.xlsx")
    sheet = load_workbook(io.BytesIO(got.data)).active
    titles = {row[1].value for row in sheet.iter_rows(min_row=2) if row[1].value}
    assert titles == {assigned.title, done.title}


def test_49_papers_are_typed_after_the_closing_only_and_each_pile_is_listed(store, staff, app):
    budget = make_budget(grade="gewoon")
    piles = f"/griffie/stemmingen/{budget.round_id}/papier"
    assert "Begin deze stapel" not in staff.get(piles).main
    closed(store, budget)
    staff.get(piles).press("Begin deze stapel", papers="12")
    assert "Stapel 1" in staff.get(piles).main
