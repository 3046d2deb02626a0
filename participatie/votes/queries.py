"""Finding rounds, how many took part, and counts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import selectinload

from participatie.votes.models import Ballot, Choice, Roll, Tally, VoteOption, VoteRound
from participatie.votes.rules import RoundState

OPEN_NOW: ColumnElement[bool] = (VoteRound.state == RoundState.OPEN) & func.tstzrange(
    VoteRound.opens_at, VoteRound.closes_at
).op("@>")(func.clock_timestamp())
"""Whether a vote can be cast: by the clock of the database, from the start, not at the end."""

PAPER: Select[int, Sequence[str], Sequence[str], Sequence[int]] = (
    select(
        VoteRound.budget,
        func.array_agg(VoteOption.code).label("codes"),
        func.array_agg(VoteOption.title).label("titles"),
        func.array_agg(VoteOption.cost).label("costs"),
    )
    .join(VoteOption, VoteOption.round_id == VoteRound.id)
    .where(VoteRound.id == bindparam("round"))
    .group_by(VoteRound.id)
)
"""The ballot paper of `round` in one row: the budget, and codes, titles and costs of all options.

Made once: every cast asks it.
"""


def with_options(round_id: int) -> Select[VoteRound]:
    """A round with what may be chosen."""
    return (
        select(VoteRound).where(VoteRound.id == round_id).options(selectinload(VoteRound.options))
    )


def turnout(round_id: int) -> Select[int]:
    """How many voters have cast a vote; nothing about what."""
    return select(func.count()).select_from(Roll).where(Roll.round_id == round_id)


def sealed_ballots(round_id: int) -> Select[bytes]:
    """The sealed ballot that counts of each voter: the last one."""
    return (
        select(Ballot.sealed)
        .where(Ballot.round_id == round_id)
        .ext(distinct_on(Ballot.voter_key))
        .order_by(Ballot.voter_key, Ballot.version.desc())
    )


def choices(round_id: int) -> Select[list[str], int]:
    """The opened choices, each with its number of ballots, in one order."""
    return (
        select(Choice.options, Choice.weight)
        .where(Choice.round_id == round_id)
        .order_by(Choice.options)
    )


def latest_tally(round_id: int) -> Select[Tally]:
    """The newest count, also one that nobody may see yet."""
    return select(Tally).where(Tally.round_id == round_id).order_by(Tally.version.desc()).limit(1)


def visible_tally(round_id: int) -> Select[Tally]:
    """The newest count of a round that is counted: before that nobody sees one, staff neither."""
    return (
        latest_tally(round_id)
        .join(VoteRound, VoteRound.id == Tally.round_id)
        .where(VoteRound.state == RoundState.COUNTED)
    )


def due_to_open() -> Select[int]:
    """Rounds with frozen rules whose time has come."""
    return select(VoteRound.id).where(
        VoteRound.state == RoundState.DRAFT,
        VoteRound.rules_hash.is_not(None),
        func.tstzrange(VoteRound.opens_at, VoteRound.closes_at).op("@>")(func.clock_timestamp()),
    )


def due_to_close() -> Select[int]:
    """Open rounds whose time is over."""
    return select(VoteRound.id).where(
        VoteRound.state == RoundState.OPEN, VoteRound.closes_at <= func.clock_timestamp()
    )


def due_to_count() -> Select[int]:
    """Closed rounds that nobody has counted."""
    counted: Any = exists().where(Tally.round_id == VoteRound.id)
    return select(VoteRound.id).where(VoteRound.state == RoundState.CLOSED, ~counted)


def next_boundary(moment: datetime) -> Select[datetime | None]:
    """When the next round opens or closes after `moment`."""
    both = union_all(select(VoteRound.opens_at.label("at")), select(VoteRound.closes_at)).subquery()
    return select(func.min(both.c.at)).where(both.c.at > moment)
