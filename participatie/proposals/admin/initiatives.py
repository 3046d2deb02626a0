"""The griffie brings an initiative to the council: test, paper, check, agenda, decision."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.contributions.rules import State
from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.forms import Form, tried
from participatie.core.once import once
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.processes.models import Regulation
from participatie.proposals import queries
from participatie.proposals.forms.initiatives import (
    DecisionForm,
    DeliveryForm,
    MeetingForm,
    MoveForm,
    NothingForm,
    PaperForm,
    paper_form,
    test_form,
)
from participatie.proposals.models import Initiative, Proposal
from participatie.proposals.rules.proposals import ANSWER_LENGTH, AnswerStatus
from participatie.proposals.services import initiatives, paper_signatures
from participatie.proposals.views.initiatives import road_of
from participatie.teams.queries import works_in

bp = Blueprint(
    "initiatives_admin",
    __name__,
    template_folder="../templates",
    url_prefix="/griffie/burgerinitiatieven",
)

clerks = only(Role.CLERK, Role.ADMINISTRATOR)


@bp.get("")
@only(Role.CLERK, Role.ADMINISTRATOR, of_teams=True)
def index() -> ResponseReturnValue:
    """The initiatives that are on their road, the first term to end in front."""
    mine = queries.under_way().where(works_in(Proposal.process_id, actor()))
    found = db.session.scalars(mine).all()
    return render_template("proposals/initiatives_admin.html", proposals=found, now=now())


@bp.get("/<int:contribution_id>")
@clerks
def show(contribution_id: int) -> ResponseReturnValue:
    """Where an initiative is, and what the griffie can do now."""
    return _page(*_load(contribution_id))


@bp.post("/<int:contribution_id>/toets")
@clerks
def test(contribution_id: int) -> ResponseReturnValue:
    """Keep what was found of each condition."""
    proposal, initiative = _load(contribution_id)
    form = test_form(db.session.get_one(Regulation, proposal.process_id).conditions)
    return _act(
        proposal,
        initiative,
        {"test": form},
        lambda: initiatives.test(
            proposal, form.findings(), reason=form.reason.data or "", actor=actor(), now=now()
        ),
        gettext("The test is kept. The resident gets a mail."),
    )


@bp.post("/<int:contribution_id>/papier")
@clerks
@once
def receive(contribution_id: int) -> ResponseReturnValue:
    """Keep how many signatures on paper were handed in."""
    proposal, initiative = _load(contribution_id)
    form = DeliveryForm()
    return _act(
        proposal,
        initiative,
        {"delivery": form},
        lambda: paper_signatures.receive(
            proposal, form.signatures.data or 0, actor=actor(), now=now()
        ),
        gettext("The signatures are kept. They count after you have checked them."),
    )


@bp.post("/<int:contribution_id>/handtekeningen")
@clerks
def check_paper(contribution_id: int) -> ResponseReturnValue:
    """Keep which signatures count and which do not."""
    proposal, initiative = _load(contribution_id)
    form, said = paper_form(), gettext("The signatures are checked.")
    return _act(proposal, initiative, {"paper": form}, lambda: _check(proposal, form), said)


@bp.post("/<int:contribution_id>/controle")
@clerks
def begin_check(contribution_id: int) -> ResponseReturnValue:
    """Collect no more support."""
    proposal, initiative = _load(contribution_id)
    return _act(
        proposal,
        initiative,
        {"begin": NothingForm()},
        lambda: initiatives.begin_check(proposal, actor=actor(), now=now()),
        gettext("The check has begun. Nobody can support it any more."),
    )


@bp.post("/<int:contribution_id>/agenda")
@clerks
def finish_check(contribution_id: int) -> ResponseReturnValue:
    """Put it on the agenda of the council when there is enough support, or end its road."""
    proposal, initiative = _load(contribution_id)
    enough = initiatives.signatures_of(proposal).reach(_threshold(proposal))
    form = MeetingForm() if enough else NothingForm()
    return _act(
        proposal,
        initiative,
        {"finish": form},
        lambda: initiatives.finish_check(
            proposal,
            meeting_on=form.day.data if isinstance(form, MeetingForm) else None,
            actor=actor(),
            now=now(),
        ),
        gettext("The check is finished. The resident gets a mail."),
    )


@bp.post("/<int:contribution_id>/vergadering")
@clerks
def move_meeting(contribution_id: int) -> ResponseReturnValue:
    """Give the meeting of the council another day."""
    proposal, initiative = _load(contribution_id)
    form = MoveForm()
    return _act(
        proposal,
        initiative,
        {"move": form},
        lambda: initiatives.move_meeting(
            proposal,
            day=form.day.data,
            reason=form.reason.data or "",
            actor=actor(),
            now=now(),
        ),
        gettext("The meeting has another day. The resident and followers get it by mail."),
    )


@bp.post("/<int:contribution_id>/besluit")
@clerks
def decide(contribution_id: int) -> ResponseReturnValue:
    """Publish what the council decided."""
    proposal, initiative = _load(contribution_id)
    form = DecisionForm()
    return _act(
        proposal,
        initiative,
        {"decision": form},
        lambda: initiatives.decide(
            proposal,
            status=AnswerStatus(form.status.data),
            text=form.text.data or "",
            actor=actor(),
            now=now(),
        ),
        gettext("The decision stands on the page of the initiative."),
    )


def _check(proposal: Proposal, form: PaperForm) -> None:
    paper_signatures.check(
        proposal,
        form.typed(),
        form.flaws(),
        pseudonyms=current_app.extensions["pseudonyms"],
        actor=actor(),
        now=now(),
    )


def _act(
    proposal: Proposal,
    initiative: Initiative,
    forms: dict[str, Form],
    act: Callable[[], None],
    said: str,
) -> ResponseReturnValue:
    """Do it and say so, or show the page with what was typed and why not."""
    (form,) = forms.values()
    if not form.validate():
        return _page(proposal, initiative, **forms), 422
    tried(form, act)
    if form.errors or form.form_errors:
        return _page(*_load(proposal.id), **forms), 422
    db.session.commit()
    flash(said, "success")
    return redirect(url_for(".show", contribution_id=proposal.id), 303)


def _page(proposal: Proposal, initiative: Initiative, **forms: Form) -> str:
    regulation = db.session.get_one(Regulation, proposal.process_id)
    signatures = initiatives.signatures_of(proposal)
    enough = signatures.reach(_threshold(proposal))
    asked: dict[str, Any] = {
        "test": lambda: test_form(regulation.conditions),
        "delivery": DeliveryForm,
        "paper": paper_form,
        "begin": NothingForm,
        "finish": MeetingForm if enough else NothingForm,
        "move": MoveForm,
        "decision": DecisionForm,
    }
    return render_template(
        "proposals/initiative_admin.html",
        proposal=proposal,
        process=proposal.process,
        initiative=initiative,
        regulation=regulation,
        stops=road_of(initiative, db.session.scalars(queries.steps_of(proposal.id)).all()),
        signatures=signatures,
        enough=enough,
        could_be_enough=signatures.could_reach(_threshold(proposal)),
        now=now(),
        most=ANSWER_LENGTH[1],
        forms={name: forms.get(name) or make() for name, make in asked.items()},
    )


def _threshold(proposal: Proposal) -> int:
    return proposal.process.support_threshold or 1


def _load(contribution_id: int) -> tuple[Proposal, Initiative]:
    found = db.session.scalars(queries.proposal(contribution_id)).unique().one_or_none()
    if found is None or found.initiative is None or found.state is State.DRAFT:
        raise NotFound
    return found, found.initiative
