"""What happens to a result in the same second, with real commits on two connections."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, joinedload

from participatie.budget.models.budgets import Budget, Project
from participatie.budget.models.changes import OutcomeChange
from participatie.budget.queries.budgets import due_to_award
from participatie.budget.rules.changes import ChangeKind, Said
from participatie.budget.rules.outcomes import Outcome
from participatie.budget.services import awarding, changing
from participatie.budget.tasks import award_counted
from participatie.core.audit import AuditEntry
from participatie.core.db import db
from participatie.core.errors import Conflict
from participatie.identity.rules import Actor
from participatie.votes.models.ballots import Choice
from participatie.votes.models.rounds import VoteQuestion
from participatie.votes.queries.results import visible_tallies
from tests.budget.assessing import acting
from tests.budget.steps import counted, make_budget
from tests.budget.test_changes import NOW, TODAY, WHY
from tests.factories import ClerkFactory
from tests.real import WAIT, at_once, real_apps, storing, wait_until_somebody_waits

COSTS = {"Speeltuin": 50_000_00, "Bankjes": 60_000_00, "Zwembad": 70_000_00}


@pytest.fixture(scope="module")
def real(cluster, worker_id) -> Iterator[Flask]:
    with real_apps(cluster, f"budget_together_{worker_id}") as (app,):
        app.extensions["celery"].set_current()
        yield app


@pytest.fixture
def session(real: Flask) -> Iterator[Session]:
    with storing(real) as session:
        yield session


@pytest.fixture
def counted_budget(real, session) -> int:
    """Zwembad has the most votes and takes € 70.000 of the € 100.000; then Speeltuin, Bankjes."""
    budget = make_budget(COSTS)
    question = session.scalars(
        select(VoteQuestion.id).where(VoteQuestion.round_id == budget.round_id)
    ).one()
    for code, weight in (("zwembad", 5), ("speeltuin", 3), ("bankjes", 2)):
        answer = {"round_id": budget.round_id, "question_id": question, "answer": [code]}
        session.execute(insert(Choice).values(**answer, weight=weight))
    budget.reserve = 3
    session.commit()
    counted(real, session, budget)
    return budget.id


def plan(title: str, budget_id: int) -> Project:
    return db.session.scalars(
        select(Project)
        .where(Project.title == title, Project.budget_id == budget_id)
        .options(joinedload(Project.option))
    ).one()


def asked(budget_id: int, title: str, said: Said, actor: Actor) -> int:
    budget = db.session.get_one(Budget, budget_id)
    change = changing.ask(budget, plan(title, budget_id), said, today=TODAY, actor=actor, now=NOW)
    db.session.commit()
    return change.id


def test_a_count_that_is_awarded_twice_at_once_is_awarded_once(real, session, counted_budget):
    def award(_: int) -> str:
        with real.app_context():
            return award_counted.run()

    said = sorted(at_once(award, 2))
    assert said == ["", f"awarded [{counted_budget}]"]
    written = select(func.count()).where(
        AuditEntry.act == "budget.award", AuditEntry.subject == f"budget/{counted_budget}"
    )
    assert session.scalar(written) == 1


def test_who_waits_for_a_budget_that_somebody_awards_finds_nothing_left_to_award(
    real, session, counted_budget
):
    def wait_for_it() -> Budget | None:
        with real.app_context():
            return db.session.scalars(due_to_award().with_for_update(of=Budget)).first()

    with ThreadPoolExecutor(1) as pool, real.app_context():
        budget = db.session.scalars(due_to_award().with_for_update(of=Budget)).one()
        tallies = db.session.scalars(visible_tallies(budget.round_id or 0)).all()
        awarding.award(budget, tallies, now=NOW)
        waiting = pool.submit(wait_for_it)
        wait_until_somebody_waits(real)
        db.session.commit()
        assert waiting.result(WAIT) is None


def test_the_reserve_does_not_move_up_in_the_second_in_which_the_council_gives_the_money_away(
    real, session, counted_budget
):
    first, second = acting(ClerkFactory()), acting(ClerkFactory())
    with real.app_context():
        award_counted.run()
        out = asked(counted_budget, "Zwembad", Said(ChangeKind.FALLS_OUT, WHY), first)
        changing.confirm(out, actor=second, now=NOW)
        db.session.commit()
        up = asked(counted_budget, "Speeltuin", Said(ChangeKind.MOVES_UP, WHY), first)
        said = Said(ChangeKind.COUNCIL_AWARDS, WHY, TODAY, "Besluit 31")
        council = asked(counted_budget, "Bankjes", said, first)

    def move_up() -> None:
        with real.app_context():
            changing.confirm(up, actor=second, now=NOW)
            db.session.commit()

    with ThreadPoolExecutor(1) as pool, real.app_context():
        changing.confirm(council, actor=second, now=NOW)
        moved = pool.submit(move_up)
        wait_until_somebody_waits(real)
        db.session.commit()
        with pytest.raises(Conflict):
            moved.result(WAIT)
    session.rollback()
    outcomes = select(Project.title).where(
        Project.budget_id == counted_budget, Project.outcome == Outcome.AWARDED
    )
    assert session.scalars(outcomes).all() == ["Bankjes"]
    assert session.get_one(OutcomeChange, up).confirmed_at is None
