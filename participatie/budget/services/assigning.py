"""A clerk says who assesses which plan and until when, sets the terms, and opens again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select

from participatie.budget.models.assessment import (
    Assessment,
    AssessmentAssessor,
    AssessmentGroup,
    AssessmentHand,
    AssessorGroup,
    AssessorGroupMember,
)
from participatie.budget.models.budgets import Budget, Project
from participatie.budget.queries import assessments as queries
from participatie.budget.rules.assessment import (
    GROUP_NAME_LENGTH,
    REASON_LENGTH,
    TRANSITIONS,
    AssessmentState,
    Consent,
    check_days,
)
from participatie.budget.services import assessing
from participatie.budget.services.setting_up import draft_vote
from participatie.contributions.services import hold, written, written_line
from participatie.core import audit, outbox
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, Invalid, NotAllowed
from participatie.core.states import advance
from participatie.identity.rules import Actor
from participatie.theming import formats


@dataclass(frozen=True, slots=True)
class Terms:
    """Whether plans are assessed and submitted here, and how many days an author has."""

    has_assessment: bool
    takes_plans: bool
    agree_days: int
    objection_days: int


@dataclass(frozen=True, slots=True)
class Assessors:
    """To whom plans are assigned, by number, and until when."""

    people: frozenset[int]
    groups: frozenset[int]
    due_on: date | None = None


def set_terms(budget: Budget, terms: Terms, *, actor: Actor, now: datetime) -> None:
    """Say how plans come in and are assessed.

    Once an author has heard of an assessment, the days are what they were told. Raises
    `NotAllowed`, `Conflict` and `Invalid`.
    """
    draft_vote(budget, actor=actor)
    check_days(terms.agree_days, field="agree_days")
    check_days(terms.objection_days, field="objection_days")
    before = (budget.has_assessment, budget.agree_days, budget.objection_days)
    after = (terms.has_assessment, terms.agree_days, terms.objection_days)
    if before != after and db.session.scalars(queries.any_finished(budget.id)).first():
        raise Conflict(
            N_("Residents have heard of an assessment already. These agreements stay as they are.")
        )
    budget.has_assessment, budget.takes_plans = terms.has_assessment, terms.takes_plans
    budget.agree_days, budget.objection_days = terms.agree_days, terms.objection_days
    detail = {
        "has_assessment": terms.has_assessment,
        "takes_plans": terms.takes_plans,
        "agree_days": terms.agree_days,
        "objection_days": terms.objection_days,
    }
    subject = f"budget/{budget.id}"
    audit.record(
        "budget.assessment_terms", account_id=actor.id, subject=subject, now=now, detail=detail
    )


def assign(
    budget: Budget,
    projects: Sequence[Project],
    assessors: Assessors,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Let these people and groups assess these plans; who did so before is replaced.

    Who is new to a plan hears it. Nobody assesses a plan again that they assessed the first time.
    Raises `NotAllowed`, `Conflict` and `Invalid`.
    """
    refuse_others(actor)
    draft_vote(budget, actor=actor)
    if not budget.has_assessment:
        raise Conflict(N_("Plans of this budget are not assessed. Switch that on first."))
    if not assessors.people and not assessors.groups:
        raise Invalid(N_("Choose at least one person or group."), field="people")
    _check_known(assessors, budget.process_id)
    for project in projects:
        _assign(project, assessors, actor=actor, now=now)


def reopen(budget: Budget, project: Project, reason: str, *, actor: Actor, now: datetime) -> None:
    """Open an assessment again for a reason that its assessors read, before the vote is fixed.

    Raises `NotAllowed`, `Conflict` and `Invalid`.
    """
    refuse_others(actor)
    draft_vote(budget, actor=actor)
    said = written(reason, REASON_LENGTH, field="reason")
    assessment = assessing.held(project)
    assessment.state = advance(TRANSITIONS, assessment.state, AssessmentState.OPEN)
    assessment.finished_at = assessment.respond_by = assessment.objection_by = None
    assessment.consent = Consent.NOT_ASKED
    assessing.note_act("assessment.reopen", project, actor=actor, now=now, reason=said)
    assessing.tell_thread(project, "reopened", said, actor=actor, now=now)


