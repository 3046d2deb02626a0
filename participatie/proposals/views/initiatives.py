"""Where an initiative is on its road to the council, for everybody to see and to print."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from participatie.contributions.rules import READABLE, State
from participatie.core.access import anyone
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import N_, NotFound
from participatie.core.page_cache import cached_page
from participatie.processes.models import Regulation
from participatie.processes.rules import Place
from participatie.proposals import queries
from participatie.proposals.models import Initiative, InitiativeStep, Proposal
from participatie.proposals.rules.initiatives import ROAD, Stop
from participatie.proposals.services.initiatives import signatures_of
from participatie.proposals.views.found import proposal_for

bp = Blueprint("initiatives", __name__, template_folder="../templates")


@dataclass(frozen=True, slots=True)
class OnRoad:
    """A stop as the page shows it."""

    stop: Stop
    state: Place
    reached_at: datetime | None = None
    due_at: datetime | None = None
    meeting_on: date | None = None


@bp.get("/voorstellen/<int:contribution_id>/burgerinitiatief")
@anyone
@cached_page
def show(contribution_id: int) -> ResponseReturnValue:
    """Show the road of an initiative: where it is, its clock, its support and its test."""
    proposal, initiative = _load(contribution_id)
    steps = db.session.scalars(queries.steps_of(proposal.id)).all()
    return render_template(
        "proposals/initiative.html",
        proposal=proposal,
        process=proposal.process,
        initiative=initiative,
        stops=road_of(initiative, steps),
        moves=db.session.scalars(queries.moves_of(proposal.id)).all(),
        signatures=signatures_of(proposal),
        findings=db.session.scalars(queries.findings_of(proposal.id)).all(),
        tested=next((one for one in steps if one.stop in {Stop.SUPPORT, Stop.REFUSED}), None),
        regulation=db.session.get_one(Regulation, proposal.process_id),
        now=now(),
    )


@bp.get("/voorstellen/<int:contribution_id>/burgerinitiatief/lijst")
@anyone
@cached_page
def list_to_sign(contribution_id: int) -> ResponseReturnValue:
    """A list that people sign on paper."""
    proposal, initiative = _load(contribution_id)
    if initiative.stop is not Stop.SUPPORT or proposal.state is not State.PUBLISHED:
        raise NotFound(N_("This initiative does not collect support now."))
    return render_template("proposals/list_to_sign.html", proposal=proposal, initiative=initiative)


def road_of(initiative: Initiative, steps: Sequence[InitiativeStep]) -> list[OnRoad]:
    """What an initiative has behind it, where it is, and what may still come."""
    reached = [_on_road(initiative, step) for step in steps]
    last = initiative.stop
    to_come = ROAD[ROAD.index(last) + 1 :] if last in ROAD else ()
    return [*reached, *(OnRoad(stop, Place.LATER) for stop in to_come)]


def _on_road(initiative: Initiative, step: InitiativeStep) -> OnRoad:
    is_here = step.stop is initiative.stop
    return OnRoad(
        stop=step.stop,
        state=Place.HERE if is_here else Place.DONE,
        reached_at=step.reached_at,
        due_at=initiative.due_at if is_here else None,
        meeting_on=step.meeting_on,
    )


def _load(contribution_id: int) -> tuple[Proposal, Initiative]:
    proposal = proposal_for(contribution_id)
    if proposal.initiative is None or proposal.state not in READABLE:
        raise NotFound
    return proposal, proposal.initiative
