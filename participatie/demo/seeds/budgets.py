"""A budget that residents divide now, and one that they have divided."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select

from participatie.areas.models import Area
from participatie.budget.models.budgets import Budget, Project
from participatie.budget.queries.budgets import on_ballot
from participatie.budget.rules.areas import AreaGroup
from participatie.budget.rules.changes import ChangeKind, Said
from participatie.budget.rules.execution import ExecutionStatus, Standing, Step
from participatie.budget.rules.outcomes import Outcome
from participatie.budget.rules.setting_up import Award, AwardRule
from participatie.budget.services import (
    awarding,
    changing,
    comparing,
    executing,
    materials,
    opening,
    setting_up,
)
from participatie.contributions.rules import State
from participatie.core.db import db
from participatie.core.html import from_plain
from participatie.demo.seeds.days import in_the_day
from participatie.demo.seeds.drawings import drawn
from participatie.demo.seeds.people import People
from participatie.identity.rules import Actor
from participatie.maps.services import Municipality
from participatie.media.storage import Storage
from participatie.processes.models import Category, Phase, Process
from participatie.processes.rules import PhaseKind
from participatie.votes.keys import Keys
from participatie.votes.models.ballots import Choice
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.queries.rounds import questions_anew
from participatie.votes.rules.acts import Act
from participatie.votes.rules.rounds import Channel, RoundState
from participatie.votes.services import acts, closers, counting

CENTS = 100
CLERK, SECOND, SUBSTITUTE = "karin", "olga", "pieter"
"""Who closes the votes of Waterlanden."""
KINDS = (45, 30, 25)
"""How many of a hundred voters belong to a family, are older, are young."""
WAYS = {Channel.LOGIN: 70, Channel.CODE: 22, Channel.PAPER: 8}
"""How many of a hundred voters come each way."""


def open_budget(
    process: Process,
    text: Mapping[str, Any],
    *,
    people: People,
    keys: Keys,
    storage: Storage,
    chance: Random,
    now: datetime,
) -> None:
    """A budget of which the vote opens at once, with nothing cast."""
    budget, projects = _budget(process, text, people=people, storage=storage)
    phase, clerk = _vote_phase(process), people.actor(CLERK)
    vote_round = _plan_vote(budget, projects, text, phase, chance=chance, actor=clerk)
    vote_round.minimum_age = text.get("youngest")
    _divide(budget, text["budget"], actor=clerk, now=now)
    _open_vote(budget, people=people, keys=keys, now=now)


def finished_budget(
    process: Process,
    text: Mapping[str, Any],
    *,
    people: People,
    keys: Keys,
    storage: Storage,
    chance: Random,
    now: datetime,
) -> None:
    """A budget of which the vote is over, counted by the count of every vote, and awarded."""
    budget, projects = _budget(process, text, people=people, storage=storage)
    phase, clerk = _vote_phase(process), people.actor(CLERK)
    _plan_vote(budget, projects, text, phase, chance=chance, actor=clerk)
    _divide(budget, text["budget"], actor=clerk, now=now)
    _open_vote(budget, people=people, keys=keys, now=phase.starts_at)
    if budget.round is None:
        raise LookupError("the budget has no vote")
    vote_round = db.session.scalars(questions_anew(budget.round.id)).one()
    # Closing is for the clock of the database; this vote was over before the database was made.
    vote_round.state, vote_round.opened_at = RoundState.OPEN, phase.starts_at
    db.session.flush()
    _cast(vote_round, projects, text, chance=chance)
    vote_round.state, vote_round.closed_at = RoundState.CLOSED, phase.ends_at
    db.session.flush()
    counted = in_the_day(now, text["budget"]["counted_days_ago"])
    _two(Act.FINALISE, vote_round, {}, people=people, now=counted)
    tallies = counting.tally(vote_round.id, keys=keys, now=counted)
    _two(Act.PUBLISH, vote_round, {"is_final": True}, people=people, now=counted)
    awarding.award(budget, tallies, now=counted)
    _carry_out(projects, actor=clerk, now=now)
    if "fallen_out" in text:
        _fall_out(budget, text["fallen_out"], people=people, now=in_the_day(now, 9))
    if decision := text["budget"].get("decision"):
        comparing.tell_decision(
            budget,
            in_the_day(now, 5).date(),
            decision,
            today=now.date(),
            actor=clerk,
            now=in_the_day(now, 4),
        )


def _fall_out(budget: Budget, text: Mapping[str, str], *, people: People, now: datetime) -> None:
    """A plan that won cannot be carried out, and the next in reserve takes its place."""
    for title, kind in ((text["title"], ChangeKind.FALLS_OUT), (text["next"], ChangeKind.MOVES_UP)):
        project = db.session.scalars(on_ballot(budget.id).where(Project.title == title)).one()
        said = Said(kind, text[kind])
        asked = changing.ask(
            budget, project, said, today=now.date(), actor=people.actor(CLERK), now=now
        )
        changing.confirm(asked.id, actor=people.actor(SECOND), now=now)


def _carry_out(projects: Sequence[Project], *, actor: Actor, now: datetime) -> None:
    """The first plan that goes ahead is done, the next is begun, the others wait."""
    won = [project for project in projects if project.outcome is Outcome.AWARDED]
    begin = Step("Het werk begint", now.date() - timedelta(days=21))
    opening_day = Step("De opening", now.date() + timedelta(days=60))
    for project, status, part in zip(
        won, (ExecutionStatus.DONE, ExecutionStatus.BUSY), (95, 40), strict=False
    ):
        spent = project.cost // CENTS * part
        executing.tell(project, Standing(status, spent), actor=actor, now=now)
        begun = executing.plan_milestone(project, begin, actor=actor, now=now)
        begun.done_on = begin.planned_on
        if status is ExecutionStatus.BUSY:
            executing.plan_milestone(project, opening_day, actor=actor, now=now)


def _cast(
    vote_round: VoteRound,
    projects: Sequence[Project],
    text: Mapping[str, Any],
    *,
    chance: Random,
) -> None:
    """What the voters chose, without a ballot of each: in every part, or in as many as they may."""
    plan_of = {
        str(project.id): plan for project, plan in zip(projects, text["projects"], strict=True)
    }
    voters = text["budget"]["ballots"]
    most = vote_round.most_answered or 1
    names = [question.code for question in vote_round.questions]
    chooses_all = most == len(names)
    taking_part = Counter(
        code
        for _ in range(voters)
        for code in (names if chooses_all else chance.sample(names, most))
    )
    for question in vote_round.questions:
        codes = [option.code for option in question.options]
        plans, there = [plan_of[code] for code in codes], taking_part[question.code]
        cast = ballots(plans, question.budget or 0, there, chance=chance)
        cast[()] += voters - there
        rows = [
            {
                "round_id": vote_round.id,
                "question_id": question.id,
                "answer": sorted(codes[place] for place in chosen),
                "weight": weight,
            }
            for chosen, weight in sorted(cast.items())
            if weight
        ]
        db.session.execute(insert(Choice), rows)
    if vote_round.most_answered:
        db.session.execute(insert(Roll), _roll(vote_round, voters, chance=chance))


def _roll(vote_round: VoteRound, voters: int, *, chance: Random) -> list[dict[str, Any]]:
    """Who voted, by each way of a vote: of more parts this alone says how many people it were."""
    ways = chance.choices(list(WAYS), list(WAYS.values()), k=voters)
    return [
        {
            "round_id": vote_round.id,
            "voter_key": chance.randbytes(32),
            "version": 1,
            "channel": way,
        }
        for way in ways
    ]


def ballots(
    plans: Sequence[Mapping[str, Any]], money: int, voters: int, *, chance: Random
) -> Counter[tuple[int, ...]]:
    """What `voters` choose: lists of places in `plans` that fit in the money, with their number."""
    cast: Counter[tuple[int, ...]] = Counter()
    for kind in chance.choices(range(len(KINDS)), KINDS, k=voters):
        chosen: list[int] = []
        left = money
        for _ in range(chance.randint(2, 7)):
            fitting = [
                place
                for place, plan in enumerate(plans)
                if place not in chosen and plan["cost"] * CENTS <= left
            ]
            if not fitting:
                break
            liking = [plans[place]["drawn"][kind] for place in fitting]
            place = chance.choices(fitting, liking)[0]
            chosen.append(place)
            left -= plans[place]["cost"] * CENTS
        cast[tuple(sorted(chosen))] += 1
    return cast


def _two(
    act: Act, vote_round: VoteRound, terms: Mapping[str, Any], *, people: People, now: datetime
) -> None:
    """The clerk asks, and the second person confirms what both see."""
    asked = acts.ask(vote_round.id, act, terms=terms, reason="", actor=people.actor(CLERK), now=now)
    seen = asked.subject_hash
    acts.confirm(asked.id, subject_hash=seen, actor=people.actor(SECOND), now=now)


def _budget(
    process: Process, text: Mapping[str, Any], *, people: People, storage: Storage
) -> tuple[Budget, list[Project]]:
    amount = text["budget"]["amount"] * CENTS
    said = text["budget"]
    budget = Budget(
        process=process, title=said["title"], amount=amount, reserve=said.get("reserve", 0)
    )
    db.session.add(budget)
    db.session.flush()
    moment = _vote_phase(process).starts_at
    projects = [
        Project(
            process_id=process.id,
            budget_id=budget.id,
            state=State.PUBLISHED,
            author_id=people.account_id(plan["author"]),
            author_name=people.name(plan["author"]),
            title=plan["title"],
            summary=plan["summary"],
            text=plan["text"],
            html=from_plain(plan["text"]),
            cost=plan["cost"] * CENTS,
            created_at=moment,
            published_at=moment,
        )
        for plan in text["projects"]
    ]
    here = Municipality()
    themes = {category.name: category.id for category in process.categories}
    for project, plan in zip(projects, text["projects"], strict=True):
        project.point, project.area_id = here.placed(plan.get("point", ""), None)
        project.category_id = themes.get(plan.get("theme", ""))
    db.session.add_all(projects)
    db.session.flush()
    clerk = people.actor(CLERK)
    for project, plan in zip(projects, text["projects"], strict=True):
        if "drawing" in plan:
            picture, shows = drawn(plan["drawing"]), plan["shows"]
            materials.add_photo(project, picture, shows, storage=storage, actor=clerk, now=moment)
    return budget, projects


def _plan_vote(
    budget: Budget,
    projects: Sequence[Project],
    text: Mapping[str, Any],
    phase: Phase,
    *,
    chance: Random,
    actor: Actor,
) -> VoteRound:
    """Set up the vote for `phase`, with a lot drawn beforehand."""
    lot = [str(project.id) for project in projects]
    chance.shuffle(lot)
    award = Award(rule=AwardRule(text["budget"].get("rule", AwardRule.MOST_VOTES)))
    return setting_up.plan_vote(
        budget,
        opens_at=phase.starts_at,
        closes_at=phase.ends_at,
        counting={**award.settings, "lot": lot},
        actor=actor,
    )


def _divide(budget: Budget, text: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """Give areas or themes money of their own, as the text says; else it is one pot."""
    if themes := text.get("themes"):
        of_budget = select(Category).where(Category.process_id == budget.process_id)
        amounts = _amounts(themes, db.session.scalars(of_budget))
        setting_up.give_categories(budget, amounts, actor=actor, now=now)
    elif areas := text.get("areas"):
        amounts = _amounts(areas, db.session.scalars(select(Area)))
        setting_up.give_areas(budget, amounts, text.get("most"), actor=actor, now=now)
    elif groups := text.get("groups"):
        _group(budget, groups, actor=actor, now=now)


def _amounts(
    euros: Mapping[str, int], parts: Iterable[Area] | Iterable[Category]
) -> dict[int, int]:
    """The cents of each part that the text names, by its number."""
    number_of = {part.name: part.id for part in parts}
    return {number_of[name]: amount * CENTS for name, amount in euros.items()}


def _group(
    budget: Budget, groups: Sequence[Mapping[str, Any]], *, actor: Actor, now: datetime
) -> None:
    """Let a voter choose in some areas of each group."""
    number_of = {area.name: area.id for area in db.session.scalars(select(Area))}
    amounts = {
        number_of[name]: euros * CENTS for one in groups for name, euros in one["areas"].items()
    }
    setting_up.give_areas(budget, amounts, None, actor=actor, now=now)
    asked = {
        number: AreaGroup(
            one["title"], frozenset(number_of[name] for name in one["areas"]), one.get("most")
        )
        for number, one in enumerate(groups, start=1)
    }
    setting_up.group_areas(budget, asked, actor=actor, now=now)


def _open_vote(budget: Budget, *, people: People, keys: Keys, now: datetime) -> None:
    """Say who closes the vote, and fix its rules."""
    clerk = people.actor(CLERK)
    db.session.refresh(budget, ["round"])
    if budget.round is None:
        raise LookupError("the budget has no vote")
    closers.name(
        budget.round,
        clerk=people.by_key[CLERK].id,
        second=people.by_key[SECOND].id,
        substitute=people.by_key[SUBSTITUTE].id,
        actor=clerk,
        now=now,
    )
    opening.open_vote(budget, keys=keys, actor=clerk, now=now)
    db.session.flush()
    db.session.refresh(budget, ["round"])


def _vote_phase(process: Process) -> Phase:
    return next(phase for phase in process.phases if phase.kind is PhaseKind.VOTE)
