"""Finding contributions of any kind, and who follows them."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from participatie.contributions.models import Contribution, Follow
from participatie.processes.models import Process


def contribution(contribution_id: int) -> Select[Contribution]:
    """One contribution of a published process, with that process and its phases.

    Whether the reader may see it is for `rules.can_see`; the result needs `.unique()`.
    """
    return (
        select(Contribution)
        .join(Contribution.process)
        .where(Contribution.id == contribution_id, Process.published_at.is_not(None))
        .options(joinedload(Contribution.process).joinedload(Process.phases))
    )


def followers(contribution_id: int) -> Select[int]:
    """The accounts that want to hear about a contribution."""
    return select(Follow.account_id).where(Follow.contribution_id == contribution_id)


def follow(contribution_id: int, account_id: int) -> Select[Follow]:
    """That one follows the other, when it is so."""
    return select(Follow).where(
        Follow.contribution_id == contribution_id, Follow.account_id == account_id
    )
