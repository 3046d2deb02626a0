"""Who is in which team, and where somebody may work."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, column, exists, func, or_, select, table, true
from sqlalchemy.orm import aliased

from participatie.core.audit import AuditEntry
from participatie.identity.models import Account
from participatie.identity.rules import Actor, Role
from participatie.teams.models import OnlyTeam, TeamMember
from participatie.teams.rules import BY_OFFICE, TeamRole, giving

ADDED, REMOVED = "teams.add", "teams.remove"
CLOSED, OPENED = "teams.only_team", "teams.all_clerks"

_VOTE = table(
    "vote_round",
    *map(column, ("process_id", "state", "clerk_id", "second_id", "substitute_id")),
)
"""Who closes a vote is named there; what a vote is stands in a slice above."""
_OVER = ("published", "broken_off")


def works_in(
    process_id: Any, actor: Actor, roles: Collection[Role] = (Role.CLERK,)
) -> ColumnElement[bool]:
    """Whether `actor` has one of `roles` in the process of a row, by office or by its team."""
    own = actor.roles & {*roles, Role.ADMINISTRATOR}
    by_team: ColumnElement[bool] = process_id.in_(
        select(TeamMember.process_id).where(
            TeamMember.account_id == actor.id, TeamMember.role.in_(giving(roles))
        )
    )
    if own - BY_OFFICE:
        return true()
    if own:
        apart = select(OnlyTeam.process_id)
        return or_(process_id.is_(None), process_id.not_in(apart), by_team)
    return by_team


def may_work_as(roles: Collection[Role], process_id: int | None) -> ColumnElement[bool]:
    """Whether the account of a row has one of `roles` in a process, by office or by its team."""
    always, by_office = set(roles) - BY_OFFICE, set(roles) & BY_OFFICE
    apart = exists().where(OnlyTeam.process_id == process_id)
    in_team = select(TeamMember.account_id).where(
        TeamMember.process_id == process_id, TeamMember.role.in_(giving(roles))
    )
    return or_(
        Account.roles.overlap(sorted(always)),
        Account.roles.overlap(sorted(by_office)) & ~apart,
        Account.id.in_(in_team),
    )


def left_out(process_id: int) -> Select[str]:
    """The names of who is named to close a vote of a process, and may not work on it."""
    lead, confirm = {Role.CLERK, Role.ADMINISTRATOR}, {Role.SECOND}
    clerk = (Account.id == _VOTE.c.clerk_id) & ~may_work_as(lead, process_id)
    others = Account.id.in_([_VOTE.c.second_id, _VOTE.c.substitute_id])
    name = func.coalesce(Account.public_name, Account.email)
    return (
        select(name)
        .join(_VOTE, or_(clerk, others & ~may_work_as(lead | confirm, process_id)))
        .where(_VOTE.c.process_id == process_id, _VOTE.c.state.not_in(_OVER))
        .order_by(name)
        .distinct()
    )


def at_the_door(process: Select[Any], account_id: int) -> Select[bool, list[str] | None]:
    """Whether `process` is for its team only, and which roles somebody has in it, if any."""
    asked = process.limit(1).scalar_subquery()
    roles = select(func.array_agg(TeamMember.role)).where(
        TeamMember.process_id == asked, TeamMember.account_id == account_id
    )
    return select(exists().where(OnlyTeam.process_id == asked), roles.scalar_subquery())


def roles_in_teams(account_id: int) -> Select[TeamRole]:
    """The roles that somebody has in any team."""
    return select(TeamMember.role).where(TeamMember.account_id == account_id).distinct()


def members_of(process_id: int) -> Select[TeamMember, Account, Account]:
    """The team of a process by name, each with who put them in it."""
    giver = aliased(Account)
    return (
        select(TeamMember, Account, giver)
        .join(Account, Account.id == TeamMember.account_id)
        .outerjoin(giver, giver.id == TeamMember.given_by)
        .where(TeamMember.process_id == process_id)
        .order_by(Account.public_name, Account.id, TeamMember.role)
    )


def leaders_of(process_id: int) -> Select[int]:
    """How many people lead a process."""
    return select(func.count()).where(
        TeamMember.process_id == process_id, TeamMember.role == TeamRole.LEADER
    )


def teams_of(account_id: int) -> Select[TeamMember]:
    """In which teams somebody is."""
    return (
        select(TeamMember)
        .where(TeamMember.account_id == account_id)
        .order_by(TeamMember.process_id.desc(), TeamMember.role)
    )


def history_of(process_id: int) -> Select[AuditEntry]:
    """Who gave and took which role in a process, the newest first."""
    acts = (ADDED, REMOVED, CLOSED, OPENED)
    return (
        select(AuditEntry)
        .where(AuditEntry.subject == f"process/{process_id}", AuditEntry.act.in_(acts))
        .order_by(AuditEntry.id.desc())
    )
