"""Who proposed something at a meeting makes it theirs later, with the code on a slip."""

from datetime import datetime

from sqlalchemy import delete

from participatie.contributions import services as contributions
from participatie.contributions.rules import State
from participatie.core.db import db
from participatie.core.errors import N_, Invalid, NotAllowed
from participatie.identity.codes import hash_of
from participatie.identity.rules import Actor
from participatie.proposals.models import Proposal, ProposalClaim
from participatie.votes.rules import codes

_UNKNOWN = N_("This code is not known, or it was used already. Compare it with your slip.")


def hand_out(proposal: Proposal, raw: bytes) -> str:
    """The code that makes `proposal` of who types it; `raw` is chance. Only its hash is kept."""
    code = codes.written(raw)
    db.session.add(ProposalClaim(proposal_id=proposal.id, code_hash=hash_of(code)))
    return codes.grouped(code)


def claim(typed: str, *, actor: Actor, now: datetime) -> int:
    """Make a proposal of `actor`, who follows it from now on; its number. A code works once.

    Raises `NotAllowed`, and `Invalid` for the field code.
    """
    if not actor.is_resident:
        raise NotAllowed(N_("Only residents can do this."))
    try:
        code = codes.read(typed)
    except Invalid:
        raise Invalid(_UNKNOWN, field="code") from None
    used = delete(ProposalClaim).where(ProposalClaim.code_hash == hash_of(code))
    number: int | None = db.session.scalar(used.returning(ProposalClaim.proposal_id))
    if number is None:
        raise Invalid(_UNKNOWN, field="code")
    proposal = db.session.get_one(Proposal, number)
    contributions.hold(proposal)
    proposal.author_id = actor.id
    if proposal.state is not State.DRAFT:
        contributions.follow(proposal, actor=actor, now=now)
    return number
