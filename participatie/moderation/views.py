"""Reporting what breaks the house rules."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participatie.contributions.models import Contribution
from participatie.contributions.rules import Written, can_see
from participatie.contributions.views import check_pace, load, page_of
from participatie.core.access import logged_in
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import Invalid, NotFound, TooMany
from participatie.core.once import once
from participatie.identity.current import actor
from participatie.moderation import services
from participatie.moderation.forms import ReportForm
from participatie.moderation.rules import REPORT_LENGTH, Ground

bp = Blueprint("moderation", __name__, template_folder="templates")


@bp.get("/bijdragen/<int:contribution_id>/melden")
@logged_in
def report(contribution_id: int) -> ResponseReturnValue:
    """Ask what is wrong."""
    contribution = _reportable(contribution_id)
    return _ask(ReportForm(), contribution)


@bp.post("/bijdragen/<int:contribution_id>/melden")
@logged_in
@once
def send_report(contribution_id: int) -> ResponseReturnValue:
    """Put the report on the griffie's desk."""
    contribution = _reportable(contribution_id)
    form = ReportForm()
    if not form.validate():
        return _ask(form, contribution), 422
    try:
        check_pace(Written.REPORT)
        services.report(
            contribution,
            ground=Ground(form.ground.data),
            explanation=form.explanation.data or "",
            actor=actor(),
            now=now(),
        )
    except (Invalid, TooMany) as error:
        form.refuse(error)
        return _ask(form, contribution), 422
    db.session.commit()
    return redirect(url_for(".reported", contribution_id=contribution.id), 303)


@bp.get("/bijdragen/<int:contribution_id>/gemeld")
@logged_in
def reported(contribution_id: int) -> ResponseReturnValue:
    """Thank for the report, and say what happens with it."""
    return render_template("moderation/reported.html", back=page_of(load(contribution_id)))


def _ask(form: ReportForm, contribution: Contribution) -> str:
    return render_template(
        "moderation/report.html",
        form=form,
        contribution=contribution,
        back=page_of(contribution),
        most=REPORT_LENGTH,
    )


def _reportable(contribution_id: int) -> Contribution:
    contribution = load(contribution_id)
    if not can_see(contribution.state, author_id=contribution.author_id, actor=actor()):
        raise NotFound
    services.check_may_report(contribution, actor=actor())
    return contribution
