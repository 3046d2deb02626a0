"""Putting people in the team of a process, and taking them out again."""

from datetime import datetime

from sqlalchemy import column, delete, select, table
from sqlalchemy.dialects.postgresql import insert

from participatie.core import audit, outbox
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from participatie.identity.models import Account
from participatie.identity.rules import Actor, Role
from participatie.identity.services import make_colleague
from participatie.teams.models import OnlyTeam, TeamMember
from participatie.teams.queries import ADDED, CLOSED, OPENED, REMOVED, leaders_of, left_out
from participatie.teams.rules import TeamRole, check_has_leader

_PROCESS = table("process", column("id"))
"""Held while its team changes; what a process is stands in the slice above."""


def add(
    process_id: int, account_id: int, role: TeamRole, *, title: str, actor: Actor, now: datetime
) -> None:
    """Give a member of staff a role in a process, and tell them; twice is once.

    Raises `NotAllowed`, and `Invalid` for somebody who does not work here.
    """
    _check_leads(actor)
    person = db.session.get(Account, account_id)
    if person is None or not person.is_staff or not person.is_active:
        raise Invalid(N_("Choose a colleague from the list."), field="person")
    _give(process_id, person, role, title=title, actor=actor, now=now)


def invite(
    process_id: int,
    typed: str,
    *,
    name: str,
    role: TeamRole,
    title: str,
    actor: Actor,
    now: datetime,
) -> Account:
    """Give a role to the colleague with this address, who gets an account when there is none.

    Raises `NotAllowed`, and `Invalid` for an address or a name.
    """
    _check_leads(actor)
    person = make_colleague(typed, name=name, actor=actor, now=now)
    _give(process_id, person, role, title=title, actor=actor, now=now)
    return person


def remove(
    process_id: int, account_id: int, role: TeamRole, *, actor: Actor, now: datetime
) -> None:
    """Take a role in a process away. Raises `NotAllowed`, `NotFound`, `Conflict`.

    Who is named to close a vote keeps what that needs.
    """
    _check_leads(actor)
    only_team = _hold(process_id)
    gone = db.session.execute(
        delete(TeamMember).where(
            TeamMember.process_id == process_id,
            TeamMember.account_id == account_id,
            TeamMember.role == role,
        )
    )
    if not gone.rowcount:  # type: ignore[attr-defined]
        raise NotFound
    _check_leader(process_id, only_team=only_team)
    _check_votes_can_close(process_id)
    _note(REMOVED, process_id, actor=actor, now=now, account=account_id, role=role)


def keep_to_team(process_id: int, *, actor: Actor, now: datetime) -> None:
    """Let only the team work on a process.

    Raises `NotAllowed`; `Conflict` without a leader, for a clerk who would keep themselves out, and
    while somebody who is named to close a vote is not in the team.
    """
    _check_leads(actor)
    if _hold(process_id):
        return
    _check_leader(process_id, only_team=True)
    _check_stays_in(process_id, actor)
    db.session.add(OnlyTeam(process_id=process_id, since=now))
    db.session.flush()
    _check_votes_can_close(process_id)
    _note(CLOSED, process_id, actor=actor, now=now)


def let_all_clerks_in(process_id: int, *, actor: Actor, now: datetime) -> None:
    """Let all clerks work on a process again. Raises `NotAllowed`."""
    _check_leads(actor)
    if not _hold(process_id):
        return
    db.session.execute(delete(OnlyTeam).where(OnlyTeam.process_id == process_id))
    _note(OPENED, process_id, actor=actor, now=now)


def copy(process_id: int, draft_id: int, *, now: datetime) -> None:
    """Give a draft that is made from another process the team of that one."""
    members = select(TeamMember).where(TeamMember.process_id == process_id)
    for one in db.session.scalars(members).all():
        db.session.add(
            TeamMember(
                process_id=draft_id,
                account_id=one.account_id,
                role=one.role,
                since=now,
                given_by=one.given_by,
            )
        )
    if db.session.get(OnlyTeam, process_id) is not None:
        db.session.add(OnlyTeam(process_id=draft_id, since=now))
    db.session.flush()


def _give(
    process_id: int, person: Account, role: TeamRole, *, title: str, actor: Actor, now: datetime
) -> None:
    row = {"process_id": process_id, "account_id": person.id, "role": role}
    made = insert(TeamMember).values(**row, since=now, given_by=actor.id).on_conflict_do_nothing()
    if db.session.scalars(made.returning(TeamMember.account_id)).one_or_none() is None:
        return
    _note(ADDED, process_id, actor=actor, now=now, account=person.id, role=role)
    outbox.tell(
        person.id,
        "processes.in_team",
        dedup=f"{process_id}/{role}/{now.isoformat()}",
        now=now,
        parameters={"title": title, "role": role, "by_link": person.email is not None},
    )


def _check_leads(actor: Actor) -> None:
    if not actor.is_clerk:
        raise NotAllowed(N_("Only who leads this process, or a clerk, changes its team."))


def _hold(process_id: int) -> bool:
    """Let one at a time change a team; whether the process is for its team only."""
    db.session.execute(select(_PROCESS.c.id).where(_PROCESS.c.id == process_id).with_for_update())
    kept = select(OnlyTeam.process_id).where(OnlyTeam.process_id == process_id)
    return db.session.scalars(kept).one_or_none() is not None


def _check_leader(process_id: int, *, only_team: bool) -> None:
    check_has_leader(db.session.scalars(leaders_of(process_id)).one(), only_team=only_team)


def _check_stays_in(process_id: int, actor: Actor) -> None:
    leads = db.session.get(TeamMember, (process_id, actor.id, TeamRole.LEADER)) is not None
    if not leads and Role.ADMINISTRATOR not in actor.roles:
        raise Conflict(N_("You would keep yourself out. Put yourself in the team as leader first."))


def _check_votes_can_close(process_id: int) -> None:
    """Raise `Conflict` when nobody could close a vote: what was changed is not kept then."""
    missing = db.session.scalars(left_out(process_id)).all()
    if missing:
        raise Conflict(
            N_(
                "%(names)s closes a vote of this process. That would not be possible any more. "
                "Give a clerk the role of leader in the team, and a second person that of second "
                "person."
            ),
            names=", ".join(missing),
        )


def _note(act: str, process_id: int, *, actor: Actor, now: datetime, **detail: object) -> None:
    subject = f"process/{process_id}"
    audit.record(act, account_id=actor.id, subject=subject, now=now, detail=detail)
