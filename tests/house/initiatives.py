"""An initiative that collects support, in a process with a regulation."""

from __future__ import annotations

from sqlalchemy.orm import Session

from participatie.processes.models import Regulation
from participatie.proposals.models import Initiative, PaperDelivery
from participatie.proposals.rules.initiatives import Stop
from tests.factories import FAR_AWAY, LONG_AGO, ProcessFactory, ProposalFactory, ResidentFactory


def on_road(store: Session) -> dict[str, int]:
    """It, and its process, for the world of the table."""
    process = ProcessFactory(support_threshold=5)
    weeks = {"test_weeks": 3, "support_weeks": 12, "check_weeks": 2, "agenda_weeks": 8}
    conditions = ["U woont in de gemeente."]
    store.add(Regulation(process_id=process.id, address="", conditions=conditions, **weeks))
    proposal = ProposalFactory(process=process, author_id=ResidentFactory().id)
    where = {"stop": Stop.SUPPORT, "due_at": FAR_AWAY}
    store.add(Initiative(proposal_id=proposal.id, year=2027, number=1, **where))
    store.flush()
    store.add(PaperDelivery(proposal_id=proposal.id, signatures=3, received_at=LONG_AGO))
    store.commit()
    return {"initiative": proposal.id, "regulated": process.id}
