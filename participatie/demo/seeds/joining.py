"""Proposals that become one, and who is in the team of a process."""

from collections.abc import Mapping
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import insert, select

from participatie.core.db import db
from participatie.demo.seeds.days import in_the_day
from participatie.demo.seeds.people import People
from participatie.processes.models import Process
from participatie.proposals.models import Merger, Proposal, Support
from participatie.proposals.rules.merging import Consent
from participatie.proposals.services import merging
from participatie.teams import services as teams
from participatie.teams.rules import TeamRole

CLERK = "karin"


def join(
    process: Process, text: Mapping[str, Any], *, people: People, chance: Random, now: datetime
) -> None:
    """An invitation of the griffie to go on as one, and who said yes to it."""
    moment = in_the_day(now, text["days_ago"], minutes=30)
    found = db.session.scalars(
        select(Proposal).where(Proposal.process_id == process.id, Proposal.title.in_(text["parts"]))
    ).all()
    joint = merging.Joint(*(text[name] for name in ("title", "summary", "text", "reason")))
    numbers = [one.id for one in found]
    merger = merging.propose(process, numbers, joint, actor=people.actor(CLERK), now=moment)
    for key in text["yes"]:
        mine = next(one.id for one in found if one.author_id == people.account_id(key))
        merging.answer(merger, mine, Consent.YES, actor=people.actor(key), now=moment)
    if text["along"]:
        _come_along(merger, text["along"], people=people, chance=chance, now=now)


def _come_along(
    merger: Merger, number: int, *, people: People, chance: Random, now: datetime
) -> None:
    """So many residents support the joint proposal since."""
    joint = db.session.get_one(Proposal, merger.joint_id)
    supporters = chance.sample(people.residents, number)
    rows = [{"account_id": one, "proposal_id": joint.id, "since": now} for one in supporters]
    db.session.execute(insert(Support), rows)
    joint.support_count = number
    db.session.flush()


def team(
    process: Process, members: list[Mapping[str, str]], *, people: People, now: datetime
) -> None:
    """Who works on a process, and in which role."""
    for one in members:
        teams.add(
            process.id,
            people.by_key[one["person"]].id,
            TeamRole(one["role"]),
            title=process.title,
            actor=people.actor(CLERK),
            now=now,
        )
