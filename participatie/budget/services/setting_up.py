"""Setting up a budget and its vote, before it opens."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from participatie.areas.models import Area
from participatie.budget.models.budgets import Budget, BudgetPart, Project
from participatie.budget.queries import budgets as queries
from participatie.budget.rules.areas import (
    AreaGroup,
    Division,
    check_areas,
    check_categories,
    check_groups,
)
from participatie.budget.rules.setting_up import (
    TEXT_LENGTH,
    TITLE_LENGTH,
    Award,
    BallotRules,
    form_of,
)
from participatie.contributions.services import written, written_line
from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, Invalid, NotAllowed
from participatie.core.html import from_plain
from participatie.core.money import Euros
from participatie.identity.rules import Actor
from participatie.processes.models import Category, Process
from participatie.votes.models.rounds import QuestionGroup, VoteQuestion, VoteRound
from participatie.votes.queries.rounds import with_questions
from participatie.votes.rules.rounds import GREEDY, Grade, Publication, RoundState, counting_rules

QUESTION = "plans"
"""The code of the one question of a budget that is one pot for all."""
_GROUP = "group"
"""What the code of a group of areas begins with."""


_TOGETHER = {
    Division.AREA: N_(
        "The areas together have %(amount)s. Change the money of the areas, and this amount "
        "changes with it."
    ),
    Division.CATEGORY: N_(
        "The themes together have %(amount)s. Change the money of the themes, and this amount "
        "changes with it."
    ),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a clerk says of a budget; the amount in cents."""

    title: str
    text: str
    amount: int


def begin(
    process: Process,
    said: Said,
    *,
    opens_at: datetime,
    closes_at: datetime,
    actor: Actor,
    now: datetime,
) -> Budget:
    """A budget with a vote that only staff sees. Raises `NotAllowed`, `Conflict`, `Invalid`."""
    _refuse_others(actor)
    if db.session.scalars(select(Budget.id).where(Budget.process_id == process.id)).first():
        raise Conflict(N_("This process has a budget already."))
    budget = Budget(process_id=process.id, parts=[])
    _say(budget, said)
    db.session.add(budget)
    db.session.flush()
    plan_vote(budget, opens_at=opens_at, closes_at=closes_at, actor=actor)
    _note("budget.begin", budget, actor=actor, now=now)
    return budget


def say(budget: Budget, said: Said, *, actor: Actor, now: datetime) -> None:
    """Say it otherwise, or divide another amount. Raises `NotAllowed`, `Conflict`, `Invalid`."""
    vote = draft_vote(budget, actor=actor)
    if budget.parts and said.amount != budget.amount:
        raise Invalid(
            _TOGETHER[budget.parts[0].division], field="amount", amount=Euros(budget.amount)
        )
    _say(budget, said)
    _ask(budget, vote, ballot_rules(vote))
    _note("budget.change", budget, actor=actor, now=now)


def give_areas(
    budget: Budget,
    amounts: Mapping[int, int],
    most: int | None,
    *,
    keeps_groups: bool = False,
    actor: Actor,
    now: datetime,
) -> None:
    """Let areas each have their own money, and a voter choose in `most` of them, else in all.

    Without `amounts` it is one pot. With `keeps_groups` the groups stay as they are, for the areas
    that stay. Raises `NotAllowed`, `Conflict` and `Invalid`.
    """
    vote = draft_vote(budget, actor=actor)
    check_areas(amounts, most)
    known = set(db.session.scalars(select(Area.id).where(Area.id.in_(amounts))))
    groups = groups_of(vote) if keeps_groups and budget.division is Division.AREA else {}
    _divide(budget, Division.AREA, amounts, known)
    vote.most_answered = (most or len(amounts)) if amounts else None
    left = {n: replace(one, areas=one.areas & amounts.keys()) for n, one in groups.items()}
    filled = {n: one for n, one in left.items() if one.areas}
    _group(budget, vote, filled if len(filled) > 1 else {})
    _note("budget.areas", budget, actor=actor, now=now, amount=budget.amount)


def give_categories(
    budget: Budget, amounts: Mapping[int, int], *, actor: Actor, now: datetime
) -> None:
    """Let categories each have their own money, instead of areas. A voter chooses in all of them.

    Without `amounts` it is one pot. Raises `NotAllowed`, `Conflict` and `Invalid`.
    """
    vote = draft_vote(budget, actor=actor)
    check_categories(amounts)
    of_process = select(Category.id).where(Category.process_id == budget.process_id)
    known = set(db.session.scalars(of_process.where(Category.id.in_(amounts))))
    _divide(budget, Division.CATEGORY, amounts, known)
    vote.most_answered = len(amounts) or None
    _group(budget, vote, {})
    _note("budget.categories", budget, actor=actor, now=now, amount=budget.amount)


