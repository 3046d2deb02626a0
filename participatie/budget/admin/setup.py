"""The griffie sets a budget up: the money, the areas, the ballot, and which plans win."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.areas.queries import all_areas
from participatie.budget.admin.saving import kept, status
from participatie.budget.forms.areas import areas_form, groups_form
from participatie.budget.forms.categories import categories_form
from participatie.budget.forms.setup import AwardForm, BallotRulesForm, MoneyForm
from participatie.budget.models.budgets import Budget, Project
from participatie.budget.queries import budgets as queries
from participatie.budget.rules.areas import Division
from participatie.budget.rules.examples import FEWEST, Example, Plan, example, made_up
from participatie.budget.rules.setting_up import Award, AwardRule, award_of
from participatie.budget.services import setting_up
from participatie.budget.services.opening import by_question
from participatie.core.access import only
from participatie.core.clock import AMSTERDAM, now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.forms import Form, tried
from participatie.core.once import once
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.processes import queries as processes
from participatie.processes.models import Process
from participatie.processes.rules import PhaseKind
from participatie.votes.admin.setup_forms import PromisesForm
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries.rounds import with_questions
from participatie.votes.rules.rounds import counting_rules
from participatie.votes.rules.setting_up import proposed
from participatie.votes.services import setting_up as vote_setting_up

bp = Blueprint("budget_setup", __name__, template_folder="../templates")

staff = only(Role.CLERK, Role.ADMINISTRATOR)


@bp.get("/griffie/trajecten/<int:process_id>/begroting")
@staff
def of_process(process_id: int) -> ResponseReturnValue:
    """To the budget of a process, or to making one."""
    found = db.session.scalars(queries.of_any_process(process_id)).one_or_none()
    if found is None:
        return redirect(url_for(".new", process_id=process_id), 303)
    return redirect(url_for("budget_admin.show", budget_id=found), 303)


@bp.route("/griffie/trajecten/<int:process_id>/begroting/nieuw", methods=["GET", "POST"])
@staff
@once
def new(process_id: int) -> ResponseReturnValue:
    """Begin a budget: three questions, and the rest is right until somebody says otherwise."""
    process, form = _process(process_id), MoneyForm()
    if form.validate_on_submit():
        opens_at, closes_at = _times(process, now())
        times = {"opens_at": opens_at, "closes_at": closes_at}
        made = tried(
            form,
            lambda: setting_up.begin(process, form.said(), **times, actor=actor(), now=now()),
        )
        if made is not None:
            db.session.commit()
            flash(gettext("The budget is kept. Only you and your colleagues see it."), "success")
            return redirect(url_for("budget_admin.show", budget_id=made.id), 303)
    page = render_template("budget/setup_money.html", form=form, process=process, budget=None)
    return page, status(form)


@bp.route("/griffie/begrotingen/<int:budget_id>/geld", methods=["GET", "POST"])
@staff
def money(budget_id: int) -> ResponseReturnValue:
    """Say it otherwise, or divide another amount."""
    budget = _draft(budget_id)
    form = MoneyForm(data=MoneyForm.filled_in(budget))
    if form.validate_on_submit() and kept(
        form, lambda: setting_up.say(budget, form.said(), actor=actor(), now=now())
    ):
        return _saved(budget_id)
    page = render_template(
        "budget/setup_money.html", form=form, process=budget.process, budget=budget
    )
    return page, status(form)


@bp.route("/griffie/begrotingen/<int:budget_id>/wijken", methods=["GET", "POST"])
@staff
def areas(budget_id: int) -> ResponseReturnValue:
    """Give each area its own money, or all of it to one pot."""
    budget = _draft(budget_id)
    form = areas_form(db.session.scalars(all_areas()).all(), budget, _vote(budget))
    if form.validate_on_submit() and kept(
        form,
        lambda: setting_up.give_areas(
            budget,
            form.amounts(),
            form.areas_of_a_voter(),
            keeps_groups=form.has_groups,
            actor=actor(),
            now=now(),
        ),
    ):
        if form.has_groups and budget.parts:
            return redirect(url_for(".groups", budget_id=budget_id), 303)
        return _saved(budget_id)
    return render_template("budget/setup_areas.html", form=form, budget=budget), status(form)


@bp.route("/griffie/begrotingen/<int:budget_id>/themas", methods=["GET", "POST"])
@staff
def categories(budget_id: int) -> ResponseReturnValue:
    """Give each theme its own money, or all of it to one pot."""
    budget = _draft(budget_id)
    found = db.session.scalars(processes.categories_of(budget.process_id)).all()
    form = categories_form(found, budget)
    if form.validate_on_submit() and kept(
        form,
        lambda: setting_up.give_categories(budget, form.amounts(), actor=actor(), now=now()),
    ):
        return _saved(budget_id)
    page = render_template(
        "budget/setup_categories.html", form=form, budget=budget, has_categories=bool(found)
    )
    return page, status(form)


@bp.route("/griffie/begrotingen/<int:budget_id>/wijken/groepen", methods=["GET", "POST"])
@staff
def groups(budget_id: int) -> ResponseReturnValue:
    """Say in how many areas of each group a resident chooses."""
    budget = _draft(budget_id)
    names = {part.number: part.name for part in budget.parts}
    if budget.division is not Division.AREA:
        return redirect(url_for(".areas", budget_id=budget_id), 303)
    form = groups_form(names, setting_up.groups_of(_vote(budget)))
    if form.validate_on_submit() and kept(
        form,
        lambda: setting_up.group_areas(budget, form.groups(), actor=actor(), now=now()),
    ):
        return _saved(budget_id)
    return render_template("budget/setup_groups.html", form=form, budget=budget), status(form)


@bp.route("/griffie/begrotingen/<int:budget_id>/stembiljet", methods=["GET", "POST"])
@staff
def ballot(budget_id: int) -> ResponseReturnValue:
    """How a voter fills in the ballot."""
    budget = _draft(budget_id)
    form = BallotRulesForm(data=BallotRulesForm.filled_in(setting_up.ballot_rules(_vote(budget))))
    if form.validate_on_submit() and kept(
        form, lambda: setting_up.set_ballot(budget, form.rules(), actor=actor(), now=now())
    ):
        return _saved(budget_id)
    return render_template("budget/setup_ballot.html", form=form, budget=budget), status(form)


@bp.route("/griffie/begrotingen/<int:budget_id>/verdelen", methods=["GET", "POST"])
@staff
def award(budget_id: int) -> ResponseReturnValue:
    """Which plans win, with what that would give on this very budget."""
    budget = _draft(budget_id)
    chosen = award_of(_vote(budget).counting)
    form = AwardForm(data=AwardForm.filled_in(chosen, budget.reserve))
    if form.validate_on_submit() and kept(
        form,
        lambda: setting_up.set_award(
            budget, form.award(), form.reserve.data or 0, actor=actor(), now=now()
        ),
    ):
        return _saved(budget_id)
    projects = db.session.scalars(queries.publishable(budget_id)).all()
    plans = {str(p.id): p for p in projects}
    page = render_template(
        "budget/setup_award.html",
        form=form,
        budget=budget,
        plans=plans,
        examples=_examples(budget, projects),
    )
    return page, status(form)


@bp.route("/griffie/begrotingen/<int:budget_id>/stemming", methods=["GET", "POST"])
@staff
def vote(budget_id: int) -> ResponseReturnValue:
    """When the vote is, how it is guarded, and what becomes public."""
    budget = _draft(budget_id)
    planned = _vote(budget)
    form = PromisesForm(data=PromisesForm.filled_in(planned))
    if form.validate_on_submit() and kept(
        form,
        lambda: vote_setting_up.change(planned, form.facts(budget.process_id), actor=actor()),
    ):
        return _saved(budget_id)
    return render_template("budget/setup_vote.html", form=form, budget=budget), status(form)


@bp.route("/griffie/begrotingen/<int:budget_id>/weg", methods=["GET", "POST"])
@staff
def discard(budget_id: int) -> ResponseReturnValue:
    """Throw away a budget without plans, after asking once."""
    budget, form = _draft(budget_id), Form()
    if form.validate_on_submit() and kept(
        form, lambda: setting_up.discard(budget, actor=actor(), now=now())
    ):
        flash(gettext("The budget is thrown away."), "success")
        return redirect(url_for("processes_admin.show", process_id=budget.process_id), 303)
    return render_template("budget/setup_discard.html", form=form, budget=budget), status(form)


def _examples(budget: Budget, projects: Sequence[Project]) -> dict[str, Example]:
    """What both rules give on made-up ballots for the plans of this budget, or of one part of it.

    Nothing when there are too few plans to say something.
    """
    money, plans = budget.amount, projects
    if budget.parts:
        placed, _ = by_question(_vote(budget), projects)
        largest = max(budget.parts, key=lambda part: len(placed[part.code]))
        money, plans = largest.amount, placed[largest.code]
    if len(plans) < FEWEST:
        return {}
    election = made_up(
        [Plan(str(p.id), p.title, p.cost) for p in plans], money, seed=f"budget/{budget.id}"
    )
    lot = [project.id for project in election.projects]
    return {
        rule.value: example(election, counting_rules({**settings, "lot": lot}))
        for rule, settings in _compared()
    }


def _compared() -> list[tuple[AwardRule, dict[str, object]]]:
    rules = (AwardRule.MOST_VOTES, AwardRule.EQUAL_SHARES)
    return [(rule, Award(rule=rule).settings) for rule in rules]


def _times(process: Process, moment: datetime) -> tuple[datetime, datetime]:
    """When the vote is: in the phase for it, else on working days that are near."""
    for phase in process.phases:
        if phase.kind is PhaseKind.VOTE and phase.ends_at > moment:
            return phase.starts_at, phase.ends_at
    return proposed(moment, AMSTERDAM)


def _saved(budget_id: int) -> ResponseReturnValue:
    flash(gettext("This is saved."), "success")
    return redirect(url_for("budget_admin.show", budget_id=budget_id), 303)


def _process(process_id: int) -> Process:
    found = db.session.scalars(processes.any_process(process_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def _draft(budget_id: int) -> Budget:
    """A budget that can still be changed. Raises `NotFound` and `Conflict`."""
    budget = db.session.scalars(queries.any_budget(budget_id)).one_or_none()
    if budget is None:
        raise NotFound
    setting_up.draft_vote(budget, actor=actor())
    return budget


def _vote(budget: Budget) -> VoteRound:
    return db.session.scalars(with_questions(budget.round_id or 0)).one()
