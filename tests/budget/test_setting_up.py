"""A clerk makes a budget in the browser, down to the vote."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participatie.budget.models.budgets import Budget, BudgetPart
from participatie.budget.rules.areas import check_areas
from participatie.budget.rules.examples import Plan, example, made_up
from participatie.budget.rules.setting_up import (
    Award,
    AwardRule,
    BallotForm,
    BallotRules,
    LeftOver,
    SupportKind,
    award_of,
    form_of,
)
from participatie.core.errors import Invalid
from participatie.processes.rules import PhaseKind
from participatie.votes.counting.hashing import input_hash
from participatie.votes.models.rounds import VoteQuestion, VoteRound
from participatie.votes.rules.kinds import BallotKind
from participatie.votes.rules.rounds import counting_rules
from tests.budget.steps import put
from tests.factories import (
    LONG_AGO,
    AreaFactory,
    ClerkFactory,
    ProcessFactory,
    ProjectFactory,
)

# Rules


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"form": BallotForm.UP_TO}, "most"),
        ({"form": BallotForm.EXACTLY}, "most"),
        ({"least": 3, "most": 2}, "most"),
        ({"form": BallotForm.POINTS, "most": 1001}, "most"),
        ({"form": BallotForm.RANKING, "most_money": 5}, "most_money"),
        ({"form": BallotForm.YES_NO, "least_money": 5}, "least_money"),
        ({"most_money": 101}, "most_money"),
        ({"least_money": 60, "most_money": 50}, "least_money"),
    ],
)
def test_a_ballot_that_does_not_go_together_is_refused_at_its_field(rules, field):
    with pytest.raises(Invalid) as refused:
        BallotRules(**rules).check(100)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("rules", "numbers"),
    [
        ({}, (1, None)),
        ({"form": BallotForm.UP_TO, "most": 3}, (1, 3)),
        ({"form": BallotForm.EXACTLY, "most": 3}, (3, 3)),
        ({"form": BallotForm.YES_NO}, (1, None)),
        ({"form": BallotForm.POINTS}, (1, 10)),
        ({"form": BallotForm.RANKING, "most": 5}, (1, 5)),
    ],
)
def test_each_form_of_ballot_is_a_question_of_the_ballot_box_and_back(rules, numbers):
    made = BallotRules(**rules)
    made.check(100)
    assert made.numbers == numbers
    assert form_of(made.form.kind, *numbers) is made.form


def test_areas_are_none_or_several_and_a_voter_chooses_in_fewer_than_all():
    check_areas({}, None)
    check_areas({1: 5, 2: 5}, 1)
    for amounts, most in (({1: 5}, None), ({1: 5, 2: 0}, None), ({1: 5, 2: 5}, 2)):
        with pytest.raises(Invalid):
            check_areas(amounts, most)


@pytest.mark.parametrize(
    "award",
    [
        Award(),
        Award(rule=AwardRule.EQUAL_SHARES),
        Award(rule=AwardRule.EQUAL_SHARES, left_over=LeftOver.KEEP, comparison=True),
        Award(rule=AwardRule.MOST_VOTES_STOP, support_kind=SupportKind.VOTES, support=25),
        Award(support_kind=SupportKind.PERCENT, support=5),
    ],
)
def test_what_a_clerk_chose_is_what_the_count_does(award):
    award.check()
    counting_rules(award.settings)
    assert award_of(award.settings) == award


def test_a_minimum_of_support_says_how_much():
    with pytest.raises(Invalid):
        Award(support_kind=SupportKind.VOTES).check()
    with pytest.raises(Invalid):
        Award(support_kind=SupportKind.PERCENT, support=101).check()


def test_the_example_is_the_same_each_time_and_never_spends_more_than_there_is():
    plans = [Plan(str(n), f"Plan {n}", 10 + n) for n in range(9)]
    one, other = (made_up(plans, 60, seed="budget/1") for _ in range(2))
    assert input_hash(one) == input_hash(other)
    for rule in AwardRule:
        settings = {**Award(rule=rule).settings, "lot": [plan.code for plan in plans]}
        shown = example(one, counting_rules(settings))
        assert 0 < shown.spent <= shown.money == 60
        assert 0 <= shown.empty_handed <= shown.voters


# Pages


@pytest.fixture
def clerk(store, log_in):
    return log_in(ClerkFactory())


def begin(clerk, process, **fields):
    page = clerk.get(f"/griffie/trajecten/{process.id}").follow("Verdeel geld in dit traject")
    said = {"title": "Verbeter uw buurt", "text": "Voor plannen in de openbare ruimte."}
    return page.press("Bewaar deze begroting", **{**said, "amount": "€ 100.000", **fields})


def test_a_clerk_makes_a_budget_that_a_resident_votes_on(store, clerk, resident):
    process = ProcessFactory(phase=PhaseKind.VOTE)
    page = begin(clerk, process)
    assert page.h1 == "Stemming: Verbeter uw buurt"
    budget = store.scalars(select(Budget)).one()
    assert budget.amount == 100_000_00
    page = page.follow("Wijzig Wanneer en hoe mensen stemmen").press("Bewaar", grade="licht")
    for title, cost in (("Bankjes", 60_000_00), ("Bomen", 30_000_00), ("Fontein", 50_000_00)):
        ProjectFactory(budget_id=budget.id, process=process, title=title, cost=cost)
    page = page.follow("Wijzig Welke plannen winnen")
    assert "Kiezers die geen van hun plannen zien winnen" in page.main
    page = page.press("Bewaar", rule="equal_shares", reserve="2")
    page = page.press("Leg de regels vast en open de stemming")
    assert "Niemand kan ze nu nog veranderen" in page.main
    voter = resident().get(f"/begrotingen/{budget.id}")
    assert "Toegevoegd. Nog € 40.000." in put(voter, "Bankjes").main
    vote = store.scalars(select(VoteRound)).one()
    assert vote.counting["rule"] == "equal-shares"


def test_a_vote_about_money_that_closes_on_a_holiday_is_asked_about(clerk):
    page = begin(clerk, ProcessFactory(phase=PhaseKind.VOTE))
    page = page.follow("Wijzig Wanneer en hoe mensen stemmen")
    times = {"opens_at": "2030-12-02T09:00", "closes_at": "2031-01-01T12:00"}
    shown = page.press("Bewaar", grade="licht", **times).main
    assert "woensdag 1 januari 2031, 12.00 uur valt op Nieuwjaarsdag." in shown
    assert shown.count("Let op:") == 1


def test_an_amount_that_nobody_can_read_is_refused_and_stays_in_its_field(store, clerk):
    page = begin(clerk, ProcessFactory(phase=PhaseKind.VOTE), amount="12,500")
    assert page.fields_with_errors() == ["Hoeveel geld verdelen inwoners?"]
    assert page.all("input", name="amount")[0].get("value") == "12,500"
    assert store.scalars(select(Budget)).all() == []


def test_a_process_has_one_budget(store, clerk):
    process = ProcessFactory(phase=PhaseKind.VOTE)
    begin(clerk, process)
    page = clerk.get(f"/griffie/trajecten/{process.id}").follow("De begroting van dit traject")
    assert page.h1 == "Stemming: Verbeter uw buurt"


@pytest.mark.parametrize(
    ("kind", "link"),
    [
        (PhaseKind.COLLECT, None),
        (PhaseKind.VOTE, "Verdeel geld in dit traject"),
        (PhaseKind.COSTS, "De begroting van dit traject"),
    ],
)
@pytest.mark.parametrize("published_at", [None, LONG_AGO])
def test_a_process_leads_to_a_budget_only_where_it_divides_money(clerk, kind, link, published_at):
    process = ProcessFactory(phase=kind, published_at=published_at)
    offered = {"Verdeel geld in dit traject", "De begroting van dit traject"}
    found = offered & clerk.get(f"/griffie/trajecten/{process.id}").links().keys()
    assert found == ({link} if link else set())


def test_areas_get_money_of_their_own_and_a_list_keeps_to_one_area(store, clerk, resident):
    process = ProcessFactory(phase=PhaseKind.VOTE)
    north, south = AreaFactory(name="Noord"), AreaFactory(name="Zuid")
    page = begin(clerk, process)
    amounts = {f"area_{north.id}": "30.000", f"area_{south.id}": "€ 20.000"}
    page = page.follow("Wijzig Wijken").press("Bewaar", choose_in="one", **amounts)
    assert "Een inwoner kiest in één van de wijken" in page.main or "in één wijk" in page.main
    budget = store.scalars(select(Budget)).one()
    store.refresh(budget)
    assert budget.amount == 50_000_00
    assert store.scalars(select(BudgetPart.amount).order_by(BudgetPart.area_id)).all() == [
        30_000_00,
        20_000_00,
    ]
    page = page.follow("Wijzig Wanneer en hoe mensen stemmen").press("Bewaar", grade="licht")
    homeless = ProjectFactory(budget_id=budget.id, process=process, title="Nergens", cost=1_00)
    assert "ligt niet in een wijk met geld" in clerk.get(f"/griffie/begrotingen/{budget.id}").main
    homeless.area_id = north.id
    store.commit()
    ProjectFactory(budget_id=budget.id, process=process, title="Bank", cost=2_00, area=south)
    page = clerk.get(f"/griffie/begrotingen/{budget.id}")
    page.press("Leg de regels vast en open de stemming")
    questions = store.scalars(select(VoteQuestion).order_by(VoteQuestion.position)).all()
    assert [(q.title, q.budget) for q in questions] == [("Noord", 30_000_00), ("Zuid", 20_000_00)]
    page = put(resident().get(f"/begrotingen/{budget.id}"), "Nergens")
    assert "Toegevoegd. Nog € 29.999." in page.main
    page = put(page, "Bank")
    assert "Op uw lijst staan plannen uit Noord" in page.main


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"form": "up_to", "most": "2"}, (BallotKind.MULTIPLE, 1, 2)),
        ({"form": "exactly", "most": "2"}, (BallotKind.MULTIPLE, 2, 2)),
        ({"form": "points"}, (BallotKind.POINTS, 1, 10)),
        ({"form": "ranking"}, (BallotKind.RANKING, 1, None)),
    ],
)
def test_the_ballot_can_have_other_forms(store, clerk, resident, fields, wanted):
    process = ProcessFactory(phase=PhaseKind.VOTE)
    page = begin(clerk, process).follow("Wijzig Stembiljet").press("Bewaar", **fields)
    budget = store.scalars(select(Budget)).one()
    for title in ("Bankjes", "Bomen", "Fontein"):
        ProjectFactory(budget_id=budget.id, process=process, title=title)
    page = page.follow("Wijzig Wanneer en hoe mensen stemmen").press("Bewaar", grade="licht")
    page.press("Leg de regels vast en open de stemming")
    question = store.scalars(select(VoteQuestion)).one()
    assert (question.kind, question.minimum, question.maximum) == wanted
    page = resident().get(f"/begrotingen/{budget.id}")
    if question.kind is BallotKind.MULTIPLE:
        page = put(put(page, "Bankjes"), "Bomen")
        assert "Toegevoegd. U mag er nog 0 kiezen." in page.main
        assert "Uw lijst is vol" in put(page, "Fontein").main
    else:
        assert page.follow("Vul uw stembiljet in").h1 == "Vul uw stembiljet in"


def test_a_budget_without_plans_can_be_thrown_away_and_one_with_plans_cannot(store, clerk):
    process = ProcessFactory(phase=PhaseKind.VOTE)
    begin(clerk, process)
    budget = store.scalars(select(Budget)).one()
    page = clerk.get(f"/griffie/begrotingen/{budget.id}/weg")
    plan = ProjectFactory(budget_id=budget.id, process=process)
    page.press("Gooi deze begroting weg")
    assert store.scalars(select(Budget)).all()
    store.delete(plan)
    store.commit()
    page.press("Gooi deze begroting weg")
    assert store.scalars(select(Budget)).all() == []
    assert store.scalars(select(VoteRound)).all() == []