def group_areas(
    budget: Budget, groups: Mapping[int, AreaGroup], *, actor: Actor, now: datetime
) -> None:
    """Let a voter choose in some areas of each group; no groups: all areas together.

    Raises `NotAllowed`, `Conflict` and `Invalid`.
    """
    vote = draft_vote(budget, actor=actor)
    if budget.division is not Division.AREA:
        raise Conflict(N_("Give areas their own money first. Then make groups of them."))
    names = {part.number: part.name for part in db.session.scalars(queries.parts(budget.id))}
    if any(not group.areas <= names.keys() for group in groups.values()):
        raise Conflict(N_("This has changed in the meantime. Look at the page again."))
    check_groups(groups, names)
    _group(budget, vote, groups)
    _note("budget.groups", budget, actor=actor, now=now, groups=len(groups))


def groups_of(vote: VoteRound) -> dict[int, AreaGroup]:
    """The groups of areas of a vote, by number; it comes with its questions."""
    found: dict[str, list[VoteQuestion]] = {}
    for asked in vote.questions:
        if asked.group:
            found.setdefault(asked.group.code, []).append(asked)
    return {
        int(code.removeprefix(_GROUP)): _group_of(asked) for code, asked in sorted(found.items())
    }


def set_ballot(budget: Budget, rules: BallotRules, *, actor: Actor, now: datetime) -> None:
    """How a voter fills in the ballot. Raises `NotAllowed`, `Conflict` and `Invalid`."""
    vote = draft_vote(budget, actor=actor)
    rules.check(min([budget.amount, *(part.amount for part in budget.parts)]))
    _ask(budget, vote, rules)
    _note("budget.ballot", budget, actor=actor, now=now, form=rules.form)


def set_award(budget: Budget, award: Award, reserve: int, *, actor: Actor, now: datetime) -> None:
    """Which plans win. Raises `NotAllowed`, `Conflict` and `Invalid`."""
    vote = draft_vote(budget, actor=actor)
    award.check()
    vote.counting = {**award.settings, "lot": vote.counting.get("lot", [])}
    budget.reserve = reserve
    _note("budget.award_rule", budget, actor=actor, now=now, rule=award.rule)


def discard(budget: Budget, *, actor: Actor, now: datetime) -> None:
    """Throw away a budget without plans. Raises `NotAllowed` and `Conflict`."""
    vote = draft_vote(budget, actor=actor)
    if db.session.scalars(select(Project.id).where(Project.budget_id == budget.id)).first():
        raise Conflict(N_("This budget has plans. It cannot be thrown away any more."))
    _note("budget.discard", budget, actor=actor, now=now)
    db.session.execute(delete(Budget).where(Budget.id == budget.id))
    db.session.execute(delete(VoteRound).where(VoteRound.id == vote.id))


def plan_vote(
    budget: Budget,
    *,
    opens_at: datetime,
    closes_at: datetime,
    actor: Actor,
    counting: Mapping[str, Any] = GREEDY,
    grade: Grade = Grade.COMMON,
    publication: Publication = Publication.CHOICES,
) -> VoteRound:
    """The vote of a budget, set up before it opens.

    Raises `NotAllowed`, `Invalid` and `Conflict`.
    """
    _refuse_others(actor)
    if budget.round_id is not None:
        raise Conflict(N_("This budget has a vote already."))
    if opens_at >= closes_at:
        raise Invalid(N_("A vote closes after it opens."), field="closes_at")
    counting_rules(counting)
    vote_round = VoteRound(
        process_id=budget.process_id,
        title=budget.title,
        state=RoundState.DRAFT,
        grade=grade,
        publication=publication,
        opens_at=opens_at,
        closes_at=closes_at,
        counting=dict(counting),
        questions=[],
    )
    db.session.add(vote_round)
    db.session.flush()
    budget.round_id = vote_round.id
    _ask(budget, vote_round, BallotRules())
    return vote_round


def draft_vote(budget: Budget, *, actor: Actor) -> VoteRound:
    """The vote of a budget while it can be changed, with its questions.

    Raises `NotAllowed` and `Conflict`.
    """
    _refuse_others(actor)
    vote = db.session.scalars(
        with_questions(budget.round_id or 0).with_for_update(of=VoteRound)
    ).one_or_none()
    if vote is None:
        raise Conflict(N_("This budget has no vote yet. Set up the dates first."))
    if vote.state is not RoundState.DRAFT or vote.rules_hash is not None:
        raise Conflict(N_("The rules of this vote are fixed already."))
    return vote


