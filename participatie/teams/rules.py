"""What somebody may in one process: by their office in the municipality, and by its team."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from participatie.core.errors import N_, Conflict
from participatie.identity.rules import Role


class TeamRole(StrEnum):
    """What somebody does in the team of a process."""

    LEADER = "leader"
    MODERATOR = "moderator"
    ASSESSOR = "assessor"
    DESK = "desk"
    SECOND = "second"


GIVES: Mapping[TeamRole, Role] = {
    TeamRole.LEADER: Role.CLERK,
    TeamRole.MODERATOR: Role.MODERATOR,
    TeamRole.ASSESSOR: Role.ASSESSOR,
    TeamRole.DESK: Role.DESK,
    TeamRole.SECOND: Role.SECOND,
}
"""A role in a team gives in that process what the role of an office gives everywhere."""

BY_OFFICE = frozenset({Role.CLERK, Role.MODERATOR, Role.DESK})
"""The offices that a process can keep out, when it is for its team only.

An assessor and a second person see only what was assigned to them by name, and an administrator
can always mend a team.
"""


def roles_in(
    own: Collection[Role], team: Iterable[TeamRole], *, only_team: bool
) -> frozenset[Role]:
    """What somebody may in a process who has the roles `own` everywhere and `team` there."""
    kept = frozenset(own) - BY_OFFICE if only_team else frozenset(own)
    return kept | {GIVES[role] for role in team}


def giving(roles: Collection[Role]) -> list[TeamRole]:
    """The roles in a team that give one of `roles`."""
    return [one for one, given in GIVES.items() if given in roles]


def check_has_leader(leaders: int, *, only_team: bool) -> None:
    """Raise `Conflict` when a process for its team only would have nobody who leads it."""
    if only_team and not leaders:
        raise Conflict(
            N_("A process that is only for its team needs a leader. Add one to the team first.")
        )
