"""Merging proposals: inviting, answering, and bringing one's support along."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.contributions.rules import State, is_own
from participatie.core.access import logged_in, only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from participatie.core.once import once
from participatie.identity.current import actor, residents
from participatie.identity.rules import Role
from participatie.processes.models import Process
from participatie.processes.queries import any_process
from participatie.processes.rules import check_not_archived
from participatie.proposals import mergers as queries
from participatie.proposals.forms.merging import MergerForm
from participatie.proposals.models import Merger, Proposal
from participatie.proposals.rules.merging import (
    MERGER_REASON_LENGTH,
    Consent,
    MergerState,
    can_call_off,
    goes_on,
)
from participatie.proposals.rules.proposals import SUMMARY_LENGTH, TEXT_LENGTH
from participatie.proposals.services import merging
from participatie.proposals.views.found import proposal_for

bp = Blueprint("merging", __name__, template_folder="../templates")
clerks = only(Role.CLERK, Role.ADMINISTRATOR)


@bp.get("/griffie/trajecten/<int:process_id>/samenvoegen")
@clerks
def of_process(process_id: int) -> ResponseReturnValue:
    """Show the mergers of a process, and ask for a new one."""
    return _ask(MergerForm(), _process(process_id))


@bp.post("/griffie/trajecten/<int:process_id>/samenvoegen")
@clerks
@once
def propose_for_municipality(process_id: int) -> ResponseReturnValue:
    """Invite authors for the municipality."""
    return _propose(MergerForm(), _process(process_id))


@bp.get("/voorstellen/<int:contribution_id>/samenvoegen")
@residents
def of_proposal(contribution_id: int) -> ResponseReturnValue:
    """Ask with which other proposals an author wants to go on as one."""
    own = _own(contribution_id)
    form = MergerForm(numbers=f"{own.id}, ", title=own.title, summary=own.summary, text=own.text)
    return _ask(form, own.process, own)


@bp.post("/voorstellen/<int:contribution_id>/samenvoegen")
@residents
@once
def propose(contribution_id: int) -> ResponseReturnValue:
    """Invite other authors as the author of one of the proposals."""
    own = _own(contribution_id)
    return _propose(MergerForm(), own.process, own)


@bp.get("/samenvoegen/<int:merger_id>")
@logged_in
def show(merger_id: int) -> ResponseReturnValue:
    """Show an invitation to who is concerned: authors, who proposed it, and the griffie."""
    merger = _merger(merger_id)
    who = actor()
    may_end = can_call_off(merger.state, proposer_id=merger.proposer_id, actor=who)
    joint = db.session.get_one(Proposal, merger.joint_id) if merger.joint_id else None
    return render_template(
        "proposals/merger.html",
        merger=merger,
        process=merger.process,
        own=[part for part in merger.parts if is_own(part.proposal.author_id, who)],
        is_open=merger.state is MergerState.INVITED,
        may_end=may_end,
        may_go_on=may_end and goes_on([part.consent for part in merger.parts]),
        joint=joint if who.is_clerk and merger.state is MergerState.MERGED else None,
        may_undo=joint is not None and merging.is_untouched(joint),
        is_clerk=who.is_clerk,
    )


@bp.post("/samenvoegen/<int:merger_id>/antwoord")
@residents
def answer(merger_id: int) -> ResponseReturnValue:
    """Say yes or no as an author; for each of one's own proposals the same."""
    merger, asked = _merger(merger_id), request.form.get("consent")
    if asked not in set(Consent):
        raise Invalid(N_("Choose yes or no."))
    own = [part for part in merger.parts if is_own(part.proposal.author_id, actor())]
    if not own:
        raise NotAllowed(N_("Only the author of a proposal can answer this."))
    for part in own:
        merging.answer(merger, part.proposal_id, Consent(asked), actor=actor(), now=now())
    db.session.commit()
    flash(gettext("Your answer is saved."), "success")
    return redirect(url_for(".show", merger_id=merger_id), 303)


