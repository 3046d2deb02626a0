"""Invitations to merge proposals, for the tests of who may do what."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from participatie.identity.models import Account
from participatie.proposals.models import Merger, MergerPart
from participatie.proposals.rules.merging import MergerState
from tests.factories import LONG_AGO, ProcessFactory, ProposalFactory


def mergers(store: Session, other: Account, me: Account) -> dict[str, Any]:
    """One in which a proposal of the resident is invited, and one of others."""
    return {
        "merger": _merger(store, [me, other]),
        "other_merger": _merger(store, [other, other]),
    }


def _merger(store: Session, authors: list[Account]) -> int:
    process = ProcessFactory()
    proposals = [ProposalFactory(process=process, author_id=author.id) for author in authors]
    merger = Merger(
        process_id=process.id,
        state=MergerState.INVITED,
        by_municipality=True,
        reason="Ze gaan over hetzelfde plein.",
        title="Een plein voor iedereen",
        summary="Bomen, en een plek om te zitten.",
        text="Wij willen bomen met een bank eronder.",
        proposed_at=LONG_AGO,
        parts=[MergerPart(proposal_id=one.id, is_open=True) for one in proposals],
    )
    store.add(merger)
    store.commit()
    return merger.id
