"""Taking in the assessments that colleagues filled in on a spreadsheet: all of them, or none."""

from collections.abc import Sequence
from datetime import datetime

from participatie.budget.models.budgets import Budget, Project
from participatie.budget.queries.assessments import with_assessments
from participatie.budget.rules.assessment import AssessmentState
from participatie.budget.rules.spreadsheets import Fault, Line, Unreadable
from participatie.budget.services import assessing
from participatie.budget.services.assigning import refuse_others
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, DomainError
from participatie.identity.rules import Actor


def take_in(budget: Budget, lines: Sequence[Line], *, actor: Actor, now: datetime) -> int:
    """Keep each line as the assessment of who is named on it; the number of lines.

    Each is tried, so that all that is wrong is known at once; when one is, nothing is kept. Raises
    `NotAllowed` and `Unreadable`.
    """
    refuse_others(actor)
    plans = {row.Project.id: row.Project for row in db.session.execute(with_assessments(budget.id))}
    faults = []
    for line in lines:
        try:
            with db.session.begin_nested():
                _take_in(budget, plans.get(line.project_id), line, actor=actor, now=now)
        except DomainError as error:
            faults.append(Fault(line.line, error))
    if faults:
        raise Unreadable(faults)
    return len(lines)


def to_fill_in(budget: Budget) -> list[tuple[Project, str]]:
    """The plans of which the assessment is open, each with whose it is so far."""
    rows = db.session.execute(with_assessments(budget.id)).all()
    return [
        (row.Project, row.Assessment.adviser if row.Assessment else "")
        for row in rows
        if row.Assessment is None or row.Assessment.state is AssessmentState.OPEN
    ]


def _take_in(
    budget: Budget, project: Project | None, line: Line, *, actor: Actor, now: datetime
) -> None:
    if project is None:
        raise Conflict(N_("There is no plan with this number in this budget."))
    if line.finishes:
        assessing.finish(budget, project, line.findings, adviser=line.adviser, actor=actor, now=now)
    else:
        assessing.save(project, line.findings, adviser=line.adviser, actor=actor, now=now)
