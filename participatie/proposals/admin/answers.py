"""The griffie answers a proposal for the municipality."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.contributions.lists import offered_orders
from participatie.contributions.orders import ON_CHOICE
from participatie.contributions.rules import State
from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import Invalid, NotFound
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.processes.models import Process
from participatie.processes.queries import any_process
from participatie.proposals import queries
from participatie.proposals.forms.proposals import AnswerForm, OrdersForm
from participatie.proposals.models import Proposal
from participatie.proposals.rules.proposals import ANSWER_LENGTH, AnswerStatus
from participatie.proposals.services import answering, ordering

bp = Blueprint("proposals_admin", __name__, template_folder="../templates", url_prefix="/griffie")


@bp.get("/voorstellen/<int:contribution_id>/antwoord")
@only(Role.CLERK, Role.ADMINISTRATOR)
def answer(contribution_id: int) -> ResponseReturnValue:
    """Ask what the municipality says, or has to say better."""
    proposal = _load(contribution_id)
    answering.check_may_answer(proposal, actor=actor())
    given = proposal.answer
    data = {"status": given.status.value, "text": given.text} if given else {}
    return _ask(AnswerForm(data=data), proposal)


@bp.post("/voorstellen/<int:contribution_id>/antwoord")
@only(Role.CLERK, Role.ADMINISTRATOR)
def save_answer(contribution_id: int) -> ResponseReturnValue:
    """Publish the answer and tell who waits for it."""
    proposal = _load(contribution_id)
    answering.check_may_answer(proposal, actor=actor())
    form = AnswerForm()
    if not form.validate():
        return _ask(form, proposal), 422
    try:
        answering.answer(
            proposal,
            status=AnswerStatus(form.status.data),
            text=form.text.data or "",
            actor=actor(),
            now=now(),
        )
    except Invalid as error:
        form.refuse(error)
        return _ask(form, proposal), 422
    db.session.commit()
    flash(gettext("The answer stands on the page of the proposal."), "success")
    return redirect(url_for("proposals.show", contribution_id=proposal.id), 303)


@bp.get("/trajecten/<int:process_id>/sorteren")
@only(Role.CLERK, Role.ADMINISTRATOR)
def orders(process_id: int) -> ResponseReturnValue:
    """Ask which orders the lists of a process offer."""
    process = _process(process_id)
    offered = db.session.scalars(offered_orders(process.id)).all()
    form = OrdersForm(data={order.value: order in offered for order in ON_CHOICE})
    return render_template("proposals/offer_orders.html", form=form, process=process)


@bp.post("/trajecten/<int:process_id>/sorteren")
@only(Role.CLERK, Role.ADMINISTRATOR)
def save_orders(process_id: int) -> ResponseReturnValue:
    """Let the lists of a process offer the chosen orders."""
    process = _process(process_id)
    ordering.offer_orders(process.id, OrdersForm().chosen(), actor=actor(), now=now())
    db.session.commit()
    flash(gettext("The orders of the lists are saved."), "success")
    return redirect(url_for("processes_admin.show", process_id=process.id), 303)


def _process(process_id: int) -> Process:
    found = db.session.scalars(any_process(process_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def _load(contribution_id: int) -> Proposal:
    found = db.session.scalars(queries.proposal(contribution_id)).unique().one_or_none()
    if found is None or found.state is State.DRAFT:
        raise NotFound
    return found


def _ask(form: AnswerForm, proposal: Proposal) -> str:
    return render_template(
        "proposals/answer.html", form=form, proposal=proposal, most=ANSWER_LENGTH[1]
    )
