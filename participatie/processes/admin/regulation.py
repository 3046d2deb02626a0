"""The griffie writes down what the regulation asks of an initiative."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import Conflict, Invalid, NotFound
from participatie.identity.current import actor
from participatie.processes.admin.making import clerks, load
from participatie.processes.forms import RegulationForm
from participatie.processes.models import Process, Regulation
from participatie.processes.rules import ProcessState
from participatie.processes.services import regulating

bp = Blueprint(
    "regulation_admin",
    __name__,
    template_folder="../templates",
    url_prefix="/griffie/trajecten",
)


@bp.get("/<int:process_id>/verordening")
@clerks
def ask(process_id: int) -> ResponseReturnValue:
    """Ask by what initiatives are tested, and how long each step takes; of an open one, say it."""
    process, kept = _load(process_id)
    return _page(RegulationForm(data=_filled_in(kept)), process, kept)


@bp.post("/<int:process_id>/verordening")
@clerks
def save(process_id: int) -> ResponseReturnValue:
    """Keep what the regulation asks."""
    process, kept = _load(process_id)
    form = RegulationForm()
    if not form.validate():
        return _page(form, process, kept), 422
    try:
        regulating.set_regulation(process, form.asked(), actor=actor(), now=now())
    except (Invalid, Conflict) as error:
        form.refuse(error)
        return _page(form, process, kept), 422 if isinstance(error, Invalid) else 409
    db.session.commit()
    flash(gettext("This is kept."), "success")
    return redirect(url_for("processes_admin.show", process_id=process_id), 303)


def _load(process_id: int) -> tuple[Process, Regulation]:
    process, kept = load(process_id), db.session.get(Regulation, process_id)
    if kept is None:
        raise NotFound
    return process, kept


def _filled_in(kept: Regulation) -> dict[str, object]:
    return {
        "conditions": "\n".join(kept.conditions),
        "address": kept.address,
        "test_weeks": kept.test_weeks,
        "support_weeks": kept.support_weeks,
        "check_weeks": kept.check_weeks,
        "agenda_weeks": kept.agenda_weeks,
    }


def _page(form: RegulationForm, process: Process, kept: Regulation) -> str:
    return render_template(
        "processes/regulation.html",
        form=form,
        process=process,
        regulation=kept,
        is_draft=process.state is ProcessState.DRAFT,
    )
