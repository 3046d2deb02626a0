"""Finding mergers of proposals, and what they are about."""

from collections.abc import Sequence

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import joinedload

from participatie.contributions.models import Contribution, Follow
from participatie.contributions.queries import followers
from participatie.processes.models import Process
from participatie.proposals.models import Answer, Initiative, Merger, MergerPart, Proposal, Support
from participatie.proposals.rules.merging import MergerState


def to_merge(process_id: int, numbers: Sequence[int]) -> Select[Proposal]:
    """These proposals of a process, kept for who merges them, in the order of their numbers."""
    return (
        select(Proposal)
        .where(Proposal.id.in_(numbers), Proposal.process_id == process_id)
        .order_by(Proposal.id)
        .with_for_update(of=Contribution.__table__)
    )


def what_binds(numbers: Sequence[int]) -> Select[int, bool, bool, bool]:
    """Of each proposal whether it is answered, is on its road to the council, and is invited to
    go on as one with others."""
    answered = exists().where(Answer.proposal_id == Proposal.id)
    on_road = exists().where(Initiative.proposal_id == Proposal.id)
    invited = exists().where(MergerPart.proposal_id == Proposal.id, MergerPart.is_open)
    return select(Proposal.id, answered, on_road, invited).where(Proposal.id.in_(numbers))


def only_following(proposal_id: int) -> Select[int]:
    """Who follows a proposal and does not support it."""
    supporters = select(Support.account_id).where(Support.proposal_id == proposal_id)
    return followers(proposal_id).where(Follow.account_id.not_in(supporters))


def invitations_of(account_id: int | None) -> Select[Merger]:
    """The mergers that wait for a yes or a no of somebody, the newest first."""
    asked = (
        select(MergerPart.merger_id)
        .join(Proposal, Proposal.id == MergerPart.proposal_id)
        .where(Proposal.author_id == account_id, MergerPart.is_open, MergerPart.consent.is_(None))
    )
    return select(Merger).where(Merger.id.in_(asked)).order_by(Merger.id.desc())


def merger(merger_id: int) -> Select[Merger]:
    """One merger with its process and its proposals; needs `.unique()`."""
    return (
        select(Merger)
        .join(Merger.process)
        .where(Merger.id == merger_id, Process.published_at.is_not(None))
        .options(
            joinedload(Merger.process).joinedload(Process.phases),
            joinedload(Merger.parts).joinedload(MergerPart.proposal),
        )
    )


def mergers_in(process_id: int) -> Select[Merger]:
    """The mergers of a process, those that wait for answers first; needs `.unique()`."""
    return (
        select(Merger)
        .where(Merger.process_id == process_id)
        .options(joinedload(Merger.parts).joinedload(MergerPart.proposal))
        .order_by((Merger.state == MergerState.INVITED).desc(), Merger.id.desc())
    )


def parts_of(merger_id: int) -> Select[MergerPart]:
    """The proposals of a merger, in the order of their numbers."""
    return (
        select(MergerPart)
        .where(MergerPart.merger_id == merger_id)
        .options(joinedload(MergerPart.proposal))
        .order_by(MergerPart.proposal_id)
        .execution_options(populate_existing=True)
    )


def merged_into(joint_id: int) -> Select[Proposal]:
    """The proposals that became part of a joint one, in the order of their numbers."""
    return select(Proposal).where(Proposal.merged_into_id == joint_id).order_by(Proposal.id)


def left_behind(joint_id: int, account_id: int) -> Select[Proposal]:
    """The proposals behind a joint one that somebody still supports."""
    return merged_into(joint_id).where(
        Proposal.id.in_(select(Support.proposal_id).where(Support.account_id == account_id))
    )
