"""Residents stand behind a plan that was submitted for a budget."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select, update

from participatie.audience.models import ProcessAudience
from participatie.audience.rules import Kind
from participatie.budget.models.budgets import Project
from participatie.budget.models.supports import ProjectSupport
from participatie.budget.queries import budgets, supports
from participatie.budget.rules.projects import can_support, takes_support
from participatie.budget.services import supporting
from participatie.contributions.models import Contribution, Follow
from participatie.contributions.rules import State
from participatie.core.db import db
from participatie.core.errors import NotAllowed
from participatie.identity.rules import VISITOR, Actor, Role
from participatie.processes.rules import PhaseKind
from participatie.votes.rules.rounds import RoundState
from tests.budget.assessing import NOW, acting
from tests.budget.test_submitting import budget_with
from tests.budget.test_together import real, session  # noqa: F401
from tests.factories import (
    BudgetFactory,
    ClerkFactory,
    ProcessFactory,
    ProjectFactory,
    ProposalFactory,
    ResidentFactory,
    RoundFactory,
)

THREADS = 8
CONTRIBUTION: Any = Contribution.__table__
PROJECT: Any = Project.__table__


def plan_of(budget, **values):
    return ProjectFactory(budget_id=budget.id, process=budget.process, **values)


@pytest.fixture
def budget(context):
    return budget_with(phase=PhaseKind.SUPPORT)


@pytest.fixture
def fan(context):
    return acting(ResidentFactory())


@pytest.fixture
def process(store):
    """A process in whose budget plans can be supported, over the web."""
    return ProcessFactory(phase=PhaseKind.SUPPORT)


def to_come(process):
    """Its budget, before the vote."""
    vote = RoundFactory(state=RoundState.DRAFT, opened_at=None)
    return BudgetFactory(process=process, round=vote, takes_plans=True)


def counted(plan):
    rows = select(func.count()).select_from(ProjectSupport).filter_by(project_id=plan.id)
    return db.session.scalar(rows), plan.support_count


@pytest.mark.parametrize("kind", PhaseKind)
def test_plans_are_supported_where_they_are_taken_and_in_a_phase_to_support(context, kind):
    phases = budget_with(phase=kind).process.phases
    is_for_it = kind in {PhaseKind.COLLECT, PhaseKind.SUPPORT}
    assert takes_support(True, False, phases, NOW) == is_for_it
    assert not takes_support(False, False, phases, NOW)
    assert not takes_support(True, True, phases, NOW)


def test_a_resident_supports_a_published_plan_that_was_no_proposal(context):
    resident, clerk = acting(ResidentFactory()), acting(ClerkFactory())
    assert can_support(State.PUBLISHED, came_from=None, actor=resident)
    assert not can_support(State.PUBLISHED, came_from=1, actor=resident)
    assert not any(
        can_support(state, came_from=None, actor=resident)
        for state in State
        if state != "published"
    )
    assert not can_support(State.PUBLISHED, came_from=None, actor=clerk)
    assert not can_support(State.PUBLISHED, came_from=None, actor=VISITOR)


def test_who_supports_twice_counts_once_and_follows_the_plan(budget, fan):
    plan = plan_of(budget)
    assert supporting.support(budget, plan, actor=fan, now=NOW)
    assert not supporting.support(budget, plan, actor=fan, now=NOW)
    assert counted(plan) == (1, 1)
    assert db.session.get(Follow, {"contribution_id": plan.id, "account_id": fan.id})
    assert db.session.scalars(supports.support(plan.id, fan.id)).one().since == NOW


def test_support_that_is_taken_back_does_not_count(budget, fan):
    plan = plan_of(budget)
    assert not supporting.withdraw_support(budget, plan, actor=fan, now=NOW)
    supporting.support(budget, plan, actor=fan, now=NOW)
    assert supporting.withdraw_support(budget, plan, actor=fan, now=NOW)
    assert counted(plan) == (0, 0)


@pytest.mark.parametrize("kind", [PhaseKind.ASSESS, PhaseKind.VOTE])
def test_nobody_supports_in_another_phase(context, fan, kind):
    budget = budget_with(phase=kind)
    plan = plan_of(budget)
    for act in (supporting.support, supporting.withdraw_support):
        with pytest.raises(NotAllowed, match="at this moment"):
            act(budget, plan, actor=fan, now=NOW)


def test_nobody_supports_once_the_vote_is_fixed(budget, fan):
    plan = plan_of(budget)
    budget.round.rules_hash = "0" * 64
    with pytest.raises(NotAllowed, match="at this moment"):
        supporting.support(budget, plan, actor=fan, now=NOW)


def test_who_is_not_in_the_audience_does_not_count(budget, fan):
    plan = plan_of(budget)
    db.session.add(
        ProcessAudience(
            process_id=budget.process_id, kind=Kind.RESIDENTS, group_name="", youngest=18
        )
    )
    db.session.flush()
    with pytest.raises(NotAllowed):
        supporting.support(budget, plan, actor=fan, now=NOW)
    assert counted(plan) == (0, 0)


def test_a_plan_that_was_withdrawn_meanwhile_gets_no_support(budget, fan):
    plan = plan_of(budget)
    elsewhere = update(CONTRIBUTION).values(state=State.WITHDRAWN)
    db.session.execute(elsewhere.where(elsewhere.table.c.id == plan.id))
    assert plan.state is State.PUBLISHED
    with pytest.raises(NotAllowed, match="this plan"):
        supporting.support(budget, plan, actor=fan, now=NOW)


def test_a_plan_that_was_a_proposal_keeps_the_support_of_that(budget, fan):
    proposal = ProposalFactory(process=budget.process)
    plan = plan_of(budget, proposal_id=proposal.id)
    with pytest.raises(NotAllowed, match="this plan"):
        supporting.support(budget, plan, actor=fan, now=NOW)


def test_a_number_that_drifted_is_mended(budget, fan):
    plan, right = plan_of(budget), plan_of(budget)
    supporting.support(budget, plan, actor=fan, now=NOW)
    supporting.support(budget, right, actor=fan, now=NOW)
    db.session.execute(update(PROJECT).where(Project.id == plan.id).values(support_count=7))
    assert supporting.recount() == [plan.id]
    db.session.refresh(plan, ["support_count"])
    assert counted(plan) == (1, 1)
    assert supporting.recount() == []


def test_residents_who_press_at_once_all_count_and_each_once(real, session):  # noqa: F811
    process = ProcessFactory(phase=PhaseKind.SUPPORT)
    budget_id = BudgetFactory(process=process, takes_plans=True).id
    plan_id = ProjectFactory(budget_id=budget_id, process=process).id
    accounts = [account.id for account in ResidentFactory.create_batch(THREADS // 2)] * 2
    session.commit()
    barrier = Barrier(THREADS)

    def press(account_id: int) -> bool:
        actor = Actor(id=account_id, roles=frozenset({Role.RESIDENT}))
        with real.app_context():
            plan = db.session.scalars(budgets.whole_project(plan_id)).one()
            budget = db.session.scalars(budgets.any_budget(plan.budget_id)).unique().one()
            barrier.wait(30)
            is_new = supporting.support(budget, plan, actor=actor, now=NOW)
            db.session.commit()
            return is_new

    with ThreadPoolExecutor(THREADS) as pool:
        assert sum(pool.map(press, accounts)) == THREADS // 2
    session.expire_all()
    rows = select(func.count()).select_from(ProjectSupport).filter_by(project_id=plan_id)
    assert session.scalar(rows) == THREADS // 2
    assert session.get_one(Project, plan_id).support_count == THREADS // 2


def test_the_page_counts_who_presses_and_takes_it_back(process, resident):
    plan = ProjectFactory(budget_id=to_come(process).id, process=process)
    page = resident().get(f"/plannen/{plan.id}").press("Steun dit plan")
    assert "U steunt dit plan." in page.text
    assert "steunbetuiging" in page.main
    page = page.press("Trek mijn steun in")
    assert "U steunt dit plan niet meer." in page.text


def test_who_did_not_say_yet_how_old_they_are_is_asked_first(store, process, resident):
    plan = ProjectFactory(budget_id=to_come(process).id, process=process)
    page = resident().get(f"/plannen/{plan.id}")
    of_age = {"kind": Kind.EVERYONE, "group_name": "", "youngest": 18}
    store.add(ProcessAudience(process_id=process.id, **of_age))
    store.commit()
    page = page.press("Steun dit plan")
    assert f"/trajecten/{process.slug}/mag-ik-meedoen" in page.html
    assert store.scalars(select(ProjectSupport)).all() == []


def test_the_most_supported_plans_stand_first_for_who_asks(process, client):
    budget = to_come(process)
    for number in (3, 0, 9, 1, 7, 5):
        title = f"Plan met {number}"
        ProjectFactory(budget_id=budget.id, process=process, title=title, support_count=number)
    text = client.get(f"/begrotingen/{budget.id}?volgorde=steun").main
    assert re.findall(r"Plan met (\d)", text) == list("975310")


def test_a_visitor_is_led_to_the_log_in_and_back_to_the_plan(process, client):
    plan = ProjectFactory(budget_id=to_come(process).id, process=process)
    page = client.get(f"/plannen/{plan.id}")
    assert f"next=/plannen/{plan.id}" in page.links()["Log in en steun"]


@pytest.mark.parametrize("takes_plans", [True, False])
def test_in_the_phase_for_support_the_process_leads_to_what_can_be_supported(
    client, process, takes_plans
):
    vote = RoundFactory(state=RoundState.DRAFT, opened_at=None)
    budget = BudgetFactory(process=process, round=vote, takes_plans=takes_plans)
    ProjectFactory(budget_id=budget.id, process=process, title="Skatebaan")
    links = client.get(f"/trajecten/{process.slug}").links()
    assert ("Bekijk alle plannen" in links) is takes_plans
    assert ("Bekijk alle voorstellen" in links) is not takes_plans
    if takes_plans:
        assert links["Bekijk alle plannen"] == f"/begrotingen/{budget.id}"
        assert "Bekijk alle plannen" not in client.get(f"/begrotingen/{budget.id}").links()


def test_on_a_phone_the_support_of_a_plan_stands_above_its_comments(client, process):
    plan = ProjectFactory(budget_id=to_come(process).id, process=process)
    html = client.get(f"/plannen/{plan.id}").html
    assert html.index('id="steun"') < html.index('id="reacties"')
