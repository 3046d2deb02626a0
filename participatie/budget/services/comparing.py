"""What other rules would have given: made once the council has decided, and never before."""

from datetime import date, datetime

from sqlalchemy import delete

from participatie.budget.models.budgets import Budget
from participatie.budget.models.comparisons import OtherOutcome
from participatie.budget.rules.comparisons import (
    DECISION_LENGTH,
    check_decision,
    other_rules,
    outcome,
)
from participatie.contributions.services import written_line
from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, NotAllowed
from participatie.identity.rules import Actor
from participatie.votes.counting.preference import without
from participatie.votes.models.ballots import Tally
from participatie.votes.models.rounds import VoteQuestion, VoteRound
from participatie.votes.queries.results import visible_tallies
from participatie.votes.queries.rounds import with_questions
from participatie.votes.rules.rounds import RoundState
from participatie.votes.services.counting import rules_of
from participatie.votes.services.elections import choices, election_of
from participatie.votes.services.lots import drawn_for


def tell_decision(
    budget: Budget, day: date | None, document: str, *, today: date, actor: Actor, now: datetime
) -> None:
    """Keep when the council decided about the result as a whole, and where that is found.

    From then on everybody can read what other rules would have given. Raises `NotAllowed`,
    `Conflict` before a result, and `Invalid` for a field.
    """
    if not actor.is_clerk:
        raise NotAllowed(N_("Only the team of the municipality tells what the council decided."))
    if budget.round is None or budget.round.state is not RoundState.PUBLISHED:
        raise Conflict(N_("There is no result yet."))
    check_decision(day, document, today=today)
    budget.decided_on = day
    budget.decision = written_line(document, DECISION_LENGTH, field="decision")
    db.session.flush()
    subject = f"budget/{budget.id}"
    detail = {"day": str(day), "document": budget.decision}
    audit.record("budget.decide", account_id=actor.id, subject=subject, now=now, detail=detail)


def compare(budget: Budget) -> int:
    """Count the ballots of a decided budget by the other rules; how many outcomes that gave.

    What other rules gave for an earlier count goes. Doing it twice changes nothing.
    """
    vote = db.session.scalars(with_questions(budget.round_id or 0)).one()
    tallies = db.session.scalars(visible_tallies(vote.id)).all()
    db.session.execute(delete(OtherOutcome).where(OtherOutcome.budget_id == budget.id))
    answers = choices(vote.id)
    made = [
        one
        for question, tally in zip(vote.questions, tallies, strict=True)
        if question.budget is not None and question.id in answers
        for one in _others(budget, vote, question, tally, answers[question.id])
    ]
    db.session.add_all(made)
    budget.compared_version = budget.awarded_version
    db.session.flush()
    return len(made)


def _others(
    budget: Budget,
    vote: VoteRound,
    question: VoteQuestion,
    tally: Tally,
    answers: dict[tuple[str, ...], int],
) -> list[OtherOutcome]:
    election = election_of(question, answers=answers)
    before = without(election, tally.result["winners"])
    rules = rules_of(question, vote, drawn_for(question))
    found = [outcome(election, *other) for other in other_rules(rules)]
    return [
        OtherOutcome(
            budget_id=budget.id,
            question_id=question.id,
            rule=one.rule,
            winners=None if one.winners is None else list(one.winners),
            spent=one.spent,
            empty_before=before,
            empty_handed=one.empty_handed,
        )
        for one in found
        if one is not None
    ]
