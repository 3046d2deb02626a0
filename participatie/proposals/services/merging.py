"""Merging proposals by invitation: nothing moves for who does not say yes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.dialects.postgresql import insert

from participatie.contributions import services as contributions
from participatie.contributions.models import Follow
from participatie.contributions.rules import TRANSITIONS as STATES
from participatie.contributions.rules import State, is_own
from participatie.core import audit, outbox
from participatie.core.db import db, hold_row
from participatie.core.errors import N_, Conflict, Invalid, NotAllowed
from participatie.core.html import from_plain
from participatie.core.states import advance
from participatie.identity.rules import Actor
from participatie.processes.models import Process
from participatie.processes.rules import Action, check_not_archived, may
from participatie.proposals import mergers as queries
from participatie.proposals.models import Merger, MergerPart, Proposal, Support
from participatie.proposals.rules.merging import (
    LEAST_MERGED,
    MERGER_REASON_LENGTH,
    MOST_MERGED,
    TRANSITIONS,
    Consent,
    MergerState,
    can_be_merged,
    can_call_off,
    can_propose_merger,
    goes_on,
    is_settled,
    joint_name,
)
from participatie.proposals.rules.proposals import SUMMARY_LENGTH, TEXT_LENGTH, TITLE_LENGTH
from participatie.proposals.services.supporting import count


@dataclass(frozen=True, slots=True)
class Joint:
    """How the joint proposal would read, and why there should be one."""

    title: str
    summary: str
    text: str
    reason: str


def propose(
    process: Process, numbers: Sequence[int], joint: Joint, *, actor: Actor, now: datetime
) -> Merger:
    """Invite the authors of these proposals to go on as one; they get a message.

    Who proposes it and made one of them says yes with that. Raises `NotAllowed`, `Conflict` in an
    archived process, and `Invalid` for a field.
    """
    check_not_archived(process.archived_at)
    proposals = _held(process, numbers)
    if not can_propose_merger([one.author_id for one in proposals], actor=actor):
        raise NotAllowed(N_("Only the griffie can do this, or the author of one of the proposals."))
    merger = Merger(
        process_id=process.id,
        state=MergerState.INVITED,
        proposer_id=actor.id,
        by_municipality=actor.is_clerk,
        reason=contributions.written_line(joint.reason, MERGER_REASON_LENGTH, field="reason"),
        title=contributions.written_line(joint.title, TITLE_LENGTH, field="title"),
        summary=contributions.written_line(joint.summary, SUMMARY_LENGTH, field="summary"),
        text=contributions.written(joint.text, TEXT_LENGTH, field="text"),
        proposed_at=now,
        parts=[
            MergerPart(
                proposal_id=one.id,
                consent=Consent.YES if is_own(one.author_id, actor) else None,
                answered_at=now if is_own(one.author_id, actor) else None,
                is_open=True,
            )
            for one in proposals
        ],
    )
    db.session.add(merger)
    db.session.flush()
    _note("proposals.propose_merger", merger, actor=actor, now=now)
    _invite(merger, proposals, actor=actor, now=now)
    return merger


def _held(process: Process, numbers: Sequence[int]) -> list[Proposal]:
    """The proposals, which nobody else changes in this transaction. Raises `Invalid`."""
    wanted = sorted(set(numbers))
    if not LEAST_MERGED <= len(wanted) <= MOST_MERGED:
        raise Invalid(
            N_("Name %(least)s to %(most)s proposals by their numbers."),
            field="numbers",
            least=LEAST_MERGED,
            most=MOST_MERGED,
        )
    asked = queries.to_merge(process.id, wanted)  # in one order: two that merge wait in no circle
    found = {one.id: one for one in db.session.scalars(asked)}
    free = _can_be_merged(list(found.values()))
    for number in wanted:
        if number not in free:
            raise Invalid(
                N_(
                    "Proposal %(number)s cannot be merged. It has to be open in this process, "
                    "without an answer, and not on its way to the council."
                ),
                field="numbers",
                number=str(number),
            )
        if free[number]:
            raise Invalid(
                N_("There is an invitation for proposal %(number)s already."),
                field="numbers",
                number=str(number),
            )
    return [found[number] for number in wanted]


def _can_be_merged(proposals: Sequence[Proposal]) -> dict[int, bool]:
    """Those that can become part of a joint one, and whether each is invited to that already."""
    states = {one.id: one.state for one in proposals}
    return {
        number: invited
        for number, answered, on_road, invited in db.session.execute(
            queries.what_binds(list(states))
        )
        if can_be_merged(states[number], answered=answered, on_road=on_road)
    }


def _invite(merger: Merger, proposals: Sequence[Proposal], *, actor: Actor, now: datetime) -> None:
    for one in proposals:
        if one.author_id is None or is_own(one.author_id, actor):
            continue
        outbox.tell(
            one.author_id,
            "proposals.merger_invited",
            dedup=f"{merger.id}/{one.id}",
            now=now,
            parameters={
                "merger_id": merger.id,
                "title": one.title,
                "language": one.language,
                "joint": merger.title,
                "reason": merger.reason,
            },
        )


def answer(
    merger: Merger, proposal_id: int, consent: Consent, *, actor: Actor, now: datetime
) -> None:
    """Say yes or no as the author of one of the proposals; after the last answer it is done.

    Raises `NotAllowed`, `Conflict`.
    """
    parts = _hold(merger)
    part = next((one for one in parts if one.proposal_id == proposal_id), None)
    if part is None or not is_own(part.proposal.author_id, actor):
        raise NotAllowed(N_("Only the author of a proposal can answer this."))
    if merger.state is not MergerState.INVITED:
        raise Conflict(N_("This invitation is over."))
    part.consent, part.answered_at = consent, now
    answers = [one.consent for one in parts]
    if not is_settled(answers):
        return
    if goes_on(answers):
        _merge(merger, parts, now=now)
    else:
        _end(merger, parts, MergerState.CALLED_OFF, now=now)


def go_on(merger: Merger, *, actor: Actor, now: datetime) -> None:
    """Merge the proposals of who said yes, without waiting longer. Raises `NotAllowed`, `Conflict`.

    Who did not answer keeps their proposal as it is.
    """
    parts = _hold(merger)
    _check_may_end(merger, actor=actor)
    if not goes_on([one.consent for one in parts]):
        raise Conflict(N_("At least two authors have to say yes first."))
    _note("proposals.merge", merger, actor=actor, now=now)
    _merge(merger, parts, now=now)


def call_off(merger: Merger, *, actor: Actor, now: datetime) -> None:
    """End an invitation; nothing has changed. Raises `NotAllowed`."""
    parts = _hold(merger)
    _check_may_end(merger, actor=actor)
    _note("proposals.call_off_merger", merger, actor=actor, now=now)
    _end(merger, parts, MergerState.CALLED_OFF, now=now)


def _check_may_end(merger: Merger, *, actor: Actor) -> None:
    if not can_call_off(merger.state, proposer_id=merger.proposer_id, actor=actor):
        raise NotAllowed(N_("This invitation is over, or it is not yours."))


def _hold(merger: Merger) -> list[MergerPart]:
    """Let nobody else change a merger and its proposals in this transaction."""
    hold_row(merger, "state")
    parts = list(db.session.scalars(queries.parts_of(merger.id)).unique())
    for part in parts:
        contributions.hold(part.proposal)
    return parts


def _merge(merger: Merger, parts: Sequence[MergerPart], *, now: datetime) -> None:
    """Publish the joint proposal of who said yes; supporters are asked to bring their support."""
    check_not_archived(db.session.get_one(Process, merger.process_id).archived_at)
    free = _can_be_merged([part.proposal for part in parts])
    merged = [part for part in parts if part.consent is Consent.YES and part.proposal_id in free]
    if len(merged) < LEAST_MERGED:
        raise Conflict(N_("Some of these proposals are not open any more. Call this off."))
    joint = _joint(merger, [part.proposal for part in merged], now=now)
    merger.joint_id = joint.id
    for part in merged:
        part.proposal.state = advance(STATES, part.proposal.state, State.MERGED)
        part.proposal.merged_into_id = joint.id
    _end(merger, parts, MergerState.MERGED, now=now)
    for part in merged:
        supporters = select(Support.account_id).where(Support.proposal_id == part.proposal_id)
        _tell(merger, part.proposal, joint, supporters, "proposals.merged", now=now)
        followers = queries.only_following(part.proposal_id)
        if part.proposal.author_id is not None:  # said yes to it
            followers = followers.where(Follow.account_id != part.proposal.author_id)
        _tell(merger, part.proposal, joint, followers, "proposals.joined", now=now)


def _tell(
    merger: Merger,
    old: Proposal,
    joint: Proposal,
    whom: Select[int],
    kind: str,
    *,
    now: datetime,
) -> None:
    outbox.tell_each(
        whom,
        kind,
        dedup=f"{merger.id}/{old.id}",
        now=now,
        parameters={
            "contribution_id": joint.id,
            "title": old.title,
            "joint": joint.title,
            "reason": merger.reason,
        },
    )


def _joint(merger: Merger, merged: Sequence[Proposal], *, now: datetime) -> Proposal:
    first = merged[0]
    areas, categories = ({one.area_id for one in merged}, {one.category_id for one in merged})
    joint = Proposal(
        state=State.PUBLISHED,
        process_id=merger.process_id,
        author_id=first.author_id,
        author_name=joint_name([one.author_name for one in merged]),
        language=first.language,
        title=merger.title,
        summary=merger.summary,
        text=merger.text,
        html=from_plain(merger.text),
        area_id=first.area_id if len(areas) == 1 else None,
        category_id=first.category_id if len(categories) == 1 else None,
        support_count=0,
        created_at=now,
        published_at=now,
    )
    db.session.add(joint)
    db.session.flush()
    for author_id in {one.author_id for one in merged if one.author_id is not None}:
        contributions.follow(joint, actor=Actor(id=author_id), now=now)
    return joint


def _end(merger: Merger, parts: Sequence[MergerPart], state: MergerState, *, now: datetime) -> None:
    merger.state = advance(TRANSITIONS, merger.state, state)
    merger.ended_at = now
    for part in parts:
        part.is_open = False


def move_support(joint: Proposal, *, actor: Actor, now: datetime) -> bool:
    """Bring the support of `actor` along to the joint proposal, which counts them once.

    Whether there was any. Raises `NotAllowed`.
    """
    contributions.hold(joint)  # whoever undoes the merger waits
    if joint.state is not State.PUBLISHED or not actor.is_resident:
        raise NotAllowed(N_("You cannot support this proposal."))
    if not may(Action.SUPPORT, joint.process.phases, now):
        raise NotAllowed(N_("You cannot support proposals at this moment."))
    olds = db.session.scalars(queries.merged_into(joint.id)).all()
    moved = db.session.scalars(
        delete(Support)
        .where(Support.account_id == actor.id, Support.proposal_id.in_([one.id for one in olds]))
        .returning(Support.proposal_id)
    ).all()
    if not moved:
        return False
    for one in olds:
        if one.id in moved:
            count(one, -1)
    row = insert(Support).values(proposal_id=joint.id, account_id=actor.id, since=now)
    added = db.session.scalar(row.on_conflict_do_nothing().returning(Support.account_id))
    if added is not None:
        count(joint, 1)
    contributions.follow(joint, actor=actor, now=now)
    return True


def is_untouched(joint: Proposal) -> bool:
    """Whether a joint proposal stands as it was made, so that it can be undone."""
    return joint.state is State.PUBLISHED and not joint.support_count


def undo(merger: Merger, *, actor: Actor, now: datetime) -> None:
    """Give each proposal back as it was, while nobody supports the joint one yet.

    Raises `NotAllowed`, `Conflict`.
    """
    if not actor.is_clerk:
        raise NotAllowed(N_("Only the griffie can do this."))
    hold_row(merger, "state", "joint_id")
    if merger.state is not MergerState.MERGED or merger.joint_id is None:
        raise Conflict(N_("This cannot be undone any more."))
    joint = db.session.get_one(Proposal, merger.joint_id)
    contributions.hold(joint)
    hold_row(joint, "support_count")
    if not is_untouched(joint):
        raise Conflict(N_("Somebody supports the joint proposal already. It cannot be undone."))
    for old in db.session.scalars(queries.merged_into(joint.id)):
        contributions.hold(old)
        old.state = advance(STATES, old.state, State.PUBLISHED)
        old.merged_into_id = None
    joint.state = advance(STATES, joint.state, State.WITHDRAWN)
    merger.state = advance(TRANSITIONS, merger.state, MergerState.UNDONE)
    _note("proposals.undo_merger", merger, actor=actor, now=now)


def _note(act: str, merger: Merger, *, actor: Actor, now: datetime) -> None:
    audit.record(act, account_id=actor.id, subject=f"merger/{merger.id}", now=now)
