"""All of Waterlanden, in the transaction of the caller."""

from collections.abc import Mapping
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import exists, func, select

from participatie.core.db import db
from participatie.demo.seeds import (
    afterwards,
    assessing,
    budgets,
    discussions,
    joining,
    places,
    polls,
    proposals,
)
from participatie.demo.seeds.days import in_the_day
from participatie.demo.seeds.people import People, people
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
    names = (
        *("zuiderpolder", "oude_haven", "wijkgeld", "nieuwland", "parkwijk", "groen", "centrum"),
        *("waterkant", "burgerinitiatief", "havenplein"),
    )
    for name in names:
        text, chance = texts(name), Random(name)  # noqa: S311 - the same demo each time
        if places.is_there(text):
            continue
        process = places.process(text, now=now)
        places.document(process, text, storage=storage, now=now)
        places.photo(process, text, storage=storage, now=now)
        made.append(process.title)
        _fill(process, text, areas=areas, people=everybody, storage=storage, chance=chance, now=now)
        if "group" in text.get("budget", {}):
            assessing.assessed_budget(process, text, people=everybody, storage=storage, now=now)
        elif "budget" in text:
            fill = budgets.finished_budget if "ballots" in text["budget"] else budgets.open_budget
            fill(
                process,
                text,
                people=everybody,
                keys=keys,
                storage=storage,
                chance=chance,
                now=now,
            )
    chance = Random("polls")  # noqa: S311 - the same demo each time
    for text in texts("polls")["polls"]:
        polls.poll(text, people=everybody, keys=keys, chance=chance, now=now)
    return made


def _fill(
    process: Process,
    text: Mapping[str, Any],
    *,
    areas: Mapping[str, int],
    people: People,
    storage: Storage,
    chance: Random,
    now: datetime,
) -> None:
    """What residents said in a process, in the order in which they said it, and who works on it."""
    categories = {one.name: one.id for one in process.categories}
    oldest_first = sorted(text.get("proposals", []), key=lambda one: -one["days_ago"])
    for proposal in oldest_first:
        proposals.propose(
            process,
            proposal,
            areas=areas,
            categories=categories,
            people=people,
            storage=storage,
            chance=chance,
            now=now,
        )
    for discussion in sorted(text.get("discussions", []), key=lambda one: -one["days_ago"]):
        discussions.discuss(
            process,
            discussion,
            areas=areas,
            categories=categories,
            people=people,
            chance=chance,
            now=now,
        )
    for idea in text.get("entered", []):
        made = afterwards.enter(process, idea, areas=areas, people=people, now=now)
        since, number = made.created_at, idea.get("supports", 0)
        proposals.support(made, number, people=people, chance=chance, since=since, now=now)
    for moved in text.get("moved", []):
        afterwards.move(process, moved, people=people, now=now)
    for merger in text.get("mergers", []):
        joining.join(process, merger, people=people, chance=chance, now=now)
    joining.team(
        process,
        text.get("team", []),
        people=people,
        now=in_the_day(now, text["published_days_ago"]),
    )
    if "archived_days_ago" in text:
        process.archived_at = in_the_day(now, text["archived_days_ago"])
