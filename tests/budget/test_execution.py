"""Staff tells how it stands with a plan that goes ahead, and everybody reads it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from participatie.budget.models.execution import Execution, ExecutionPhoto, Milestone
from participatie.budget.rules.execution import (
    MOST_MILESTONES,
    ExecutionStatus,
    Standing,
    Step,
    check_done,
    progress,
)
from participatie.budget.rules.outcomes import Outcome
from participatie.budget.services import executing
from participatie.contributions.models import Follow
from participatie.core.audit import AuditEntry
from participatie.core.db import db
from participatie.core.errors import Conflict, Invalid, NotAllowed
from participatie.core.outbox import OutboxMessage
from participatie.identity.rules import Actor, Role
from participatie.media.models import Image
from participatie.processes.models import Process
from participatie.processes.rules import PhaseKind
from participatie.votes.rules.rounds import GREEDY, RoundState
from tests.factories import (
    LONG_AGO,
    BudgetFactory,
    ClerkFactory,
    ProcessFactory,
    ProjectFactory,
    ResidentFactory,
    RoundFactory,
)
from tests.media.drawings import image

NOW = datetime(2027, 3, 14, 12, tzinfo=UTC)
WHY = "De grond bleek vervuild. Schoonmaken is te duur."
STOPPED = Standing(ExecutionStatus.STOPPED, 0, WHY)
BUSY = Standing(ExecutionStatus.BUSY, 4_000_00)

# Rules

standings = st.builds(
    Standing, st.sampled_from(ExecutionStatus), st.integers(min_value=0, max_value=10**12)
)


@given(st.lists(st.tuples(st.integers(min_value=0, max_value=10**12), standings)))
def test_progress_counts_each_plan_once_and_loses_no_cent(plans):
    made = progress(plans)
    assert sum(made.by_status.values()) == made.plans == len(plans)
    assert made.given == sum(cost for cost, _ in plans)
    assert made.spent == sum(standing.spent for _, standing in plans)
    assert made.done <= made.plans


def test_a_step_is_done_today_or_before_and_never_tomorrow():
    check_done(None, today=date(2027, 3, 14))
    check_done(date(2027, 3, 14), today=date(2027, 3, 14))
    with pytest.raises(Invalid) as refused:
        check_done(date(2027, 3, 15), today=date(2027, 3, 14))
    assert refused.value.field == "done_on"


# What is refused


def made():
    """A plan that goes ahead, in a budget of which the result is published."""
    vote = RoundFactory(state=RoundState.PUBLISHED, closed_at=LONG_AGO, counting=GREEDY)
    process = ProcessFactory(phase=PhaseKind.RESULT)
    return ProjectFactory(
        budget_id=BudgetFactory(round=vote, process=process).id,
        process=process,
        title="Speeltuin",
        cost=40_000_00,
        outcome=Outcome.AWARDED,
    )


@pytest.fixture
def plan(store):
    """Such a plan, for who looks at it with a browser."""
    return made()


@pytest.fixture
def own(context):
    """Such a plan, in the session of the services."""
    return made()


@pytest.fixture
def clerk(store):
    return ClerkFactory()


ACTING: dict[str, Any] = {"actor": Actor(id=1, roles=frozenset({Role.CLERK})), "now": NOW}


def test_only_staff_tells_how_it_stands(own):
    stranger: dict[str, Any] = {"actor": Actor(id=1, roles=frozenset({Role.RESIDENT})), "now": NOW}
    for act in (
        lambda: executing.tell(own, BUSY, **stranger),
        lambda: executing.plan_milestone(own, Step("Begin", NOW.date()), **stranger),
        lambda: executing.describe_photo(own, Image(), "Een bank", **stranger),
        lambda: executing.take_photo_away(own, 1, **stranger),
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize("outcome", [Outcome.UNDECIDED, Outcome.NOT_AWARDED])
def test_of_a_plan_that_does_not_go_ahead_nothing_is_told(store, plan, log_in, clerk, outcome):
    plan.outcome = outcome
    store.commit()
    log_in(clerk).get(f"/griffie/plannen/{plan.id}/uitvoering", status=409)


def test_the_service_refuses_a_plan_that_lost(own):
    own.outcome = Outcome.NOT_AWARDED
    with pytest.raises(Conflict):
        executing.tell(own, BUSY, **ACTING)


def test_a_plan_stops_with_a_public_reason_only(plan, log_in, clerk, store):
    browser = log_in(clerk)
    page = browser.get(f"/griffie/plannen/{plan.id}/uitvoering")
    page = page.press("Bewaar", status="stopped", reason="Te duur.", spent="100")
    assert page.fields_with_errors() == ["Waarom is het gestopt?"]
    assert "Te duur." in page.html
    assert store.get(Execution, plan.id) is None


def test_an_amount_that_cannot_be_read_is_refused_at_its_field(plan, log_in, clerk):
    page = log_in(clerk).get(f"/griffie/plannen/{plan.id}/uitvoering")
    page = page.press("Bewaar", status="busy", spent="veel")
    assert page.fields_with_errors() == ["Hoeveel is er tot nu toe uitgegeven?"]


@pytest.mark.parametrize("wrong", [{"spent": -1}, {"reason": "x"}, {"status": "stopped"}])
def test_the_database_keeps_out_what_the_rules_refuse(store, plan, wrong):
    facts = {"status": "busy", "reason": "", "spent": 0} | wrong
    store.add(
        Execution(
            project_id=plan.id,
            status=ExecutionStatus(facts["status"]),
            reason=facts["reason"],
            spent=facts["spent"],
            changed_at=NOW,
        )
    )
    with pytest.raises(IntegrityError):
        store.flush()


def test_two_steps_never_have_the_same_name_and_there_are_few(own):
    for number in range(MOST_MILESTONES):
        executing.plan_milestone(own, Step(f"Stap {number}", NOW.date()), **ACTING)
        if not number:
            with pytest.raises(Invalid):
                executing.plan_milestone(own, Step("Stap 0", NOW.date()), **ACTING)
    with pytest.raises(Conflict):
        executing.plan_milestone(own, Step("Nog een stap", NOW.date()), **ACTING)


def test_a_step_of_another_plan_is_not_found(store, plan, log_in, clerk):
    other = ProjectFactory(
        budget_id=plan.budget_id,
        process=store.get_one(Process, plan.process_id),
        outcome=Outcome.AWARDED,
    )
    step = Milestone(project_id=other.id, title="Begin", planned_on=NOW.date())
    store.add(step)
    store.commit()
    log_in(clerk).get(f"/griffie/plannen/{plan.id}/stappen/{step.id}", status=404)


# What is told


def told():
    rows = select(OutboxMessage).where(OutboxMessage.kind == "budget.execution")
    return db.session.scalars(rows.order_by(OutboxMessage.id)).all()


def test_followers_hear_each_change_of_status_once(own):
    follower = ResidentFactory()
    db.session.add(Follow(contribution_id=own.id, account_id=follower.id, since=LONG_AGO))
    db.session.flush()
    for standing in (Standing(), BUSY, Standing(BUSY.status, 5_000_00), BUSY, STOPPED):
        executing.tell(own, standing, **ACTING | {"now": datetime.now(UTC)})
    messages = told()
    assert [m.parameters["status"] for m in messages] == ["busy", "stopped"]
    assert {m.account_id for m in messages} == {follower.id}
    assert messages[1].parameters["reason"] == WHY


def test_each_act_stands_in_the_log(own):
    executing.tell(own, STOPPED, **ACTING)
    subject = AuditEntry.subject == f"project/{own.id}"
    entry = db.session.scalars(select(AuditEntry).where(subject)).one()
    assert (entry.act, entry.account_id) == ("budget.execution", 1)
    assert entry.detail["reason"] == WHY


def test_staff_tells_and_everybody_reads_it(store, plan, log_in, clerk, client):
    browser = log_in(clerk)
    page = browser.get(f"/griffie/plannen/{plan.id}/uitvoering")
    page = page.press("Bewaar", status="busy", spent="4.000")
    page = page.follow("Plan een stap").press(
        "Bewaar", title="De speeltuin is gebouwd", planned_on="2026-06-01"
    )
    page = page.follow("De speeltuin is gebouwd").press("Bewaar", done_on="01-06-2026")
    page = page.follow("Voeg een foto toe")
    page = page.press(
        "Voeg deze foto toe", image=(BytesIO(image()), "x.jpg"), description="Een graafmachine"
    )
    page = page.follow("Wijzig de beschrijving van foto 1")
    page = page.press("Bewaar de beschrijving", description="Een graafmachine op het gras")
    assert "Een graafmachine op het gras" in page.html
    read = client.get(f"/plannen/{plan.id}").main
    assert "€ 4.000 van € 40.000 uitgegeven" in read
    assert "klaar op 1 juni 2026" in read
    photo = store.scalars(select(ExecutionPhoto)).one()
    assert photo.project_id == plan.id
    page = browser.get(f"/griffie/plannen/{plan.id}/uitvoering")
    page.press("Haal weg foto 1")
    store.expire_all()
    assert store.scalars(select(ExecutionPhoto)).one_or_none() is None


def test_the_list_says_how_far_all_plans_are_in_number_and_money(app, store, plan, client):
    for title, standing in {
        "Bankjes": Standing(ExecutionStatus.DONE, 9_000_00),
        "Zwembad": STOPPED,
    }.items():
        other = ProjectFactory(
            budget_id=plan.budget_id,
            process=store.get_one(Process, plan.process_id),
            title=title,
            outcome=Outcome.AWARDED,
        )
        store.add(
            Execution(
                project_id=other.id,
                status=standing.status,
                reason=standing.reason,
                spent=standing.spent,
                changed_at=NOW,
            )
        )
    store.commit()
    page = client.get(f"/begrotingen/{plan.budget_id}/uitvoering")
    assert page.h1 == "Zo staat het ervoor: Buurtbudget"
    assert "Klaar: 1 van de 3 plannen" in page.main
    assert "1 plan is gestopt" in page.main
    assert "€ 9.000 van de € 60.000 is uitgegeven" in page.main
    assert WHY in page.main
