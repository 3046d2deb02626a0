"""One proposal: reading it, and standing behind it."""

from datetime import datetime

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.contributions.queries import follow
from participatie.contributions.rules import (
    State,
    can_see,
)
from participatie.contributions.views import after_act, ask_after, just_done
from participatie.core.access import anyone
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.page_cache import cached_page
from participatie.discussions.views.comments import discussion_of
from participatie.identity.current import actor, residents
from participatie.identity.rules import Actor
from participatie.maps.tiles import with_map
from participatie.maps.views import on_map
from participatie.processes.rules import Action, may, phase_at
from participatie.proposals import mergers, queries
from participatie.proposals.models import Proposal
from participatie.proposals.rules.initiatives import Stop, collects
from participatie.proposals.rules.merging import MergerState
from participatie.proposals.rules.proposals import answer_due, can_answer, can_support
from participatie.proposals.services import supporting
from participatie.proposals.services.initiatives import signatures_of
from participatie.proposals.views.found import proposal_for

bp = Blueprint("proposals", __name__, template_folder="../templates")


@bp.get("/voorstellen/<int:contribution_id>")
@anyone
@cached_page
def show(contribution_id: int) -> ResponseReturnValue:
    """Show one proposal; of a hidden one only that it was there."""
    proposal = proposal_for(contribution_id)
    who, moment, initiative = actor(), now(), proposal.initiative
    if not can_see(proposal.state, author_id=proposal.author_id, actor=who):
        return render_template("proposals/hidden.html", proposal=proposal), 410
    if proposal.state is State.DRAFT:
        return redirect(url_for("proposal_writing.check", contribution_id=proposal.id), 303)
    in_phase = _is_supported_now(proposal, moment)
    point = proposal.point
    page = render_template(
        "proposals/show.html",
        proposal=proposal,
        on_map=on_map([point]) if point else None,
        after=just_done(proposal.id),
        process=proposal.process,
        phase=phase_at(proposal.process.phases, moment),
        talk=discussion_of(proposal),
        support_is_open=in_phase and proposal.state is State.PUBLISHED,
        may_support=in_phase and can_support(proposal.state, actor=who),
        may_answer=can_answer(proposal.state, author_id=proposal.author_id, actor=who)
        and (initiative is None or initiative.stop is Stop.DECIDED),
        signatures=signatures_of(proposal) if initiative else None,
        supports=_is_there(queries.support(proposal.id, who.id)) if who.id else False,
        follows=_is_there(follow(proposal.id, who.id)) if who.id else False,
        is_changed=_is_there(queries.versions(proposal.id).limit(1)),
        archive_on=_archive_on(proposal),
        due=answer_due(proposal.process.phases, proposal.process.answer_weeks),
        may_revise=may(Action.PROPOSE, proposal.process.phases, moment)
        and not proposal.answer
        and (initiative is None or initiative.stop is Stop.TEST),
        is_own=who.id is not None and who.id == proposal.author_id,
        **_merged(proposal, who),
    )
    return with_map(make_response(page)) if point else page


@bp.post("/voorstellen/<int:contribution_id>/steun")
@residents
def support(contribution_id: int) -> ResponseReturnValue:
    """Stand behind a proposal; pressing twice counts once."""
    is_new = supporting.support(proposal_for(contribution_id), actor=actor(), now=now())
    db.session.commit()
    if is_new:
        ask_after(contribution_id)
    supported = gettext("You support this proposal. You also follow it from now on.")
    flash(supported if is_new else gettext("You support this proposal already."), "success")
    return redirect(url_for(".show", contribution_id=contribution_id), 303)


@bp.get("/voorstellen/<int:contribution_id>/steun")
@residents
def supported(contribution_id: int) -> ResponseReturnValue:
    """A page to print for who supports it: what, since when, and when the answer comes."""
    proposal, who = proposal_for(contribution_id), actor()
    support = db.session.scalars(queries.support(proposal.id, who.id or 0)).one_or_none()
    if support is None:
        raise NotFound
    return render_template(
        "proposals/supported.html",
        proposal=proposal,
        support=support,
        due=answer_due(proposal.process.phases, proposal.process.answer_weeks),
        after=after_act(proposal.id),
    )


@bp.post("/voorstellen/<int:contribution_id>/steun/intrekken")
@residents
def withdraw_support(contribution_id: int) -> ResponseReturnValue:
    """Take support back."""
    supporting.withdraw_support(proposal_for(contribution_id), actor=actor(), now=now())
    db.session.commit()
    flash(gettext("You no longer support this proposal."), "success")
    return redirect(url_for(".show", contribution_id=contribution_id), 303)


def _merged(proposal: Proposal, who: Actor) -> dict[str, object]:
    """What a joint proposal shows of those that became part of it; nothing of any other."""
    if proposal.merger is None:
        return {"merged": [], "left_behind": [], "undone": False}
    behind = mergers.left_behind(proposal.id, who.id) if who.id else None
    return {
        "merged": db.session.scalars(mergers.merged_into(proposal.id)).all(),
        "left_behind": [] if behind is None else db.session.scalars(behind).all(),
        "undone": proposal.merger.state is MergerState.UNDONE,
    }


def _archive_on(proposal: Proposal) -> datetime | None:
    """When it goes to the archive, as its author was told; None when it stays."""
    enough = proposal.support_count >= (proposal.process.support_threshold or 0)
    is_waiting = proposal.state is State.PUBLISHED and not (enough or proposal.answer)
    return proposal.archive_on if is_waiting else None


def _is_supported_now(proposal: Proposal, moment: datetime) -> bool:
    initiative = proposal.initiative
    if initiative and not collects(initiative.stop, initiative.due_at, moment):
        return False
    return may(Action.SUPPORT, proposal.process.phases, moment)


def _is_there(statement: object) -> bool:
    return db.session.scalars(statement).one_or_none() is not None  # type: ignore[call-overload]
