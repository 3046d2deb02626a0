"""Budgets and their plans, to read and to choose from."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participatie.budget.forms.lists import FoundForm
from participatie.budget.forms.orders import OrderForm
from participatie.budget.models.budgets import Budget, Project
from participatie.budget.models.execution import Execution
from participatie.budget.queries import budgets as queries
from participatie.budget.queries import execution as works
from participatie.budget.queries import supports
from participatie.budget.queries.changes import last_change
from participatie.budget.rules.lists import is_listed
from participatie.budget.rules.outcomes import Outcome
from participatie.budget.rules.projects import can_support
from participatie.budget.rules.road import now_of
from participatie.budget.services import supporting
from participatie.budget.services.executing import standing_of
from participatie.budget.views.assessment import assessed
from participatie.budget.views.found import (
    before_vote,
    letter_here,
    load,
    paper_of,
    paper_of_parts,
    stage_of_budget,
    today,
)
from participatie.budget.views.lists import choose, has_session, kept_list
from participatie.contributions import views as contributions
from participatie.contributions.queries import images_of
from participatie.contributions.rules import State, is_own
from participatie.core.access import anyone
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.page_cache import cached_page
from participatie.discussions.views.comments import discussion_of
from participatie.identity.current import actor
from participatie.maps.tiles import with_map
from participatie.maps.views import on_map
from participatie.media.models import Document, Image
from participatie.processes.queries import phases_of
from participatie.processes.rules import next_phase, phase_at
from participatie.votes.rules.kinds import shuffled
from participatie.votes.rules.stages import Stage
from participatie.votes.services.amendments import amendments_of
from participatie.votes.services.turnout import turnout_of
from participatie.votes.voters import rehearsal_here

bp = Blueprint("budget", __name__, template_folder="../templates")


@bp.get("/begrotingen")
@anyone
@cached_page
def index() -> ResponseReturnValue:
    """All budgets, the newest first."""
    budgets = db.session.scalars(queries.public_budgets()).all()
    stages = {budget.id: stage_of_budget(budget) for budget in budgets}
    return render_template("budget/index.html", budgets=budgets, stages=stages)


@bp.get("/trajecten/<slug>/begroting")
@anyone
def of_process(slug: str) -> ResponseReturnValue:
    """To the budget of a process."""
    budget = db.session.scalars(queries.of_process(slug)).one_or_none()
    if budget is None:
        raise NotFound
    return redirect(url_for(".show", budget_id=budget.id), 303)


@bp.get("/stemmingen/<int:round_id>/begroting")
@anyone
def of_round(round_id: int) -> ResponseReturnValue:
    """To the budget that a vote divides.

    Who rehearses that while the budget is not public yet fills the list in as any ballot.
    """
    budget = db.session.scalars(queries.of_round(round_id)).one_or_none()
    rehearsal = rehearsal_here(round_id)
    if budget is None and rehearsal is not None:
        return redirect(url_for("votes.fill_in", round_id=rehearsal.id), 303)
    if budget is None:
        raise NotFound
    return redirect(url_for(".show", budget_id=budget.id), 303)


@bp.get("/begrotingen/<int:budget_id>")
@anyone
@cached_page
def show(budget_id: int) -> ResponseReturnValue:
    """The plans: to choose from while the vote is open, else to read."""
    budget = load(budget_id)
    stage = stage_of_budget(budget)
    if stage is Stage.RESULT:
        return redirect(url_for("budget_results.result", budget_id=budget_id), 303)
    rows = db.session.execute(queries.plans(budget_id)).all()
    plans = {str(p.code or p.id): p for p in rows}
    found = FoundForm(request.args)
    found.offer({p.area for p in rows if p.area}, {p.category for p in rows if p.category})
    if stage is Stage.OPEN:
        paper = paper_of(budget)
        if is_listed(paper.questions):
            return choose(budget, paper, plans, found)
    ordered = [plans[code] for code in shuffled(plans, today())]
    order = OrderForm(request.args)
    if any(plan.supporters for plan in ordered):
        order.offer()
    if order.is_most_supported_first():
        ordered.sort(key=lambda plan: -plan.supporters)
    phases, moment = db.session.scalars(phases_of(budget.process_id)).all(), now()
    phase = phase_at(phases, moment)
    return render_template(
        "budget/plans.html",
        budget=budget,
        plans=[plan for plan in ordered if found.finds(plan)],
        stage=stage,
        now=now_of(stage, phase.kind if phase else None),
        coming=next_phase(phases, moment),
        opens_at=_opens_at(budget, moment),
        has_letter=letter_here(budget),
        before=before_vote(budget),
        paper=paper_of_parts(budget),
        division=budget.division,
        found=found,
        order=order,
        total=len(ordered),
        has_map=any(plan.latitude is not None for plan in ordered),
        amendments=amendments_of(budget.round),
        turnout=turnout_of(budget.round) if stage is Stage.OPEN else None,
    )


@bp.get("/plannen/<int:contribution_id>")
@anyone
def project(contribution_id: int) -> ResponseReturnValue:
    """One plan."""
    plan = db.session.scalars(queries.whole_project(contribution_id)).one_or_none()
    if plan is None:
        raise NotFound
    budget = load(plan.budget_id)
    code, stage = _code_of(plan, budget), stage_of_budget(budget)
    is_open = stage is Stage.OPEN and bool(code)
    page = render_template(
        "budget/project.html",
        budget=budget,
        project=plan,
        code=code,
        has_letter=letter_here(budget),
        stage=stage,
        opens_at=_opens_at(budget, now()),
        is_listed=is_open and is_listed(paper_of(budget).questions),
        on_list=is_open and has_session() and code in kept_list(budget).chosen,
        work=_work(plan),
        pictures=_pictures(plan),
        documents=_documents(plan),
        assessed=assessed(budget, plan),
        before=before_vote(budget),
        is_own=is_own(plan.author_id, actor()),
        support=_support(plan, budget),
        change=db.session.scalars(last_change(contribution_id)).one_or_none(),
        talk=discussion_of(contributions.load(contribution_id)),
        on_map=on_map([plan.point]) if plan.point else None,
    )
    return with_map(make_response(page)) if plan.point else page


def _support(plan: Project, budget: Budget) -> dict[str, object] | None:
    """What the page of a plan says of its support; nothing where it gets none of its own."""
    phases = db.session.scalars(phases_of(budget.process_id)).all()
    is_open = plan.state is State.PUBLISHED and supporting.is_open(budget, phases, now=now())
    if plan.proposal_id is not None or not (is_open or plan.support_count):
        return None
    who = actor()
    own = supports.support(plan.id, who.id) if who.id else None
    return {
        "is_open": is_open,
        "may": is_open and can_support(plan.state, came_from=plan.proposal_id, actor=who),
        "is_visitor": who.id is None,
        "is_mine": own is not None and db.session.scalars(own).one_or_none() is not None,
    }


def _opens_at(budget: Budget, moment: datetime) -> datetime | None:
    """When the vote is planned to open; nothing of a vote that does not open in time."""
    if budget.round is None or budget.round.opens_at <= moment:
        return None
    return budget.round.opens_at


def _code_of(plan: Project, budget: Budget) -> str:
    """By what a plan is known on the ballot; nothing while it is on none.

    On the ballot of a rehearsal it stands before it is on that of the vote itself.
    """
    if plan.option is not None:
        return plan.option.code
    is_rehearsal = budget.round is not None and budget.round.rehearsal_of is not None
    code = str(plan.id)
    return code if is_rehearsal and code in paper_of(budget).options else ""


def _pictures(plan: Project) -> Sequence[Image]:
    """The photos of a plan, else those of the proposal that it comes from, while that is there."""
    own = db.session.scalars(images_of(plan.id)).all()
    if own or plan.proposal_id is None:
        return own
    return db.session.scalars(queries.photos_of_origin(plan.proposal_id)).all()


def _documents(plan: Project) -> Sequence[Document]:
    """Its documents, and those of the proposal that it comes from, while that is there."""
    if plan.proposal_id is None:
        return plan.documents
    return [*plan.documents, *db.session.scalars(queries.documents_of_origin(plan.proposal_id))]


def _work(plan: Project) -> dict[str, object] | None:
    """What the page of a plan that goes ahead says about carrying it out."""
    if plan.outcome is not Outcome.AWARDED:
        return None
    return {
        "standing": standing_of(db.session.get(Execution, plan.id)),
        "milestones": db.session.scalars(works.milestones(plan.id)).all(),
        "photos": db.session.scalars(works.execution_photos(plan.id)).all(),
    }
