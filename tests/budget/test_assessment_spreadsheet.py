"""Assessments on a spreadsheet: without formulas, read line by line, taken in whole or not."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from participatie.budget import spreadsheets
from participatie.budget.models.assessment import Assessment
from participatie.budget.rules.assessment import AssessmentState, Verdict
from participatie.budget.rules.spreadsheets import Column, Unreadable, lines_of
from participatie.budget.services import assessing, importing
from participatie.core.db import db
from participatie.core.errors import Invalid, NotAllowed
from participatie.processes.rules import PhaseKind
from participatie.votes.rules.rounds import RoundState
from tests.budget.assessing import NO, NOW, WHY, last
from tests.factories import (
    BudgetFactory,
    ClerkFactory,
    ProcessFactory,
    ProjectFactory,
    RoundFactory,
)

VERDICTS = {
    "Onbeslist": Verdict.UNDECIDED,
    "Haalbaar": Verdict.FEASIBLE,
    "Haalbaar met aanpassing": Verdict.WITH_CHANGES,
    "Niet haalbaar": Verdict.NOT_FEASIBLE,
}
HEADINGS = [column.value for column in Column]
WIM = "Wim, waterschap"


def row(number, **said):
    return [number if column is Column.NUMBER else said.get(column.value) for column in Column]


def read(*rows):
    return lines_of(rows, VERDICTS, yes="ja")


def faults(*rows):
    with pytest.raises(Unreadable) as refused:
        read(*rows)
    return {fault.line: fault.error for fault in refused.value.faults}


# The lines


def test_a_line_says_which_plan_whose_assessment_and_whether_it_is_done():
    [line] = read(row(7, adviser=WIM, verdict="haalbaar", cost="12.000,50", finish="Ja"))
    assert (line.line, line.project_id, line.adviser, line.finishes) == (2, 7, WIM, True)
    assert (line.findings.verdict, line.findings.cost) == (Verdict.FEASIBLE, 12_000_50)


def test_a_line_with_only_the_plan_is_left_out_and_keeps_its_number():
    [line] = read(row(7, title="Bankjes"), row(8, title="Bomen", adviser=WIM))
    assert (line.line, line.project_id, line.finishes) == (3, 8, False)
    with pytest.raises(Invalid, match="Nobody filled in"):
        read(row(7, title="Bankjes"))


@given(st.integers(0, 10**10))
def test_a_number_in_a_cell_is_euros_to_the_cent(amount):
    whole, rest = divmod(amount, 100)
    assert read(row(7, cost=f"{whole},{rest:02d}"))[0].findings.cost == amount
    if amount % 100 == 0:
        assert read(row(7, cost=whole, adviser=WIM))[0].findings.cost == amount


@pytest.mark.parametrize("cost", ["veel", -1, 0.001, float("nan"), float("inf"), "=1+1"])
def test_what_is_no_amount_is_named_with_its_line(cost):
    assert set(faults(row(6, adviser=WIM), row(7, cost=cost))) == {3}


def test_all_that_is_wrong_is_said_at_once():
    said = faults(
        row(7, verdict="Prima"), row(8, adviser=WIM), row(8, adviser=WIM), row("x", adviser=WIM)
    )
    assert set(said) == {2, 4, 5}
    assert "Prima" in str(said[2])
    assert "twice" in str(said[4])


# The file


def test_no_text_on_the_spreadsheet_is_a_formula():
    made = spreadsheets.spreadsheet(
        "Beoordeling", HEADINGS, [row(7, title="=1+1", adviser="@SUM(A1)")], {}
    )
    cells = load_workbook(BytesIO(made)).active[2]
    assert cells[1].value == "=1+1"
    assert {cell.data_type for cell in cells[1:3]} == {"s"}
    assert all(cell.quotePrefix for cell in cells[1:3])


def test_what_is_filled_in_comes_back_as_it_was():
    made = spreadsheets.spreadsheet(
        "Beoordeling", HEADINGS, [row(7, title="Bankjes", cost=12.5)], {}
    )
    [cells] = spreadsheets.rows(made)
    assert cells[:2] == [7, "Bankjes"]
    assert read(cells)[0].findings.cost == 12_50


# Taking it in


def test_each_line_becomes_an_assessment_of_who_is_named(assessed, plan, clerk):
    lines = read(row(plan.id, adviser=WIM, verdict="Haalbaar", cost=9000, finish="ja"))
    assert importing.take_in(assessed, lines, actor=clerk, now=NOW) == 1
    made = last(plan)
    assert (made.state, made.adviser, made.cost) == (AssessmentState.FINISHED, WIM, 9_000_00)
    assert plan.cost == 9_000_00
    assert importing.to_fill_in(assessed) == []


def test_when_one_line_is_wrong_nothing_is_taken_in(assessed, plan, clerk):
    other = ProjectFactory(budget_id=assessed.id, process=assessed.process)
    lines = read(
        row(plan.id, adviser=WIM, verdict="Haalbaar", cost=9000, finish="ja"),
        row(other.id, adviser=WIM, verdict="Niet haalbaar", finish="ja"),
        row(other.id + 999, adviser=WIM),
    )
    with pytest.raises(Unreadable) as refused, db.session.begin_nested():
        importing.take_in(assessed, lines, actor=clerk, now=NOW)
    assert [fault.line for fault in refused.value.faults] == [3, 4]
    assert db.session.scalar(select(func.count()).select_from(Assessment)) == 0


def test_a_line_without_a_name_and_one_of_a_finished_plan_are_refused(
    assessed, assigned, clerk, mira
):
    other = ProjectFactory(budget_id=assessed.id, process=assessed.process)
    assessing.finish(assessed, assigned, NO, actor=mira, now=NOW)
    lines = read(row(assigned.id, adviser=WIM, reason=WHY), row(other.id, reason=WHY))
    with pytest.raises(Unreadable) as refused:
        importing.take_in(assessed, lines, actor=clerk, now=NOW)
    said = [str(fault.error) for fault in refused.value.faults]
    assert "finished" in said[0]
    assert "whose assessment" in said[1]


def test_only_the_griffie_takes_a_spreadsheet_in(assessed, plan, mira):
    with pytest.raises(NotAllowed):
        importing.take_in(assessed, read(row(plan.id, adviser=WIM)), actor=mira, now=NOW)


def test_a_spreadsheet_of_another_program_with_formulas_is_read_by_its_values():
    book = Workbook()
    book.active.append(HEADINGS)
    book.active.append(row(7, adviser=WIM))
    book.active["E2"] = "=1+1"
    out = BytesIO()
    book.save(out)
    [cells] = spreadsheets.rows(out.getvalue())
    assert cells[4] is None


def test_the_griffie_hands_it_out_and_takes_it_in(store, log_in):
    vote = RoundFactory(state=RoundState.DRAFT, opened_at=None)
    process = ProcessFactory(phase=PhaseKind.ASSESS)
    budget = BudgetFactory(process=process, round=vote, has_assessment=True)
    plan = ProjectFactory(budget_id=budget.id, process=process, title="=Bankjes", author_id=None)
    karin = log_in(ClerkFactory())
    path = f"/griffie/begrotingen/{budget.id}"
    handed_out = karin.raw.get(f"{path}/beoordeling.xlsx").data
    book = load_workbook(BytesIO(handed_out))
    assert [cell.value for cell in book.active[2]][:2] == [plan.id, "=Bankjes"]

    def send(verdict):
        book.active["C2"], book.active["D2"], book.active["I2"] = WIM, verdict, WHY
        book.active["K2"] = "ja"
        out = BytesIO()
        book.save(out)
        page = karin.get(f"{path}/beoordeling/inlezen")
        file = (BytesIO(out.getvalue()), "beoordeling.xlsx")
        return page.press("Lees dit rekenblad in", document=file)

    assert "«Prima» is geen oordeel" in send("Prima").main
    assert WIM in send("Niet haalbaar").main
    assert store.scalar(select(Assessment.verdict)) is Verdict.NOT_FEASIBLE
