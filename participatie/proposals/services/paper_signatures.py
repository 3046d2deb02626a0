"""Signatures on paper: handed in, looked at, and counted once like any other support."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, Invalid, NotAllowed
from participatie.identity.pseudonyms import Pseudonyms
from participatie.identity.rules import Actor
from participatie.identity.services import account_of_bsn
from participatie.proposals.models import Initiative, PaperCheck, PaperDelivery, Proposal, Support
from participatie.proposals.rules.initiatives import (
    MOST_RECEIVED,
    Flaw,
    Stop,
    can_lead,
    check_room,
)
from participatie.proposals.services.initiatives import hold, signatures_of
from participatie.proposals.services.supporting import count


def receive(proposal: Proposal, signatures: int, *, actor: Actor, now: datetime) -> None:
    """Say how many signatures on paper were handed in; they count after they are looked at.

    Raises `NotAllowed`, `Conflict` when no support is collected, `Invalid` for a field.
    """
    hold(proposal, Stop.SUPPORT, actor=actor)
    if not 1 <= signatures <= MOST_RECEIVED:
        raise Invalid(
            N_("Fill in a number from 1 to %(most)s."), field="signatures", most=MOST_RECEIVED
        )
    delivery = {"signatures": signatures, "received_at": now, "clerk_id": actor.id}
    db.session.add(PaperDelivery(proposal_id=proposal.id, **delivery))
    _note("receive", proposal, {"signatures": signatures}, actor=actor, now=now)


def check(
    proposal: Proposal,
    numbers: tuple[str, ...],
    flaws: Mapping[Flaw, int],
    *,
    pseudonyms: Pseudonyms,
    actor: Actor,
    now: datetime,
) -> tuple[int, int]:
    """Look at signatures: by BSN those that are right, by reason how many are not.

    A BSN becomes a pseudonym here and goes no further. Who supports already, online or on paper,
    counts once. Gives how many are new and how many were there already. Raises `NotAllowed`,
    `Conflict` for more signatures than were handed in.
    """
    if not can_lead(actor):
        raise NotAllowed(N_("Only the griffie can do this."))
    hold(proposal, _checked_at(proposal), actor=actor)
    check_room(signatures_of(proposal), len(numbers) + sum(flaws.values()))
    added = sum(_support(proposal, bsn, pseudonyms=pseudonyms, now=now) for bsn in numbers)
    twice = len(numbers) - added
    found: list[tuple[Flaw | None, int]] = [(None, added), (Flaw.TWICE, twice), *flaws.items()]
    row = {"proposal_id": proposal.id, "checked_at": now, "clerk_id": actor.id}
    db.session.add_all(
        PaperCheck(flaw=flaw, **row) for flaw, number in found for _ in range(number)
    )
    if added:
        count(proposal, added)
    detail = {"right": added, "twice": twice, **{flaw.value: flaws[flaw] for flaw in flaws}}
    _note("check", proposal, detail, actor=actor, now=now)
    return added, twice


def _checked_at(proposal: Proposal) -> Stop:
    """Paper is looked at while support is collected, and after it."""
    initiative = db.session.get(Initiative, proposal.id, populate_existing=True)
    if initiative is None or initiative.stop not in {Stop.SUPPORT, Stop.CHECK}:
        raise Conflict(N_("Signatures can no longer be checked here."))
    return initiative.stop


def _support(proposal: Proposal, bsn: str, *, pseudonyms: Pseudonyms, now: datetime) -> bool:
    account_id = account_of_bsn(bsn, pseudonyms=pseudonyms, now=now)
    row = insert(Support).values(
        proposal_id=proposal.id, account_id=account_id, since=now, on_paper=True
    )
    new = db.session.scalar(row.on_conflict_do_nothing().returning(Support.account_id))
    return new is not None


def _note(
    act: str, proposal: Proposal, detail: dict[str, int], *, actor: Actor, now: datetime
) -> None:
    audit.record(
        f"paper_signatures.{act}",
        account_id=actor.id,
        subject=f"contribution/{proposal.id}",
        now=now,
        detail=detail,
    )
