"""Finding for whom a process is."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from participatie.areas.models import Area, AreaPostcode
from participatie.audience.models import AudienceArea, GroupMember, ProcessAudience
from participatie.audience.rules import Audience
from participatie.identity.models import Account

_AREAS = (
    select(func.coalesce(func.array_agg(AudienceArea.area_id), []))
    .where(AudienceArea.process_id == ProcessAudience.process_id)
    .correlate(ProcessAudience)
    .scalar_subquery()
)
FACTS = (
    ProcessAudience.kind,
    ProcessAudience.youngest,
    ProcessAudience.oldest,
    ProcessAudience.reference_date,
    ProcessAudience.group_name,
    _AREAS.label("areas"),
)
"""The columns of an audience."""

_OF = select(*FACTS)


def audience_of(process_id: int | None) -> Select[Any]:
    """The row of a process: none when it is for residents and asks no more."""
    return _OF.where(ProcessAudience.process_id == process_id)


def audience_in(row: Any) -> Audience:
    """What a row with `FACTS` says; without one it is for residents."""
    if row is None or row.kind is None:
        return Audience()
    return Audience(
        kind=row.kind,
        area_ids=frozenset(row.areas),
        youngest=row.youngest,
        oldest=row.oldest,
        reference_date=row.reference_date,
        group=row.group_name,
    )


def names_of(area_ids: Sequence[int]) -> Select[str]:
    """The names of these areas, in order."""
    return select(Area.name).where(Area.id.in_(area_ids)).order_by(Area.name)


def without_postcodes(process_id: int) -> Select[str]:
    """The names of the areas that a process is for, of which no postcode is known."""
    known = select(AreaPostcode.code).where(AreaPostcode.area_id == Area.id).exists()
    return (
        select(Area.name)
        .join(AudienceArea, AudienceArea.area_id == Area.id)
        .where(AudienceArea.process_id == process_id, ~known)
        .order_by(Area.name)
    )


def members_of(process_id: int) -> Select[str]:
    """The mail addresses in the group that a process is for."""
    return select(GroupMember.email).where(GroupMember.process_id == process_id).order_by("email")


def is_member(process_id: int | None, account_id: int | None) -> ColumnElement[bool]:
    """Whether an account, by its confirmed mail address, is in the group of a process."""
    return (
        select(GroupMember.email)
        .join(Account, Account.email == GroupMember.email)
        .where(
            GroupMember.process_id == process_id,
            Account.id == account_id,
            Account.email_confirmed_at.is_not(None),
        )
        .exists()
    )
