"""Points on the map: how they are written, where they lie, and what is taken together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.areas.geojson import EAST, NORTH, SOUTH, WEST
from participatie.core.errors import Invalid
from participatie.maps.addresses import Address, AddressesAway, Pdok, addresses_in, asked
from participatie.maps.rules import Point, clustered, lies_in, point_in

SQUARE = [[[4.9, 52.5], [5.0, 52.5], [5.0, 52.6], [4.9, 52.6], [4.9, 52.5]]]
WITH_HOLE = [*SQUARE, [[4.94, 52.54], [4.96, 52.54], [4.96, 52.56], [4.94, 52.56], [4.94, 52.54]]]


@pytest.mark.parametrize(
    "typed",
    ["52.50512, 4.94831", "52.50512,4.94831", " 52.50512 4.94831 ", "52,50512; 4,94831"],
)
def test_a_point_is_its_latitude_and_its_longitude(typed):
    assert point_in(typed) == Point(52.50512, 4.94831)


def test_nothing_typed_is_no_point():
    assert point_in("  ") is None


@pytest.mark.parametrize(
    "typed",
    [
        "hier",
        "52.5",
        "52.5; ",
        "52.5, 4.9, 3",
        "4.94831, 52.50512",
        "0, 0",
        "91, 181",
        "52.5, -4.9",
        "52.5e0, 4.9",
        "nan, nan",
        "٥٢.٥, ٤.٩",
        "52.5, 4.9\x00",
        "9" * 10_000,
    ],
)
def test_what_is_no_point_of_the_netherlands_is_refused_beside_its_field(typed):
    with pytest.raises(Invalid) as refused:
        point_in(typed)
    assert refused.value.field == "point"


@given(st.floats(SOUTH, NORTH), st.floats(WEST, EAST))
def test_a_point_that_is_written_reads_as_itself(latitude, longitude):
    point = Point(round(latitude, 5), round(longitude, 5))
    assert point_in(str(point)) == point


@given(st.text())
def test_whatever_is_typed_is_a_point_or_refused(typed):
    try:
        point = point_in(typed)
    except Invalid:
        return
    assert point is None or (SOUTH <= point.latitude <= NORTH and WEST <= point.longitude <= EAST)


def test_a_point_lies_in_an_area_and_not_in_the_hole_of_it():
    assert lies_in(Point(52.51, 4.91), [WITH_HOLE])
    assert not lies_in(Point(52.55, 4.95), [WITH_HOLE])
    assert not lies_in(Point(52.55, 5.05), [WITH_HOLE])
    assert lies_in(Point(52.55, 4.95), [WITH_HOLE, SQUARE])


@given(st.lists(st.tuples(st.floats(0, 640), st.floats(0, 400))), st.floats(1, 200))
def test_taking_points_together_loses_none(places, cell):
    clusters = clustered(places, cell=cell)
    assert sum(one.number for one in clusters) == len(places)
    assert all(0 <= one.x <= 640 and 0 <= one.y <= 400 for one in clusters)


def test_what_is_far_apart_stays_apart():
    assert len(clustered([(0, 0), (10, 10), (300, 300)], cell=44)) == 2


def test_an_answer_of_the_locatieserver_gives_the_addresses_that_can_be_read():
    rows = [
        {"weergavenaam": "Dorpsstraat, Broek", "centroide_ll": "POINT(4.99604 52.43479)"},
        {"weergavenaam": "Nergens", "centroide_ll": "POINT(0 0)"},
        {"weergavenaam": "Kapot", "centroide_ll": "52.4, 4.9"},
    ]
    found = addresses_in({"response": {"docs": rows}})
    assert found == [Address("Dorpsstraat, Broek", Point(52.43479, 4.99604))]


@pytest.mark.parametrize(
    "answer", [None, [], {}, {"response": []}, {"response": {"docs": [{"weergavenaam": "x"}]}}]
)
def test_an_answer_that_is_none_counts_as_no_answer(answer):
    with pytest.raises(AddressesAway):
        addresses_in(answer)


def test_a_service_that_does_not_answer_is_away_and_not_an_error(monkeypatch):
    monkeypatch.setattr("participatie.maps.addresses.HOST", "127.0.0.1:9")
    with pytest.raises(AddressesAway):
        Pdok().find("Dorpsstraat", municipality='Water"landen')


@pytest.mark.parametrize("typed", ["", " ", "x", "x" * 101])
def test_an_address_to_look_for_has_a_length(typed):
    with pytest.raises(Invalid) as refused:
        asked(typed)
    assert refused.value.field == "address"
