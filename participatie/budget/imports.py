"""A finished election from elsewhere as a finished budget: its ballots as opened choices."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from participatie.areas.models import Area
from participatie.budget.models.budgets import Budget, Project
from participatie.budget.services.setting_up import QUESTION
from participatie.contributions.rules import State
from participatie.core.clock import AMSTERDAM
from participatie.core.db import db
from participatie.core.errors import N_, Invalid
from participatie.core.html import from_plain, readable
from participatie.processes.models import Phase, Process
from participatie.processes.rules import Level, PhaseKind
from participatie.votes.counting.election import Election, VoteType
from participatie.votes.counting.election import Project as Plan
from participatie.votes.models.ballots import Choice
from participatie.votes.models.rounds import VoteOption, VoteQuestion, VoteRound
from participatie.votes.rules.kinds import BallotKind
from participatie.votes.rules.rounds import GREEDY, Grade, Publication, RoundState, fingerprint
from participatie.votes.services.opening import frozen_facts

CENTS = 100
SETS = frozenset({VoteType.APPROVAL, VoteType.CHOOSE_1})
EQUAL_SHARES = {"rule": "equal-shares", "completion": "add1"}
FILE_RULES = {"equalshares/add1": EQUAL_SHARES}
RULES: Mapping[str, Mapping[str, Any]] = {"greedy": {}, "equal-shares": EQUAL_SHARES}
"""The rules by which a file can be counted instead of its own."""
DATES = ("%d.%m.%Y", "%Y-%m-%d", "%m.%Y", "%Y")
YEARS = range(1900, 2200)
LONGEST_TITLE = 80
DAY = timedelta(days=1)


def import_election(
    election: Election,
    *,
    title: str | None,
    contact_email: str,
    now: datetime,
    counting: Mapping[str, Any] | None = None,
) -> Budget:
    """A published process that is over, with a closed vote that waits to be counted; by the rule
    of the file, unless `counting` says another. Raises `Invalid`.
    """
    _check(election)
    name = _short(title or election.meta.get("description") or "Begroting")
    process = _process(election, name, contact_email, now)
    rule = FILE_RULES.get(election.meta.get("rule", ""), {}) if counting is None else counting
    vote_round = _round(election, name, process.phases[0], rule)
    [question] = vote_round.questions
    budget = Budget(process=process, round=vote_round, title=name, amount=question.budget)
    db.session.add(budget)
    db.session.flush()
    vote_round.process_id = process.id
    vote_round.rules_hash = fingerprint(frozen_facts(vote_round))
    areas = _areas(election)
    options = {option.code: option for option in question.options}
    for plan in election.projects:
        made = _project(plan, budget, options[plan.id], vote_round.opens_at)
        made.area_id = areas.get(plan.area)
        db.session.add(made)
    db.session.flush()
    rows = [
        {
            "round_id": vote_round.id,
            "question_id": question.id,
            "answer": list(chosen),
            "weight": weight,
        }
        for chosen, weight in sorted(_grouped(election).items())
    ]
    if rows:
        db.session.execute(insert(Choice), rows)
    return budget


def _check(election: Election) -> None:
    if election.vote_type not in SETS:
        raise Invalid(
            N_("Ballots of the kind %(kind)s cannot be imported yet."), kind=election.vote_type
        )
    if election.budget <= 0:
        raise Invalid(N_("The file has no budget to divide."))
    amounts = [election.budget, *(plan.cost for plan in election.projects)]
    if any(amount * CENTS % election.per_unit for amount in amounts):
        raise Invalid(N_("An amount in the file is not a whole number of cents."))
    if long := [plan.id for plan in election.projects if len(plan.id) > 40]:
        raise Invalid(N_("The number of a project is too long: %(id)s."), id=long[0])


def _process(election: Election, title: str, contact_email: str, now: datetime) -> Process:
    begin, end = _span(election, now)
    where = election.meta.get("subunit") or election.meta.get("unit") or ""
    return Process(
        slug=_free_slug(title),
        title=title,
        summary=_short(f"{title} {where}", 200),
        text="",
        html="",
        level=Level.CO_DECIDE,
        contact_name="Griffie",
        contact_email=contact_email,
        contact_phone="",
        published_at=now,
        phases=[
            Phase(kind=PhaseKind.VOTE, title="Stemmen", starts_at=begin, ends_at=end),
            Phase(kind=PhaseKind.RESULT, title="Uitslag", starts_at=end, ends_at=end + DAY),
        ],
    )


def _round(election: Election, title: str, phase: Phase, rule: Mapping[str, Any]) -> VoteRound:
    return VoteRound(
        title=title,
        state=RoundState.CLOSED,
        grade=Grade.LIGHT,
        publication=Publication.CHOICES,
        opens_at=phase.starts_at,
        closes_at=phase.ends_at,
        opened_at=phase.starts_at,
        closed_at=phase.ends_at,
        counting={**GREEDY, **rule},
        questions=[
            VoteQuestion(
                code=QUESTION,
                position=1,
                kind=BallotKind.KNAPSACK,
                title=title,
                budget=_cents(election.budget, election),
                options=_options(election),
            )
        ],
    )


def _options(election: Election) -> list[VoteOption]:
    return [
        VoteOption(
            code=plan.id,
            title=_short(plan.name or plan.id, 200),
            cost=_cents(plan.cost, election),
        )
        for plan in election.projects
    ]


def _project(plan: Plan, budget: Budget, option: VoteOption, moment: datetime) -> Project:
    name = readable(plan.name or plan.id)
    return Project(
        process_id=budget.process_id,
        budget_id=budget.id,
        option_id=option.id,
        state=State.PUBLISHED,
        author_name="",
        title=_short(name),
        summary=_short(name, 280),
        created_at=moment,
        published_at=moment,
        cost=option.cost,
        text=name,
        html=from_plain(name),
    )


def _areas(election: Election) -> dict[str, int]:
    """The area of each name, made when it is not there."""
    names = {_short(plan.area) for plan in election.projects if plan.area}
    known = {a.name: a for a in db.session.scalars(select(Area).where(Area.name.in_(names)))}
    new = [Area(name=name) for name in sorted(names - known.keys())]
    db.session.add_all(new)
    db.session.flush()
    by_name = {**known, **{area.name: area for area in new}}
    return {p.area: by_name[_short(p.area)].id for p in election.projects if p.area}


def _grouped(election: Election) -> Counter[tuple[str, ...]]:
    """The ballots by what they chose, in whatever order, with their number."""
    totals = Counter[tuple[str, ...]]()
    ballots, ids = election.ballots, [plan.id for plan in election.projects]
    bounds = zip(ballots.offsets[:-1].tolist(), ballots.offsets[1:].tolist(), strict=True)
    chosen = ballots.choices.tolist()
    for (start, end), number in zip(bounds, ballots.counts.tolist(), strict=True):
        totals[tuple(sorted(ids[c] for c in chosen[start:end]))] += number
    return totals


def _cents(amount: int, election: Election) -> int:
    return amount * CENTS // election.per_unit


def _span(election: Election, now: datetime) -> tuple[datetime, datetime]:
    """From when until when the vote was open, as far as the file says.

    It ended a day before `now` at least: what is taken in is over.
    """
    begin = _moment(election.meta.get("date_begin", "")) or now - timedelta(days=14)
    end = _moment(election.meta.get("date_end", "")) or now
    if end <= begin:
        end = begin + DAY * (365 if len(election.meta.get("date_end", "")) == 4 else 1)
    end = min(end, now - DAY)
    return min(begin, end - DAY), end


def _moment(text: str) -> datetime | None:
    for shape in DATES:
        try:
            naive = datetime.strptime(text.strip(), shape)  # noqa: DTZ007 - the zone comes here
        except ValueError:
            continue
        if naive.year not in YEARS:
            raise Invalid(N_("The date %(date)s in the file cannot be right."), date=text)
        return naive.replace(tzinfo=AMSTERDAM).astimezone(UTC)
    return None


def _free_slug(title: str) -> str:
    """An address that no process has yet."""
    base = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or "begroting"
    taken = set(db.session.scalars(select(Process.slug).where(Process.slug.startswith(base))))
    numbers = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(slug for slug in numbers if slug not in taken)


def _short(text: str, most: int = LONGEST_TITLE) -> str:
    """`text` in one line of at most `most` characters."""
    line = " ".join(readable(text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
