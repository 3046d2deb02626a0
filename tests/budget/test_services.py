from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from participatie.budget.models.budgets import Budget, Project
from participatie.budget.rules.lists import ShoppingList
from participatie.budget.rules.outcomes import Outcome
from participatie.budget.services import awarding, opening, setting_up
from participatie.budget.tasks import award_counted
from participatie.contributions.models import Follow
from participatie.contributions.rules import State
from participatie.core.audit import AuditEntry
from participatie.core.db import db
from participatie.core.errors import Conflict, Invalid, NotAllowed
from participatie.core.outbox import OutboxMessage
from participatie.identity.rules import VISITOR, Actor, Role
from participatie.processes.rules import PhaseKind
from participatie.votes.models.acts import PublishedResult
from participatie.votes.models.ballots import Tally
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import results as result_queries
from participatie.votes.rules.kinds import BallotKind, Option, Question
from participatie.votes.rules.papers import Paper
from participatie.votes.rules.rounds import Channel, Grade, Voter
from participatie.votes.services import casting
from participatie.votes.tasks import sweep, tally
from tests import moments
from tests.factories import (
    BudgetFactory,
    ProcessFactory,
    ProjectFactory,
    ResidentFactory,
    soon,
)

CLERK = Actor(id=1, roles=frozenset({Role.CLERK}))
NOW = soon()


# Rules

PLANS = {c: Option(c, c, cost) for c, cost in {"a": 60, "b": 40, "c": 41}.items()}
QUESTION = Question("plans", BallotKind.KNAPSACK, "Welke plannen?", 1, None, 100, PLANS)
EMPTY = ShoppingList.of(Paper((QUESTION,)), {})


def test_a_list_holds_what_fits_and_says_what_is_missing():
    wanted = EMPTY.with_plan("a").with_plan("b")
    assert (wanted.chosen, wanted.total, wanted.parts[0].left) == (("a", "b"), 100, 0)
    with pytest.raises(Invalid, match="does not fit"):
        EMPTY.with_plan("a").with_plan("c")
    with pytest.raises(Conflict):
        EMPTY.with_plan("x")


def test_putting_twice_and_taking_off_what_is_not_there_change_nothing():
    one = EMPTY.with_plan("a")
    assert one.with_plan("a") == one == one.without_plan("b")
    assert one.without_plan("a") == EMPTY


def test_what_is_no_longer_on_the_ballot_falls_off_a_kept_list():
    assert ShoppingList.of(Paper((QUESTION,)), {"plans": ["gone", "b", "b"]}).chosen == ("b",)


# Setting up and opening


@pytest.fixture
def budget(context) -> Budget:
    process = ProcessFactory(phase=PhaseKind.VOTE)
    made = BudgetFactory(process=process, round=None)
    for title, cost in (("Noord", 60_000_00), ("Zuid", 70_000_00)):
        ProjectFactory(process=process, budget_id=made.id, title=title, cost=cost)
    return made


def open_vote(app, budget: Budget, actor: Actor = CLERK) -> None:
    opening.open_vote(budget, keys=app.extensions["vote_keys"], actor=actor, now=NOW)


def planned(budget: Budget) -> VoteRound:
    return setting_up.plan_vote(
        budget, opens_at=soon(hours=-1), closes_at=soon(hours=1), actor=CLERK, grade=Grade.LIGHT
    )


def test_a_vote_is_planned_once_by_staff_with_dates_in_order(budget):
    for actor in (VISITOR, Actor(id=2, roles=frozenset({Role.RESIDENT}))):
        with pytest.raises(NotAllowed):
            setting_up.plan_vote(budget, opens_at=NOW, closes_at=soon(days=1), actor=actor)
    with pytest.raises(Invalid):
        setting_up.plan_vote(budget, opens_at=NOW, closes_at=NOW, actor=CLERK)
    with pytest.raises(Invalid):
        setting_up.plan_vote(
            budget, opens_at=NOW, closes_at=soon(days=1), actor=CLERK, counting={"rule": "luck"}
        )
    planned(budget)
    with pytest.raises(Conflict):
        planned(budget)


def test_opening_puts_published_plans_on_the_ballot_with_frozen_cost(app, budget):
    ProjectFactory(budget_id=budget.id, state=State.HIDDEN)
    vote_round = planned(budget)
    open_vote(app, budget)
    first = db.session.scalars(select(Project).order_by(Project.id)).first()
    assert first is not None
    first.cost = 1
    db.session.flush()
    [question] = casting.paper(vote_round.id).questions
    assert sorted(o.cost for o in question.options.values()) == [60_000_00, 70_000_00]


