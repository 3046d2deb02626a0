"""The griffie's pages of a budget: its vote, and how many took part. Never how."""

from itertools import chain

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.budget.models.budgets import Budget
from participatie.budget.queries import budgets as queries
from participatie.budget.rules.setting_up import award_of
from participatie.budget.services import opening, rehearsing
from participatie.budget.services.readying import place_of
from participatie.budget.services.setting_up import ballot_rules, groups_of
from participatie.core.access import only
from participatie.core.clock import AMSTERDAM, now
from participatie.core.db import db
from participatie.core.error_pages import say
from participatie.core.errors import Invalid, NotFound
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.teams.queries import works_in
from participatie.votes.admin.rehearsal import RehearsalForm, begun, title_of
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries.board import count_fault
from participatie.votes.queries.results import tallies
from participatie.votes.queries.rounds import turnout, with_questions
from participatie.votes.rules.rounds import RoundState
from participatie.votes.rules.setting_up import out_of_office
from participatie.votes.services.letter_codes import Letter
from participatie.votes.voters import vote_keys

bp = Blueprint("budget_admin", __name__, template_folder="../templates")


@bp.get("/griffie/begrotingen")
@only(Role.CLERK, Role.ADMINISTRATOR, of_teams=True)
def index() -> ResponseReturnValue:
    """All budgets of the processes in which somebody works."""
    mine = queries.all_budgets().where(works_in(Budget.process_id, actor()))
    budgets = db.session.scalars(mine).all()
    return render_template("budget/admin_index.html", budgets=budgets)


@bp.get("/griffie/begrotingen/<int:budget_id>")
@only(Role.CLERK, Role.ADMINISTRATOR)
def show(budget_id: int) -> ResponseReturnValue:
    """Where the vote stands: state, times, and the number of voters."""
    budget = _budget(budget_id)
    round_id = budget.round_id or 0
    vote = db.session.scalars(with_questions(round_id)).one_or_none()
    plans = db.session.execute(queries.plans(budget_id)).all()
    counts = db.session.scalars(tallies(round_id)).all()
    tied = [code for tally in counts for code in tally.result.get("undecided", [])]
    return render_template(
        "budget/admin_show.html",
        budget=budget,
        plans=plans,
        turnout=counts[0].ballots
        if len(counts) == 1
        else db.session.scalars(turnout(round_id)).one(),
        undecided=_undecided(plans, tied),
        fault=db.session.scalars(count_fault(round_id)).one_or_none(),
        faults=_faults(budget, vote) if _is_draft(vote) and vote else [],
        is_draft=_is_draft(vote),
        late=out_of_office((vote.opens_at, vote.closes_at), AMSTERDAM) if vote else [],
        ballot=ballot_rules(vote) if vote else None,
        award=award_of(vote.counting) if vote else None,
        most_answered=vote.most_answered if vote else None,
        groups=groups_of(vote) if vote else {},
    )


@bp.post("/griffie/begrotingen/<int:budget_id>/open")
@only(Role.CLERK, Role.ADMINISTRATOR)
def open_vote(budget_id: int) -> ResponseReturnValue:
    """Fix the rules and open the vote on time."""
    try:
        opening.open_vote(_budget(budget_id), keys=vote_keys(), actor=actor(), now=now())
    except Invalid:
        db.session.rollback()
        flash(gettext("The vote is not ready yet. Look at the list below."), "error")
        return redirect(url_for(".show", budget_id=budget_id, _anchor="ready"), 303)
    db.session.commit()
    flash(gettext("The rules of the vote are fixed. Nobody can change them now."), "success")
    return redirect(url_for(".show", budget_id=budget_id), 303)


@bp.post("/griffie/stemmingen/<int:round_id>/proef/begroting")
@only(Role.CLERK, Role.ADMINISTRATOR)
def rehearse(round_id: int) -> ResponseReturnValue:
    """Begin the rehearsal of a budget, with its plans. The answer is the test codes, once."""
    budget = db.session.scalars(queries.voted_on_in(round_id)).one_or_none()
    vote = db.session.get(VoteRound, round_id)
    if budget is None or vote is None:
        raise NotFound

    def begin(testers: int) -> list[Letter]:
        return rehearsing.begin(
            budget, testers, title=title_of(vote), keys=vote_keys(), actor=actor(), now=now()
        )

    return begun(round_id, RehearsalForm(), begin)


def _is_draft(vote: VoteRound | None) -> bool:
    return vote is not None and vote.state is RoundState.DRAFT and vote.rules_hash is None


def _faults(budget: Budget, vote: VoteRound) -> list[tuple[str, str]]:
    """What must be mended before the vote can open, each with the address where."""
    projects = db.session.scalars(queries.publishable(budget.id)).all()
    found = chain(
        opening.faults_of_assessment(budget, now=now()),
        opening.faults(vote, projects, now=now()),
    )
    return [(_address(budget, fault), say(fault)) for fault in found]


def _address(budget: Budget, fault: Invalid) -> str:
    page, values = place_of(budget, fault)
    return url_for(page, **values)


def _undecided(plans: object, codes: list[str]) -> list[str]:
    """The titles of the plans between which a lot must decide."""
    titles = {plan.code: plan.title for plan in plans}  # type: ignore[attr-defined]
    return [titles.get(code, code) for code in codes]


def _budget(budget_id: int) -> Budget:
    budget = db.session.scalars(queries.any_budget(budget_id)).one_or_none()
    if budget is None:
        raise NotFound
    return budget
