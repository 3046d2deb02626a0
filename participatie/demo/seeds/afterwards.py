"""What became of a proposal after it was published, and of a process after it was opened."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from participatie.core.db import db
from participatie.demo.seeds.days import in_the_day, midnight
from participatie.demo.seeds.people import People
from participatie.processes.models import Process
from participatie.processes.rules import PlannedPhase
from participatie.processes.services.planning import plan
from participatie.proposals.models import Proposal
from participatie.proposals.services import ending, entering, revising

CLERK = "karin"


def go_on(proposal: Proposal, text: Mapping[str, Any], *, people: People, now: datetime) -> None:
    """What its author made of it, in the order in which that happened, and its end."""
    author = people.actor(text["author"])
    if "revised" in text:
        _revise(proposal, text["revised"], people=people, author=text["author"], now=now)
    for number, told in enumerate(text.get("updates", [])):
        moment = in_the_day(now, told["days_ago"], minutes=80 + number)
        revising.update(proposal, told["text"], actor=author, now=moment)
    if "withdrawn" in text:
        moment = in_the_day(now, text["withdrawn"]["days_ago"], minutes=210)
        revising.withdraw(proposal, text["withdrawn"]["reason"], actor=author, now=moment)
    if "ended_days_ago" in text:
        ending.archive(proposal, now=in_the_day(now, text["ended_days_ago"]))


def _revise(
    proposal: Proposal, text: Mapping[str, Any], *, people: People, author: str, now: datetime
) -> None:
    db.session.refresh(proposal, ["answer"])
    revising.revise(
        proposal,
        title=proposal.title,
        summary=proposal.summary,
        text=text["text"],
        actor=people.actor(author),
        now=in_the_day(now, text["days_ago"], minutes=45),
    )


def move(process: Process, text: Mapping[str, Any], *, people: People, now: datetime) -> None:
    """A phase gets another last day while the process runs."""
    db.session.refresh(process, ["phases"])
    planned = [
        PlannedPhase(one.id, one.title, one.starts_at, one.ends_at) for one in process.phases
    ]
    moved = [
        replace(one, ends_at=midnight(now, text["to"])) if one.title == text["phase"] else one
        for one in planned
    ]
    moment = in_the_day(now, text["days_ago"], minutes=60)
    plan(process, moved, reason=text["reason"], actor=people.actor(CLERK), now=moment)


def enter(
    process: Process,
    text: Mapping[str, Any],
    *,
    areas: Mapping[str, int],
    people: People,
    now: datetime,
) -> Proposal:
    """An idea that somebody told the griffie on an evening, or one of the municipality itself."""
    entry = entering.Entry(
        title=text["title"],
        summary=text["summary"],
        text=text["text"],
        name=text["name"],
        area_id=areas[text["area"]],
        is_official=text.get("official", False),
    )
    moment = in_the_day(now, text["days_ago"], minutes=30)
    return entering.enter(process, entry, actor=people.actor(CLERK), now=moment)
