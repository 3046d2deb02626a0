"""Saying for whom a process is, and asking whether somebody may take part."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, insert, select

from participatie.areas.models import Area
from participatie.areas.queries import area_at, has_postcodes
from participatie.audience import queries
from participatie.audience.models import AudienceArea, GroupMember, ProcessAudience
from participatie.audience.rules import (
    GROUP_LENGTH,
    MOST_MEMBERS,
    SENTENCES,
    UNKNOWN,
    Audience,
    Person,
    Reason,
    check,
    local_day,
    may_take_part,
)
from participatie.core.db import db
from participatie.core.errors import N_, Invalid, NotAllowed
from participatie.identity.rules import OFFICIALS, Actor, mail_address


class AskedFirst(NotAllowed):
    """Somebody can still say what is not known of them."""


def audience_of(process_id: int | None) -> Audience:
    """For whom a process is."""
    return queries.audience_in(db.session.execute(queries.audience_of(process_id)).one_or_none())


def check_may_take_part(process_id: int | None, *, actor: Actor, now: datetime) -> None:
    """Raise `NotAllowed` when `actor` is not in the audience of a process."""
    check_in(audience_of(process_id), process_id, actor=actor, now=now)


def check_in(audience: Audience, process_id: int | None, *, actor: Actor, now: datetime) -> None:
    """Raise `NotAllowed`, with what helps, when `actor` is not in `audience`.

    Raises `AskedFirst` when what is not known can still be said.
    """
    reason = reason_against(audience, process_id, actor=actor, now=now)
    if reason is not None:
        refusal = AskedFirst if reason in UNKNOWN else NotAllowed
        raise refusal(
            SENTENCES[reason],
            youngest=audience.youngest,
            oldest=audience.oldest,
            group=audience.group,
        )


def reason_against(
    audience: Audience, process_id: int | None, *, actor: Actor, now: datetime
) -> Reason | None:
    """Why `actor` may not take part; who speaks for the municipality always may."""
    if audience == Audience() and actor.facts.lives_here is not False:
        return None  # the most, and no question more
    if not OFFICIALS.isdisjoint(actor.roles):
        return None
    return may_take_part(audience, _person(audience, process_id, actor), local_day(now))


def person_of(*, postcode: str | None, born_on: date | None, in_group: bool = False) -> Person:
    """Who answers with a postcode and a year of birth."""
    if postcode is None:
        return Person(born_on=born_on, in_group=in_group)
    area_id = db.session.scalar(area_at(postcode))
    lives_here = area_id is not None if db.session.scalar(has_postcodes()) else None
    return Person(
        lives_here=lives_here,
        knows_address=True,
        area_id=area_id,
        born_on=born_on,
        in_group=in_group,
    )


def _person(audience: Audience, process_id: int | None, actor: Actor) -> Person:
    facts = actor.facts
    area_id = None
    if audience.area_ids and facts.postcode is not None:
        area_id = db.session.scalar(area_at(facts.postcode))
    return Person(
        lives_here=facts.lives_here,
        knows_address=facts.postcode is not None,
        area_id=area_id,
        born_on=facts.born_on,
        in_group=bool(audience.group)
        and bool(db.session.scalar(select(queries.is_member(process_id, actor.id)))),
    )


def set_audience(process_id: int, audience: Audience, members: Sequence[str]) -> None:
    """Say for whom a process is. The caller holds it as a draft. Raises `Invalid`."""
    check(audience)
    addresses = _addresses(audience, members)
    known = set(db.session.scalars(select(Area.id).where(Area.id.in_(audience.area_ids))))
    if known != audience.area_ids:
        raise Invalid(N_("Choose an area from the list."), field="areas")
    db.session.execute(delete(ProcessAudience).where(ProcessAudience.process_id == process_id))
    if audience == Audience():
        return
    db.session.execute(
        insert(ProcessAudience).values(
            process_id=process_id,
            kind=audience.kind,
            youngest=audience.youngest,
            oldest=audience.oldest,
            reference_date=audience.reference_date,
            group_name=audience.group,
        )
    )
    _add(AudienceArea, [{"process_id": process_id, "area_id": one} for one in sorted(known)])
    _add(GroupMember, [{"process_id": process_id, "email": one} for one in addresses])


def copy(process_id: int, to_process_id: int) -> None:
    """Let another process be for the same people."""
    members = db.session.scalars(queries.members_of(process_id)).all()
    set_audience(to_process_id, audience_of(process_id), members)


def _addresses(audience: Audience, members: Sequence[str]) -> list[str]:
    """The mail addresses of the group, each once. Raises `Invalid`."""
    if not audience.group:
        if members:
            raise Invalid(N_("Give the group a name."), field="group")
        return []
    least, most = GROUP_LENGTH
    if not least <= len(audience.group) <= most:
        raise Invalid(
            N_("Use %(least)s to %(most)s characters."), field="group", least=least, most=most
        )
    if not members:
        raise Invalid(N_("Fill in who is in the group, a mail address a line."), field="members")
    if len(members) > MOST_MEMBERS:
        raise Invalid(
            N_("A group has at most %(most)s members."), field="members", most=MOST_MEMBERS
        )
    return sorted({_address(typed, line) for line, typed in enumerate(members, 1)})


def _address(typed: str, line: int) -> str:
    try:
        return mail_address(typed)
    except Invalid:
        raise Invalid(
            N_("Line %(line)s is no mail address. Write one address a line."),
            field="members",
            line=line,
        ) from None


def _add(model: type[AudienceArea] | type[GroupMember], rows: Sequence[dict[str, object]]) -> None:
    if rows:
        db.session.execute(insert(model), rows)
