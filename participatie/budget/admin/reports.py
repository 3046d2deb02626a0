"""The report to the council: on a page, and as a file to go on writing in."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from participatie.budget.admin.report_words import sheet_of
from participatie.budget.admin.saving import kept, status
from participatie.budget.forms.reports import CostsForm
from participatie.budget.models.budgets import Budget
from participatie.budget.queries import budgets as queries
from participatie.budget.services import reporting
from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.theming.odt import MIME_TYPE, odt

bp = Blueprint("budget_reports", __name__, template_folder="../templates")

staff = only(Role.CLERK, Role.ADMINISTRATOR)


@bp.get("/griffie/begrotingen/<int:budget_id>/verslag")
@staff
def show(budget_id: int) -> ResponseReturnValue:
    """The report as it is now."""
    budget = _budget(budget_id)
    sheet = sheet_of(reporting.report(budget))
    return render_template("budget/report.html", budget=budget, sheet=sheet)


@bp.get("/griffie/begrotingen/<int:budget_id>/verslag.odt")
@staff
def download(budget_id: int) -> ResponseReturnValue:
    """The same as a text that can be changed."""
    response = Response(odt(sheet_of(reporting.report(_budget(budget_id)))), mimetype=MIME_TYPE)
    name = f'attachment; filename="begroting-{budget_id}-verslag.odt"'
    response.headers["Content-Disposition"] = name
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.route("/griffie/begrotingen/<int:budget_id>/verslag/invullen", methods=["GET", "POST"])
@staff
def fill_in(budget_id: int) -> ResponseReturnValue:
    """What it cost, and how it goes on."""
    budget = _budget(budget_id)
    form = CostsForm(data=CostsForm.filled_in(budget))
    if form.validate_on_submit() and kept(
        form,
        lambda: reporting.tell_costs(
            budget, form.costs(), form.next_steps.data or "", actor=actor(), now=now()
        ),
    ):
        flash(gettext("This is saved."), "success")
        return redirect(url_for(".show", budget_id=budget_id), 303)
    page = render_template("budget/report_costs.html", budget=budget, form=form)
    return page, status(form)


def _budget(budget_id: int) -> Budget:
    budget = db.session.scalars(queries.any_budget(budget_id)).one_or_none()
    if budget is None:
        raise NotFound
    return budget
