"""What the author of a published proposal can still do with it, in public."""

from datetime import datetime

from sqlalchemy import func, select

from participatie.contributions import services as contributions
from participatie.contributions.models import Follow
from participatie.contributions.rules import TRANSITIONS, State
from participatie.core import audit, outbox
from participatie.core.db import db, hold_row
from participatie.core.errors import N_, Invalid, NotAllowed
from participatie.core.html import from_plain
from participatie.core.states import advance
from participatie.identity.rules import Actor
from participatie.processes.rules import Action, check_not_archived, may
from participatie.proposals.models import (
    Initiative,
    Proposal,
    ProposalUpdate,
    ProposalVersion,
)
from participatie.proposals.rules.initiatives import Stop
from participatie.proposals.rules.proposals import (
    REASON_LENGTH,
    SUMMARY_LENGTH,
    TEXT_LENGTH,
    TITLE_FIXED_FROM,
    TITLE_LENGTH,
    UPDATE_EVERY,
    UPDATE_LENGTH,
    can_revise,
    can_withdraw,
    next_update_at,
)


def speaks_for(proposal: Proposal, *, actor: Actor) -> bool:
    """Whether `actor` may tell more about a published proposal, or take it back."""
    return can_withdraw(
        proposal.state,
        author_id=proposal.author_id,
        official=proposal.is_official,
        actor=actor,
    )


def check_may_revise(proposal: Proposal, *, actor: Actor, now: datetime) -> None:
    """Raise `NotAllowed` when `actor` may not improve a published proposal now."""
    if not can_revise(
        proposal.state,
        author_id=proposal.author_id,
        official=proposal.is_official,
        answered=proposal.answer is not None,
        actor=actor,
    ):
        raise NotAllowed(N_("Only the author can change this, until there is an answer."))
    initiative = db.session.get(Initiative, proposal.id)
    if initiative is not None and initiative.stop is not Stop.TEST:
        raise NotAllowed(N_("An initiative keeps its text once it is tested."))
    if not may(Action.PROPOSE, proposal.process.phases, now):
        raise NotAllowed(N_("You can change a proposal as long as proposals can be made."))


def revise(
    proposal: Proposal, *, title: str, summary: str, text: str, actor: Actor, now: datetime
) -> bool:
    """Improve a published proposal; whether that changed something.

    What it said before stays readable, and followers are told. With ten supporters or more it
    keeps its title. Raises `NotAllowed`, and `Invalid` for a field.
    """
    check_may_revise(proposal, actor=actor, now=now)
    hold_row(proposal, "state", "title", "summary", "text", "support_count")
    before = (proposal.title, proposal.summary, proposal.text)
    after = (
        contributions.written_line(title, TITLE_LENGTH, field="title"),
        contributions.written_line(summary, SUMMARY_LENGTH, field="summary"),
        contributions.written(text, TEXT_LENGTH, field="text"),
    )
    if after[0] != before[0] and proposal.support_count >= TITLE_FIXED_FROM:
        raise Invalid(
            N_("With %(most)s supporters or more, a proposal keeps its title: “%(title)s”."),
            field="title",
            most=TITLE_FIXED_FROM,
            title=before[0],
        )
    if after == before:
        return False
    _keep_version(proposal, now=now)
    proposal.title, proposal.summary, proposal.text = after
    proposal.html = from_plain(proposal.text)
    _note(proposal, "revise", actor=actor, now=now)
    _tell(proposal, "proposals.revised", {}, actor=actor, now=now)
    return True


def _keep_version(proposal: Proposal, *, now: datetime) -> None:
    of_this = ProposalVersion.proposal_id == proposal.id
    kept = db.session.scalar(select(func.count()).select_from(ProposalVersion).where(of_this))
    version = ProposalVersion(
        proposal_id=proposal.id,
        number=(kept or 0) + 1,
        title=proposal.title,
        summary=proposal.summary,
        text=proposal.text,
        replaced_at=now,
    )
    db.session.add(version)


def update(proposal: Proposal, text: str, *, actor: Actor, now: datetime) -> ProposalUpdate:
    """Tell followers how it stands, at most once in three days.

    Raises `NotAllowed`, `Conflict` in an archived process, and `Invalid` for the field text.
    """
    contributions.hold(proposal)
    check_not_archived(proposal.process.archived_at)
    if not speaks_for(proposal, actor=actor):
        raise NotAllowed(N_("Only the author of a published proposal can tell its followers."))
    last = select(func.max(ProposalUpdate.made_at))
    begins = next_update_at(
        db.session.scalar(last.where(ProposalUpdate.proposal_id == proposal.id))
    )
    if begins is not None and now < begins:
        raise Invalid(
            N_("You told something less than %(days)s days ago. Wait a little with this."),
            field="text",
            days=UPDATE_EVERY.days,
        )
    text = contributions.written(text, UPDATE_LENGTH, field="text")
    told = ProposalUpdate(proposal_id=proposal.id, text=text, html=from_plain(text), made_at=now)
    db.session.add(told)
    _note(proposal, "update", actor=actor, now=now)
    _tell(proposal, "proposals.updated", {"text": text}, actor=actor, now=now)
    return told


def withdraw(proposal: Proposal, reason: str, *, actor: Actor, now: datetime) -> None:
    """Take a published proposal back, with a reason that everyone reads; it stays readable.

    Raises `NotAllowed`, `IllegalTransition`, `Conflict` in an archived process, and `Invalid` for
    the field reason.
    """
    contributions.hold(proposal)
    check_not_archived(proposal.process.archived_at)
    if not speaks_for(proposal, actor=actor):
        raise NotAllowed(N_("Only the author can take a published proposal back."))
    reason = contributions.written_line(reason, REASON_LENGTH, field="reason")
    proposal.state = advance(TRANSITIONS, proposal.state, State.WITHDRAWN)
    proposal.withdrawn_because = reason
    _note(proposal, "withdraw", actor=actor, now=now)
    _tell(proposal, "proposals.withdrawn", {"reason": reason}, actor=actor, now=now)


def _note(proposal: Proposal, act: str, *, actor: Actor, now: datetime) -> None:
    """Write down who spoke for the municipality; what an author does with their own is theirs."""
    if proposal.is_official:
        subject = f"contribution/{proposal.id}"
        audit.record(f"proposals.{act}", account_id=actor.id, subject=subject, now=now)


def _tell(
    proposal: Proposal, kind: str, words: dict[str, str], *, actor: Actor, now: datetime
) -> None:
    """Mail who follows it, but for the author who did it."""
    others = select(Follow.account_id).where(
        Follow.contribution_id == proposal.id, Follow.account_id != actor.id
    )
    parameters = {
        "contribution_id": proposal.id,
        "title": proposal.title,
        "language": proposal.language,
        **words,
    }
    outbox.tell_each(
        others, kind, dedup=f"{proposal.id}/{now.isoformat()}", now=now, parameters=parameters
    )