def name_group(
    group: AssessorGroup | None,
    name: str,
    members: Collection[int],
    *,
    actor: Actor,
    now: datetime,
) -> AssessorGroup:
    """Make a group of assessors, or change it. Raises `NotAllowed`, `Conflict` and `Invalid`."""
    refuse_others(actor)
    said = written_line(name, GROUP_NAME_LENGTH, field="name")
    taken = select(AssessorGroup.id).where(
        func.lower(AssessorGroup.name) == said.lower(),
        AssessorGroup.id.is_distinct_from(group.id if group else None),
    )
    if db.session.scalars(taken).first() is not None:
        raise Invalid(N_("There is a group with this name already."), field="name")
    _check_known(Assessors(frozenset(members), frozenset()), None)
    if group is None:
        group = AssessorGroup(name=said)
        db.session.add(group)
    group.name = said
    db.session.flush()
    db.session.execute(delete(AssessorGroupMember).where(AssessorGroupMember.group_id == group.id))
    db.session.add_all(
        AssessorGroupMember(group_id=group.id, account_id=number) for number in sorted(members)
    )
    db.session.flush()
    audit.record(
        "assessor_group.change",
        account_id=actor.id,
        subject=f"assessor_group/{group.id}",
        now=now,
        detail={"name": said, "members": sorted(members)},
    )
    return group


def refuse_others(actor: Actor) -> None:
    """Raise `NotAllowed` for who is no clerk."""
    if not actor.is_clerk:
        raise NotAllowed(N_("Only the team of the municipality does this."))


def _assign(project: Project, assessors: Assessors, *, actor: Actor, now: datetime) -> None:
    hold(project)
    assessment = db.session.scalars(queries.last_of(project.id).with_for_update()).one_or_none()
    if assessment is None:
        assessment = Assessment(project_id=project.id)
        db.session.add(assessment)
        db.session.flush()
    if assessment.state is not AssessmentState.OPEN:
        raise Conflict(
            N_("«%(title)s» is assessed already. Open it again first."), title=project.title
        )
    _refuse_earlier(project, assessment, assessors)
    knew = set(db.session.scalars(queries.in_thread(project.id, apart_from=None)))
    for table in (AssessmentAssessor, AssessmentGroup):
        db.session.execute(delete(table).where(table.assessment_id == assessment.id))
    db.session.add_all(
        AssessmentAssessor(assessment_id=assessment.id, account_id=number)
        for number in sorted(assessors.people)
    )
    db.session.add_all(
        AssessmentGroup(assessment_id=assessment.id, group_id=number)
        for number in sorted(assessors.groups)
    )
    assessment.due_on, assessment.assigned_by = assessors.due_on, actor.id
    db.session.flush()
    assessing.note_act(
        "assessment.assign",
        project,
        actor=actor,
        now=now,
        people=sorted(assessors.people),
        groups=sorted(assessors.groups),
        due_on=assessors.due_on.isoformat() if assessors.due_on else None,
    )
    to_tell = queries.in_thread(project.id, apart_from=actor.id).subquery()
    outbox.tell_each(
        select(to_tell.columns[0]).where(to_tell.columns[0].not_in(knew)),
        "budget.assess_assigned",
        dedup=f"{assessment.id}/{now.isoformat()}",
        now=now,
        parameters={
            "title": project.title,
            "language": project.language,
            "due_on": formats.day(assessors.due_on) if assessors.due_on else None,
            "path": f"/beoordelen/{project.id}",
        },
    )


def _refuse_earlier(project: Project, assessment: Assessment, assessors: Assessors) -> None:
    """Nobody is asked to assess again what they assessed the first time."""
    worked = select(AssessmentHand.who).where(
        AssessmentHand.project_id == project.id, AssessmentHand.number != assessment.number
    )
    earlier = set(db.session.scalars(worked))
    if any(assessing.who_is(number) in earlier for number in assessors.people):
        raise Invalid(
            N_("«%(title)s» is looked at again by somebody else. Choose another assessor."),
            field="people",
            title=project.title,
        )


def _check_known(assessors: Assessors, process_id: int | None) -> None:
    people = {account.id for account in db.session.scalars(queries.assessors(process_id))}
    groups = {row.AssessorGroup.id for row in db.session.execute(queries.groups())}
    if not assessors.people <= people or not assessors.groups <= groups:
        raise Conflict(N_("This has changed in the meantime. Look at the page again."))
