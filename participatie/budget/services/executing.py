"""Telling how it stands with a plan that goes ahead: only staff does, and only for such a plan."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select

from participatie.budget.models.budgets import Project
from participatie.budget.models.execution import Execution, ExecutionPhoto, Milestone
from participatie.budget.queries import budgets as queries
from participatie.budget.rules.execution import (
    MILESTONE_LENGTH,
    MOST_MILESTONES,
    MOST_PHOTOS,
    REASON_LENGTH,
    ExecutionStatus,
    Standing,
    Step,
    check_done,
)
from participatie.budget.rules.outcomes import Outcome
from participatie.contributions.services import described, hold, written, written_line
from participatie.core import audit, outbox
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from participatie.identity.rules import Actor
from participatie.media import services as media
from participatie.media.models import Image
from participatie.media.pictures import Picture
from participatie.media.storage import Storage


def tell(project: Project, standing: Standing, *, actor: Actor, now: datetime) -> None:
    """Say how it stands; who follows the plan hears each change of status once.

    Raises `NotAllowed`, `Conflict`, and `Invalid` for a field.
    """
    _check(project, actor=actor)
    if standing.spent < 0:
        raise Invalid(N_("An amount cannot be below zero."), field="spent")
    is_stopped = standing.status is ExecutionStatus.STOPPED
    reason = written(standing.reason, REASON_LENGTH, field="reason") if is_stopped else ""
    kept = db.session.get(Execution, project.id)
    before = kept.status if kept else ExecutionStatus.PLANNED
    if kept is None:
        kept = Execution(project_id=project.id)
        db.session.add(kept)
    kept.status, kept.reason, kept.spent = standing.status, reason, standing.spent
    kept.changed_at = now
    if before is not standing.status:
        outbox.tell_each(
            queries.followers(project.id),
            "budget.execution",
            dedup=f"{project.id}/{now.isoformat()}",
            now=now,
            parameters={
                "project_id": project.id,
                "title": project.title,
                "language": project.language,
                "status": standing.status.value,
                "reason": reason,
            },
        )
    detail = {"status": standing.status.value, "spent": standing.spent, "reason": reason}
    _note("budget.execution", project, actor=actor, now=now, **detail)


def standing_of(execution: Execution | None) -> Standing:
    """How it stands; planned until somebody says otherwise."""
    if execution is None:
        return Standing()
    return Standing(execution.status, execution.spent, execution.reason)


def plan_milestone(project: Project, step: Step, *, actor: Actor, now: datetime) -> Milestone:
    """Plan one more step. Raises `NotAllowed`, `Conflict`, and `Invalid` for a field."""
    _check(project, actor=actor)
    number = select(func.count()).where(Milestone.project_id == project.id)
    if db.session.scalars(number).one() >= MOST_MILESTONES:
        raise Conflict(
            N_("There are %(most)s steps already. That is the most."), most=MOST_MILESTONES
        )
    title = _title(project, step.title, apart_from=None)
    made = Milestone(project_id=project.id, title=title, planned_on=step.planned_on)
    db.session.add(made)
    db.session.flush()
    _note("budget.milestone", project, actor=actor, now=now, title=made.title)
    return made


def change_milestone(
    project: Project, milestone: Milestone, step: Step, *, today: date, actor: Actor, now: datetime
) -> None:
    """Say a step otherwise, or that it is done. Raises as planning one does."""
    _check(project, actor=actor)
    check_done(step.done_on, today=today)
    milestone.title = _title(project, step.title, apart_from=milestone.id)
    milestone.planned_on, milestone.done_on = step.planned_on, step.done_on
    done = step.done_on.isoformat() if step.done_on else None
    _note("budget.milestone", project, actor=actor, now=now, title=milestone.title, done_on=done)


def drop_milestone(project: Project, milestone: Milestone, *, actor: Actor, now: datetime) -> None:
    """Take a step out of the planning. Raises `NotAllowed`, `Conflict`."""
    _check(project, actor=actor)
    db.session.delete(milestone)
    _note("budget.milestone_drop", project, actor=actor, now=now, title=milestone.title)


def add_photo(
    project: Project,
    picture: Picture,
    description: str,
    *,
    storage: Storage,
    actor: Actor,
    now: datetime,
) -> Image:
    """Show a photo of the work. Raises `NotAllowed`, `Conflict`, and `Invalid` for a field."""
    _check(project, actor=actor)
    number = select(func.count()).where(ExecutionPhoto.project_id == project.id)
    if db.session.scalars(number).one() >= MOST_PHOTOS:
        raise Invalid(
            N_("You can add at most %(most)s photos. Take one away first."),
            field="image",
            most=MOST_PHOTOS,
        )
    said = described(description)
    image = media.keep(picture, storage=storage, now=now)
    image.description = said
    db.session.add(ExecutionPhoto(project_id=project.id, image_id=image.id))
    db.session.flush()
    _note("budget.photo", project, actor=actor, now=now, image_id=image.id)
    return image


def describe_photo(
    project: Project, image: Image, description: str, *, actor: Actor, now: datetime
) -> None:
    """Say what there is to see on a photo of the work.

    Raises `NotAllowed`, `Conflict`, and `Invalid` for a field.
    """
    _check(project, actor=actor)
    image.description = described(description)
    _note("budget.photo_words", project, actor=actor, now=now, image_id=image.id)


def take_photo_away(project: Project, image_id: int, *, actor: Actor, now: datetime) -> None:
    """Show a photo no longer. Raises `NotAllowed`, `Conflict`, `NotFound`."""
    _check(project, actor=actor)
    of_this = (ExecutionPhoto.project_id == project.id, ExecutionPhoto.image_id == image_id)
    gone = db.session.scalars(
        delete(ExecutionPhoto).where(*of_this).returning(ExecutionPhoto.image_id)
    ).one_or_none()
    if gone is None:
        raise NotFound
    _note("budget.photo_drop", project, actor=actor, now=now, image_id=image_id)


def _check(project: Project, *, actor: Actor) -> None:
    """Let nobody else change it meanwhile; only staff, and only a plan that goes ahead."""
    if not actor.is_clerk:
        raise NotAllowed(N_("Only the griffie can tell how it stands with a plan."))
    hold(project)
    if project.outcome is not Outcome.AWARDED:
        raise Conflict(N_("This plan does not go ahead, so there is nothing to carry out."))


def _title(project: Project, title: str, *, apart_from: int | None) -> str:
    title = written_line(title, MILESTONE_LENGTH, field="title")
    same = select(Milestone.id).where(
        Milestone.project_id == project.id,
        Milestone.title == title,
        Milestone.id.is_distinct_from(apart_from),
    )
    if db.session.scalars(same).first() is not None:
        raise Invalid(
            N_("There is a step with this name already. Choose another name."), field="title"
        )
    return title


def _note(act: str, project: Project, *, actor: Actor, now: datetime, **detail: Any) -> None:
    subject = f"project/{project.id}"
    audit.record(act, account_id=actor.id, subject=subject, now=now, detail=detail)
