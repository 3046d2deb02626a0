"""The griffie judges one contribution."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.contributions.models import Contribution
from participatie.contributions.queries import documents_of, images_of
from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import Invalid, NotFound
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.moderation import queries, services
from participatie.moderation.forms import DecisionForm
from participatie.moderation.rules import (
    EXPLANATION_LENGTH,
    POSSIBLE,
    Act,
    DecisionGround,
    can_decide,
)

bp = Blueprint("moderation_admin", __name__, template_folder="templates", url_prefix="/griffie")


@bp.get("/bijdragen/<int:contribution_id>")
@only(Role.CLERK, Role.ADMINISTRATOR, Role.MODERATOR)
def judge(contribution_id: int) -> ResponseReturnValue:
    """Show a contribution with its reports and its history, and the form to decide."""
    contribution = _load(contribution_id)
    return _show(contribution, _form(contribution))


@bp.post("/bijdragen/<int:contribution_id>")
@only(Role.CLERK, Role.ADMINISTRATOR, Role.MODERATOR)
def decide(contribution_id: int) -> ResponseReturnValue:
    """Show the notice that the author would get, or decide."""
    contribution = _load(contribution_id)
    services.check_may_decide(contribution, actor=actor())
    form = _form(contribution)
    if not form.validate():
        return _show(contribution, form), 422
    if request.form.get("step") == "preview":
        return _show(contribution, form, notice=_notice(contribution, form))
    try:
        services.decide(
            contribution,
            act=Act(form.act.data),
            ground=DecisionGround(form.ground.data),
            explanation=form.explanation.data or "",
            actor=actor(),
            now=now(),
        )
    except Invalid as error:
        form.refuse(error)
        return _show(contribution, form), 422
    db.session.commit()
    flash(gettext("Your decision is saved."), "success")
    return redirect(url_for(".judge", contribution_id=contribution.id), 303)


@bp.post("/bijdragen/<int:contribution_id>/in-orde")
@only(Role.CLERK, Role.ADMINISTRATOR, Role.MODERATOR)
def leave(contribution_id: int) -> ResponseReturnValue:
    """Leave as it is what keeps to the house rules, and go on with the next that is new."""
    services.decide(
        _load(contribution_id),
        act=Act.KEEP,
        ground=DecisionGround.WITHIN_RULES,
        explanation="",
        actor=actor(),
        now=now(),
    )
    db.session.commit()
    flash(gettext("Your decision is saved."), "success")
    return redirect(url_for("pages_admin.next_new", contribution_id=contribution_id), 303)


def _load(contribution_id: int) -> Contribution:
    found = db.session.scalars(queries.to_judge(contribution_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def _form(contribution: Contribution) -> DecisionForm:
    form = DecisionForm()
    form.offer(POSSIBLE[contribution.state])
    return form


def _notice(contribution: Contribution, form: DecisionForm) -> str:
    """The mail as the author would get it; empty when nothing is sent."""
    kind = services.TOLD.get(Act(form.act.data))
    if kind is None or contribution.author_id is None:
        return ""
    parameters = services.notice(
        contribution,
        ground=DecisionGround(form.ground.data),
        explanation=form.explanation.data or "",
    )
    return render_template(f"mail/{kind}.txt", **parameters, base_url=request.host_url.rstrip("/"))


def _show(contribution: Contribution, form: DecisionForm, notice: str | None = None) -> str:
    reports = db.session.scalars(queries.reports_about(contribution.id)).all()
    decisions = db.session.scalars(queries.decisions_about(contribution.id)).all()
    return render_template(
        "moderation/judge.html",
        contribution=contribution,
        images=db.session.scalars(images_of(contribution.id)).all(),
        documents=db.session.scalars(documents_of(contribution.id)).all(),
        reports=reports,
        decisions=decisions,
        is_new=not reports and not decisions and Act.KEEP in POSSIBLE[contribution.state],
        may_decide=can_decide(author_id=contribution.author_id, actor=actor()),
        form=form,
        notice=notice,
        most=EXPLANATION_LENGTH[1],
        now=now(),
    )
