"""Standing behind a proposal, and taking that back."""

from datetime import datetime

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from participatie.audience.services import check_may_take_part
from participatie.contributions import services as contributions
from participatie.contributions.models import Contribution
from participatie.core.db import Base, db
from participatie.core.errors import N_, NotAllowed
from participatie.identity.rules import Actor
from participatie.processes.rules import Action, may
from participatie.proposals import queries
from participatie.proposals.models import Initiative, Proposal, Support
from participatie.proposals.rules.initiatives import collects
from participatie.proposals.rules.proposals import can_support

_BASE = Base.metadata.tables[Contribution.__tablename__]


def support(proposal: Proposal, *, actor: Actor, now: datetime) -> bool:
    """Count `actor` among the supporters; whether that is new. The supporter follows it.

    Raises `NotAllowed`.
    """
    _check_may_support(proposal, actor=actor, now=now)
    check_may_take_part(proposal.process_id, actor=actor, now=now)
    _check_still_there(proposal, actor=actor)
    row = insert(Support).values(proposal_id=proposal.id, account_id=actor.id, since=now)
    added = db.session.execute(
        row.on_conflict_do_nothing().returning(Support.account_id)
    ).scalar_one_or_none()
    if added is None:
        return False
    count(proposal, 1)
    contributions.follow(proposal, actor=actor, now=now)
    return True


def _check_still_there(proposal: Proposal, *, actor: Actor) -> None:
    """Raise `NotAllowed` when it was hidden, merged or undone while `actor` had the page open.

    Whoever does that now waits, and others who support do not. The contribution is held before
    the proposal, as by everybody who holds both: else two wait for each other.
    """
    shared = select(_BASE.c.state).where(_BASE.c.id == proposal.id)
    state = db.session.scalar(shared.with_for_update(read=True, key_share=True))
    if state is None or not can_support(state, actor=actor):
        raise NotAllowed(N_("You cannot support this proposal."))


def withdraw_support(proposal: Proposal, *, actor: Actor, now: datetime) -> bool:
    """Count `actor` no longer; whether that changed something. Raises `NotAllowed`."""
    _check_may_support(proposal, actor=actor, now=now)
    gone = db.session.execute(
        delete(Support)
        .where(Support.proposal_id == proposal.id, Support.account_id == actor.id)
        .returning(Support.account_id)
    ).scalar_one_or_none()
    if gone is None:
        return False
    count(proposal, -1)
    return True


def _check_may_support(proposal: Proposal, *, actor: Actor, now: datetime) -> None:
    if not can_support(proposal.state, actor=actor):
        raise NotAllowed(N_("You cannot support this proposal."))
    if not may(Action.SUPPORT, proposal.process.phases, now):
        raise NotAllowed(N_("You cannot support proposals at this moment."))
    initiative = db.session.get(Initiative, proposal.id)
    if initiative is not None and not collects(initiative.stop, initiative.due_at, now):
        raise NotAllowed(N_("This initiative collects no support at this moment."))


def count(proposal: Proposal, difference: int) -> None:
    """Change the number in the database itself: two at once both count."""
    db.session.execute(
        update(Proposal)
        .where(Proposal.id == proposal.id)
        .values(support_count=Proposal.support_count + difference)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(proposal, ["support_count"])


def recount() -> list[int]:
    """Count all supporters anew; gives the proposals whose number had drifted and is right now.

    Nobody can support meanwhile: a number that was read a moment ago would be written again.
    """
    db.session.execute(text("LOCK TABLE support IN SHARE MODE"))
    return list(db.session.scalars(queries.support_counted_anew()))
