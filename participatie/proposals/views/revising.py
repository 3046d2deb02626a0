"""What the author of a published proposal does with it, and what everyone sees of that."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.contributions.rules import READABLE
from participatie.contributions.services import wording_of
from participatie.core.access import anyone, only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import Invalid, NotFound
from participatie.core.forms import Form
from participatie.core.once import once
from participatie.core.page_cache import cached_page
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.processes.rules import check_not_archived
from participatie.proposals import queries
from participatie.proposals.forms.proposals import UpdateForm, WithdrawForm, WordsForm
from participatie.proposals.models import Proposal, ProposalVersion
from participatie.proposals.rules.proposals import (
    REASON_LENGTH,
    SUMMARY_LENGTH,
    TEXT_LENGTH,
    TITLE_FIXED_FROM,
    UPDATE_LENGTH,
    Change,
    differences,
    without_bullets,
)
from participatie.proposals.services import revising
from participatie.proposals.views.found import proposal_for

bp = Blueprint("proposal_revising", __name__, template_folder="../templates")

speakers = only(Role.RESIDENT, Role.CLERK, Role.ADMINISTRATOR)
"""Authors, and who speaks for a proposal of the municipality."""


@bp.get("/voorstellen/<int:contribution_id>/versies")
@anyone
@cached_page
def versions(contribution_id: int) -> ResponseReturnValue:
    """Show what an author changed after publishing, word by word."""
    proposal = proposal_for(contribution_id)
    kept = db.session.scalars(queries.versions(proposal.id)).all()
    if proposal.state not in READABLE or not kept:
        raise NotFound
    newer: list[ProposalVersion | Proposal] = [*kept[1:], proposal]
    changes = [
        (old.number, old.replaced_at, _changes(old, new))
        for old, new in zip(kept, newer, strict=True)
    ]
    return render_template("proposals/versions.html", proposal=proposal, changes=changes[::-1])


@bp.get("/voorstellen/<int:contribution_id>/verbeteren")
@speakers
def revise(contribution_id: int) -> ResponseReturnValue:
    """Ask for better words."""
    proposal = _own(contribution_id)
    revising.check_may_revise(proposal, actor=actor(), now=now())
    return _ask("revise", WordsForm(obj=proposal, wording=wording_of(proposal)), proposal)


@bp.post("/voorstellen/<int:contribution_id>/verbeteren")
@speakers
def save_revision(contribution_id: int) -> ResponseReturnValue:
    """Show better words to everyone, beside what was there."""
    proposal, form = _own(contribution_id), WordsForm()
    if not form.validate():
        return _ask("revise", form, proposal), 422
    try:
        form.check_seen(proposal)
        changed = revising.revise(
            proposal,
            title=form.title.data or "",
            summary=form.summary.data or "",
            text=form.text.data or "",
            actor=actor(),
            now=now(),
        )
    except Invalid as error:
        form.refuse(error)
        return _ask("revise", form, proposal), 422
    db.session.commit()
    flash(
        gettext("Your change is published.") if changed else gettext("Nothing changed."), "success"
    )
    return _back(contribution_id)


@bp.get("/voorstellen/<int:contribution_id>/nieuws")
@speakers
def update(contribution_id: int) -> ResponseReturnValue:
    """Ask what an author wants to tell followers."""
    return _ask("update", UpdateForm(), _own(contribution_id))


@bp.post("/voorstellen/<int:contribution_id>/nieuws")
@speakers
@once
def send_update(contribution_id: int) -> ResponseReturnValue:
    """Publish what an author tells, and mail it to followers."""
    proposal, form = _own(contribution_id), UpdateForm()
    if not form.validate():
        return _ask("update", form, proposal), 422
    try:
        revising.update(proposal, form.text.data or "", actor=actor(), now=now())
    except Invalid as error:
        form.refuse(error)
        return _ask("update", form, proposal), 422
    db.session.commit()
    flash(gettext("Your news is published. Followers get a mail."), "success")
    return _back(contribution_id)


@bp.get("/voorstellen/<int:contribution_id>/terugnemen")
@speakers
def withdraw(contribution_id: int) -> ResponseReturnValue:
    """Ask why an author takes a proposal back."""
    return _ask("withdraw", WithdrawForm(), _own(contribution_id))


@bp.post("/voorstellen/<int:contribution_id>/terugnemen")
@speakers
def save_withdrawal(contribution_id: int) -> ResponseReturnValue:
    """Take a proposal back; it stays readable with the reason."""
    proposal, form = _own(contribution_id), WithdrawForm()
    if not form.validate():
        return _ask("withdraw", form, proposal), 422
    try:
        revising.withdraw(proposal, form.reason.data or "", actor=actor(), now=now())
    except Invalid as error:
        form.refuse(error)
        return _ask("withdraw", form, proposal), 422
    db.session.commit()
    flash(gettext("Your proposal is taken back."), "success")
    return _back(contribution_id)


def _changes(
    old: ProposalVersion, new: ProposalVersion | Proposal
) -> list[tuple[str, tuple[tuple[Change, str], ...]]]:
    """Which fields changed, each with what is different."""
    return [
        (name, without_bullets(differences(getattr(old, name), getattr(new, name))))
        for name in ("title", "summary", "text")
        if getattr(old, name) != getattr(new, name)
    ]


def _own(contribution_id: int) -> Proposal:
    """The published proposal for which who asks may speak; of any other there is no such page.

    Raises `Conflict` in an archived process.
    """
    proposal = proposal_for(contribution_id)
    if not revising.speaks_for(proposal, actor=actor()):
        raise NotFound
    check_not_archived(proposal.process.archived_at)
    return proposal


def _back(contribution_id: int) -> ResponseReturnValue:
    return redirect(url_for("proposals.show", contribution_id=contribution_id), 303)


def _ask(page: str, form: Form, proposal: Proposal) -> str:
    return render_template(
        f"proposals/{page}.html",
        form=form,
        proposal=proposal,
        title_is_fixed=proposal.support_count >= TITLE_FIXED_FROM,
        most={
            "summary": SUMMARY_LENGTH[1],
            "text": TEXT_LENGTH[1] if page == "revise" else UPDATE_LENGTH[1],
            "reason": REASON_LENGTH[1],
        },
    )
