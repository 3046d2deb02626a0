"""The griffie enters ideas of a meeting, one by one, with a slip for who had the idea; and what the
municipality itself proposes."""

import secrets
from typing import TypeVar

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.areas import queries as areas
from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.forms import tried
from participatie.core.once import once
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.maps.tiles import tiles, with_map
from participatie.maps.views import OnMap, looked_up
from participatie.processes.models import Process
from participatie.processes.queries import any_process, categories_of
from participatie.proposals.forms.entering import EntryForm, OfficialForm
from participatie.proposals.models import Proposal
from participatie.proposals.rules.proposals import SUMMARY_LENGTH, TEXT_LENGTH
from participatie.proposals.services import claiming, entering
from participatie.theming.themes import themes
from participatie.votes.rules.codes import RAW

bp = Blueprint(
    "proposal_entering", __name__, template_folder="../templates", url_prefix="/griffie/trajecten"
)

clerks = only(Role.CLERK, Role.ADMINISTRATOR)

F = TypeVar("F", bound=OfficialForm)


@bp.get("/<int:process_id>/voorstellen/invoeren")
@clerks
def ask(process_id: int) -> ResponseReturnValue:
    """Ask for an idea that somebody told."""
    process = _process(process_id)
    entering.check_may_enter(process, actor=actor())
    return _page(_form(process, EntryForm()), process)


@bp.post("/<int:process_id>/voorstellen/invoeren")
@clerks
@once
def enter(process_id: int) -> ResponseReturnValue:
    """Publish the idea, and show the slip once; or only look for an address, when asked."""
    process, form = _asked(process_id, EntryForm())
    if form.searches:  # only that: what is not filled in yet is no fault
        looked_up(form)
        return _page(form, process), 422 if form.errors else 200
    if not form.validate():
        return _page(form, process), 422
    made = tried(form, lambda: _enter(process, form))
    if made is None:
        return _page(form, process), 422
    db.session.commit()
    proposal, code = made
    return render_template("proposals/slip.html", proposal=proposal, process=process, code=code)


@bp.get("/<int:process_id>/voorstellen/van-de-gemeente")
@clerks
def official(process_id: int) -> ResponseReturnValue:
    """Ask what the municipality itself proposes."""
    process = _process(process_id)
    entering.check_may_enter(process, actor=actor())
    return _page(_form(process, OfficialForm()), process)


@bp.post("/<int:process_id>/voorstellen/van-de-gemeente")
@clerks
@once
def enter_official(process_id: int) -> ResponseReturnValue:
    """Publish it in the name of the municipality; or only look for an address, when asked."""
    process, form = _asked(process_id, OfficialForm())
    if form.searches:
        looked_up(form)
        return _page(form, process), 422 if form.errors else 200
    if not form.validate():
        return _page(form, process), 422
    made = tried(form, lambda: _enter_official(process, form))
    if made is None:
        return _page(form, process), 422
    db.session.commit()
    flash(gettext("The proposal of the municipality is on the site."), "success")
    return redirect(url_for("proposals.show", contribution_id=made.id), 303)


def _enter(process: Process, form: EntryForm) -> tuple[Proposal, str]:
    entry = form.entry(form.name.data or "")
    proposal = entering.enter(process, entry, actor=actor(), now=now())
    return proposal, claiming.hand_out(proposal, secrets.token_bytes(RAW))


def _enter_official(process: Process, form: OfficialForm) -> Proposal:
    entry = form.entry(themes().site().municipality, is_official=True)
    return entering.enter(process, entry, actor=actor(), now=now())


def _asked(process_id: int, form: F) -> tuple[Process, F]:
    process = _process(process_id)
    return process, _form(process, form)


def _form(process: Process, form: F) -> F:
    form.offer(db.session.scalars(categories_of(process.id)).all())
    form.offer_areas(db.session.execute(areas.names()).all())
    return form


def _process(process_id: int) -> Process:
    found = db.session.scalars(any_process(process_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def _page(form: OfficialForm, process: Process) -> Response:
    page = render_template(
        "proposals/entry.html",
        form=form,
        process=process,
        most={"summary": SUMMARY_LENGTH[1], "text": TEXT_LENGTH[1]},
        on_map=OnMap(tiles()),
    )
    return with_map(make_response(page))
