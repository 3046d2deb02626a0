"""Who works on a process: its team, and whether other clerks may come in."""

from collections.abc import Callable, Iterable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from participatie.core.access import only
from participatie.core.audit import AuditEntry
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import Invalid, NotFound
from participatie.core.forms import Form
from participatie.core.once import once
from participatie.identity.current import actor
from participatie.identity.models import Account
from participatie.identity.queries import staff
from participatie.identity.rules import STAFF
from participatie.processes.admin.making import clerks, load
from participatie.processes.models import Process
from participatie.processes.queries import in_numbers
from participatie.teams import queries, services
from participatie.teams.forms import ColleagueForm, InviteForm
from participatie.teams.models import OnlyTeam
from participatie.teams.rules import TeamRole

bp = Blueprint("process_team_admin", __name__, template_folder="../templates")


@bp.get("/griffie/mijn-trajecten")
@only(*STAFF)
def mine() -> ResponseReturnValue:
    """The processes in whose team somebody is, with the way to their work there."""
    teams = db.session.scalars(queries.teams_of(actor().id or 0)).all()
    found = db.session.scalars(in_numbers(one.process_id for one in teams))
    processes = {process.id: process for process in found}
    return render_template(
        "processes/my_teams.html", teams=[(one.role, processes[one.process_id]) for one in teams]
    )


@bp.get("/griffie/trajecten/<int:process_id>/team")
@clerks
def show(process_id: int) -> ResponseReturnValue:
    """Who is in the team, as what, and who put them there."""
    process = load(process_id)
    history = db.session.scalars(queries.history_of(process_id)).all()
    return render_template(
        "processes/team.html",
        process=process,
        members=db.session.execute(queries.members_of(process_id)).all(),
        only_team=db.session.get(OnlyTeam, process_id) is not None,
        history=history,
        names=_names(history),
    )


@bp.get("/griffie/trajecten/<int:process_id>/team/erbij")
@clerks
def ask_colleague(process_id: int) -> ResponseReturnValue:
    """Ask which colleague comes in the team, and as what."""
    form = ColleagueForm()
    form.offer(db.session.scalars(staff()))
    return _ask("team_add", form, load(process_id))


@bp.post("/griffie/trajecten/<int:process_id>/team/erbij")
@clerks
def add(process_id: int) -> ResponseReturnValue:
    """Give a colleague who is known here a role."""
    process, form = load(process_id), ColleagueForm()
    form.offer(db.session.scalars(staff()))
    return _take(
        "team_add",
        form,
        process,
        lambda: services.add(
            process_id,
            int(form.person.data),
            TeamRole(form.role.data),
            title=process.title,
            actor=actor(),
            now=now(),
        ),
    )


@bp.get("/griffie/trajecten/<int:process_id>/team/uitnodigen")
@clerks
def ask_invitation(process_id: int) -> ResponseReturnValue:
    """Ask for the address of a colleague who is new here."""
    return _ask("team_invite", InviteForm(), load(process_id))


@bp.post("/griffie/trajecten/<int:process_id>/team/uitnodigen")
@clerks
@once
def invite(process_id: int) -> ResponseReturnValue:
    """Give a colleague with a mail address a role, and an account when there is none."""
    process, form = load(process_id), InviteForm()
    return _take(
        "team_invite",
        form,
        process,
        lambda: services.invite(
            process_id,
            form.email.data or "",
            name=form.public_name.data or "",
            role=TeamRole(form.role.data),
            title=process.title,
            actor=actor(),
            now=now(),
        ),
    )


@bp.post("/griffie/trajecten/<int:process_id>/team/<int:account_id>/<role>/weg")
@clerks
def remove(process_id: int, account_id: int, role: str) -> ResponseReturnValue:
    """Take a role away."""
    if role not in set(TeamRole):
        raise NotFound
    services.remove(process_id, account_id, TeamRole(role), actor=actor(), now=now())
    return _done(process_id, gettext("This person has that role no longer."))


@bp.post("/griffie/trajecten/<int:process_id>/team/alleen")
@clerks
def keep_to_team(process_id: int) -> ResponseReturnValue:
    """Let only the team work on the process."""
    services.keep_to_team(load(process_id).id, actor=actor(), now=now())
    return _done(process_id, gettext("Only the team works on this process now."))


@bp.post("/griffie/trajecten/<int:process_id>/team/alle-griffiers")
@clerks
def let_all_clerks_in(process_id: int) -> ResponseReturnValue:
    """Let all clerks work on the process again."""
    services.let_all_clerks_in(load(process_id).id, actor=actor(), now=now())
    return _done(process_id, gettext("All clerks can work on this process."))


def _ask(page: str, form: Form, process: Process) -> str:
    return render_template(f"processes/{page}.html", form=form, process=process)


def _take(
    page: str, form: Form, process: Process, keep: Callable[[], object]
) -> ResponseReturnValue:
    if form.validate():
        try:
            keep()
        except Invalid as error:
            db.session.rollback()
            form.refuse(error)
        else:
            return _done(process.id, gettext("This is kept. Who has a mail address gets a mail."))
    return _ask(page, form, load(process.id)), 422


def _done(process_id: int, sentence: str) -> ResponseReturnValue:
    db.session.commit()
    flash(sentence, "success")
    return redirect(url_for(".show", process_id=process_id), 303)


def _names(history: Iterable[AuditEntry]) -> dict[int, str]:
    """The names of who gave and who got, where they have one."""
    numbers = {n for one in history for n in (one.account_id, one.detail.get("account")) if n}
    people = db.session.scalars(select(Account).where(Account.id.in_(numbers)))
    return {one.id: one.public_name or one.email or "" for one in people}
