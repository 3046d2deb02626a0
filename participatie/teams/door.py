"""At the door of each page: what somebody may in the process that its address leads to."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Select

from participatie.core.db import db
from participatie.identity.models import Account
from participatie.identity.rules import Role
from participatie.teams.queries import at_the_door, roles_in_teams
from participatie.teams.rules import GIVES, TeamRole, roles_in

ProcessOf = Mapping[str, Callable[[int], Select[Any]]]
"""A name in an address → the process of what has that number."""


class Door:
    """The one answer to what a member of staff may do on a page.

    An address that holds a number of something leads to the process of that thing: there the
    team counts, and an office only where the process lets it in. Everywhere else offices count.
    """

    def __init__(self, process_of: ProcessOf) -> None:
        self.process_of = process_of

    def here(self, account: Account, values: Mapping[str, Any]) -> frozenset[Role]:
        """The roles of `account` on the page with `values` in its address."""
        own = frozenset(Role(role) for role in account.roles)
        asked = next((name for name in self.process_of if name in values), None)
        if asked is None or not account.is_staff:
            return own
        process = self.process_of[asked](values[asked])
        only_team, team = db.session.execute(at_the_door(process, account.id)).one()
        return roles_in(own, map(TeamRole, team or ()), only_team=only_team)

    def in_teams(self, account: Account) -> frozenset[Role]:
        """The roles that `account` has in one process or another."""
        if not account.is_staff:
            return frozenset()
        return frozenset(GIVES[role] for role in db.session.scalars(roles_in_teams(account.id)))
