"""Money to divide: setting up the vote, opening it, and what its count decides."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from participatie.budget import queries
from participatie.budget.models import Budget
from participatie.budget.rules import Outcome
from participatie.core import audit, outbox
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, Invalid, NotAllowed
from participatie.identity.rules import Actor
from participatie.votes.keys import Keys
from participatie.votes.models.ballots import Tally
from participatie.votes.models.rounds import VoteOption, VoteQuestion, VoteRound
from participatie.votes.queries.rounds import with_questions
from participatie.votes.rules.kinds import BallotKind
from participatie.votes.rules.rounds import GREEDY, Grade, Publication, RoundState, counting_rules
from participatie.votes.services import opening

QUESTION = "plans"
"""The code of the one question that a budget asks."""


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
    if not actor.is_clerk:
        raise NotAllowed(N_("Only the team of the municipality sets up a vote."))
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
        questions=[_question(budget)],
    )
    db.session.add(vote_round)
    db.session.flush()
    budget.round_id = vote_round.id
    return vote_round


def open_vote(budget: Budget, *, keys: Keys, actor: Actor, now: datetime) -> None:
    """Put the published projects on the ballot, title and cost frozen, and open the vote on time.

    Raises `NotAllowed`, `Conflict` and `Invalid`.
    """
    if budget.round_id is None:
        raise Conflict(N_("This budget has no vote yet. Set up the dates first."))
    vote_round = db.session.scalars(
        with_questions(budget.round_id).with_for_update(of=VoteRound)
    ).one()
    if vote_round.rules_hash is None and vote_round.state is RoundState.DRAFT:
        _freeze_projects(budget.id, vote_round.questions[0])
    opening.open_round(vote_round, keys=keys, actor=actor, now=now)


def award(budget: Budget, tally: Tally, *, now: datetime) -> None:
    """Write what the count decided beside each project, and tell who wrote or follows one.

    `budget` comes with its round. Doing it twice changes nothing and mails nobody twice.
    """
    won = set(tally.result["winners"])
    awarded: dict[int, bool] = {}
    titles: dict[int, str] = {}
    for project in db.session.scalars(queries.on_ballot(budget.id)):
        if project.option is not None:
            awarded[project.id] = project.option.code in won
            titles[project.id] = project.title
            project.outcome = Outcome.AWARDED if awarded[project.id] else Outcome.NOT_AWARDED
    _tell(budget, awarded, titles, now=now)
    detail = {"winners": tally.result["winners"], "result_hash": tally.result_hash}
    subject = f"budget/{budget.id}"
    audit.record("budget.award", account_id=None, subject=subject, now=now, detail=detail)


def _question(budget: Budget) -> VoteQuestion:
    """What a budget asks: which plans, within the money."""
    return VoteQuestion(
        code=QUESTION,
        position=1,
        kind=BallotKind.KNAPSACK,
        title=budget.title,
        budget=budget.amount,
    )


def _freeze_projects(budget_id: int, question: VoteQuestion) -> None:
    for project in db.session.scalars(queries.publishable(budget_id)):
        option = VoteOption(
            round_id=question.round_id,
            question_id=question.id,
            code=str(project.id),
            title=project.title,
            cost=project.cost,
        )
        question.options.append(option)
        project.option = option
    db.session.flush()


def _tell(
    budget: Budget, awarded: Mapping[int, bool], titles: Mapping[int, str], *, now: datetime
) -> None:
    """One message to each person, with all the plans that they wrote or follow."""
    plans: dict[int, list[int]] = defaultdict(list)
    for project_id, account_id in db.session.execute(queries.interested(budget.id)):
        if project_id in awarded:
            plans[account_id].append(project_id)
    for account_id, projects in sorted(plans.items()):
        outbox.tell(
            account_id,
            "budget.result",
            dedup=str(budget.round_id),
            now=now,
            parameters={
                "title": budget.title,
                "path": f"/begrotingen/{budget.id}/uitslag",
                "won": [titles[p] for p in sorted(projects) if awarded[p]],
                "lost": [titles[p] for p in sorted(projects) if not awarded[p]],
            },
        )
