"""What waits on the griffie's desk, and what was decided before."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import with_polymorphic

from participatie.contributions.models import Contribution
from participatie.contributions.rules import State
from participatie.moderation.models import Decision, Report


def reported() -> Select[Contribution, int, datetime]:
    """What has open reports: the contribution, how many, since when; the oldest report first."""
    since, number = func.min(Report.made_at).label("since"), func.count().label("number")
    of_each = (
        select(Report.contribution_id, number, since)
        .where(Report.decision_id.is_(None))
        .group_by(Report.contribution_id)
        .subquery()
    )
    return (
        select(Contribution, of_each.c.number, of_each.c.since)
        .join(of_each, of_each.c.contribution_id == Contribution.id)
        .order_by(of_each.c.since, Contribution.id)
    )


def unseen(after: datetime) -> Select[Contribution]:
    """What was published after a moment and was neither reported nor judged, the oldest first."""
    return (
        select(Contribution)
        .where(
            Contribution.state == State.PUBLISHED,
            Contribution.published_at > after,
            ~exists().where(
                Decision.contribution_id == Contribution.id, Decision.undone_at.is_(None)
            ),
            ~exists().where(Report.contribution_id == Contribution.id),
        )
        .order_by(Contribution.published_at, Contribution.id)
    )


def to_judge(contribution_id: int) -> Select[Contribution]:
    """A contribution with its text, whatever its kind; drafts are nobody's business."""
    everything = with_polymorphic(Contribution, "*")
    return select(everything).where(
        everything.id == contribution_id, everything.state != State.DRAFT
    )


def reports_about(contribution_id: int) -> Select[Report]:
    """All reports about a contribution, the newest first."""
    return (
        select(Report)
        .where(Report.contribution_id == contribution_id)
        .order_by(Report.made_at.desc(), Report.id.desc())
    )


def last_decisions(contribution_ids: Collection[int]) -> Select[int, int]:
    """Which decision about each of some contributions was the last."""
    last = func.max(Decision.id)
    return (
        select(Decision.contribution_id, last)
        .where(Decision.contribution_id.in_(contribution_ids))
        .group_by(Decision.contribution_id)
    )


def decisions_about(contribution_id: int) -> Select[Decision]:
    """What was decided about a contribution, the newest first."""
    return (
        select(Decision)
        .where(Decision.contribution_id == contribution_id)
        .order_by(Decision.made_at.desc(), Decision.id.desc())
    )