def ballot_rules(vote: VoteRound) -> BallotRules:
    """What was set up for the ballot; the same for each area or category."""
    asked = vote.questions[0]
    form = form_of(asked.kind, asked.minimum, asked.maximum)
    return BallotRules(
        form=form,
        least=asked.minimum if asked.minimum > 1 else None,
        most=asked.maximum,
        least_money=asked.least_money,
        most_money=asked.most_money,
    )


def _group_of(asked: Sequence[VoteQuestion]) -> AreaGroup:
    areas = frozenset(Division.AREA.number(one.code) for one in asked)
    title, most = (asked[0].group.title, asked[0].group.most) if asked[0].group else ("", 0)
    return AreaGroup(title, areas, most if most < len(areas) else None)


def _group(budget: Budget, vote: VoteRound, groups: Mapping[int, AreaGroup]) -> None:
    """Ask again, each area in its group."""
    rules = ballot_rules(vote)
    db.session.execute(
        update(VoteQuestion).where(VoteQuestion.round_id == vote.id).values(group_code=None)
    )
    db.session.execute(delete(QuestionGroup).where(QuestionGroup.round_id == vote.id))
    db.session.add_all(
        QuestionGroup(
            round_id=vote.id, code=f"{_GROUP}{number}", title=group.title, most=group.limit
        )
        for number, group in groups.items()
    )
    db.session.flush()
    if groups:
        grouped = sum(len(group.areas) for group in groups.values())
        alone = len(budget.parts) - grouped
        vote.most_answered = sum(group.limit for group in groups.values()) + alone
    _ask(
        budget,
        vote,
        rules,
        {
            Division.AREA.code(area): f"{_GROUP}{number}"
            for number, group in groups.items()
            for area in group.areas
        },
    )


def _ask(
    budget: Budget, vote: VoteRound, rules: BallotRules, groups: Mapping[str, str] | None = None
) -> None:
    """Ask once for all, or once for each part with money of its own, those of a group together.

    `groups`: the group of each question, when that changes.
    """
    if groups is None:
        groups = {one.code: one.group_code for one in vote.questions if one.group_code}
    parts = sorted(
        db.session.scalars(queries.parts(budget.id)), key=lambda part: groups.get(part.code, "")
    )
    db.session.execute(delete(VoteQuestion).where(VoteQuestion.round_id == vote.id))
    least, most = rules.numbers
    facts = {
        "round_id": vote.id,
        "kind": rules.form.kind,
        "minimum": least,
        "maximum": most,
        "least_money": rules.least_money,
        "most_money": rules.most_money,
    }
    asked = [
        VoteQuestion(
            **facts,
            code=part.code,
            group_code=groups.get(part.code),
            title=part.name,
            budget=part.amount,
            position=place,
            options=[],
        )
        for place, part in enumerate(parts, 1)
    ]
    if not asked:
        asked = [
            VoteQuestion(
                **facts,
                code=QUESTION,
                title=budget.title,
                budget=budget.amount,
                position=1,
                options=[],
            )
        ]
    db.session.add_all(asked)
    db.session.flush()
    db.session.expire(vote, ["questions"])


def _divide(
    budget: Budget, division: Division, amounts: Mapping[int, int], known: Set[int]
) -> None:
    """Divide the money over parts of one kind, instead of what was there. Raises `Conflict`."""
    if known != set(amounts):
        raise Conflict(N_("This has changed in the meantime. Look at the page again."))
    db.session.execute(delete(BudgetPart).where(BudgetPart.budget_id == budget.id))
    budget.division = division if amounts else None
    db.session.flush()
    named = "area_id" if division is Division.AREA else "category_id"
    db.session.add_all(
        BudgetPart(budget_id=budget.id, division=division, amount=amount, **{named: number})
        for number, amount in amounts.items()
    )
    db.session.flush()
    db.session.refresh(budget, ["parts"])
    if amounts:
        budget.amount = sum(amounts.values())


def _say(budget: Budget, said: Said) -> None:
    budget.title = written_line(said.title, TITLE_LENGTH, field="title")
    budget.text = written(said.text, TEXT_LENGTH, field="text")
    budget.html = from_plain(budget.text)
    if said.amount <= 0:
        raise Invalid(N_("Fill in the amount that residents divide."), field="amount")
    budget.amount = said.amount


def _note(act: str, budget: Budget, *, actor: Actor, now: datetime, **detail: Any) -> None:
    subject = f"budget/{budget.id}"
    audit.record(act, account_id=actor.id, subject=subject, now=now, detail=detail)


def _refuse_others(actor: Actor) -> None:
    if not actor.is_clerk:
        raise NotAllowed(N_("Only the team of the municipality sets up a vote."))
