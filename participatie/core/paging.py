"""Pages of a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from flask import request
from sqlalchemy import BigInteger, Select, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from participatie.core.db import db

T = TypeVar("T")
Values = Mapping[str, Any]

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list: `items`, and where they stand in the whole."""

    items: Sequence[T]
    number: int
    total: int
    per_page: int = PER_PAGE

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.last


def paginate(
    statement: Select[Any], values: Values | None = None, *, per_page: int = PER_PAGE
) -> Page[Any]:
    """The page of `statement` that the address asks for (`?pagina=2`); `values` are its parameters.

    The first when what is asked is no number, the last when there are not so many.
    """
    total = _total(statement, values)
    number = min(_asked(), max(1, -(-total // per_page)))
    some = db.session.execute(statement.limit(per_page).offset((number - 1) * per_page), values)
    is_of_objects = len(statement.column_descriptions) == 1
    return Page(some.scalars().all() if is_of_objects else some.all(), number, total, per_page)


def cards_on_page(
    found: Select[int], cards: Select[Any], values: Values | None = None, per_page: int = PER_PAGE
) -> Page[Any]:
    """The page that the address asks for, of what `cards` says of the numbers that `found` gives.

    One question tells the rows and how many there are; `values` are the parameters of `found`.
    """
    number = _asked()
    part = {"most": per_page, "before": (number - 1) * per_page}
    statement = _cards_and_total(found, cards)
    rows = db.session.execute(statement, {**(values or {}), **part}).all()
    if not rows and number > 1:
        last = max(1, -(-_total(found, values) // per_page))
        number, part["before"] = last, (last - 1) * per_page
        rows = db.session.execute(statement, {**(values or {}), **part}).all()
    return Page(rows, number, rows[0].found_in_all if rows else 0, per_page)


def page_of(all_of_it: Sequence[T], per_page: int = PER_PAGE) -> Page[T]:
    """The page that the address asks for, of a list that is here whole."""
    total = len(all_of_it)
    number = min(_asked(), max(1, -(-total // per_page)))
    first = (number - 1) * per_page
    return Page(all_of_it[first : first + per_page], number, total, per_page)


@lru_cache(maxsize=256)
def _cards_and_total(found: Select[int], cards: Select[Any]) -> Select[Any]:
    most, before = (bindparam(name, type_=BigInteger) for name in ("most", "before"))
    some = func.array(found.limit(most).offset(before).scalar_subquery(), type_=ARRAY(BigInteger))
    total = select(func.count()).select_from(found.order_by(None).subquery()).scalar_subquery()
    part = select(some.label("numbers"), total.label("found_in_all")).cte("part")
    part = part.prefix_with("MATERIALIZED")  # else PostgreSQL finds them again for each use
    number = cards.selected_columns.id
    return (
        cards.add_columns(part.c.found_in_all)
        .where(number == func.any(part.c.numbers))
        .order_by(func.array_position(part.c.numbers, number))
    )


def _total(statement: Select[Any], values: Values | None) -> int:
    counted = statement.with_only_columns(func.count(), maintain_column_froms=True)
    return int(db.session.execute(counted.order_by(None), values).scalar_one())


def _asked() -> int:
    asked = request.args.get("pagina", "")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 10 else 1
