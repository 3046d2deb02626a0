"""One proposal: reading it, and standing behind it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.contributions.queries import documents_of, follow, images_of
from participatie.contributions.rules import State, can_see, is_own, next_chance
from participatie.contributions.views import after_act, ask_after, just_done, list_head
from participatie.core.access import anyone
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.page_cache import cached_page
from participatie.discussions.views.comments import discussion_of
from participatie.identity.current import actor, residents
from participatie.identity.rules import Actor
from participatie.maps.rules import Point
from participatie.maps.tiles import with_map
from participatie.maps.views import on_map
from participatie.media.films import Film
from participatie.processes.rules import Action, may, phase_at
from participatie.proposals import mergers, queries
from participatie.proposals.rules.initiatives import Stop, collects
from participatie.proposals.rules.merging import MergerState
from participatie.proposals.rules.proposals import (
    answer_due,
    can_answer,
    can_edit,
    can_support,
    can_withdraw,
)
from participatie.proposals.services import supporting
from participatie.proposals.services.initiatives import signatures_of
from participatie.proposals.shown import shown, updates_of
from participatie.proposals.views.found import proposal_for, supportable_for

bp = Blueprint("proposals", __name__, template_folder="../templates")


@dataclass(frozen=True, slots=True)
class _Course:
    """The process of a proposal, as far as its talk goes."""

    slug: str
    phases: Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Subject:
    """A proposal, as far as its talk goes."""

    id: int
    state: State
    process_id: int
    process: _Course
    page_endpoint: str = "proposals.show"


@bp.get("/voorstellen/<int:contribution_id>")
@anyone
@cached_page
def show(contribution_id: int) -> ResponseReturnValue:
    """Show one proposal; of a hidden one only that it was there."""
    proposal = _shown(contribution_id)
    who, moment = actor(), now()
    process, phases = list_head(proposal.slug)
    if not can_see(proposal.state, author_id=proposal.author_id, actor=who):
        return render_template("proposals/hidden.html", process=process), 410
    if proposal.state is State.DRAFT:
        return redirect(url_for("proposal_writing.check", contribution_id=proposal.id), 303)
    in_phase = _is_supported_now(proposal, phases, moment)
    point = None if proposal.latitude is None else Point(proposal.latitude, proposal.longitude)
    page = render_template(
        "proposals/show.html",
        proposal=proposal,
        initiative=f"{proposal.initiative_year}-{proposal.initiative_number}"
        if proposal.stop
        else "",
        point=point,
        on_map=on_map([point]) if point else None,
        after=just_done(proposal.id),
        process=process,
        phase=phase_at(phases, moment),
        talk=discussion_of(
            _Subject(
                proposal.id, proposal.state, proposal.process_id, _Course(process.slug, phases)
            )
        ),
        support_is_open=in_phase and proposal.state is State.PUBLISHED,
        support_is_over=not in_phase and next_chance(Action.SUPPORT, phases, moment) is None,
        may_support=in_phase and can_support(proposal.state, actor=who),
        may_answer=can_answer(
            proposal.state,
            author_id=proposal.author_id,
            official=proposal.is_official,
            actor=who,
        )
        and proposal.stop in (None, Stop.DECIDED)
        and process.archived_at is None,
        signatures=signatures_of(proposal) if proposal.stop else None,
        supports=_is_there(queries.support(proposal.id, who.id)) if who.id else False,
        follows=_is_there(follow(proposal.id, who.id)) if who.id else False,
        archive_on=_archive_on(proposal, process),
        due=answer_due(phases, process.answer_weeks),
        may_revise=may(Action.PROPOSE, phases, moment)
        and not proposal.answer
        and proposal.stop in (None, Stop.TEST),
        is_own=is_own(proposal.author_id, who),
        speaks_for=can_withdraw(
            proposal.state,
            author_id=proposal.author_id,
            official=proposal.is_official,
            actor=who,
        ),
        **_added(proposal),
        **_merged(proposal, who),
    )
    return with_map(make_response(page)) if point else page


@bp.post("/voorstellen/<int:contribution_id>/steun")
@residents
def support(contribution_id: int) -> ResponseReturnValue:
    """Stand behind a proposal; pressing twice counts once."""
    is_new = supporting.support(supportable_for(contribution_id), actor=actor(), now=now())
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
    supporting.withdraw_support(supportable_for(contribution_id), actor=actor(), now=now())
    db.session.commit()
    flash(gettext("You no longer support this proposal."), "success")
    return redirect(url_for(".show", contribution_id=contribution_id), 303)


def _shown(contribution_id: int) -> Any:
    """The proposal; a draft is there for its author only."""
    found = db.session.execute(shown(), {"number": contribution_id}).one_or_none()
    if found is None or (
        found.state is State.DRAFT
        and not can_edit(found.state, author_id=found.author_id, actor=actor())
    ):
        raise NotFound
    return found


def _added(proposal: Any) -> dict[str, object]:
    """What stands beside the text, where there is any."""
    number, place = proposal.id, proposal.film_place
    return {
        "images": db.session.scalars(images_of(number)).all() if proposal.has_images else (),
        "documents": db.session.scalars(documents_of(number)).all()
        if proposal.has_documents
        else (),
        "updates": db.session.execute(updates_of(number)).all() if proposal.has_updates else (),
        "film": None if place is None else Film(place, proposal.film_id),
    }


def _merged(proposal: Any, who: Actor) -> dict[str, object]:
    """What a joint proposal shows of those that became part of it; nothing of any other."""
    if proposal.merger is None:
        return {"merged": [], "left_behind": [], "undone": False}
    behind = mergers.left_behind(proposal.id, who.id) if who.id else None
    return {
        "merged": db.session.scalars(mergers.merged_into(proposal.id)).all(),
        "left_behind": [] if behind is None else db.session.scalars(behind).all(),
        "undone": proposal.merger is MergerState.UNDONE,
    }


def _archive_on(proposal: Any, process: Any) -> datetime | None:
    """When it goes to the archive, as its author was told; None when it stays."""
    enough = proposal.support_count >= (process.support_threshold or 0)
    is_waiting = proposal.state is State.PUBLISHED and not (enough or proposal.answer)
    return proposal.archive_on if is_waiting else None


def _is_supported_now(proposal: Any, phases: Iterable[Any], moment: datetime) -> bool:
    if proposal.stop and not collects(proposal.stop, proposal.due_at, moment):
        return False
    return may(Action.SUPPORT, phases, moment)


def _is_there(statement: object) -> bool:
    return db.session.scalars(statement).one_or_none() is not None  # type: ignore[call-overload]
