"""What the budget of a process lacks when that process opens."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from participatie.budget.models.budgets import Budget
from participatie.budget.queries import budgets as queries
from participatie.budget.services import opening
from participatie.core.db import db
from participatie.core.errors import N_, Invalid
from participatie.processes.models import Process
from participatie.processes.open_points import Lack, has_blank
from participatie.processes.rules import PhaseKind, can_still_come, is_planned
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries.rounds import with_questions
from participatie.votes.services import readying as votes


def lacks_of(process: Process, now: datetime) -> Iterator[Lack]:
    """What the budget of a process lacks, and whether there is one where a phase promises it."""
    budget = db.session.scalars(queries.in_process(process.id)).one_or_none()
    if budget is None:
        if is_planned(PhaseKind.COSTS, process.phases):
            fault = Invalid(N_("A phase tells what plans cost, but there is no budget. Make one."))
            yield Lack(fault, "budget_setup.new", {"process_id": process.id})
        return
    if not is_planned(PhaseKind.VOTE, process.phases):
        fault = Invalid(N_("There is a budget to divide, but no phase to vote in. Add one."))
        yield Lack(fault, "processes_admin.plan", {"process_id": process.id})
    vote = db.session.scalars(with_questions(budget.round_id or 0)).one_or_none()
    for fault in _faults(process, budget, vote, now=now):
        yield Lack(fault, *place_of(budget, fault))


def place_of(budget: Budget, fault: Invalid) -> tuple[str, dict[str, Any]]:
    """The page where a fault of a budget is mended, and what its address holds."""
    here: dict[str, Any] = {"budget_id": budget.id}
    if fault.field == "closes_at":
        return "budget_setup.vote", {**here, "_anchor": "closes_at"}
    if fault.field == "audience":
        return "process_audience_admin.ask", {"process_id": budget.process_id}
    if fault.field in _OF_THE_VOTE:
        return _OF_THE_VOTE[fault.field], {"round_id": budget.round_id}
    if fault.field in _OF_THE_BUDGET:
        return _OF_THE_BUDGET[fault.field], here
    return "budget_admin.show", {**here, "_anchor": "plans"}


_OF_THE_VOTE = {
    "closers": "vote_running.people",
    "keys": "key_holders.show",
    "roll": "vote_letters.index",
}
_OF_THE_BUDGET = {
    "assessment": "budget_assessment.overview",
    "groups": "budget_setup.groups",
    "title": "budget_setup.money",
}


def _faults(
    process: Process, budget: Budget, vote: VoteRound | None, *, now: datetime
) -> Iterator[Invalid]:
    if has_blank(budget.title) or has_blank(budget.text):
        yield Invalid(
            N_("Fill in every place where [vul in] stands, in “%(vote)s”."),
            field="title",
            vote=budget.title,
        )
    if vote is None and is_planned(PhaseKind.COSTS, process.phases):
        yield Invalid(votes.NO_VOTE)
    if vote is None or not votes.is_being_set_up(vote):
        return
    yield from votes.faults_in(process, vote, now=now)
    if not can_still_come(process.phases, now):
        projects = db.session.scalars(queries.publishable(budget.id)).all()
        yield from opening.faults_of_assessment(budget, now=now)
        yield from opening.faults_of_ballot(vote, projects)
