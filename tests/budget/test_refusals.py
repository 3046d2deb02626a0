"""What a budget refuses, and what it says then: the lessons of Consul, one test each.

The numbers are those of the scenarios in the reference; those about support, the paper desk and the
phases of a process are tested in the slices that own them.
"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from participatie.budget.models.budgets import Budget, Project
from participatie.budget.rules.lists import ShoppingList
from participatie.budget.rules.outcomes import Outcome
from participatie.budget.tasks import award_counted
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import Conflict, Invalid
from participatie.processes.rules import PhaseKind
from participatie.votes import owners
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.rules.kinds import BallotKind, Option, Question
from participatie.votes.rules.papers import Paper
from participatie.votes.rules.rounds import GREEDY, Channel, RollKind, RoundState
from participatie.votes.services import drafts
from tests.budget.steps import button, cast, counted, make_budget, put
from tests.factories import (
    BudgetFactory,
    ClerkFactory,
    ProcessFactory,
    ProjectFactory,
    ResidentFactory,
    RoundFactory,
)

# Rules: whatever is pressed, a list keeps to the frozen rules


def question(code, costs, **settings):
    options = {name: Option(name, name, cost) for name, cost in costs.items()}
    facts = {"minimum": 1, "maximum": None, "budget": 100, "kind": BallotKind.KNAPSACK}
    return Question(code=code, title=code, options=options, **{**facts, **settings})


NORTH = question("Noord", {"a": 60, "b": 40, "c": 41})
SOUTH = question("Zuid", {"x": 90, "y": 20})
NUMBERED = question("plans", {"a": 1, "b": 1, "c": 1}, kind=BallotKind.MULTIPLE, maximum=2)
PRESSES = st.lists(
    st.tuples(st.booleans(), st.sampled_from(["a", "b", "c", "x", "y"])), max_size=30
)


@given(PRESSES, st.integers(1, 2))
def test_whatever_is_pressed_a_list_never_costs_more_than_there_is(presses, most):
    wanted = ShoppingList.of(Paper((NORTH, SOUTH), most), {})
    for is_put, code in presses:
        try:
            wanted = wanted.with_plan(code) if is_put else wanted.without_plan(code)
        except Invalid:
            continue
    assert all(part.total <= part.question.money for part in wanted.parts)
    assert sum(1 for part in wanted.parts if part.chosen) <= most
    assert not wanted.chosen or wanted.refusal() is None


def test_41_the_money_of_each_area_is_counted_by_itself():
    wanted = ShoppingList.of(Paper((NORTH, SOUTH), 2), {}).with_plan("a").with_plan("x")
    assert [part.left for part in wanted.parts] == [40, 10]


def test_42_who_takes_everything_of_an_area_off_can_choose_in_another():
    wanted = ShoppingList.of(Paper((NORTH, SOUTH), 1), {}).with_plan("a")
    with pytest.raises(Invalid, match="You may choose in"):
        wanted.with_plan("y")
    assert wanted.without_plan("a").with_plan("y").chosen == ("y",)


def test_44_a_plan_that_does_not_fit_fits_again_after_another_is_taken_off():
    wanted = ShoppingList.of(Paper((NORTH,)), {}).with_plan("a")
    assert not wanted.fits("c")
    assert wanted.without_plan("a").fits("c")


def test_47_a_list_of_a_number_of_plans_is_full_at_that_number():
    wanted = ShoppingList.of(Paper((NUMBERED,)), {}).with_plan("a").with_plan("b")
    with pytest.raises(Invalid, match="full"):
        wanted.with_plan("c")


def test_a_plan_that_is_withdrawn_falls_off_a_list_and_cannot_come_on_it():
    wanted = ShoppingList.of(Paper((NORTH,)), {"Noord": ["a", "b"]}, frozenset({"a"}))
    assert wanted.chosen == ("b",)
    with pytest.raises(Conflict, match="withdrawn"):
        wanted.with_plan("a")


# Pages


@pytest.fixture
def clerk(store, log_in):
    return log_in(ClerkFactory())


def test_21_a_budget_in_the_making_is_there_for_the_griffie_and_for_nobody_else(
    store, client, clerk
):
    process = ProcessFactory(phase=PhaseKind.VOTE, published_at=None)
    budget = BudgetFactory(process=process, round=None)
    client.get(f"/begrotingen/{budget.id}", status=404)
    assert budget.title in clerk.get("/griffie/begrotingen").main
    assert clerk.get(f"/griffie/begrotingen/{budget.id}").status == 200


def test_24_a_resident_does_not_change_a_plan_not_even_their_own(store, resident):
    author = ResidentFactory()
    budget = make_budget()
    plan = store.scalars(select(Project)).first()
    plan.author_id = author.id
    store.commit()
    mine = resident(account=author)
    mine.get(f"/griffie/plannen/{plan.id}", status=403)
    mine.get(f"/griffie/begrotingen/{budget.id}/plannen/nieuw", status=403)


def test_28_costs_stand_there_once_they_are_known(store, client):
    process = ProcessFactory(phase=PhaseKind.VOTE)
    budget = BudgetFactory(process=process, round=None)
    plan = ProjectFactory(budget_id=budget.id, process=process, cost=0)
    assert "€ 0" not in client.get(f"/begrotingen/{budget.id}").main
    assert "nog niet bekend wat het kost" in client.get(f"/plannen/{plan.id}").main


def test_33_nothing_is_awarded_before_there_is_a_result(app, store, resident):
    cast(resident(), make_budget(), "Speeltuin")
    with app.app_context():
        assert award_counted.run() == ""


def test_34_awarding_twice_gives_the_same_and_tells_nobody_twice(app, store, resident):
    budget = make_budget()
    cast(resident(), budget, "Speeltuin")
    counted(app, store, budget)
    with app.app_context():
        assert award_counted.run() == f"awarded [{budget.id}]"
        assert award_counted.run() == ""


def test_35_a_cheaper_plan_with_fewer_votes_gets_what_is_left(app, store, resident):
    budget = make_budget({"Duur": 70_000_00, "Te duur": 60_000_00, "Klein": 20_000_00})
    for number, titles in enumerate(
        [["Duur"], ["Duur"], ["Te duur", "Klein"], ["Te duur"], ["Duur"]]
    ):
        cast(resident(f"v1${number}"), budget, *titles)
    counted(app, store, budget)
    with app.app_context():
        award_counted.run()
    outcomes = {p.title: p.outcome for p in store.scalars(select(Project))}
    assert outcomes == {
        "Duur": Outcome.AWARDED,
        "Te duur": Outcome.NOT_AWARDED,
        "Klein": Outcome.AWARDED,
    }


def test_36_of_plans_that_cannot_go_together_one_wins(app, store, resident):
    rules = {**GREEDY, "exclusive": [["bankjes", "speeltuin"]]}
    budget = make_budget(counting=rules)
    cast(resident("v1$a"), budget, "Speeltuin", "Bankjes")
    cast(resident("v1$b"), budget, "Bankjes")
    counted(app, store, budget)
    with app.app_context():
        award_counted.run()
    outcomes = {p.title: p.outcome for p in store.scalars(select(Project))}
    assert outcomes["Bankjes"] is Outcome.AWARDED
    assert outcomes["Speeltuin"] is Outcome.NOT_AWARDED


def test_38_a_result_is_not_there_before_it_is_published(client):
    budget = make_budget()
    client.get(f"/begrotingen/{budget.id}/uitslag", status=404)
    client.get(f"/begrotingen/{budget.id}/uitslag.json", status=404)


def test_39_a_budget_of_which_the_rules_are_fixed_is_not_thrown_away(store, clerk):
    budget = make_budget()
    clerk.get(f"/griffie/begrotingen/{budget.id}/weg", status=409)
    assert store.scalars(select(Budget.id)).all() == [budget.id]


def test_43_each_who_cannot_vote_is_told_why(store, client, clerk, resident, log_in):
    budget = make_budget()
    page = client.get(f"/begrotingen/{budget.id}/lijst?plan=bankjes")
    page = page.press("Zet dit plan op mijn lijst").follow("Controleer uw lijst")
    assert "inloggen" in page.response.request.path
    assert (
        "Met deze inlog kunt u niet stemmen"
        in clerk.get(f"/begrotingen/{budget.id}/overzicht", status=403).main
    )
    closed_roll = make_budget(roll_kind=RollKind.UPLOAD)
    page = cast_refused(resident(), closed_roll)
    assert "U staat niet op de deelnemerslijst" in page.main


def cast_refused(visitor, budget):
    """The answer to a press on the last button that is refused."""
    page = put(visitor.get(f"/begrotingen/{budget.id}"), "Bankjes").follow("Controleer uw lijst")
    form = {e.get("name"): e.get("value") for e in page.all("input")}
    response = visitor.raw.post(f"/begrotingen/{budget.id}/stem", data=form, follow_redirects=True)
    assert response.status_code in {403, 409}
    return (
        visitor.get(f"/begrotingen/{budget.id}")
        if response.status_code == 200
        else _page(response, visitor)
    )


def _page(response, visitor):
    return type(visitor.get("/"))(response, visitor)


def test_45_the_money_of_an_open_vote_is_not_changed_by_anybody(store, clerk):
    budget = make_budget()
    for page in ("geld", "wijken", "stembiljet", "verdelen", "stemming"):
        clerk.get(f"/griffie/begrotingen/{budget.id}/{page}", status=409)
    store.execute(text("UPDATE vote_round SET rules_hash = repeat('0', 64)"))
    store.commit()
    with pytest.raises(IntegrityError):
        store.execute(text("UPDATE vote_question SET budget = 1"))
    store.rollback()


def test_46_two_tabs_cannot_spend_more_than_there_is(store, resident):
    budget, visitor = make_budget(), resident()
    one = visitor.get(f"/begrotingen/{budget.id}")
    other = visitor.get(f"/begrotingen/{budget.id}")
    put(one, "Bankjes")
    page = put(other, "Zwembad")  # the other tab still shows an empty list
    assert "Dit plan past niet" in page.main
    assert "1 plan" in page.main


def test_48_who_got_a_paper_ballot_hears_it_first_and_does_not_vote_online_too(
    app, store, resident
):
    budget = make_budget()
    visitor = resident("v1$paper")
    checked = put(visitor.get(f"/begrotingen/{budget.id}"), "Bankjes").follow("Controleer uw lijst")
    key = app.extensions["vote_keys"].voter_key(budget.round_id, "v1$paper")
    store.add(Roll(round_id=budget.round_id, voter_key=key, version=1, channel=Channel.PAPER))
    store.commit()
    paper = "U kreeg voor deze stemming een stembiljet op papier."
    assert paper in checked.press("Stem op dit plan", answered=409).main
    plans = visitor.get(f"/begrotingen/{budget.id}").main
    assert plans.index(paper) < plans.index("Bankjes")
    assert "U kunt uw stem veranderen" not in plans
    assert paper in visitor.get(f"/begrotingen/{budget.id}/overzicht", status=409).main


def test_who_changes_a_vote_never_reads_that_they_have_not_voted(resident):
    budget, visitor = make_budget(), resident()
    cast(visitor, budget, "Bankjes")
    check = put(visitor.get(f"/begrotingen/{budget.id}"), "Zwembad").follow("Controleer uw lijst")
    assert "U hebt met deze lijst nog niet gestemd." in check.text
    assert "U hebt nog niet gestemd" not in check.text


def test_who_votes_on_plans_reads_who_may_before_they_choose_and_before_they_vote(resident):
    budget = make_budget(who_may_vote="Wie hier een tuin heeft.", reference_date=date(2026, 5, 1))
    plans = resident().get(f"/begrotingen/{budget.id}")
    for page in (plans, put(plans, "Bankjes").follow("Controleer uw lijst")):
        assert "Wie hier een tuin heeft. U woont in Waterlanden. Het telt waar u" in page.main


def test_a_list_that_no_longer_fits_the_frozen_costs_is_refused_with_the_new_total(
    app, store, resident
):
    account = ResidentFactory()
    visitor = resident(account=account)
    budget = make_budget()
    with app.test_request_context():
        owner = owners.of_account(account.id)
        drafts.keep(
            owner,
            budget.round_id,
            {"plans": ["speeltuin", "zwembad"]},
            keys=app.extensions["vote_keys"],
            now=now(),
        )
        db.session.commit()
    page = visitor.get(f"/begrotingen/{budget.id}/overzicht")
    assert "Uw lijst kost € 110.000. Er is € 100.000 te verdelen." in page.main
    assert button(page, "Haal Zwembad weg")


def test_a_draft_with_rules_that_are_not_fixed_takes_no_list(store, resident):
    vote = RoundFactory(state=RoundState.DRAFT, opened_at=None)
    process = ProcessFactory(phase=PhaseKind.VOTE)
    budget = BudgetFactory(round=vote, process=process)
    resident().get(f"/begrotingen/{budget.id}/lijst?plan=x", status=409)
    assert store.get_one(VoteRound, vote.id).state is RoundState.DRAFT
