"""The griffie answers a discussion for the municipality."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import Invalid, NotFound
from participatie.discussions.forms import AnswerForm
from participatie.discussions.models import Discussion
from participatie.discussions.queries.discussions import discussion as one_discussion
from participatie.discussions.rules import ANSWER_LENGTH
from participatie.discussions.services import discussions as services
from participatie.identity.current import actor
from participatie.identity.rules import Role

bp = Blueprint("discussions_admin", __name__, template_folder="templates", url_prefix="/griffie")


@bp.get("/discussies/<int:contribution_id>/antwoord")
@only(Role.CLERK, Role.ADMINISTRATOR)
def answer(contribution_id: int) -> ResponseReturnValue:
    """Ask what the municipality says, or has to say better."""
    discussion = _load(contribution_id)
    services.check_may_answer(discussion, actor=actor())
    given = discussion.answer
    return _ask(AnswerForm(data={"text": given.text} if given else {}), discussion)


@bp.post("/discussies/<int:contribution_id>/antwoord")
@only(Role.CLERK, Role.ADMINISTRATOR)
def save_answer(contribution_id: int) -> ResponseReturnValue:
    """Publish the answer and tell who follows the discussion."""
    discussion = _load(contribution_id)
    services.check_may_answer(discussion, actor=actor())
    form = AnswerForm()
    if not form.validate():
        return _ask(form, discussion), 422
    try:
        services.answer(discussion, form.text.data or "", actor=actor(), now=now())
    except Invalid as error:
        form.refuse(error)
        return _ask(form, discussion), 422
    db.session.commit()
    flash(gettext("The answer stands on the page of the discussion."), "success")
    return redirect(url_for("discussions.show", contribution_id=discussion.id), 303)


def _load(contribution_id: int) -> Discussion:
    found = db.session.scalars(one_discussion(contribution_id)).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def _ask(form: AnswerForm, discussion: Discussion) -> str:
    return render_template(
        "discussions/answer.html", form=form, discussion=discussion, most=ANSWER_LENGTH[1]
    )
