"""Who is in the team of a process, for the tests of who may do what."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from participatie.identity.rules import Role
from participatie.teams.models import TeamMember
from participatie.teams.rules import TeamRole
from tests.factories import LONG_AGO, ClerkFactory


def a_leader(store: Session, process_id: int) -> dict[str, Any]:
    """A colleague who leads a process."""
    mate = ClerkFactory(roles=[Role.COLLEAGUE])
    row = {"process_id": process_id, "account_id": mate.id, "role": TeamRole.LEADER}
    store.add(TeamMember(**row, since=LONG_AGO))
    store.commit()
    return {"team_mate": mate.id, "leads": TeamRole.LEADER}
