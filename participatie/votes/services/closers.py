"""Who closes a vote: a clerk, a second person, and a substitute for either of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select

from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import N_, Invalid, NotAllowed
from participatie.identity.models import Account
from participatie.identity.rules import Actor, Role
from participatie.teams.queries import may_work_as
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import acts as act_queries
from participatie.votes.services import locks

_CLERKS = {Role.CLERK, Role.ADMINISTRATOR}


def named(vote_round: VoteRound) -> frozenset[int]:
    """The accounts that are named to close a vote; none where anybody of the staff may."""
    people = (vote_round.clerk_id, vote_round.second_id, vote_round.substitute_id)
    return frozenset(person for person in people if person is not None)


def who_hears(vote_round: VoteRound) -> Select[int]:
    """The accounts that are mailed when a vote asks something: who is named, else all who may."""
    people = named(vote_round)
    if people:
        return select(Account.id).where(Account.id.in_(people))
    anybody = act_queries.staff_who_close(vote_round.process_id)
    return anybody.with_only_columns(Account.id).order_by(None)


def name(
    vote_round: VoteRound, *, clerk: int, second: int, substitute: int, actor: Actor, now: datetime
) -> None:
    """Name who closes a vote, before its rules are fixed.

    Raises `NotAllowed`, `Conflict`, and `Invalid` for people who cannot do it.
    """
    if not actor.is_clerk:
        raise NotAllowed(N_("Only the team of the municipality sets up a vote."))
    locks.hold_draft(vote_round)
    if len({clerk, second, substitute}) != 3:
        raise Invalid(N_("Name three different people."), field="second")
    _people(clerk, second, substitute)
    _check_roles(vote_round.process_id, clerk=clerk, second=second, substitute=substitute)
    vote_round.clerk_id, vote_round.second_id, vote_round.substitute_id = clerk, second, substitute
    db.session.flush()
    subject, detail = f"vote_round/{vote_round.id}", {"closers": [clerk, second, substitute]}
    audit.record("votes.name_closers", account_id=actor.id, subject=subject, now=now, detail=detail)


def who_must_log_in(vote_round: VoteRound) -> Sequence[Account]:
    """The people who are named to close a vote and have never been here."""
    absent = select(Account).where(
        Account.id.in_(named(vote_round)), Account.logged_in_at.is_(None)
    )
    return db.session.scalars(absent.order_by(Account.id)).all()


def check(vote_round: VoteRound) -> None:
    """Whether all three are named and have been here. Raises `Invalid`."""
    if len(named(vote_round)) != 3:
        raise Invalid(N_("Name who closes the vote: the clerk, a second person and a substitute."))
    for person in _people(*named(vote_round)).values():
        if person.logged_in_at is None:
            raise Invalid(
                N_("%(name)s has not logged in yet. Ask for that first; it shows that it works."),
                name=person.public_name or person.email or person.id,
            )


def _people(*numbers: int) -> dict[int, Account]:
    able = select(Account).where(Account.id.in_(numbers), Account.blocked_at.is_(None))
    people = {person.id: person for person in db.session.scalars(able)}
    if len(people) != len(numbers):
        raise Invalid(N_("One of these people cannot log in any more. Name somebody else."))
    return people


def _check_roles(process_id: int | None, *, clerk: int, second: int, substitute: int) -> None:
    """By office, or in the team of the process of the vote."""
    if not _may(_CLERKS, process_id, clerk):
        raise Invalid(N_("The first of the three must be a clerk."), field="clerk")
    for number, field in ((second, "second"), (substitute, "substitute")):
        if not _may(_CLERKS | {Role.SECOND}, process_id, number):
            raise Invalid(N_("Choose a clerk or a second person."), field=field)


def _may(roles: set[Role], process_id: int | None, number: int) -> bool:
    able = select(Account.id).where(Account.id == number, may_work_as(roles, process_id))
    return db.session.scalars(able).one_or_none() is not None
