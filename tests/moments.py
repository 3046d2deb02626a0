"""Time that passes for a vote, in a test that cannot wait for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def over(session: Session | Any, *round_ids: int, at: datetime | None = None) -> None:
    """Let the time of these rounds be over now, or as if that was `at`.

    The database refuses that to the program, so the owner does it: see `tests.database`. What a
    closing time was moved from lies before it.
    """
    for number in round_ids:
        session.execute(select(func.tests.move_closing(number, at or func.clock_timestamp())))
