"""A budget divided over themes: each with money, a list and limits of its own."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from participatie.budget.models.budgets import Budget, BudgetPart, Project
from participatie.budget.rules.areas import Division, check_categories
from participatie.core.errors import Conflict, Invalid
from participatie.processes.models import Category
from participatie.processes.rules import PhaseKind
from participatie.votes.models.rounds import VoteQuestion
from participatie.votes.services import casting
from tests.budget.steps import cast, counted, put
from tests.factories import (
    AreaFactory,
    BudgetFactory,
    ClerkFactory,
    ProcessFactory,
    ProjectFactory,
    ProposalFactory,
    ResidentFactory,
)

# Rules


def test_themes_are_none_or_several_and_each_has_money():
    check_categories({})
    check_categories({1: 5, 2: 5})
    for amounts in ({1: 5}, {1: 5, 2: 0}):
        with pytest.raises(Invalid):
            check_categories(amounts)


@pytest.mark.parametrize(
    ("code", "division"),
    [("area7", Division.AREA), ("category7", Division.CATEGORY), ("plans", None), ("v1", None)],
)
def test_the_code_of_a_question_says_what_it_is_about(code, division):
    assert Division.of(code) is division
    if division:
        assert division.code(division.number(code)) == code


# Pages


@pytest.fixture
def process(store):
    made = ProcessFactory(phase=PhaseKind.VOTE)
    names = enumerate(("Sport", "Groen", "Kunst"), start=1)
    store.add_all(Category(process_id=made.id, name=name, position=at) for at, name in names)
    store.commit()
    return made


@pytest.fixture
def themes(store, process):
    rows = store.scalars(select(Category).where(Category.process_id == process.id))
    return {category.name: category.id for category in rows}


@pytest.fixture
def clerk(store, log_in):
    return log_in(ClerkFactory())


@pytest.fixture
def begun(clerk, process):
    """The page of a budget that a clerk has begun."""
    page = clerk.get(f"/griffie/trajecten/{process.id}").follow("Verdeel geld in dit traject")
    said = {"title": "Verbeter uw buurt", "text": "Voor plannen in de openbare ruimte."}
    return page.press("Bewaar deze begroting", **said, amount="€ 1")


@pytest.fixture
def budget(store, begun, process, themes):
    """Two of three themes have money; a voter puts at most two plans of each on a list."""
    amounts = {f"category_{themes['Sport']}": "10.000", f"category_{themes['Groen']}": "6.000"}
    page = begun.follow("Wijzig Thema's").press("Bewaar", **amounts)
    assert "2 thema's hebben eigen geld. Een inwoner kiest in elk thema." in page.main
    page = page.follow("Wijzig Stembiljet").press("Bewaar", form="knapsack", most="2")
    page.follow("Wijzig Wanneer en hoe mensen stemmen").press("Bewaar", grade="licht")
    budget = store.scalars(select(Budget)).one()
    store.refresh(budget)
    for title, theme, cost in PLANS:
        facts = {"title": title, "cost": cost, "category_id": themes[theme]}
        ProjectFactory(budget_id=budget.id, process=process, **facts)
    return budget


PLANS = (
    ("Doeltjes", "Sport", 7_000_00),
    ("Tafeltennis", "Sport", 4_000_00),
    ("Trapveld", "Sport", 1_000_00),
    ("Hop", "Sport", 1_500_00),
    ("Bomen", "Groen", 5_000_00),
    ("Vijver", "Groen", 2_000_00),
)


def opened(clerk, budget):
    page = clerk.get(f"/griffie/begrotingen/{budget.id}")
    return page.press("Leg de regels vast en open de stemming")


def test_each_theme_is_a_question_with_its_own_money_in_the_order_of_the_process(store, budget):
    questions = store.scalars(select(VoteQuestion).order_by(VoteQuestion.position)).all()
    asked = [(q.title, q.budget, q.minimum, q.maximum) for q in questions]
    assert asked == [("Sport", 10_000_00, 1, 2), ("Groen", 6_000_00, 1, 2)]
    assert budget.amount == 16_000_00
    assert budget.division is Division.CATEGORY


def test_a_list_has_money_and_a_limit_for_each_theme(clerk, budget, resident):
    opened(clerk, budget)
    page = put(resident().get(f"/begrotingen/{budget.id}"), "Doeltjes")
    assert "Elk thema heeft eigen geld." in page.main
    assert "U mag plannen kiezen uit: Sport, Groen." in page.main
    assert "Sport: Toegevoegd. Nog € 3.000." in page.main
    refused = put(page, "Tafeltennis").main
    assert "Sport: Dit plan past niet meer. Het kost € 4.000 en u hebt nog € 3.000." in refused
    page = put(page, "Trapveld")
    assert "Uw lijst is vol. U mag er 2 kiezen." in put(page, "Hop").main
    page = put(page, "Bomen")
    assert "Groen: Toegevoegd. Nog € 1.000." in page.main, (
        "the money of one theme is not that of another"
    )
    page = page.follow("Controleer uw lijst")
    assert "Over in Groen€ 1.000" in page.main
    assert "Uw stem is opgeslagen" in page.press("Stem op deze 3 plannen").main


def test_a_theme_filters_the_plans(clerk, budget):
    opened(clerk, budget)
    page = clerk.get(f"/begrotingen/{budget.id}?thema=Groen")
    assert "2 plannen gevonden" in page.main
    assert "Doeltjes" not in page.main


@pytest.fixture
def result(app, store, clerk, budget, resident):
    """The same, when three residents have voted and the votes are counted."""
    opened(clerk, budget)
    for number, titles in enumerate((["Doeltjes", "Bomen"], ["Doeltjes"], ["Trapveld", "Hop"])):
        cast(resident(f"v1${number}"), budget, *titles)
    counted(app, store, budget)
    return budget.id


@pytest.mark.usefixtures("few")
def test_each_theme_is_counted_by_itself(client, result):
    page = client.get(f"/begrotingen/{result}/uitslag/cijfers")
    assert "Er was € 10.000 voor Sport. 3 mensen kozen hier plannen." in page.main
    assert "Er was € 6.000 voor Groen. 1 persoon koos hier plannen." in page.main
    assert "Elk thema heeft eigen geld. Plannen van het ene deel" in page.main
    told = client.raw.get(f"/begrotingen/{result}/uitslag.json").get_json()
    won = {code: len(result["winners"]) for code, result in told["results"].items()}
    assert sorted(won.values()) == [1, 3]


def test_the_vote_does_not_open_with_a_plan_of_no_theme_that_has_money(
    store, clerk, budget, process, themes
):
    facts = {"title": "Beeld", "cost": 1_00, "category_id": themes["Kunst"]}
    plan = ProjectFactory(budget_id=budget.id, process=process, **facts)
    page = clerk.get(f"/griffie/begrotingen/{budget.id}")
    assert "«Beeld» heeft geen thema waar geld voor is" in page.main
    page = page.follow("Wijzig Beeld").press("Bewaar", category=str(themes["Groen"]))
    assert "heeft geen thema" not in page.main
    store.refresh(plan)
    assert plan.category_id == themes["Groen"]


def test_areas_take_the_place_of_themes_and_themes_of_areas(store, clerk, budget, themes):
    north, south = AreaFactory(name="Noord"), AreaFactory(name="Zuid")
    page = clerk.get(f"/griffie/begrotingen/{budget.id}").follow("Wijzig Wijken")
    assert "Nu hebben de thema's eigen geld." in page.main
    page = page.press("Bewaar", **{f"area_{north.id}": "3", f"area_{south.id}": "4"})
    parts = select(BudgetPart.division, BudgetPart.amount).order_by(BudgetPart.amount)
    assert store.execute(parts).all() == [(Division.AREA, 3_00), (Division.AREA, 4_00)]
    page = page.follow("Wijzig Thema's")
    assert "Nu hebben de wijken eigen geld." in page.main
    page.press("Bewaar", **{f"category_{number}": "5" for number in themes.values()})
    assert store.execute(parts).all() == [(Division.CATEGORY, 5_00)] * 3
    page = clerk.get(f"/griffie/begrotingen/{budget.id}/themas")
    page.press("Bewaar", **{f"category_{number}": "" for number in themes.values()})
    assert store.execute(parts).all() == []
    store.refresh(budget)
    assert budget.division is None


def test_what_cannot_be_read_is_refused_beside_its_field_and_stays(begun, themes):
    fields = {f"category_{themes['Sport']}": "veel", f"category_{themes['Groen']}": "5"}
    page = begun.follow("Wijzig Thema's").press("Bewaar", **fields)
    assert page.fields_with_errors() == ["Sport"]
    assert page.all("input", name=f"category_{themes['Sport']}")[0].get("value") == "veel"


def test_a_theme_with_money_stays_in_the_list_of_its_process(clerk, budget, process):
    page = clerk.get(f"/griffie/begrotingen/{budget.id}").follow("Wijzig Thema's")
    page = page.follow("De lijst met thema's van dit traject").press(
        "Bewaar deze thema's", categories="Sport"
    )
    assert "Het thema ‘Groen’ is in gebruik" in page.main


def test_no_part_is_of_another_kind_than_its_budget(store, budget):
    area = AreaFactory()
    other = {"budget_id": budget.id, "division": Division.AREA, "area_id": area.id, "amount": 1}
    store.add(BudgetPart(**other))
    with pytest.raises(IntegrityError, match="fk_budget_part_budget_id_division_budget"):
        store.flush()


def test_a_resident_says_which_theme_a_plan_has(store, log_in, process, themes):
    collecting = ProcessFactory(phase=PhaseKind.COLLECT)
    theme = Category(process_id=collecting.id, name="Water", position=1)
    store.add(theme)
    store.commit()
    budget = BudgetFactory(process=collecting, takes_plans=True)
    page = log_in(ResidentFactory()).get(f"/begrotingen/{budget.id}/plannen/nieuw")
    said = {"title": "Een fontein", "summary": "Water op het plein.", "text": "Dat is koel. " * 5}
    page.press("Bewaar en ga verder", **said, category=str(theme.id))
    assert store.scalars(select(Project.category_id)).all() == [theme.id]


def in_paper(store, app, budget):
    """The ballot as it is fixed, and the number of each plan on it by its title."""
    with app.app_context():
        paper = casting.paper(budget.round_id)
    return paper, {plan.title: code for code, plan in paper.options.items()}


def test_a_plan_in_the_question_of_another_theme_is_refused(app, store, clerk, budget):
    opened(clerk, budget)
    paper, numbers = in_paper(store, app, budget)
    paper.check([[numbers["Hop"]], [numbers["Bomen"]]])
    for wrong in ([[numbers["Bomen"]], []], [[numbers["Hop"]], [numbers["Trapveld"]]]):
        with pytest.raises(Conflict) as refused:
            paper.check(wrong)
        assert "not on the ballot" in str(refused.value)


def test_a_minimum_holds_for_each_theme_in_which_somebody_chooses(
    clerk, budget, process, themes, resident
):
    facts = {"title": "Nestkast", "cost": 50_00, "category_id": themes["Groen"]}
    ProjectFactory(budget_id=budget.id, process=process, **facts)
    page = clerk.get(f"/griffie/begrotingen/{budget.id}")
    page.follow("Wijzig Stembiljet").press("Bewaar", form="knapsack", least="2", most="3")
    opened(clerk, budget)
    page = put(put(resident().get(f"/begrotingen/{budget.id}"), "Hop"), "Trapveld")
    assert page.follow("Controleer uw lijst").h1 == "Controleer uw lijst"
    page = put(page, "Bomen").follow("Controleer uw lijst")
    assert page.h1 == "Kies uw plannen"
    assert "Groen" in page.main[: page.main.index("Uw lijst")]


def test_the_example_is_of_the_theme_with_most_plans_and_its_money(clerk, budget):
    page = clerk.get(f"/griffie/begrotingen/{budget.id}").follow("Wijzig Welke plannen winnen")
    example = page.main.split("Een voorbeeld met uw eigen plannen")[1]
    assert "Trapveld" in example
    assert "Bomen" not in example, "a plan of another theme"


def test_a_proposal_that_becomes_a_plan_keeps_its_theme(store, clerk, budget, process, themes):
    proposal = ProposalFactory(process=process, title="Muziektent", category_id=themes["Groen"])
    page = clerk.get(f"/griffie/begrotingen/{budget.id}").follow("Maak plannen van voorstellen")
    page.press("Maak plannen van deze voorstellen", proposals=[str(proposal.id)])
    plan = store.scalars(select(Project).where(Project.title == "Muziektent")).one()
    assert plan.category_id == themes["Groen"]
