"""The report to the council."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.budget.models.budgets import BudgetPart
from participatie.budget.rules.areas import Division
from participatie.budget.rules.reports import Costs, Reach
from participatie.budget.tasks import award_counted
from participatie.core.errors import Invalid
from participatie.media import packages
from participatie.media.rules import DocumentKind
from participatie.theming.odt import MIME_TYPE, odt
from participatie.theming.sheets import Part, Sheet
from tests.budget.steps import cast, counted, make_budget
from tests.budget.test_areas import voted_on
from tests.factories import AreaFactory, ClerkFactory

amounts = st.integers(0, 10**10)


@given(amounts, st.integers(0, 10**5), amounts, st.integers(1, 10**6))
def test_the_cost_of_a_voter_times_the_voters_is_the_total_within_half_a_cent_each(
    letters, hours, of_hour, voters
):
    costs = Costs(letters, hours, of_hour)
    assert costs.total == letters + hours * of_hour
    assert abs(costs.per_voter(voters) * voters - costs.total) * 2 <= voters


def test_without_voters_there_is_no_cost_for_each():
    assert Costs(100).per_voter(0) is None


@pytest.mark.parametrize(
    ("costs", "field"), [(Costs(hours=3), "hour_cost"), (Costs(of_hour=3), "hours")]
)
def test_hours_and_what_an_hour_costs_come_together(costs, field):
    with pytest.raises(Invalid) as refused:
        costs.check()
    assert refused.value.field == field


def test_a_paper_becomes_a_document_that_our_own_check_takes_for_one():
    part = Part(
        heading="Geld & tijd",
        texts=("Met <haken> en \x00 niets.",),
        facts=(("Samen", "€ 5"),),
        head=("Plan", "Kosten"),
        rows=(("Bank", "€ 1"),),
        signs=("Griffier",),
    )
    file = odt(Sheet(title="Verslag", over="Buurtbudget", lead="Kort.", parts=(part,)))
    assert packages.check(file) is DocumentKind.ODT
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype").decode() == MIME_TYPE
        for name in ("content.xml", "styles.xml", "meta.xml", "META-INF/manifest.xml"):
            ET.fromstring(archive.read(name))
        about = "".join(ET.fromstring(archive.read("meta.xml")).itertext())
        words = "".join(ET.fromstring(archive.read("content.xml")).itertext())
    for said in ("Verslag", "Geld & tijd", "Met <haken> en  niets.", "€ 5", "Bank", "Griffier"):
        assert said in words
    assert about == "Verslag: Buurtbudgetnl-NL"


def test_a_clerk_fills_in_what_it_cost_and_gets_the_report_as_a_file(app, store, resident, log_in):
    budget = make_budget()
    for number, titles in enumerate([["Zwembad"], ["Zwembad"], ["Speeltuin"]]):
        cast(resident(f"v1${number}"), budget, *titles)
    counted(app, store, budget)
    with app.app_context():
        award_counted()
    clerk = log_in(ClerkFactory())
    page = clerk.get(f"/griffie/begrotingen/{budget.id}/verslag")
    assert "3 mensen stemden. 1 van de 3 plannen gaat door. Samen kosten ze € 70.000." in page.main
    page = page.follow("Vul kosten in en hoe het verder gaat")
    page = page.press("Bewaar").follow("Vul kosten in en hoe het verder gaat")
    page = page.press("Bewaar", letters_cost="100", hours="2", next_steps="In mei begint het werk.")
    assert "Vul in wat een uur kost." in page.main
    page = page.press("Bewaar", hour_cost="70")
    for words in ("€ 240", "€ 80", "In mei begint het werk."):
        assert words in page.main
    file = clerk.raw.get(f"/griffie/begrotingen/{budget.id}/verslag.odt")
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        assert "In mei begint het werk." in archive.read("content.xml").decode()


@pytest.mark.parametrize(
    ("voters", "inhabitants", "share"),
    [(30, 600, 0.05), (None, 600, None), (30, None, None), (30, 0, None), (0, 600, None)],
)
def test_the_share_of_an_area_is_told_where_voters_and_inhabitants_are(voters, inhabitants, share):
    assert Reach("Noord", voters, inhabitants).share == share


def with_inhabitants(store, budget, inhabitants):
    """Let the parts of a budget be areas of as many inhabitants, by their names."""
    budget.division = Division.AREA
    store.flush()
    for name, number in inhabitants.items():
        area = AreaFactory(name=name, population=number)
        part = {"budget_id": budget.id, "division": Division.AREA, "area_id": area.id}
        store.add(BudgetPart(**part, amount=1_00))
    store.commit()


@pytest.mark.database
@pytest.mark.usefixtures("few")
def test_the_voters_of_each_area_stand_beside_its_inhabitants(app, store, client, log_in):
    given = [[["a"], []]] * 12 + [[[], ["x"]]] * 11 + [[["b"], ["y"]]]
    budget = voted_on(app, store, given)
    with_inhabitants(store, budget, {"Noord": 1300, "Zuid": None})
    with app.app_context():
        award_counted()
    report = log_in(ClerkFactory()).get(f"/griffie/begrotingen/{budget.id}/verslag")
    for page in (report, client.get(f"/begrotingen/{budget.id}/uitslag/cijfers")):
        assert "Kiezers per gebied naast de inwoners" in page.main
        assert "Noord131.3001,0%" in page.main
        assert "Zuid12niet bekend–" in page.main


@pytest.mark.database
@pytest.mark.usefixtures("few")
def test_of_areas_with_few_voters_no_share_is_told(app, store, client):
    budget = voted_on(app, store, [[["a"], []]] * 12 + [[[], ["x"]]] * 3)
    with_inhabitants(store, budget, {"Noord": 1300, "Zuid": 800})
    main = client.get(f"/begrotingen/{budget.id}/uitslag/cijfers").main
    assert "Kiezers per gebied naast de inwoners" not in main