@bp.post("/samenvoegen/<int:merger_id>/doorgaan")
@logged_in
def go_on(merger_id: int) -> ResponseReturnValue:
    """Merge the proposals of who said yes."""
    merging.go_on(_merger(merger_id), actor=actor(), now=now())
    db.session.commit()
    flash(gettext("The proposals are one now. Who supports them gets a message."), "success")
    return redirect(url_for(".show", merger_id=merger_id), 303)


@bp.post("/samenvoegen/<int:merger_id>/afbreken")
@logged_in
def call_off(merger_id: int) -> ResponseReturnValue:
    """End an invitation."""
    merging.call_off(_merger(merger_id), actor=actor(), now=now())
    db.session.commit()
    flash(gettext("The invitation is over. Nothing has changed."), "success")
    return redirect(url_for(".show", merger_id=merger_id), 303)


@bp.post("/samenvoegen/<int:merger_id>/terugdraaien")
@clerks
def undo(merger_id: int) -> ResponseReturnValue:
    """Give the proposals back as they were."""
    merging.undo(_merger(merger_id), actor=actor(), now=now())
    db.session.commit()
    flash(gettext("The proposals stand on their own again."), "success")
    return redirect(url_for(".show", merger_id=merger_id), 303)


@bp.post("/voorstellen/<int:contribution_id>/steun-meenemen")
@residents
def move_support(contribution_id: int) -> ResponseReturnValue:
    """Bring one's support along to a joint proposal."""
    moved = merging.move_support(proposal_for(contribution_id), actor=actor(), now=now())
    db.session.commit()
    if moved:
        flash(gettext("Your support stands with the joint proposal now."), "success")
    else:
        flash(gettext("There was no support of yours to bring along."), "info")
    return redirect(url_for("proposals.show", contribution_id=contribution_id), 303)


def _propose(
    form: MergerForm, process: Process, own: Proposal | None = None
) -> ResponseReturnValue:
    if not form.validate():
        return _ask(form, process, own), 422
    numbers = [*form.chosen(), *([own.id] if own else [])]
    try:
        merger = merging.propose(process, numbers, form.joint(), actor=actor(), now=now())
    except (Invalid, NotAllowed, Conflict) as error:
        form.refuse(error)
        return _ask(form, process, own), 422
    db.session.commit()
    flash(gettext("The authors get an invitation."), "success")
    return redirect(url_for(".show", merger_id=merger.id), 303)


def _ask(form: MergerForm, process: Process, own: Proposal | None = None) -> str:
    mergers = [] if own else db.session.scalars(queries.mergers_in(process.id)).unique().all()
    return render_template(
        "proposals/merge.html",
        form=form,
        process=process,
        own=own,
        mergers=mergers,
        most={
            "summary": SUMMARY_LENGTH[1],
            "text": TEXT_LENGTH[1],
            "reason": MERGER_REASON_LENGTH[1],
        },
    )


def _process(process_id: int) -> Process:
    found = db.session.scalars(any_process(process_id)).one_or_none()
    if found is None or found.published_at is None:
        raise NotFound
    check_not_archived(found.archived_at)
    return found


def _own(contribution_id: int) -> Proposal:
    """The published proposal of who asks; of somebody else there is no such page."""
    found = proposal_for(contribution_id)
    if found.state is not State.PUBLISHED or not is_own(found.author_id, actor()):
        raise NotFound
    check_not_archived(found.process.archived_at)
    return found


def _merger(merger_id: int) -> Merger:
    """The merger, for who is concerned."""
    found = db.session.scalars(queries.merger(merger_id)).unique().one_or_none()
    who = actor()
    if found is None:
        raise NotFound
    authors = [part.proposal.author_id for part in found.parts]
    if not (who.is_clerk or any(is_own(one, who) for one in (*authors, found.proposer_id))):
        raise NotFound
    return found
