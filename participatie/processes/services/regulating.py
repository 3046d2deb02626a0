"""Writing down what the regulation asks of the initiatives of a process."""

import re
from datetime import datetime

from participatie.core.db import db
from participatie.core.errors import N_, Invalid
from participatie.identity.rules import Actor
from participatie.processes.models import Process, Regulation
from participatie.processes.recipes.reading import Asked
from participatie.processes.services.drafting import hold_draft, line, note
from participatie.processes.services.regulations import of

CONDITION_LENGTH = (10, 200)
MOST_CONDITIONS = 20
LONGEST_LINK = 300

_LINK = re.compile(r"https?://[^\s<>\"]+")


def set_regulation(process: Process, asked: Asked, *, actor: Actor, now: datetime) -> None:
    """Say what initiatives are tested by, and how long each stop of their road takes.

    Only in a draft: the rules do not change under who takes part. Raises `Conflict`, and `Invalid`
    for a field.
    """
    hold_draft(process)
    conditions = tuple(
        line(one, CONDITION_LENGTH, field="conditions") for one in asked.conditions if one.strip()
    )
    if not 1 <= len(conditions) <= MOST_CONDITIONS:
        raise Invalid(
            N_("Write 1 to %(most)s conditions, one on each line."),
            field="conditions",
            most=MOST_CONDITIONS,
        )
    address = asked.address.strip()
    if address and (len(address) > LONGEST_LINK or not _LINK.fullmatch(address)):
        raise Invalid(
            N_("Fill in the whole address, like https://lokaleregelgeving.overheid.nl/…"),
            field="address",
        )
    old = db.session.get(Regulation, process.id)
    if old is not None:
        db.session.delete(old)
        db.session.flush()
    weeks = (asked.test_weeks, asked.support_weeks, asked.check_weeks, asked.agenda_weeks)
    db.session.add(of(process.id, Asked(address, conditions, *weeks)))
    note("processes.regulation", process, actor=actor, now=now)
