"""Which orders the lists of a process offer."""

from datetime import datetime

from sqlalchemy import delete

from participatie.contributions.models import OfferedOrder
from participatie.contributions.orders import Order
from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import N_, NotAllowed
from participatie.identity.rules import Actor


def offer_orders(process_id: int, orders: frozenset[Order], *, actor: Actor, now: datetime) -> None:
    """Let the lists of a process offer these orders beside those that every list has.

    Raises `NotAllowed`.
    """
    if not actor.is_clerk:
        raise NotAllowed(N_("Only the griffie can do this."))
    db.session.execute(delete(OfferedOrder).where(OfferedOrder.process_id == process_id))
    db.session.add_all(
        OfferedOrder(process_id=process_id, offered=order) for order in sorted(orders)
    )
    audit.record(
        "proposals.offer_orders",
        account_id=actor.id,
        subject=f"process/{process_id}",
        now=now,
        detail={"orders": sorted(orders)},
    )
