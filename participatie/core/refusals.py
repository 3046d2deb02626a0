"""What the database refuses by a rule of ours, as a refusal that somebody can read.

Our triggers raise the general code of a broken rule. What PostgreSQL itself refuses, such as a
second row with one key, has a code of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError

from participatie.core.db import db
from participatie.core.errors import Conflict

_OWN_RULE = "23000"  # integrity_constraint_violation
_NEEDED = "23001"  # restrict_violation: another row points here
_TOO_LATE = {
    _OWN_RULE,
    _NEEDED,
    "23503",  # foreign_key_violation: what this points at is gone
    "23505",  # unique_violation: somebody else made it
    "40001",  # serialization_failure
    "40P01",  # deadlock_detected: each waited for the other
}


def is_too_late(error: DBAPIError) -> bool:
    """Whether somebody else was first, as far as the database can tell."""
    return _code(error) in _TOO_LATE


@contextmanager
def refused_as(sentence: str) -> Iterator[None]:
    """A `Conflict` with this sentence when the database keeps what is changed within.

    For who is a moment late, as the database looks once more, and for what a lower slice deletes
    or changes while something of a higher one stands on it.
    """
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError as error:
        if _code(error) not in {_OWN_RULE, _NEEDED}:
            raise
        raise Conflict(sentence) from None


def _code(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)
