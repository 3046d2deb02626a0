"""The griffie hands out a spreadsheet to fill in, and takes it in again."""

import importlib
from types import ModuleType

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.budget.admin.assessment import assessed_budget
from participatie.budget.admin.saving import kept, status
from participatie.budget.forms.assessment import SpreadsheetForm
from participatie.budget.models.budgets import Budget
from participatie.budget.rules.assessment import Verdict
from participatie.budget.rules.spreadsheets import Cell, Column, Fault, Unreadable, lines_of
from participatie.budget.services import importing
from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.error_pages import say
from participatie.core.errors import N_, Invalid
from participatie.core.once import once
from participatie.core.uploads import takes_files
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.media import documents, packages
from participatie.media.rules import DOCUMENT_TYPES, MOST_SENT, DocumentKind

bp = Blueprint("budget_spreadsheet", __name__, template_folder="../templates")

staff = only(Role.CLERK, Role.ADMINISTRATOR)


@bp.get("/griffie/begrotingen/<int:budget_id>/beoordeling.xlsx")
@staff
def spreadsheet(budget_id: int) -> ResponseReturnValue:
    """The spreadsheet with a line for each plan that has still to be assessed."""
    budget = assessed_budget(budget_id)
    empty: list[Cell] = [None] * (len(Column) - 3)
    rows = [
        [project.id, project.title, adviser, *empty]
        for project, adviser in importing.to_fill_in(budget)
    ]
    choices = {Column.VERDICT: list(_verdicts()), Column.FINISH: [gettext("yes"), gettext("no")]}
    made = _spreadsheets().spreadsheet(
        gettext("Assessment"), list(_headings().values()), rows, choices
    )
    response = Response(made, mimetype=DOCUMENT_TYPES[DocumentKind.XLSX])
    response.headers["Content-Disposition"] = f'attachment; filename="beoordeling-{budget_id}.xlsx"'
    return response


@bp.route("/griffie/begrotingen/<int:budget_id>/beoordeling/inlezen", methods=["GET", "POST"])
@staff
@takes_files(MOST_SENT)
@once
def take_in(budget_id: int) -> ResponseReturnValue:
    """Take a spreadsheet in, or say what is wrong on each line."""
    budget, form = assessed_budget(budget_id), SpreadsheetForm()
    faults: list[tuple[int, str]] = []
    if form.validate_on_submit() and kept(form, lambda: _take_in(budget, form, faults)):
        flash(gettext("The spreadsheet is taken in."), "success")
        return redirect(url_for("budget_assessment.overview", budget_id=budget_id), 303)
    page = render_template(
        "budget/assessment_spreadsheet.html", form=form, budget=budget, faults=faults
    )
    return page, status(form)


def _take_in(budget: Budget, form: SpreadsheetForm, faults: list[tuple[int, str]]) -> None:
    """Keep what stands on the spreadsheet; what is wrong goes to `faults`. Raises `Invalid`."""
    try:
        rows = _rows_of(form)
        lines = lines_of(rows, _verdicts(), yes=gettext("yes"))
        importing.take_in(budget, lines, actor=actor(), now=now())
    except Unreadable as error:
        faults += [(fault.line, _said(fault)) for fault in error.faults]
        raise


def _rows_of(form: SpreadsheetForm) -> list[list[Cell]]:
    checked = documents.read(form.document.data.stream)
    if checked.kind is not DocumentKind.XLSX:
        raise Invalid(
            N_("This is no spreadsheet of xlsx. Send the spreadsheet that you got here."),
            field="document",
        )
    try:
        return list(_spreadsheets().rows(checked.content))
    except packages.UNREADABLE:
        raise Invalid(
            N_("We cannot read this spreadsheet. Save it as xlsx, and send it again."),
            field="document",
        ) from None


def _said(fault: Fault) -> str:
    """What is wrong on a line, with the column it is in."""
    field = fault.error.field if isinstance(fault.error, Invalid) else None
    heading = _headings().get(field) if field else None
    return f"{heading}: {say(fault.error)}" if heading else say(fault.error)


def _headings() -> dict[str | None, str]:
    return {
        Column.NUMBER: gettext("Number"),
        Column.TITLE: gettext("Plan"),
        Column.ADVISER: gettext("Whose assessment"),
        Column.VERDICT: gettext("Verdict"),
        Column.COST: gettext("Costs"),
        Column.YEARLY_COST: gettext("Yearly costs"),
        Column.DURATION: gettext("Duration"),
        Column.EXPLANATION: gettext("Explanation"),
        Column.REASON: gettext("Reason"),
        Column.CHANGED_TEXT: gettext("Changed text"),
        Column.FINISH: gettext("Finished?"),
    }


def _verdicts() -> dict[str, Verdict]:
    return {
        gettext("Not decided yet"): Verdict.UNDECIDED,
        gettext("Can be done"): Verdict.FEASIBLE,
        gettext("Can be done with changes"): Verdict.WITH_CHANGES,
        gettext("Cannot be done"): Verdict.NOT_FEASIBLE,
    }


def _spreadsheets() -> ModuleType:
    return importlib.import_module("participatie.budget.spreadsheets")