def test_a_budget_without_a_vote_is_not_opened(app, budget):
    with pytest.raises(Conflict):
        open_vote(app, budget)


def test_a_resident_does_not_open_a_vote(app, budget):
    planned(budget)
    with pytest.raises(NotAllowed):
        open_vote(app, budget, VISITOR)


# From closing to the mail


def counted(app, budget) -> VoteRound:
    vote_round = planned(budget)
    open_vote(app, budget)
    [question] = casting.paper(vote_round.id).questions
    codes = {o.title: o.code for o in question.options.values()}
    for number, title in enumerate(["Zuid", "Zuid", "Noord"]):
        keys = app.extensions["vote_keys"]
        casting.cast(
            vote_round.id,
            [[codes[title]]],
            voter=Voter(keys.voter_key(vote_round.id, f"v1${number}"), Channel.LOGIN),
            press=uuid4(),
            keys=keys,
            owner=None,
        )
    db.session.commit()
    moments.over(db.session, vote_round.id)
    return vote_round


def test_the_sweep_closes_what_is_due_and_asks_for_a_count(app, budget):
    vote_round = counted(app, budget)
    in_queue = text("SELECT count(*) FROM broker.kombu_message")
    before = db.session.scalars(in_queue).one()
    said = sweep()
    assert said == f"closed [{vote_round.id}], to count [{vote_round.id}]"
    assert sweep() == f"to count [{vote_round.id}]"
    assert db.session.scalars(in_queue).one() == before + 2
    tally(vote_round.id)
    assert sweep() == ""


def test_authors_and_followers_are_told_once_each_in_one_mail(app, budget):
    author, follower = ResidentFactory(), ResidentFactory()
    projects = db.session.scalars(select(Project).order_by(Project.id)).all()
    projects[0].author_id = author.id
    for project in projects:
        db.session.add(Follow(contribution_id=project.id, account_id=follower.id, since=NOW))
    vote_round = counted(app, budget)
    sweep()
    tally(vote_round.id)
    assert award_counted() == f"awarded [{budget.id}]"
    assert award_counted() == ""
    awarding.award(
        budget, db.session.scalars(result_queries.visible_tallies(vote_round.id)).all(), now=NOW
    )
    told = {m.account_id: m for m in db.session.scalars(select(OutboxMessage))}
    assert set(told) == {author.id, follower.id}
    assert told[author.id].kind == "budget.result"
    assert told[author.id].parameters["lost"] == ["Noord"]
    assert told[follower.id].parameters["won"] == ["Zuid"]
    assert told[follower.id].parameters["lost"] == ["Noord"]
    assert told[follower.id].parameters["path"] == f"/begrotingen/{budget.id}/uitslag"
    outcomes = {p.title: p.outcome for p in db.session.scalars(select(Project))}
    assert outcomes == {"Noord": Outcome.NOT_AWARDED, "Zuid": Outcome.AWARDED}


def test_a_newer_count_awards_again_and_tells_whose_plan_is_judged_otherwise(app, budget):
    author = ResidentFactory()
    projects = db.session.scalars(select(Project).order_by(Project.id)).all()
    for project in projects:
        project.author_id = author.id
    vote_round = counted(app, budget)
    sweep()
    tally(vote_round.id)
    first = db.session.scalars(select(Tally)).one()
    award_counted()
    columns = {c.key: getattr(first, c.key) for c in Tally.__table__.columns}
    again = dict(first.result) | {"winners": [], "votes": first.result["votes"]}
    db.session.add(Tally(**columns | {"version": 2, "result": again}))
    shown = {"round_id": vote_round.id, "is_final": True, "published_at": NOW}
    db.session.add(PublishedResult(**shown, number=2, version=2))
    db.session.commit()
    assert award_counted() == f"awarded [{budget.id}]"
    assert award_counted() == ""
    db.session.expire_all()
    outcomes = {p.title: p.outcome for p in db.session.scalars(select(Project))}
    assert outcomes == {"Noord": Outcome.NOT_AWARDED, "Zuid": Outcome.NOT_AWARDED}
    mails = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert [mail.parameters["lost"] for mail in mails] == [["Noord"], ["Zuid"]]


def test_opening_closing_and_awarding_stand_in_the_audit_log(app, budget):
    vote_round = counted(app, budget)
    sweep()
    tally(vote_round.id)
    award_counted()
    acts = db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts == ["votes.freeze", "votes.open", "votes.close", "votes.publish", "budget.award"]


def test_a_budget_without_a_result_is_not_awarded(app, budget):
    planned(budget)
    open_vote(app, budget)
    assert award_counted() == ""
    assert db.session.scalars(select(func.count()).select_from(OutboxMessage)).one() == 0
