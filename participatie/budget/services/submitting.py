"""A resident submits a plan for a budget that takes them: a draft first, then published."""

from dataclasses import dataclass
from datetime import datetime

from participatie.areas.models import Area
from participatie.audience.services import check_may_take_part
from participatie.budget.models.budgets import Budget, Project
from participatie.budget.rules.projects import (
    SUBMITTED_SUMMARY_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    can_edit,
    takes_plans,
)
from participatie.contributions import services as contributions
from participatie.contributions.rules import State, tags_in
from participatie.core.db import db
from participatie.core.errors import N_, Invalid, NotAllowed
from participatie.identity.rules import Actor
from participatie.maps.services import placed


@dataclass(frozen=True, slots=True)
class Idea:
    """What a resident says of a plan; `tags` is a line with commas, `category_id` a category
    of its process.
    """

    title: str
    summary: str
    text: str
    tags: str = ""
    category_id: int | None = None


def check_may_submit(budget: Budget, *, actor: Actor, now: datetime) -> None:
    """Raise `NotAllowed` when `actor` cannot submit a plan for this budget now."""
    if not actor.is_resident:
        raise NotAllowed(N_("Only residents can submit a plan."))
    if not is_open(budget, now=now):
        raise NotAllowed(N_("You cannot submit a plan at this moment."))
    check_may_take_part(budget.process_id, actor=actor, now=now)


def is_open(budget: Budget, *, now: datetime) -> bool:
    """Whether plans can be submitted now: in the phase for it, before the vote is fixed."""
    vote = budget.round
    return (
        budget.process.published_at is not None
        and (vote is None or vote.rules_hash is None)
        and takes_plans(budget.takes_plans, budget.process.phases, now)
    )


def begin(budget: Budget, idea: Idea, *, actor: Actor, now: datetime) -> Project:
    """A draft that only its author sees. Raises `NotAllowed`, and `Invalid` for a field."""
    check_may_submit(budget, actor=actor, now=now)
    draft = Project(
        state=State.DRAFT,
        process_id=budget.process_id,
        budget_id=budget.id,
        author_id=actor.id,
        author_name="",
        cost=0,
        created_at=now,
    )
    _fill(draft, idea)
    db.session.add(draft)
    db.session.flush()
    contributions.set_tags(draft, tags_in(idea.tags))
    return draft


def change(draft: Project, idea: Idea, *, actor: Actor) -> None:
    """Write a draft anew. Raises `NotAllowed`, and `Invalid` for a field."""
    _hold(draft, actor=actor)
    _fill(draft, idea)
    contributions.set_tags(draft, tags_in(idea.tags))


def place(draft: Project, *, area_id: int | None, point: str = "", actor: Actor) -> None:
    """Say which area a plan is for; none is the whole municipality. With a point on the map it is
    the area in which that lies.

    Raises `NotAllowed`, and `Invalid` for the field area or point.
    """
    _hold(draft, actor=actor)
    if area_id is not None and db.session.get(Area, area_id) is None:
        raise Invalid(N_("Choose an area from the list."), field="area")
    draft.point, draft.area_id = placed(point, area_id)


def discard(draft: Project, *, actor: Actor) -> None:
    """Throw a draft away. Raises `NotAllowed`."""
    _hold(draft, actor=actor)
    db.session.delete(draft)


def submit(
    budget: Budget,
    draft: Project,
    *,
    public_name: str,
    language: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Show a plan to everyone, as `contributions.publish_draft` does.

    Raises `NotAllowed`, `IllegalTransition`, and `Invalid` for the field public_name.
    """
    check_may_submit(budget, actor=actor, now=now)
    contributions.publish_draft(
        draft, public_name=public_name, language=language, actor=actor, now=now
    )


def _hold(draft: Project, *, actor: Actor) -> None:
    contributions.hold(draft)
    if not can_edit(draft.state, author_id=draft.author_id, actor=actor):
        raise NotAllowed(N_("You can only change a plan before it is published."))


def _fill(draft: Project, idea: Idea) -> None:
    limits = {"title": TITLE_LENGTH, "summary": SUBMITTED_SUMMARY_LENGTH, "text": TEXT_LENGTH}
    contributions.fill_in(draft, idea, **limits)
    tags_in(idea.tags)
    contributions.set_category(draft, idea.category_id)
