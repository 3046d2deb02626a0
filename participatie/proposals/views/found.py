"""What an address names, for who asks; else there is no such page."""

from participatie.contributions.rules import State, is_own
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.identity.current import actor
from participatie.processes.models import Process
from participatie.proposals import queries
from participatie.proposals.models import Proposal
from participatie.proposals.rules.proposals import can_edit
from participatie.proposals.supports import Supportable, supportable, supportable_in


def process_with(slug: str) -> Process:
    """The published process of this address, with its phases."""
    found = db.session.scalars(queries.process_of_form(slug)).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def proposal_for(contribution_id: int) -> Proposal:
    """The proposal; a draft is there for its author only."""
    found = db.session.scalars(queries.proposal(contribution_id)).unique().one_or_none()
    if found is None:
        raise NotFound
    if found.state is State.DRAFT and not can_edit(
        found.state, author_id=found.author_id, actor=actor()
    ):
        raise NotFound
    return found


def supportable_for(contribution_id: int) -> Supportable:
    """The same, as far as it matters to who would stand behind it."""
    row = db.session.execute(supportable(), {"number": contribution_id}).one_or_none()
    if row is None or (row.state is State.DRAFT and not is_own(row.author_id, actor())):
        raise NotFound
    return supportable_in(row)


def own_draft(contribution_id: int) -> Proposal:
    """The draft of who asks; what is published already is not there any more."""
    found = proposal_for(contribution_id)
    if found.state is not State.DRAFT:
        raise NotFound
    return found
