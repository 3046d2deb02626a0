"""Standing behind a proposal, and taking that back."""

from datetime import datetime

from sqlalchemy import delete, text, update

from participatie.audience.services import check_in
from participatie.core.db import db
from participatie.core.errors import N_, NotAllowed
from participatie.identity.rules import Actor
from participatie.processes.rules import Action, may
from participatie.proposals import queries
from participatie.proposals.models import Proposal, Support
from participatie.proposals.rules.initiatives import collects
from participatie.proposals.rules.proposals import can_support
from participatie.proposals.supports import Supportable, add_support


def support(proposal: Supportable, *, actor: Actor, now: datetime) -> bool:
    """Count `actor` among the supporters; whether that is new. The supporter follows it.

    Raises `NotAllowed`.
    """
    _check_may_support(proposal, actor=actor, now=now)
    check_in(proposal.audience, proposal.process_id, actor=actor, now=now)
    statement, values = add_support(proposal.id, actor.id or 0, now)
    return bool(db.session.execute(statement, values).scalar_one())


def withdraw_support(proposal: Supportable, *, actor: Actor, now: datetime) -> bool:
    """Count `actor` no longer; whether that changed something. Raises `NotAllowed`."""
    _check_may_support(proposal, actor=actor, now=now)
    gone = db.session.execute(
        delete(Support)
        .where(Support.proposal_id == proposal.id, Support.account_id == actor.id)
        .returning(Support.account_id)
    ).scalar_one_or_none()
    if gone is None:
        return False
    _change(proposal.id, -1)
    return True


def _check_may_support(proposal: Supportable, *, actor: Actor, now: datetime) -> None:
    if not can_support(proposal.state, actor=actor):
        raise NotAllowed(N_("You cannot support this proposal."))
    if not may(Action.SUPPORT, proposal.phases, now):
        raise NotAllowed(N_("You cannot support proposals at this moment."))
    if proposal.stop and not collects(proposal.stop, proposal.due_at, now):
        raise NotAllowed(N_("This initiative collects no support at this moment."))


def count(proposal: Proposal, difference: int) -> None:
    """Change the number of a proposal that others look at after this."""
    _change(proposal.id, difference)
    db.session.refresh(proposal, ["support_count"])


def _change(proposal_id: int, difference: int) -> None:
    """In the database itself: two at once both count."""
    db.session.execute(
        update(Proposal)
        .where(Proposal.id == proposal_id)
        .values(support_count=Proposal.support_count + difference)
        .execution_options(synchronize_session=False)
    )


def recount() -> list[int]:
    """Count all supporters anew; gives the proposals whose number had drifted and is right now.

    Nobody can support meanwhile: a number that was read a moment ago would be written again.
    """
    db.session.execute(text("LOCK TABLE support IN SHARE MODE"))
    return list(db.session.scalars(queries.counted_anew()))
