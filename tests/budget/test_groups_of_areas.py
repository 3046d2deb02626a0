"""Areas in groups: in each a resident chooses plans of one area, of some, or of all."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participatie.budget.models.budgets import Budget
from participatie.budget.rules.areas import AreaGroup, check_groups
from participatie.budget.rules.lists import ShoppingList
from participatie.core.errors import Invalid
from participatie.processes.rules import PhaseKind
from participatie.votes.rules import papers
from participatie.votes.rules.kinds import BallotKind, Option, Question
from participatie.votes.rules.papers import Paper
from participatie.votes.rules.rounds import fingerprint
from participatie.votes.services import casting
from participatie.votes.services.opening import frozen_facts
from participatie.votes.services.papers import paper_of
from tests.budget.steps import put
from tests.factories import AreaFactory, ClerkFactory, ProcessFactory, ProjectFactory
from tests.votes.steps import cast_answers, loaded

NAMES = {1: "Noord", 2: "Zuid", 3: "Heel de stad"}

# Rules


@pytest.mark.parametrize(
    ("groups", "field"),
    [
        ({1: AreaGroup("Alles", frozenset({1, 2, 3}))}, None),
        ({1: AreaGroup("", frozenset({1, 2})), 2: AreaGroup("Stad", frozenset({3}))}, "title_1"),
        (
            {1: AreaGroup("Stad", frozenset({1, 2})), 2: AreaGroup("stad", frozenset({3}))},
            "title_2",
        ),
        ({1: AreaGroup("Wijken", frozenset()), 2: AreaGroup("Stad", frozenset({3}))}, "areas_1"),
        (
            {1: AreaGroup("Wijken", frozenset({1, 2})), 2: AreaGroup("Stad", frozenset({2, 3}))},
            "areas_2",
        ),
        (
            {1: AreaGroup("Wijken", frozenset({1})), 2: AreaGroup("Stad", frozenset({3}))},
            "areas_1",
        ),
        (
            {1: AreaGroup("Wijken", frozenset({1, 2}), 3), 2: AreaGroup("Stad", frozenset({3}))},
            "most_1",
        ),
    ],
)
def test_groups_that_do_not_go_together_are_refused_at_the_field_that_is_wrong(groups, field):
    with pytest.raises(Invalid) as refused:
        check_groups(groups, NAMES)
    assert refused.value.field == field


def test_each_area_is_in_one_group_and_no_groups_is_fine_too():
    check_groups({}, NAMES)
    check_groups(
        {1: AreaGroup("Wijken", frozenset({1, 2}), 1), 2: AreaGroup("Stad", frozenset({3}))}, NAMES
    )


def area(code, *plans):
    options = {plan: Option(plan, plan.title(), 10) for plan in plans}
    return Question(code, BallotKind.KNAPSACK, NAMES[int(code)], 1, None, 30, options)


PAPER = Paper(
    (area("1", "bank", "boom"), area("2", "pad"), area("3", "park")),
    2,
    (papers.QuestionGroup("Wijken", 1, ("1", "2")), papers.QuestionGroup("Stad", 1, ("3",))),
)


def test_one_area_of_a_group_leaves_the_other_groups_free():
    assert PAPER.check([["bank"], [], ["park"]]) == (("bank",), (), ("park",))
    with pytest.raises(Invalid, match="areas of") as refused:
        PAPER.check([["bank"], ["pad"], []])
    assert refused.value.values == {"number": 2, "group": "Wijken", "most": 1}


def test_a_list_keeps_to_each_group_and_says_which_plans_are_in_the_way():
    wanted = ShoppingList.of(PAPER, {}).with_plan("bank").with_plan("boom").with_plan("park")
    assert not wanted.fits("pad")
    with pytest.raises(Invalid, match="Take the plans of one area off first") as refused:
        wanted.with_plan("pad")
    assert refused.value.values == {"most": 1, "asked": "Noord, Zuid", "areas": "Noord"}
    [other] = wanted.in_the_way(wanted.part_of("pad"))
    changed = wanted.without_area(other.question.code).with_plan("pad")
    assert changed.chosen == ("pad", "park")


# Pages


@pytest.fixture
def clerk(store, log_in):
    return log_in(ClerkFactory())


@pytest.fixture
def areas(store):
    return [AreaFactory(name=name) for name in NAMES.values()]


@pytest.fixture
def budget(store, clerk, areas):
    """A budget of three areas in two groups, as a clerk makes it, and a plan or two in each."""
    process = ProcessFactory(phase=PhaseKind.VOTE)
    page = clerk.get(f"/griffie/trajecten/{process.id}").follow("Verdeel geld in dit traject")
    said = {"title": "Verbeter uw buurt", "text": "Voor plannen in de openbare ruimte."}
    page = page.press("Bewaar deze begroting", **said, amount="€ 1")
    amounts = {f"area_{one.id}": "10.000" for one in areas}
    page = page.follow("Wijzig Wijken").press("Bewaar", choose_in="groups", **amounts)
    assert page.h1 == "Groepen wijken"
    north, south, town = (str(one.id) for one in areas)
    wrong = page.press("Bewaar", title_1="Buurten", areas_1=[north], title_2="Stad", areas_2=[town])
    assert "Zuid zit nog in geen groep" in wrong.main
    assert wrong.all("input", name="title_1")[0].get("value") == "Buurten"
    page = wrong.press("Bewaar", areas_1=[north, south], choose_in_1="one", choose_in_2="all")
    assert "Buurten (in één wijk), Stad (in alle wijken)." in page.main
    budget = store.scalars(select(Budget)).one()
    for where, title in zip(areas[:1] + areas, ("Bank", "Boom", "Pad", "Park"), strict=True):
        ProjectFactory(budget_id=budget.id, process=process, title=title, cost=1_000_00, area=where)
    return budget


def opened(clerk, budget):
    page = clerk.get(f"/griffie/begrotingen/{budget.id}")
    page = page.follow("Wijzig Wanneer en hoe mensen stemmen").press("Bewaar", grade="licht")
    return page.press("Leg de regels vast en open de stemming")


def test_a_resident_reads_the_groups_chooses_and_changes_without_losing_a_plan(
    store, clerk, budget, resident
):
    page = clerk.get(f"/begrotingen/{budget.id}")
    assert "Buurten: kies plannen uit één wijk. U kiest uit: Noord, Zuid." in page.main
    opened(clerk, budget)
    page = put(put(resident().get(f"/begrotingen/{budget.id}"), "Bank"), "Boom")
    assert "Kies eerst een wijk" in page.main
    page = put(put(page, "Park"), "Pad")
    assert "U mag in 1 van deze wijken kiezen: Noord, Zuid" in page.main
    page = page.press("Haal de 2 plannen uit Noord eraf")
    assert "Van uw lijst gehaald: Bank, Boom." in page.main
    page = put(page, "Pad").follow("Controleer uw lijst")
    assert "Stad: u mag plannen uit Heel de stad kiezen." in page.main
    page = page.press("Stem op deze 2 plannen")
    assert "Uw stem is opgeslagen" in page.main


def test_a_ballot_with_two_areas_of_a_group_is_refused_in_the_transaction(clerk, budget, app):
    opened(clerk, budget)
    with app.app_context():
        vote = loaded(budget.round_id)
        plans = [[question.options[0].code] for question in vote.questions]
        keys = app.extensions["vote_keys"]
        with pytest.raises(Invalid, match="areas of"):
            cast_answers(vote, plans, keys=keys, voter="v1$a")
        assert cast_answers(vote, [plans[0], [], plans[2]], keys=keys, voter="v1$a")


def test_the_groups_are_fixed_with_the_rules_and_stand_in_their_fingerprint(clerk, budget, app):
    opened(clerk, budget)
    with app.app_context():
        vote = loaded(budget.round_id)
        facts = frozen_facts(vote)
        assert vote.rules_hash == fingerprint(facts)
        assert [(one["title"], one["most"], len(one["questions"])) for one in facts["groups"]] == [
            ("Buurten", 1, 2),
            ("Stad", 1, 1),
        ]
        assert paper_of(vote) == casting.paper(vote.id)
