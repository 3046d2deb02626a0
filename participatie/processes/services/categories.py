"""What the proposals of a process can be about: a list of the clerk."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from participatie.core.db import db
from participatie.core.errors import N_, Invalid
from participatie.identity.rules import Actor
from participatie.processes.models import Category, Process
from participatie.processes.queries import categories_of
from participatie.processes.rules import CATEGORY_LENGTH, MOST_CATEGORIES
from participatie.processes.services.drafting import hold, line, note


def set_categories(process: Process, names: Sequence[str], *, actor: Actor, now: datetime) -> None:
    """Let proposals be about these, in this order; what is in use stays.

    Raises `Invalid` for the field categories, `Conflict` when the process is archived.
    """
    hold(process)
    wanted = list(dict.fromkeys(line(name, CATEGORY_LENGTH, field="categories") for name in names))
    if len(wanted) > MOST_CATEGORIES:
        raise Invalid(
            N_("Write at most %(most)s themes. You have %(number)s."),
            field="categories",
            most=MOST_CATEGORIES,
            number=len(wanted),
        )
    kept = {one.name: one for one in db.session.scalars(categories_of(process.id))}
    _drop([one for name, one in kept.items() if name not in wanted])
    for position, name in enumerate(wanted, start=1):
        if name in kept:
            kept[name].position = position
        else:
            db.session.add(Category(process_id=process.id, name=name, position=position))
    db.session.flush()
    db.session.expire(process, ["categories"])
    note("processes.categories", process, actor=actor, now=now, names=wanted)


def _drop(gone: Sequence[Category]) -> None:
    """Forget what nothing uses: the foreign keys of contributions and of money say what is used."""
    for category in gone:
        try:
            with db.session.begin_nested():
                db.session.execute(delete(Category).where(Category.id == category.id))
        except IntegrityError:
            raise Invalid(
                N_("Theme “%(name)s” is in use. Leave it in the list."),
                field="categories",
                name=category.name,
            ) from None
