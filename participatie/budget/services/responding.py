"""What the author of a plan says to its assessment, and what follows when they say nothing."""

from datetime import datetime

from participatie.budget.models.assessment import Assessment
from participatie.budget.models.budgets import Budget, Project
from participatie.budget.queries import assessments as queries
from participatie.budget.rules.assessment import (
    AGAIN,
    RESPONSE_LENGTH,
    TRANSITIONS,
    AssessmentState,
    Consent,
    is_within,
)
from participatie.budget.services import assessing
from participatie.contributions.rules import is_own
from participatie.contributions.services import written
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, NotFound
from participatie.core.states import advance
from participatie.identity.rules import VISITOR, Actor


def of_author(project: Project, *, actor: Actor) -> list[Assessment]:
    """What the author reads of the assessments: what is finished, and what is asked of them.

    The last one first. Raises `NotFound` for everybody else.
    """
    if not is_own(project.author_id, actor):
        raise NotFound
    found = db.session.scalars(queries.all_of(project.id)).all()
    return [one for one in reversed(found) if one.state is not AssessmentState.OPEN]


def agree(budget: Budget, project: Project, *, actor: Actor, now: datetime) -> None:
    """Agree with the changed plan: so it goes to the ballot. Raises `NotFound`, `Conflict`."""
    assessment = _asked(project, actor=actor, now=now)
    assessment.consent = Consent.AGREED
    assessing.settle(budget, project, assessment, now=now)
    assessing.note_act("assessment.agree", project, actor=actor, now=now)


def respond(project: Project, text: str, *, actor: Actor, now: datetime) -> None:
    """Say what is not right: the assessors read it and look at the plan anew.

    Raises `NotFound`, `Conflict` and `Invalid`.
    """
    assessment = _asked(project, actor=actor, now=now)
    said = written(text, RESPONSE_LENGTH, field="text")
    assessment.response = said
    assessment.state = advance(TRANSITIONS, assessment.state, AssessmentState.OPEN)
    assessment.respond_by = None
    assessing.note_act("assessment.respond", project, actor=actor, now=now, text=said)
    assessing.tell_thread(project, "response", said, actor=actor, now=now)


def ask_again(project: Project, text: str, *, actor: Actor, now: datetime) -> Assessment:
    """Ask within the term that somebody else looks at a plan that cannot be done.

    Raises `NotFound`, `Conflict` and `Invalid`.
    """
    if not is_own(project.author_id, actor):
        raise NotFound
    first = assessing.held(project)
    if not is_within(first.objection_by, now):
        raise Conflict(N_("You cannot ask this any more. The term is over."))
    said = written(text, RESPONSE_LENGTH, field="text")
    first.objection_by = None
    again = Assessment(
        project_id=project.id, number=AGAIN, objection=said, assigned_by=first.assigned_by
    )
    db.session.add(again)
    db.session.flush()
    assessing.note_act("assessment.objection", project, actor=actor, now=now, text=said)
    assessing.tell_thread(project, "objection", said, actor=actor, now=now)
    return again


def lapse(budget: Budget, project: Project, assessment: Assessment, *, now: datetime) -> None:
    """Take silence for agreement, as the author was told, once the term is over."""
    if is_within(assessment.respond_by, now):
        raise Conflict(N_("The author can answer still."))
    assessment.consent = Consent.SILENT
    assessing.settle(budget, project, assessment, now=now)
    assessing.note_act("assessment.silence", project, actor=VISITOR, now=now)


def _asked(project: Project, *, actor: Actor, now: datetime) -> Assessment:
    """The assessment to which the author may answer now. Raises `NotFound`, `Conflict`."""
    if not is_own(project.author_id, actor):
        raise NotFound
    assessment = assessing.held(project)
    if not is_within(assessment.respond_by, now):
        raise Conflict(N_("You have answered already, or the term is over."))
    return assessment
