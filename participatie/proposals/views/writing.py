"""Writing a proposal: from the first words until it is published."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.contributions.rules import (
    State,
    Written,
    next_chance,
    private_data_in,
)
from participatie.contributions.views import check_pace, name_to_offer
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import Invalid, NotAllowed, NotFound, TooMany
from participatie.core.kept_forms import kept_fields
from participatie.identity.current import actor, residents
from participatie.processes.models import Process
from participatie.processes.rules import Action, may
from participatie.proposals import queries, services
from participatie.proposals.forms import ProposalForm, filled_in
from participatie.proposals.models import Proposal
from participatie.proposals.rules import (
    SUMMARY_LENGTH,
    TEXT_LENGTH,
)
from participatie.proposals.views.found import own_draft, process_with, proposal_for

bp = Blueprint("proposal_writing", __name__, template_folder="../templates")


@bp.get("/trajecten/<slug>/voorstellen/nieuw")
@residents
def new(slug: str) -> ResponseReturnValue:
    """Ask for a proposal, or go on with the one that was begun.

    What was typed here before the session ended comes first: it is shown beside any older draft.
    """
    process = process_with(slug)
    if kept_fields() is not None:
        return _write(_form(ProposalForm()), process)
    begun = db.session.scalars(queries.draft_of(_account_id(), process.id)).one_or_none()
    if begun is not None:
        flash(gettext("You had begun already. You can go on here."), "info")
        return redirect(url_for(".edit", contribution_id=begun.id), 303)
    if not may(Action.PROPOSE, process.phases, now()):
        return _closed(process)
    return _write(_form(ProposalForm(public_name=name_to_offer())), process)


@bp.post("/trajecten/<slug>/voorstellen/nieuw")
@residents
def begin(slug: str) -> ResponseReturnValue:
    """Keep a first version, and go to the page where photos are added."""
    process = process_with(slug)
    form = _form(ProposalForm())
    if not form.validate():
        return _write(form, process), 422
    try:
        check_pace(Written.PROPOSAL)
        draft = services.begin(process, form.words(), actor=actor(), now=now())
    except (Invalid, NotAllowed, TooMany) as error:
        form.refuse(error)
        return _write(form, process), 422
    db.session.commit()
    return redirect(url_for("proposal_photos.images", contribution_id=draft.id), 303)


@bp.get("/voorstellen/<int:contribution_id>/controleren")
@residents
def check(contribution_id: int) -> ResponseReturnValue:
    """Show a draft to its author as others will see it."""
    draft = own_draft(contribution_id)
    return render_template(
        "proposals/check.html",
        draft=draft,
        private=private_data_in("\n".join((draft.title, draft.summary, draft.text))),
        process=draft.process,
        may_propose=may(Action.PROPOSE, draft.process.phases, now()),
        opens=next_chance(Action.PROPOSE, draft.process.phases, now()),
    )


@bp.get("/voorstellen/<int:contribution_id>/wijzigen")
@residents
def edit(contribution_id: int) -> ResponseReturnValue:
    """Let the author go on with a draft."""
    draft = own_draft(contribution_id)
    return _write(_form(ProposalForm(data=filled_in(draft))), draft.process, draft)


@bp.post("/voorstellen/<int:contribution_id>/wijzigen")
@residents
def change(contribution_id: int) -> ResponseReturnValue:
    """Keep a newer version of a draft."""
    draft = own_draft(contribution_id)
    form = _form(ProposalForm())
    if not form.validate():
        return _write(form, draft.process, draft), 422
    try:
        services.change(draft, form.words(), actor=actor())
    except Invalid as error:
        form.refuse(error)
        return _write(form, draft.process, draft), 422
    db.session.commit()
    return redirect(url_for(".check", contribution_id=draft.id), 303)


@bp.post("/voorstellen/<int:contribution_id>/publiceren")
@residents
def publish(contribution_id: int) -> ResponseReturnValue:
    """Show a draft to everyone; pressing twice publishes once."""
    proposal = proposal_for(contribution_id)
    if proposal.state is State.DRAFT:
        services.publish(proposal, actor=actor(), now=now())
        db.session.commit()
        flash(gettext("Your proposal is published. Thank you."), "success")
    return redirect(url_for("proposals.show", contribution_id=contribution_id), 303)


@bp.post("/voorstellen/<int:contribution_id>/weggooien")
@residents
def discard(contribution_id: int) -> ResponseReturnValue:
    """Throw a draft away."""
    draft = own_draft(contribution_id)
    services.discard(draft, actor=actor())
    db.session.commit()
    flash(gettext("Your draft is gone."), "success")
    return redirect(url_for("proposal_lists.index", slug=draft.process.slug), 303)


def _account_id() -> int:
    account_id = actor().id
    if account_id is None:
        raise NotFound
    return account_id


def _form(form: ProposalForm) -> ProposalForm:
    form.offer(db.session.execute(queries.areas()).all())
    return form


def _write(form: ProposalForm, process: Process, draft: Proposal | None = None) -> str:
    return render_template(
        "proposals/write.html",
        form=form,
        process=process,
        draft=draft,
        summary_most=SUMMARY_LENGTH[1],
        text_most=TEXT_LENGTH[1],
    )


def _closed(process: Process) -> ResponseReturnValue:
    opens = next_chance(Action.PROPOSE, process.phases, now())
    return render_template("proposals/closed.html", process=process, opens=opens), 403
