"""A clerk takes areas from a file and says which postcodes lie in them."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import select

from participatie.areas.models import Area, AreaPostcode
from tests.areas.test_rules import BOW, SQUARE, feature, file_of
from tests.factories import AreaFactory, ClerkFactory

TAKE = "Neem deze wijken over"
PATH = "{http://www.w3.org/2000/svg}path"


@pytest.fixture
def clerk(log_in):
    return log_in(ClerkFactory())


def send(clerk, text):
    file = (BytesIO(text.encode()), "wijken.geojson")
    return clerk.get("/griffie/wijken/nieuw").press(TAKE, file=file)


def test_a_file_makes_areas_and_gives_known_ones_their_shape(store, clerk):
    AreaFactory(name="Oude Haven", population=5)
    page = send(clerk, file_of(feature(population=6240), feature("Parkwijk")))
    assert "1 nieuwe" in page.main
    areas = store.scalars(
        select(Area).order_by(Area.name).execution_options(populate_existing=True)
    )
    found = [(area.name, area.population, area.polygons) for area in areas]
    assert found == [("Oude Haven", 6240, [[SQUARE]]), ("Parkwijk", None, [[SQUARE]])]
    assert len(page.all(PATH)) >= 2


def test_a_file_with_one_wrong_area_changes_nothing(store, clerk):
    page = send(clerk, file_of(feature(), feature("Parkwijk", ring=SQUARE[:4])))
    assert page.status == 422
    assert "wijk 2" in page.main
    assert store.scalars(select(Area)).all() == []


def test_a_line_that_crosses_itself_is_refused_with_its_area_and_the_place(store, clerk):
    page = send(clerk, file_of(feature(), feature("Parkwijk", ring=BOW)))
    assert page.errors() == [
        "Een lijn van “Parkwijk” kruist of raakt zichzelf. Kijk bij 4.92500, 52.52500."
    ]
    assert store.scalars(select(Area)).all() == []


def test_a_file_that_is_no_text_is_refused(clerk):
    file = (BytesIO(b"\xff\xfe\x00"), "wijken.geojson")
    page = clerk.get("/griffie/wijken/nieuw").press(TAKE, file=file)
    assert page.status == 422


def test_a_postcode_lies_in_one_area(store, clerk):
    area, other = AreaFactory(name="Oude Haven"), AreaFactory(name="Parkwijk")
    store.add(AreaPostcode(code="1442", area_id=other.id))
    store.commit()
    page = clerk.get(f"/griffie/wijken/{area.id}")
    page = page.press("Bewaar de wijziging", postcodes="1441, 1442")
    assert "1442 ligt al in ‘Parkwijk’" in page.main
    assert page.all("textarea")[0].text.strip() == "1441, 1442", "nothing typed is lost"
    page.press("Bewaar de wijziging", postcodes="1441, 1442 ab", population="6240")
    codes = store.scalars(select(AreaPostcode.code).order_by(AreaPostcode.code)).all()
    assert codes == ["1441", "1442", "1442AB"]


def test_a_colour_on_which_nothing_can_be_read_is_refused(clerk):
    area = AreaFactory()
    page = clerk.get(f"/griffie/wijken/{area.id}").press("Bewaar de wijziging", colour="#ffff00")
    assert "te licht" in page.main


def test_residents_see_the_areas_on_a_map_with_the_same_list_beside_it(store, client):
    area = AreaFactory(name="Oude Haven", population=6240, colour="#1f6f54", polygons=[[SQUARE]])
    AreaFactory(name="Zonder vorm")
    store.commit()
    page = client.get(f"/in-mijn-buurt?wijk={area.id}")
    assert len(page.all(PATH, fill="#1f6f54")) == 1
    assert "6.240 inwoners" in page.main
    assert "Zonder vorm" in page.main
