"""What another way of counting would have given, once the council has decided."""

from collections import defaultdict
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from participatie.budget.models.comparisons import OtherOutcome
from participatie.budget.queries import budgets as queries
from participatie.budget.queries.comparisons import other_outcomes
from participatie.budget.rules.comparisons import Difference
from participatie.budget.views.found import load
from participatie.budget.views.results import Pot, pots_of, whole_vote
from participatie.core.access import anyone
from participatie.core.db import db
from participatie.core.errors import N_, NotFound
from participatie.core.page_cache import cached_page
from participatie.votes.rules.cells import SMALL
from participatie.votes.services.versions import version

bp = Blueprint("budget_comparison", __name__, template_folder="../templates")


@dataclass(frozen=True, slots=True)
class Compared:
    """One pot by another rule; without a difference a lot would have to decide.

    Of how many voters have none of their plans, small numbers are held back: None.
    """

    pot: Pot
    other: OtherOutcome
    difference: Difference | None
    empty_before: int | None
    empty_handed: int | None


@bp.get("/begrotingen/<int:budget_id>/uitslag/anders-geteld")
@anyone
@cached_page
def show(budget_id: int) -> ResponseReturnValue:
    """Beside the result: what the other rules would have given with the same votes."""
    budget = load(budget_id)
    others = defaultdict(list)
    for one in db.session.scalars(other_outcomes(budget_id)):
        others[one.question_id].append(one)
    if not others:
        raise NotFound(N_("You can compare here once the council has decided."))
    vote = whole_vote(budget)
    plans = {p.code: p for p in db.session.execute(queries.plans(budget_id)) if p.code}
    pots = pots_of(vote, version(budget.round_id or 0).tallies)
    return render_template(
        "budget/comparison.html",
        budget=budget,
        plans=plans,
        has_parts=vote.most_answered is not None,
        compared=[_compared(pot, one) for pot in pots for one in others[pot.question.id]],
    )


def _compared(pot: Pot, other: OtherOutcome) -> Compared:
    found = other.winners
    difference = None if found is None else Difference.between(pot.winners, found, pot.ranked)
    return Compared(
        pot,
        other,
        difference,
        _share(other.empty_before, pot.ballots),
        _share(other.empty_handed, pot.ballots),
    )


def _share(none: int, ballots: int | None) -> int | None:
    """How many of a hundred voters have none of their plans; small numbers are held back."""
    if not ballots or 0 < none < SMALL or 0 < ballots - none < SMALL:
        return None
    return 100 * none // ballots
