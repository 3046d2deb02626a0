"""Pages of a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from flask import request
from sqlalchemy import BigInteger, Select, bindparam, func, select

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
    total = db.session.execute(
        statement.with_only_columns(func.count(), maintain_column_froms=True).order_by(None),
        values,
    ).scalar_one()
    number = min(_asked(), max(1, -(-total // per_page)))
    some = db.session.execute(statement.limit(per_page).offset((number - 1) * per_page), values)
    is_of_objects = len(statement.column_descriptions) == 1
    return Page(some.scalars().all() if is_of_objects else some.all(), number, total, per_page)


def numbers_on_page(
    found: Select[int], values: Values | None = None, per_page: int = PER_PAGE
) -> Page[int]:
    """The numbers on the page that the address asks for, and how many there are, in one question.

    `found` gives numbers, in order; `values` are its parameters.
    """
    number = _asked()
    part = {"most": per_page, "before": (number - 1) * per_page}
    rows = db.session.execute(_part_and_total(found), {**(values or {}), **part}).all()
    if rows or number == 1:
        return Page([row[0] for row in rows], number, rows[0][1] if rows else 0, per_page)
    return paginate(found, values, per_page=per_page)


def page_of(all_of_it: Sequence[T], per_page: int = PER_PAGE) -> Page[T]:
    """The page that the address asks for, of a list that is here whole."""
    total = len(all_of_it)
    number = min(_asked(), max(1, -(-total // per_page)))
    first = (number - 1) * per_page
    return Page(all_of_it[first : first + per_page], number, total, per_page)


@lru_cache(maxsize=256)
def _part_and_total(found: Select[int]) -> Select[Any]:
    total = select(func.count()).select_from(found.order_by(None).subquery()).scalar_subquery()
    most, before = (bindparam(name, type_=BigInteger) for name in ("most", "before"))
    return found.add_columns(total).limit(most).offset(before)


def _asked() -> int:
    asked = request.args.get("pagina", "")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 10 else 1
