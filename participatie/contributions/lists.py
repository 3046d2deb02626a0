"""Lists of contributions: what a reader narrows them by and how they stand, for the database."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    Numeric,
    Select,
    Text,
    bindparam,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from participatie.contributions.models import (
    Contribution,
    ContributionTag,
    ContributionWords,
    OfferedOrder,
    Tag,
)
from participatie.contributions.orders import Order
from participatie.contributions.rules import State
from participatie.core.db import enum_column
from participatie.processes.models import Category, Process
from participatie.processes.queries import head_and_phases

BASE = Contribution.__table__
_WORDS = ContributionWords.__table__
_TAG, _TAGGED = Tag.__table__, ContributionTag.__table__
_CATEGORY = Category.__table__

_PROCESS = bindparam("process", type_=BigInteger)
_SINCE = bindparam("since", type_=DateTime(timezone=True))
_SEED = bindparam("seed", type_=Text)
_TODAY = bindparam("today", type_=Date)
NOW = bindparam("now", type_=DateTime(timezone=True))

_OFFERED = func.array(
    select(OfferedOrder.offered)
    .where(OfferedOrder.process_id == Process.__table__.c.id)
    .correlate(Process.__table__)
    .scalar_subquery(),
    type_=ARRAY(enum_column(Order)),
).label("offered_orders")

_CATEGORIES = func.array(
    select(Category.name)
    .where(Category.process_id == Process.__table__.c.id)
    .order_by(Category.position, Category.name)
    .correlate(Process.__table__)
    .scalar_subquery(),
    type_=ARRAY(Text),
).label("categories")

Values = dict[str, object]

LONGEST_SEARCH = 100
MOST_WORDS = 8

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(
    r"(?:(?:voorstel|discussie|nummer|nr)\W*)?\W{0,3}(\d{1,18})\W{0,3}", re.IGNORECASE
)


class Since(StrEnum):
    """How long ago something was published at most."""

    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


DAYS = {Since.WEEK: 7, Since.MONTH: 31, Since.YEAR: 365}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks of a list; nothing chosen is all of it."""

    words: str = ""
    area_id: int | None = None
    category: str = ""
    tag: str = ""
    since: Since | None = None


def words_of(typed: str) -> tuple[str, ...]:
    """The words that a search looks for."""
    return tuple(_WORD.findall(typed[:LONGEST_SEARCH])[:MOST_WORDS])


def number_of(typed: str) -> int | None:
    """The number that somebody types to find one contribution: 123, #123, voorstel 123, «123»."""
    found = _NUMBER.fullmatch(typed.strip())
    return int(found[1]) if found else None


def values(asked: Asked, process_id: int, *, seed: str, today: date, now: datetime) -> Values:
    """What a list is asked with: a statement is made once for each way to ask."""
    since = now - timedelta(days=DAYS[asked.since]) if asked.since else now
    return {"process": process_id, "since": since, "seed": seed, "today": today, "now": now}


def offered_orders(process_id: int) -> Select[Order]:
    """Which orders the griffie has switched on for the lists of a process."""
    return select(OfferedOrder.offered).where(OfferedOrder.process_id == process_id)


def head(slug: str) -> Select[Any]:
    """What a list says of its published process, as `head_and_phases` does, and what it lets
    proposals be about, and which orders the griffie has switched on for it."""
    return head_and_phases(slug).add_columns(_OFFERED, _CATEGORIES)


def listed(kind: str, asked: Asked) -> Select[int]:
    """The numbers of what is published of a kind in a process, narrowed by what is asked."""
    found = select(BASE.c.id).where(
        BASE.c.process_id == _PROCESS, BASE.c.kind == kind, BASE.c.state == State.PUBLISHED
    )
    if asked.area_id is not None:
        found = found.where(BASE.c.area_id == asked.area_id)
    if asked.category:
        named = select(_CATEGORY.c.id).where(
            _CATEGORY.c.process_id == _PROCESS, _CATEGORY.c.name == asked.category
        )
        found = found.where(BASE.c.category_id.in_(named))
    if asked.tag:
        tagged = (
            select(_TAGGED.c.contribution_id)
            .join(_TAG, _TAG.c.id == _TAGGED.c.tag_id)
            .where(_TAG.c.name == asked.tag)
        )
        found = found.where(BASE.c.id.in_(tagged))
    if asked.since is not None:
        found = found.where(BASE.c.published_at >= _SINCE)
    words = words_of(asked.words)
    if words:
        found = found.join(_WORDS, _WORDS.c.contribution_id == BASE.c.id).where(
            _matches(words, number_of(asked.words))
        )
    return found


def titles_in(kind: str, process_id: int) -> Select[Any]:
    """Number and title of what is published of a kind in a process, the newest first."""
    return (
        select(BASE.c.id, BASE.c.title)
        .where(
            BASE.c.process_id == process_id, BASE.c.kind == kind, BASE.c.state == State.PUBLISHED
        )
        .order_by(BASE.c.published_at.desc())
    )


def ordered(found: Select[int], order: Order, *, typed: str) -> Select[int]:
    """`found` in an order that asks only for what every contribution has."""
    newest = (BASE.c.published_at.desc(), BASE.c.id.desc())
    if order is Order.RANDOM:
        drawn = func.md5(func.concat(_SEED, " ", BASE.c.id))
        return found.order_by(drawn, BASE.c.id.desc())
    words = words_of(typed)
    if order is Order.MATCH and words:
        return _best_first(found, words, number_of(typed))
    return found.order_by(*newest)


def _best_first(found: Select[int], words: tuple[str, ...], number: int | None) -> Select[int]:
    """The number that was typed, then what says the words most; found once for the order and for
    how many there are."""
    rank = func.ts_rank(_WORDS.c.words, _question(words)).label("rank")
    hits = found.add_columns(BASE.c.published_at, rank).cte("hits").prefix_with("MATERIALIZED")
    first = () if number is None else ((hits.c.id == number).desc(),)
    newest = (hits.c.published_at.desc(), hits.c.id.desc())
    return select(hits.c.id).order_by(*first, hits.c.rank.desc(), *newest)


def days_published() -> ColumnElement[Any]:
    """For how many days something stands there, the day of publication included."""
    published = cast(func.timezone("Europe/Amsterdam", BASE.c.published_at), Date)
    return cast(_TODAY - published + 1, Numeric)


def _matches(words: tuple[str, ...], number: int | None) -> ColumnElement[bool]:
    in_text = _WORDS.c.words.op("@@")(_question(words))
    return in_text if number is None else or_(in_text, _WORDS.c.contribution_id == number)


def _question(words: tuple[str, ...]) -> ColumnElement[Any]:
    """All words, in any form; of the last one the beginning is enough: it may not be finished.

    It is made once for a search, and not again for every contribution.
    """
    return select(func.question_of(" ".join(words[:-1]), words[-1])).scalar_subquery()
