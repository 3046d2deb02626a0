"""Photos and documents of a plan: for its author until it is published, then for the griffie."""

from datetime import datetime
from typing import Any

from participatie.budget.models.budgets import Project
from participatie.budget.rules.projects import can_edit
from participatie.contributions import services as contributions
from participatie.contributions.rules import State
from participatie.core import audit
from participatie.core.errors import N_, NotAllowed
from participatie.identity.rules import Actor
from participatie.media.documents import Checked
from participatie.media.models import Image
from participatie.media.pictures import Picture
from participatie.media.storage import Storage


def add_photo(
    project: Project,
    picture: Picture,
    description: str,
    *,
    storage: Storage,
    actor: Actor,
    now: datetime,
) -> None:
    """Show a photo of a plan. Raises `NotAllowed`, and `Invalid` for a field."""
    _hold(project, actor=actor)
    image = contributions.add_image(project, picture, description, storage=storage, now=now)
    _note("budget.plan_photo", project, actor=actor, now=now, image=image.id)


def describe_photo(
    project: Project, image: Image, description: str, *, actor: Actor, now: datetime
) -> None:
    """Say what there is to see on a photo of a plan. Raises `NotAllowed`, `Invalid` for a field."""
    _hold(project, actor=actor)
    image.description = contributions.described(description)
    _note("budget.plan_photo_words", project, actor=actor, now=now, image=image.id)


def take_photo_away(project: Project, image_id: int, *, actor: Actor, now: datetime) -> None:
    """Show a photo of a plan no longer. Raises `NotAllowed` and `NotFound`."""
    _hold(project, actor=actor)
    contributions.take_image_away(project, image_id)
    _note("budget.plan_photo_drop", project, actor=actor, now=now, image=image_id)


def add_document(
    project: Project,
    checked: Checked,
    title: str,
    *,
    storage: Storage,
    actor: Actor,
    now: datetime,
) -> None:
    """Let a plan show one more document. Raises `NotAllowed`, and `Invalid` for a field."""
    _hold(project, actor=actor)
    document = contributions.add_document(project, checked, title, storage=storage, now=now)
    _note("budget.plan_document", project, actor=actor, now=now, document=document.id)


def take_document_away(project: Project, document_id: int, *, actor: Actor, now: datetime) -> None:
    """Show a document of a plan no longer. Raises `NotAllowed` and `NotFound`."""
    _hold(project, actor=actor)
    contributions.take_document_away(project, document_id)
    _note("budget.plan_document_drop", project, actor=actor, now=now, document=document_id)


def _hold(project: Project, *, actor: Actor) -> None:
    """Let nobody else change a plan meanwhile. Raises `NotAllowed`."""
    contributions.hold(project)
    if can_edit(project.state, author_id=project.author_id, actor=actor):
        return
    if project.state is State.DRAFT or not actor.is_clerk:
        raise NotAllowed(N_("You can only change a plan before it is published."))


def _note(act: str, project: Project, *, actor: Actor, now: datetime, **detail: Any) -> None:
    """What the griffie does to a plan that everybody reads is written down."""
    if project.state is not State.DRAFT:
        subject = f"contribution/{project.id}"
        audit.record(act, account_id=actor.id, subject=subject, now=now, detail=detail)
