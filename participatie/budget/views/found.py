"""Finding the budget that a page is about, and how far its vote is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm.attributes import set_committed_value

from participatie.budget.models.budgets import Budget
from participatie.budget.queries import budgets as queries
from participatie.budget.queries import lists
from participatie.budget.queries.assessments import verdicts
from participatie.budget.rules.assessment import Verdict, costs_are_public
from participatie.budget.rules.projects import takes_plans
from participatie.core.clock import AMSTERDAM, now
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, NotFound
from participatie.processes.queries import phases_of
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.papers import Paper
from participatie.votes.rules.stages import Stage, stage_at
from participatie.votes.services import casting
from participatie.votes.views.polls import stage_of
from participatie.votes.voters import holds_letter, rehearsal_here


def load(budget_id: int) -> Budget:
    """A budget that everybody may see. Raises `NotFound`.

    Who holds a test code of the rehearsal of its vote sees that as its vote.
    """
    budget = db.session.scalars(queries.BUDGET, {"budget": budget_id}).one_or_none()
    if budget is None:
        raise NotFound
    rehearsal = rehearsal_here(budget.round_id)
    if rehearsal is not None:
        set_committed_value(budget, "round", rehearsal)
    return budget


def letter_here(budget: Budget) -> bool:
    """Whether who makes this request came in with a letter of the vote of a budget."""
    return budget.round is not None and holds_letter(budget.round.id)


def load_open(budget_id: int) -> Budget:
    """A budget of which the vote is open. Raises `NotFound` and `Conflict`."""
    budget = load(budget_id)
    _check_open(stage_of_budget(budget))
    return budget


@dataclass(frozen=True, slots=True)
class OpenVote:
    """As much of an open vote as a press on a plan needs."""

    id: int
    rules_hash: str | None
    withdrawn: frozenset[str]


def open_vote(budget_id: int) -> OpenVote:
    """The open vote of a budget, by one question. Raises `NotFound` and `Conflict`."""
    found = db.session.connection().execute(lists.VOTE, {"budget": budget_id}).one_or_none()
    if found is None:
        raise NotFound
    rehearsal = rehearsal_here(found.id)
    if rehearsal is not None:
        return OpenVote(rehearsal.id, rehearsal.rules_hash, frozenset())
    if found.id is None:
        _check_open(Stage.NO_VOTE_YET)
    opens_at, closes_at = found.opens_at, found.closes_at
    _check_open(stage_at(found.state, opens_at=opens_at, closes_at=closes_at, now=now()))
    return OpenVote(found.id, found.rules_hash, frozenset(found.withdrawn or ()))


def _check_open(stage: Stage) -> None:
    if stage is Stage.NO_VOTE_YET:
        raise Conflict(N_("This vote has not begun yet."))
    if stage is not Stage.OPEN:
        raise Conflict(
            N_(
                "This vote is closed. This list was not cast. "
                "Did you vote before? Then that vote counts."
            )
        )


def vote_of(budget: Budget) -> VoteRound:
    """The vote of a budget. Raises `NotFound` while there is none."""
    if budget.round is None:
        raise NotFound
    return budget.round


def paper_of(budget: Budget) -> Paper:
    """The ballot paper of a budget that has a vote. Raises `NotFound`."""
    vote = vote_of(budget)
    return casting.paper(vote.id, vote.rules_hash)


def paper_of_parts(budget: Budget) -> Paper | None:
    """The ballot paper of a budget of which each part has its own money; else nothing."""
    vote = budget.round
    return paper_of(budget) if vote is not None and vote.most_answered is not None else None


@dataclass(frozen=True, slots=True)
class BeforeVote:
    """What the pages of plans show before the rules of the vote are fixed.

    `verdicts`: of each plan that has one; nothing where plans are not assessed.
    """

    shows_costs: bool = True
    takes_plans: bool = False
    verdicts: dict[int, Verdict] | None = None


def before_vote(budget: Budget) -> BeforeVote:
    """What can be read and done now, before the rules of the vote are fixed."""
    is_fixed = budget.round is not None and budget.round.rules_hash is not None
    if is_fixed or not (budget.has_assessment or budget.takes_plans):
        return BeforeVote()
    phases = db.session.scalars(phases_of(budget.process_id)).all()
    rows = db.session.execute(verdicts(budget.id)).all() if budget.has_assessment else None
    return BeforeVote(
        shows_costs=not budget.has_assessment or costs_are_public(phases, now()),
        takes_plans=takes_plans(budget.takes_plans, phases, now()),
        verdicts=None if rows is None else {row.project_id: row.verdict for row in rows},
    )


def stage_of_budget(budget: Budget) -> Stage:
    """What a resident can do with a budget."""
    return stage_of(budget.round, now()) if budget.round else Stage.NO_VOTE_YET


def today() -> str:
    """The day here: what the order of the plans follows from for who has no session."""
    moment: datetime = now()
    return moment.astimezone(AMSTERDAM).date().isoformat()
