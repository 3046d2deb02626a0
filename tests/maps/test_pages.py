"""Maps on pages: the dot of a proposal from its form to the map, and nothing that nobody asked."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from participatie.config import PDOK_TILES
from participatie.contributions.rules import State
from participatie.core.headers import policy
from participatie.maps import views
from participatie.maps.addresses import NoAddresses
from participatie.proposals.models import Proposal
from tests.factories import AreaFactory, ProcessFactory, ProposalFactory, ResidentFactory
from tests.proposals.steps import FILLED_IN, GO_ON, IDEA

PARK = [[[[4.95, 52.51], [4.98, 52.51], [4.98, 52.52], [4.95, 52.52], [4.95, 52.51]]]]
IN_THE_PARK = "52.51490, 4.96640"
SVG = "{http://www.w3.org/2000/svg}"
LOOK_UP = "Zoek op"


@pytest.fixture
def park(store):
    return AreaFactory(name="Parkwijk", polygons=PARK)


@pytest.fixture
def place(log_in, park):
    """The page that asks for the place of a draft."""
    process = ProcessFactory()
    author = log_in(ResidentFactory())
    return author.get(f"/trajecten/{process.slug}/voorstellen/nieuw").press(GO_ON, **FILLED_IN)


def test_an_address_that_is_found_becomes_the_dot_and_its_area(place, park, store):
    found = place.press(LOOK_UP, address="parklaan")
    assert found.status == 200
    assert "Parklaan, Parkwijk, Waterlanden" in found.main
    found.press(GO_ON, point=IN_THE_PARK, address="parklaan")
    draft = store.scalars(select(Proposal)).one()
    assert (str(draft.point), draft.area_id) == (IN_THE_PARK, park.id)


def test_a_dot_is_not_needed(place, park, store):
    place.press(GO_ON, area=str(park.id))
    draft = store.scalars(select(Proposal)).one()
    assert (draft.point, draft.area_id) == (None, park.id)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("52.4, 4.9", "ligt niet in de gemeente"),
        ("48.85, 2.35", "ligt buiten Nederland"),
        ("<script>", "Dit is geen plek op de kaart"),
    ],
)
def test_a_dot_elsewhere_is_refused_and_stays_in_the_form(place, typed, said, store):
    refused = place.press(GO_ON, point=typed)
    assert refused.status == 422
    assert said in refused.main
    checked = [box for box in refused.all("input", name="point") if box.get("checked") is not None]
    assert [box.get("value") for box in checked] == [typed]
    assert store.scalars(select(Proposal)).one().point is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Vul een straat of adres in"),
        ("kerklaan", "Deze straat of dit adres is hier niet gevonden"),
    ],
)
def test_an_address_that_is_not_there_says_what_to_do(place, typed, said):
    assert said in place.press(LOOK_UP, address=typed).main


def test_when_no_address_can_be_found_the_rest_of_the_page_works(place, app, store):
    app.extensions["addresses"], kept = NoAddresses(), app.extensions["addresses"]
    try:
        refused = place.press(LOOK_UP, address="parklaan")
    finally:
        app.extensions["addresses"] = kept
    assert "Wij kunnen nu geen adressen zoeken" in refused.main
    assert refused.press(GO_ON).h1.startswith("Foto's")


def test_one_network_address_cannot_keep_the_service_busy(place, monkeypatch):
    monkeypatch.setattr(views, "MOST_LOOK_UPS", 0)
    refused = place.press(LOOK_UP, address="parklaan")
    assert refused.status == 422
    assert "U probeerde dit te vaak" in refused.main


def test_the_map_has_what_the_list_has_and_loads_nothing_by_itself(client, park):
    process = ProcessFactory()
    shown = ProposalFactory(process=process, title=IDEA, latitude=52.5149, longitude=4.9664)
    ProposalFactory(process=process, title="Zonder stip")
    ProposalFactory(process=process, latitude=52.51, longitude=4.97, state=State.HIDDEN)
    page = client.get(f"/trajecten/{process.slug}/voorstellen").follow(
        "Bekijk deze voorstellen op de kaart"
    )
    assert "1 voorstel met een stip" in page.main
    assert "Nog 1 heeft geen stip" in page.main
    assert page.main.count(IDEA) == 1
    assert len(page.all(f"{SVG}circle")) == 1
    assert not [image for image in page.all("img") if "pdok" in (image.get("src") or "")]
    assert "service.pdok.nl" in page.main
    dots = client.raw.get(f"/trajecten/{process.slug}/voorstellen/stippen").json
    assert dots == [{"at": [52.5149, 4.9664], "title": IDEA, "url": f"/voorstellen/{shown.id}"}]


def test_only_a_page_with_a_map_may_show_its_images(client, park):
    process = ProcessFactory()
    dotted = ProposalFactory(process=process, latitude=52.5149, longitude=4.9664)
    plain = ProposalFactory(process=process)
    tiles = policy(images_from="https://service.pdok.nl")

    def said(address):
        return client.get(address).response.headers["Content-Security-Policy"]

    assert said(f"/voorstellen/{dotted.id}") == tiles
    assert said(f"/trajecten/{process.slug}/voorstellen/kaart") == tiles
    assert said(f"/voorstellen/{plain.id}") == policy()
    assert said(f"/trajecten/{process.slug}/voorstellen") == policy()
    assert PDOK_TILES.startswith("https://service.pdok.nl/")


def test_the_lines_of_the_areas_are_there_for_the_map(client, park):
    read = client.raw.get("/kaart/wijken").json
    assert [one["geometry"]["coordinates"] for one in read["features"]] == [PARK]


def test_a_feed_says_where_a_proposal_is(client, park):
    process = ProcessFactory()
    ProposalFactory(process=process, title=IDEA, latitude=52.5149, longitude=4.9664)
    feed = client.raw.get(f"/trajecten/{process.slug}/voorstellen/feed").text
    assert "<georss:point>52.5149 4.9664</georss:point>" in feed
    assert IDEA in feed


@pytest.mark.database
@pytest.mark.parametrize("point", [(52.5, None), (None, 4.9), (0.0, 0.0)])
def test_the_database_knows_whole_points_of_the_netherlands_only(store, point):
    latitude, longitude = point
    with pytest.raises(IntegrityError, match="point_is"):
        ProposalFactory(latitude=latitude, longitude=longitude)
