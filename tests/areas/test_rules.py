"""A file with areas is read whole or refused with the number of the area that is wrong."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.areas.colours import ENOUGH, colour, colour_of, contrast_with_white
from participatie.areas.drawing import WIDTH, drawing_of
from participatie.areas.geojson import read_areas
from participatie.core.errors import Invalid

SQUARE = [[4.9, 52.5], [4.95, 52.5], [4.95, 52.55], [4.9, 52.55], [4.9, 52.5]]


def feature(name="Oude Haven", ring=SQUARE, kind="Polygon", **about):
    rings = [ring] if kind == "Polygon" else [[ring]]
    geometry = {"type": kind, "coordinates": rings}
    return {"type": "Feature", "properties": {"name": name, **about}, "geometry": geometry}


def file_of(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def test_polygons_and_sets_of_polygons_are_read():
    one, two = read_areas(
        file_of(feature(population=6240), feature("Parkwijk", kind="MultiPolygon"))
    )
    assert (one.name, one.population, one.polygons) == ("Oude Haven", 6240, [[SQUARE]])
    assert (two.name, two.population, two.polygons) == ("Parkwijk", None, [[SQUARE]])


def holed(hole):
    shape = feature()
    shape["geometry"]["coordinates"].append(hole)
    return shape


def parts(*rings):
    shape = feature(kind="MultiPolygon")
    shape["geometry"]["coordinates"] = [[ring] for ring in rings]
    return shape


BOW = [[4.9, 52.5], [4.95, 52.55], [4.95, 52.5], [4.9, 52.55], [4.9, 52.5]]
AWAY = [[5.1, 52.5], [5.2, 52.5], [5.2, 52.6], [5.1, 52.5]]
WITHIN = [[4.91, 52.51], [4.94, 52.51], [4.94, 52.54], [4.91, 52.51]]
RD = [[121000, 488000], [122000, 488000], [122000, 489000], [121000, 488000]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("geen json", "no GeoJSON"),
        ("[" * 100_000, "no GeoJSON"),
        ("[]", "no area"),
        (file_of(), "no area"),
        (file_of(*[feature(f"Wijk {n}") for n in range(301)]), "more than 300"),
        (file_of(feature(), feature("")), "Area 2 has no name"),
        (file_of(feature(name=7)), "Area 1 has no name"),
        (file_of(feature(), feature("oude haven")), "so has another"),
        (file_of(feature(population="veel")), "no whole number"),
        (file_of(feature(population=True)), "no whole number"),
        (file_of(feature(population=-1)), "no whole number"),
        (file_of({"properties": {"name": "Punt"}, "geometry": None}), "is no polygon"),
        (file_of(feature(kind="Point")), "is no polygon"),
        (file_of(feature(ring=[])), "fewer than four"),
        (file_of(feature(ring=SQUARE[:3])), "fewer than four"),
        (file_of(feature(ring=SQUARE[:4])), "not closed"),
        (file_of(feature(ring=RD)), "Rijksdriehoek"),
        (file_of(feature(ring=[[y, x] for x, y in SQUARE])), "outside the Netherlands"),
        (file_of(feature(ring=[[None, 1]] * 4)), "no pair of numbers"),
        (file_of(feature(ring=[[4.9, 52.5]] * 50_001)), "50001 points"),
        (file_of(feature("Polder", ring=BOW)), "“Polder” crosses .* near 4.92500, 52.52500"),
        (file_of(feature("Polder", ring=[SQUARE[0]] * 4)), "“Polder” goes round nothing"),
        (file_of(holed(SQUARE)), "Two lines of “Oude Haven” cross, or lie over each other"),
        (file_of(holed(AWAY)), "A hole in “Oude Haven” lies outside"),
        (file_of(parts(SQUARE, WITHIN)), "Two parts of “Oude Haven” lie over each other"),
        (file_of(feature()).replace("4.95", "NaN"), "no pair of numbers"),
        (file_of(feature()).replace("4.95", "9" * 400), "no pair of numbers"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_what_to_mend(text, said):
    with pytest.raises(Invalid, match=said) as refusal:
        read_areas(text)
    assert refusal.value.field == "file"


def test_a_hole_and_a_part_beside_it_are_read():
    (area,) = read_areas(file_of(holed(WITHIN)))
    assert area.polygons == [[SQUARE, WITHIN]]
    (area,) = read_areas(file_of(parts(SQUARE, AWAY)))
    assert area.polygons == [[SQUARE], [AWAY]]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=9))
def test_whatever_stands_in_a_file_it_is_read_or_refused(value):
    shape = {"type": "Polygon", "coordinates": value}
    for read in (value, {"features": value}, {"features": [{"geometry": shape}]}):
        with pytest.raises(Invalid):
            read_areas(json.dumps(read))


@given(st.integers(0, 10_000))
def test_white_letters_can_be_read_on_every_colour(number):
    assert contrast_with_white(colour_of(number)) >= ENOUGH
    assert colour(colour_of(number)) == colour_of(number)


def test_neighbours_in_the_list_have_other_colours():
    assert len({colour_of(number) for number in range(100)}) > 90


@pytest.mark.parametrize("typed", ["", "rood", "#12345", "#ffff00", "#777", "url(x)"])
def test_what_is_no_colour_or_too_light_is_refused(typed):
    with pytest.raises(Invalid):
        colour(typed)


def test_a_map_is_as_wide_as_it_is_and_has_the_north_above():
    area = SimpleNamespace(id=1, name="Oude Haven", colour="#1f6f54", polygons=[[SQUARE]])
    bare = SimpleNamespace(id=2, name="Zonder", colour=None, polygons=None)
    drawing = drawing_of([bare, area])
    assert drawing is not None
    (shape,) = drawing.shapes
    assert shape.number == 2, "its place in the list, where the bare one stands first"
    assert drawing.width == WIDTH
    assert shape.x == WIDTH / 2
    assert shape.y == pytest.approx(drawing.height / 2, abs=1)
    assert 1_000 < drawing.height < 1_100, "a degree of latitude is longer than one of longitude"
    assert shape.path.startswith("M0 ")
    assert shape.path.endswith("L0 0Z"), "the north-west corner is the last that is drawn"
    assert drawing_of([bare]) is None


def test_points_that_nobody_can_tell_apart_are_left_out_of_the_drawing():
    fine = [[4.9 + step / 100_000, 52.5] for step in range(5_000)]
    ring = [*fine, *SQUARE[1:]]
    area = SimpleNamespace(id=1, name="Oude Haven", colour="#1f6f54", polygons=[[ring]])
    drawing = drawing_of([area])
    assert drawing is not None
    assert drawing.shapes[0].path.count("L") < 700
