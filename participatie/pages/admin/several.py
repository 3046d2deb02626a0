"""A clerk does one thing with several contributions at once: seen before, and undone after."""

import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.forms import Form, tried
from participatie.core.once import once
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.moderation.rules import EXPLANATION_LENGTH, DecisionGround
from participatie.pages import batches
from participatie.pages.admin.worklist import work_of
from participatie.pages.forms import (
    CategorySeveralForm,
    HideSeveralForm,
    KeepSeveralForm,
    TagSeveralForm,
)
from participatie.pages.models import Batch
from participatie.pages.rules import MOST_AT_ONCE, UNDO_WITHIN, Several, can_undo
from participatie.pages.services import several
from participatie.pages.services.several import One, Said
from participatie.processes.queries import categories_of
from participatie.proposals.forms.proposals import AnswerForm
from participatie.proposals.rules.proposals import ANSWER_LENGTH, AnswerStatus

bp = Blueprint(
    "several_admin", __name__, template_folder="../templates", url_prefix="/griffie/samen"
)

staff = only(Role.CLERK, Role.ADMINISTRATOR, Role.MODERATOR, of_teams=True)

NUMBER = re.compile(r"[0-9]{1,18}")
FORMS: Mapping[Several, type[Form]] = {
    Several.HIDE: HideSeveralForm,
    Several.KEEP: KeepSeveralForm,
    Several.ANSWER: AnswerForm,
    Several.CATEGORY: CategorySeveralForm,
    Several.TAGS: TagSeveralForm,
}


@bp.post("")
@staff
def choose() -> ResponseReturnValue:
    """Show what would happen with what was chosen on a list, and ask what it needs."""
    act = _act(request.form.get("act", ""))
    numbers = _numbers()
    if not numbers:
        flash(gettext("Choose one or more from the list first."), "error")
        back = url_for("pages_admin.worklist", alles=request.form.get("lijst"))
        return redirect(back, 303)
    form = FORMS[act](formdata=None)
    ones = tried(form, lambda: several.looked_at(act, numbers, actor=actor()))
    return _ask(act, form, ones or [])


@bp.post("/<act>")
@staff
@once
def carry_out(act: str) -> ResponseReturnValue:
    """Do it, and lead to what came of it."""
    asked = _act(act)
    chosen = _chosen()
    form = FORMS[asked]()
    ones = tried(form, lambda: several.looked_at(asked, list(chosen), actor=actor()))
    _offer(form, ones or [])
    if not chosen:
        form.form_errors.append(gettext("Choose one or more from the list first."))
    if not form.validate() or not chosen or ones is None:
        return _ask(asked, form, ones or []), 422
    batch = tried(
        form,
        lambda: several.carry_out(asked, _said(form), chosen, actor=actor(), now=now()),
    )
    if batch is None:
        return _ask(asked, form, ones), 422
    db.session.commit()
    return redirect(url_for(".show", batch_id=batch.id), 303)


@bp.get("/gedaan/<int:batch_id>")
@staff
def show(batch_id: int) -> ResponseReturnValue:
    """Say what was done, what was left alone and why, and offer to undo it."""
    batch = _load(batch_id)
    return render_template(
        "pages/several_done.html",
        batch=batch,
        done=[item for item in batch.items if item.left_alone is None],
        left=[item for item in batch.items if item.left_alone is not None],
        may_undo=can_undo(batch.made_at, batch.undone_at, now()),
        undo_until=batch.made_at + UNDO_WITHIN,
    )


@bp.post("/gedaan/<int:batch_id>/ongedaan")
@staff
def undo(batch_id: int) -> ResponseReturnValue:
    """Bring back how it was."""
    batch = _load(batch_id)
    several.undo(batch, actor=actor(), now=now())
    db.session.commit()
    return redirect(url_for(".show", batch_id=batch_id), 303)


def _act(name: str) -> Several:
    try:
        return Several(name)
    except ValueError:
        raise NotFound from None


def _load(batch_id: int) -> Batch:
    """What who asks did themselves; nobody else has such a page."""
    found = db.session.scalars(batches.batch(batch_id)).one_or_none()
    if found is None or found.clerk_id != actor().id:
        raise NotFound
    return found


def _numbers() -> list[int]:
    """What was ticked on a list, or all that the list holds."""
    if request.form.get("alle"):
        asked = work_of(now()).get(request.form.get("lijst", ""))
        if asked is None:
            raise NotFound
        rows = db.session.execute(asked.limit(MOST_AT_ONCE)).all()
        return [row[0].id for row in rows]
    return [int(one) for one in request.form.getlist("item") if NUMBER.fullmatch(one)]


def _chosen() -> dict[int, str]:
    """What stays ticked, each with how it stood when it was seen."""
    pairs = (one.partition(".") for one in request.form.getlist("item"))
    return {int(number): seen for number, _, seen in pairs if NUMBER.fullmatch(number)}


def _said(form: Form) -> Said:
    given = {name: field.data for name, field in form._fields.items()}
    return Said(
        ground=DecisionGround(given.get("ground") or DecisionGround.OTHER),
        explanation=given.get("explanation") or "",
        status=AnswerStatus(given.get("status") or AnswerStatus.TAKEN_UP),
        text=given.get("text") or "",
        category_id=int(given["category"]) if given.get("category") else None,
        tags=given.get("tags") or "",
    )


def _offer(form: Form, ones: list[One]) -> None:
    """Let the clerk choose among the themes of the process, where all are of one."""
    if isinstance(form, CategorySeveralForm):
        processes = {one.contribution.process_id for one in ones if one.left is None}
        found: Any = (
            db.session.scalars(categories_of(processes.pop())).all() if len(processes) == 1 else ()
        )
        form.category.choices = {"": "–"} | {str(one.id): one.name for one in found}


def _ask(act: Several, form: Form, ones: list[One]) -> str:
    _offer(form, ones)
    ticked = _chosen() if "step" in request.form else None
    return render_template(
        "pages/several.html",
        act=act,
        form=form,
        fit=[one for one in ones if one.left is None],
        left=[one for one in ones if one.left is not None],
        ticked=ticked,
        lijst=request.form.get("lijst", ""),
        most=EXPLANATION_LENGTH[1],
        most_answer=ANSWER_LENGTH[1],
    )
