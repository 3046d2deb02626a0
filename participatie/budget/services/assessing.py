"""Assessors say whether a plan can be done, and staff talks about it among themselves."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from participatie.budget.models.assessment import Assessment, AssessmentHand, AssessmentNote
from participatie.budget.models.budgets import Budget, Project
from participatie.budget.queries import assessments as queries
from participatie.budget.queries.budgets import followers
from participatie.budget.rules.assessment import (
    ADVISER_LENGTH,
    DURATION_LENGTH,
    EXPLANATION_LENGTH,
    FIRST,
    NOTE_LENGTH,
    REASON_LENGTH,
    TRANSITIONS,
    AssessmentState,
    Findings,
    Verdict,
    after_finishing,
    may_read,
    term_from,
)
from participatie.budget.rules.projects import TEXT_LENGTH
from participatie.contributions.services import hold, written, written_line
from participatie.core import audit, outbox
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from participatie.core.html import from_plain
from participatie.core.states import advance
from participatie.identity.models import Account
from participatie.identity.rules import Actor
from participatie.theming import formats

FIELDS = ("verdict", "cost", "yearly_cost", "explanation", "duration", "reason", "changed_text")


def read_by(project: Project, *, actor: Actor) -> Assessment | None:
    """The last assessment of a plan for who may read it. Raises `NotFound` for others."""
    is_assigned = False
    if actor.id is not None:
        found = db.session.scalars(queries.is_assigned(project.id, actor.id)).first()
        is_assigned = found is not None
    if not may_read(actor, is_assigned=is_assigned):
        raise NotFound
    return db.session.scalars(queries.last_of(project.id)).one_or_none()


def save(
    project: Project, findings: Findings, *, adviser: str = "", actor: Actor, now: datetime
) -> Assessment:
    """Keep what was found so far; nobody outside the staff sees it.

    A clerk does so only for a colleague without an account, by name. Raises `NotAllowed`,
    `NotFound`, `Conflict` and `Invalid`.
    """
    if read_by(project, actor=actor) is None:
        db.session.add(Assessment(project_id=project.id, assigned_by=actor.id))
        db.session.flush()
    assessment = held(project)
    if assessment.state is not AssessmentState.OPEN:
        raise Conflict(N_("This assessment is finished. Ask the griffie to open it again."))
    said = _adviser(project, adviser, actor=actor)
    _take_part(assessment, said, actor=actor)
    kept = _written(findings)
    changed = {
        name: [_plain(getattr(assessment, name)), _plain(value)]
        for name, value in asdict(kept).items()
        if getattr(assessment, name) != value
    }
    for name, value in asdict(kept).items():
        setattr(assessment, name, value)
    if said != assessment.adviser:
        changed["adviser"] = [assessment.adviser, said]
        assessment.adviser = said
    if changed:
        note_act("assessment.save", project, actor=actor, now=now, changed=changed)
    return assessment


def finish(
    budget: Budget,
    project: Project,
    findings: Findings,
    *,
    adviser: str = "",
    actor: Actor,
    now: datetime,
) -> Assessment:
    """Finish an assessment: a plan that has to change goes to its author, the rest is public.

    From then on it is closed for assessors. Raises what saving raises.
    """
    assessment = save(project, findings, adviser=adviser, actor=actor, now=now)
    _found(assessment).check_complete()
    state = after_finishing(assessment.verdict, has_author=project.author_id is not None)
    if state is AssessmentState.WITH_AUTHOR:
        assessment.state = advance(TRANSITIONS, assessment.state, state)
        assessment.respond_by = term_from(now, budget.agree_days)
        _ask_author(project, assessment, now=now)
    else:
        settle(budget, project, assessment, now=now)
    note_act("assessment.finish", project, actor=actor, now=now, verdict=assessment.verdict.value)
    db.session.flush()
    return assessment


def settle(budget: Budget, project: Project, assessment: Assessment, *, now: datetime) -> None:
    """Let a verdict hold: cost and changed text become those of the plan, and followers hear it."""
    assessment.state = advance(TRANSITIONS, assessment.state, AssessmentState.FINISHED)
    assessment.finished_at, assessment.respond_by = now, None
    if assessment.verdict is Verdict.NOT_FEASIBLE:
        if assessment.number == FIRST and project.author_id is not None:
            assessment.objection_by = term_from(now, budget.objection_days)
    else:
        project.cost, project.yearly_cost = assessment.cost or 0, assessment.yearly_cost
    if assessment.verdict is Verdict.WITH_CHANGES:
        project.text = assessment.changed_text
        project.html = from_plain(project.text)
    outbox.tell_each(
        followers(project.id),
        "budget.assessed",
        dedup=f"{assessment.id}/{now.isoformat()}",
        now=now,
        parameters={
            "project_id": project.id,
            "title": project.title,
            "language": project.language,
            "verdict": assessment.verdict.value,
            "reason": assessment.reason,
            "path": f"/plannen/{project.id}",
        },
    )


def write_note(project: Project, text: str, *, actor: Actor, now: datetime) -> AssessmentNote:
    """Say something to the others who work on a plan; they get a mail.

    Raises `NotFound` and `Invalid`.
    """
    read_by(project, actor=actor)
    said = written(text, NOTE_LENGTH, field="text")
    account = db.session.get_one(Account, actor.id)
    note = AssessmentNote(
        project_id=project.id,
        account_id=account.id,
        author_name=account.public_name or "",
        text=said,
        made_at=now,
    )
    tell_thread(project, "note", said, actor=actor, now=now)
    db.session.add(note)
    db.session.flush()
    return note


def held(project: Project) -> Assessment:
    """The last assessment of a plan, for who changes it in this transaction. Raises `Conflict`."""
    hold(project)
    assessment = db.session.scalars(
        queries.last_of(project.id)
        .with_for_update(of=Assessment)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if assessment is None:
        raise Conflict(N_("This plan is assigned to nobody yet."))
    if project.option_id is not None:
        raise Conflict(N_("This plan is on the ballot. Its assessment cannot change any more."))
    return assessment


def tell_thread(project: Project, what: str, text: str, *, actor: Actor, now: datetime) -> None:
    """Let those who work on a plan hear what happened, except who did it."""
    outbox.tell_each(
        queries.in_thread(project.id, apart_from=actor.id),
        "budget.assess_news",
        dedup=f"{project.id}/{what}/{now.isoformat()}",
        now=now,
        parameters={
            "title": project.title,
            "language": project.language,
            "what": what,
            "text": text,
            "path": f"/beoordelen/{project.id}",
        },
    )


def note_act(act: str, project: Project, *, actor: Actor, now: datetime, **detail: Any) -> None:
    """Keep what was done: the history of an assessment."""
    subject = f"assessment/{project.id}"
    audit.record(act, account_id=actor.id, subject=subject, now=now, detail=detail)


def who_is(account_id: int | None, adviser: str = "") -> str:
    """Who works on an assessment, as it is kept: an account, or the name of a colleague."""
    return f"adviser/{adviser.casefold()}" if adviser else f"account/{account_id}"


def _take_part(assessment: Assessment, adviser: str, *, actor: Actor) -> None:
    """Keep who works on this one. Raises `NotAllowed` for who worked on the other one."""
    who = who_is(actor.id, adviser)
    row = insert(AssessmentHand).values(
        project_id=assessment.project_id, who=who, number=assessment.number
    )
    db.session.execute(row.on_conflict_do_nothing())
    number = db.session.scalars(
        select(AssessmentHand.number).where(
            AssessmentHand.project_id == assessment.project_id, AssessmentHand.who == who
        )
    ).one()
    if number != assessment.number:
        raise NotAllowed(
            N_("You assessed this plan the first time. Now somebody else looks at it.")
        )


def _adviser(project: Project, adviser: str, *, actor: Actor) -> str:
    """The name of the colleague for whom a clerk fills it in; an assessor speaks for themselves."""
    if db.session.scalars(queries.is_assigned(project.id, actor.id or 0)).first() is not None:
        return ""
    if not adviser:
        raise Invalid(N_("Fill in whose assessment this is."), field="adviser")
    return written_line(adviser, ADVISER_LENGTH, field="adviser")


def _written(findings: Findings) -> Findings:
    """Findings as they are kept. Raises `Invalid` for a field."""

    def said(field: str, limits: tuple[int, int], *, line: bool = False) -> str:
        text = getattr(findings, field)
        keep = written_line if line else written
        return keep(text, limits, field=field) if text.strip() else ""

    for field in ("cost", "yearly_cost"):
        if (getattr(findings, field) or 0) < 0:
            raise Invalid(N_("An amount cannot be below zero."), field=field)
    return Findings(
        verdict=findings.verdict,
        cost=findings.cost or None,
        yearly_cost=findings.yearly_cost,
        explanation=said("explanation", EXPLANATION_LENGTH),
        duration=said("duration", DURATION_LENGTH, line=True),
        reason=said("reason", REASON_LENGTH),
        changed_text=said("changed_text", TEXT_LENGTH),
    )


def _found(assessment: Assessment) -> Findings:
    return Findings(**{name: getattr(assessment, name) for name in FIELDS})


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Verdict) else value


def _ask_author(project: Project, assessment: Assessment, *, now: datetime) -> None:
    if project.author_id is None or assessment.respond_by is None:
        return
    outbox.tell(
        project.author_id,
        "budget.assess_ask",
        dedup=f"{assessment.id}/{now.isoformat()}",
        now=now,
        parameters={
            "project_id": project.id,
            "title": project.title,
            "language": project.language,
            "respond_by": formats.until(assessment.respond_by),
            "path": f"/plannen/{project.id}/beoordeling",
        },
    )
