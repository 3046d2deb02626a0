"""A budget that takes plans, of which the first ones are being assessed."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from participatie.budget.models.assessment import AssessorGroup
from participatie.budget.models.budgets import Budget, Project
from participatie.budget.rules.assessment import Findings, Verdict
from participatie.budget.services import assessing, assigning, budget_photos, setting_up
from participatie.budget.services.assigning import Assessors
from participatie.contributions.rules import State
from participatie.core.db import db
from participatie.core.html import from_plain
from participatie.demo.seeds.days import in_the_day
from participatie.demo.seeds.drawings import drawn
from participatie.demo.seeds.people import People
from participatie.media.storage import Storage
from participatie.processes.models import Process
from participatie.processes.rules import PhaseKind

CENTS = 100
CLERK, ASSESSOR = "karin", "mira"
NOTE = "Marco van het waterschap kijkt mee naar de wortels. Hij belt donderdag terug."


def assessed_budget(
    process: Process, text: Mapping[str, Any], *, people: People, storage: Storage, now: datetime
) -> None:
    """A budget with a vote to come and a photo, and its plans as far as they are."""
    clerk = people.actor(CLERK)
    budget = Budget(
        process=process,
        title=text["budget"]["title"],
        amount=text["budget"]["amount"] * CENTS,
        has_assessment=True,
        takes_plans=True,
    )
    db.session.add(budget)
    db.session.flush()
    vote = next(phase for phase in process.phases if phase.kind is PhaseKind.VOTE)
    setting_up.plan_vote(budget, opens_at=vote.starts_at, closes_at=vote.ends_at, actor=clerk)
    db.session.refresh(budget, ["round", "parts"])
    themes = {category.name: category.id for category in process.categories}
    money = {themes[name]: euros * CENTS for name, euros in text["budget"]["themes"].items()}
    setting_up.give_categories(budget, money, actor=clerk, now=now)
    picture, shows = drawn(text["budget"]["drawing"]), text["budget"]["shows"]
    budget_photos.show_photo(budget, picture, shows, storage=storage, actor=clerk, now=now)
    group = assigning.name_group(
        None, text["budget"]["group"], [people.by_key[ASSESSOR].id], actor=clerk, now=now
    )
    for said in text["projects"]:
        _plan(budget, said, themes[said["theme"]], group, people=people, now=now)


def _plan(
    budget: Budget,
    said: Mapping[str, Any],
    category_id: int,
    group: AssessorGroup,
    *,
    people: People,
    now: datetime,
) -> None:
    moment = in_the_day(now, said["days_ago"])
    project = Project(
        process_id=budget.process_id,
        budget_id=budget.id,
        category_id=category_id,
        state=State.PUBLISHED,
        author_id=people.account_id(said["author"]),
        author_name=people.name(said["author"]),
        title=said["title"],
        summary=said["summary"],
        text=said["text"],
        html=from_plain(said["text"]),
        cost=0,
        created_at=moment,
        published_at=moment,
    )
    db.session.add(project)
    db.session.flush()
    if "verdict" not in said and "due_days" not in said:
        return
    assessors = Assessors(frozenset(), frozenset({group.id}), _due(said, now))
    assigning.assign(budget, [project], assessors, actor=people.actor(CLERK), now=moment)
    mira = people.actor(ASSESSOR)
    if "verdict" in said:
        assessing.finish(budget, project, _findings(said), actor=mira, now=now)
    elif said["due_days"] < 0:
        assessing.write_note(project, NOTE, actor=mira, now=in_the_day(now, 1))


def _findings(said: Mapping[str, Any]) -> Findings:
    words = ("explanation", "duration", "reason", "changed_text")
    return Findings(
        verdict=Verdict(said["verdict"]),
        cost=said["cost"] * CENTS if "cost" in said else None,
        yearly_cost=said["yearly_cost"] * CENTS if "yearly_cost" in said else None,
        **{name: said.get(name, "") for name in words},
    )


def _due(said: Mapping[str, Any], now: datetime) -> date:
    return now.date() + timedelta(days=said.get("due_days", 14))
