"""The griffie says for whom a process is."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.areas.queries import all_areas
from participatie.audience import services
from participatie.audience.forms import AudienceForm, filled_in
from participatie.audience.queries import members_of, names_of
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import Conflict, Invalid
from participatie.identity.current import actor
from participatie.processes.admin.making import clerks, load
from participatie.processes.models import Process
from participatie.processes.rules import ProcessState
from participatie.processes.services import drafting

bp = Blueprint(
    "process_audience_admin",
    __name__,
    template_folder="../templates",
    url_prefix="/griffie/trajecten",
)


@bp.get("/<int:process_id>/doelgroep")
@clerks
def ask(process_id: int) -> ResponseReturnValue:
    """Ask for whom the process is; of an open one, say it."""
    process = load(process_id)
    audience = services.audience_of(process_id)
    if process.state is not ProcessState.DRAFT:
        names = db.session.scalars(names_of(sorted(audience.area_ids))).all()
        return render_template(
            "processes/audience_fixed.html", process=process, audience=audience, areas=names
        )
    members = db.session.scalars(members_of(process_id)).all()
    return _page(AudienceForm(data=filled_in(audience, members)), process)


@bp.post("/<int:process_id>/doelgroep")
@clerks
def save(process_id: int) -> ResponseReturnValue:
    """Keep for whom the process is."""
    process, form = load(process_id), AudienceForm()
    form.offer(db.session.scalars(all_areas()))
    if not form.validate():
        return _page(form, process), 422
    try:
        drafting.set_audience(process, form.audience(), form.addresses(), actor=actor(), now=now())
    except (Conflict, Invalid) as error:
        form.refuse(error)
        return _page(form, process), 422
    db.session.commit()
    flash(gettext("This is kept."), "success")
    return redirect(url_for("processes_admin.show", process_id=process_id), 303)


def _page(form: AudienceForm, process: Process) -> str:
    form.offer(db.session.scalars(all_areas()))
    return render_template("processes/audience.html", form=form, process=process)
