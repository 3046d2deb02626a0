"""All of Waterlanden, in the transaction of the caller."""

from datetime import datetime
from random import Random

from sqlalchemy import exists, func, select

from participatie.core.db import db
from participatie.demo.seeds import assessing, budgets, discussions, places, polls, proposals
from participatie.demo.seeds.people import people
from participatie.demo.seeds.texts import texts
from participatie.identity.pseudonyms import Pseudonyms
from participatie.media.storage import Storage
from participatie.processes.models import Process
from participatie.votes.keys import Keys

_LOCK = 0x73656564  # «seed»: one at a time


def is_empty() -> bool:
    """Whether there is no process at all; two that seed at once wait for each other here."""
    db.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    return not db.session.scalar(select(exists().where(Process.id.is_not(None))))


def seed(*, pseudonyms: Pseudonyms, keys: Keys, storage: Storage, now: datetime) -> list[str]:
    """Make what is not there yet; the titles of the processes that were made."""
    db.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    areas = places.areas(now=now)
    everybody = people(pseudonyms=pseudonyms, now=now)
    made = []
    names = ("oude_haven", "nieuwland", "parkwijk", "waterkant", "burgerinitiatief", "havenplein")
    for name in names:
        text, chance = texts(name), Random(name)  # noqa: S311 - the same demo each time
        if places.is_there(text):
            continue
        process = places.process(text, now=now)
        made.append(process.title)
        oldest_first = sorted(text.get("proposals", []), key=lambda one: -one["days_ago"])
        for proposal in oldest_first:
            proposals.propose(
                process,
                proposal,
                areas=areas,
                categories={one.name: one.id for one in process.categories},
                people=everybody,
                storage=storage,
                chance=chance,
                now=now,
            )
        for discussion in sorted(text.get("discussions", []), key=lambda one: -one["days_ago"]):
            discussions.discuss(
                process,
                discussion,
                areas=areas,
                categories={one.name: one.id for one in process.categories},
                people=everybody,
                chance=chance,
                now=now,
            )
        if "group" in text.get("budget", {}):
            assessing.assessed_budget(process, text, people=everybody, now=now)
        elif "ballots" in text.get("budget", {}):
            budgets.finished_budget(
                process, text, people=everybody, keys=keys, chance=chance, now=now
            )
        elif "budget" in text:
            budgets.open_budget(process, text, people=everybody, keys=keys, chance=chance, now=now)
    chance = Random("polls")  # noqa: S311 - the same demo each time
    for text in texts("polls")["polls"]:
        polls.poll(text, people=everybody, keys=keys, chance=chance, now=now)
    return made
