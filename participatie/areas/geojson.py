"""Reading the areas of a municipality from a GeoJSON file, all or none."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from participatie.areas.outlines import Fault, Faulty, check_outlines
from participatie.core.errors import N_, Invalid

FIELD = "file"
MOST_BYTES = 5_000_000
MOST_AREAS = 300
MOST_POINTS = 50_000
LONGEST_NAME = 80
MOST_PEOPLE = 1_000_000
WEST, EAST, SOUTH, NORTH = 3.2, 7.3, 50.7, 53.8
"""The Netherlands, in degrees of WGS84."""

NAMES = ("name", "naam", "wijknaam", "buurtnaam")
POPULATIONS = ("population", "inwoners", "aantal_inwoners", "aantalInwoners")

WRONG = {
    Fault.FLAT: N_(
        "A line of “%(name)s” goes round nothing: it has fewer than three different points. "
        "Look near %(longitude)s, %(latitude)s."
    ),
    Fault.ITSELF: N_(
        "A line of “%(name)s” crosses or touches itself. Look near %(longitude)s, %(latitude)s."
    ),
    Fault.EACH_OTHER: N_(
        "Two lines of “%(name)s” cross, or lie over each other. "
        "Look near %(longitude)s, %(latitude)s."
    ),
    Fault.HOLE: N_(
        "A hole in “%(name)s” lies outside its area, or in another hole. "
        "Look near %(longitude)s, %(latitude)s."
    ),
    Fault.PARTS: N_(
        "Two parts of “%(name)s” lie over each other. Look near %(longitude)s, %(latitude)s."
    ),
}
"""What a clerk has to mend, and about where."""

Polygons = list[list[list[list[float]]]]


@dataclass(frozen=True, slots=True)
class DrawnArea:
    """An area as a file has it; None is not said."""

    name: str
    population: int | None
    polygons: Polygons


def read_areas(text: str) -> list[DrawnArea]:
    """The areas in a file. Raises `Invalid` with the number of the area that is wrong."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid(
            N_("This is no GeoJSON. Choose a file like areas.geojson."), field=FIELD
        ) from None
    features = read.get("features") if isinstance(read, Mapping) else None
    if not isinstance(features, list) or not features:
        raise Invalid(N_("There is no area in this file (no “features”)."), field=FIELD)
    if len(features) > MOST_AREAS:
        raise Invalid(
            N_("This file has more than %(most)s areas. Take larger areas."),
            field=FIELD,
            most=MOST_AREAS,
        )
    found = [_area(feature, number) for number, feature in enumerate(features, 1)]
    _check_together(found)
    for area in found:
        _check_drawn(area)
    return [replace(area, polygons=_rounded(area.polygons)) for area in found]


def _area(feature: Any, number: int) -> DrawnArea:
    about = feature.get("properties") if isinstance(feature, Mapping) else None
    about = about if isinstance(about, Mapping) else {}
    name = next((about[key] for key in NAMES if isinstance(about.get(key), str)), "")
    name = " ".join(name.split())
    if not 1 < len(name) <= LONGEST_NAME:
        raise Invalid(
            N_(
                "Area %(number)s has no name. "
                "Give it a property “name” of 2 to %(most)s characters."
            ),
            field=FIELD,
            number=number,
            most=LONGEST_NAME,
        )
    people = next((about[key] for key in POPULATIONS if about.get(key) is not None), None)
    return DrawnArea(name, _population(people, number), _polygons(feature, number))


def _check_drawn(area: DrawnArea) -> None:
    try:
        check_outlines(area.polygons)
    except Faulty as found:
        longitude, latitude = found.at
        raise Invalid(
            WRONG[found.fault],
            field=FIELD,
            name=area.name,
            longitude=f"{longitude:.5f}",
            latitude=f"{latitude:.5f}",
        ) from None


def _rounded(drawn: Polygons) -> Polygons:
    """To about ten centimetres."""
    return [
        [
            [[round(longitude, 6), round(latitude, 6)] for longitude, latitude in ring]
            for ring in one
        ]
        for one in drawn
    ]


def _population(said: Any, number: int) -> int | None:
    if said is None:
        return None
    if isinstance(said, bool) or not isinstance(said, int) or not 0 <= said <= MOST_PEOPLE:
        raise Invalid(
            N_("The number of people of area %(number)s is no whole number."),
            field=FIELD,
            number=number,
        )
    return said


def _polygons(feature: Mapping[str, Any], number: int) -> Polygons:
    shape = feature.get("geometry")
    kind = shape.get("type") if isinstance(shape, Mapping) else None
    coordinates = shape.get("coordinates") if isinstance(shape, Mapping) else None
    if kind == "Polygon":
        coordinates = [coordinates]
    elif kind != "MultiPolygon":
        raise Invalid(
            N_("Area %(number)s is no polygon. Points and lines are no area."),
            field=FIELD,
            number=number,
        )
    if (
        not isinstance(coordinates, list)
        or not coordinates
        or not all(map(_is_filled, coordinates))
    ):
        raise Invalid(N_("Area %(number)s has no points."), field=FIELD, number=number)
    return [[_ring(ring, number) for ring in polygon] for polygon in coordinates]


def _is_filled(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def _ring(ring: Any, number: int) -> list[list[float]]:
    if not isinstance(ring, list) or len(ring) < 4:  # a triangle, and back where it began
        raise Invalid(
            N_("A line of area %(number)s has fewer than four points."), field=FIELD, number=number
        )
    points = [_point(point, number) for point in ring]
    if points[0] != points[-1]:
        raise Invalid(
            N_("A line of area %(number)s is not closed: it must end where it began."),
            field=FIELD,
            number=number,
        )
    return points


def _point(point: Any, number: int) -> list[float]:
    if (
        not isinstance(point, list)
        or len(point) < 2
        or not all(_is_number(one) for one in point[:2])
    ):
        raise Invalid(
            N_("A point of area %(number)s is no pair of numbers."), field=FIELD, number=number
        )
    longitude, latitude = point[:2]
    if WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH:
        return [float(longitude), float(latitude)]
    if longitude > 1000:
        raise Invalid(
            N_(
                "Area %(number)s has coordinates of the Rijksdriehoek. "
                "Save the file in WGS84 (EPSG:4326)."
            ),
            field=FIELD,
            number=number,
        )
    raise Invalid(
        N_(
            "A point of area %(number)s lies outside the Netherlands. "
            "First comes the longitude, like 4.95, then the latitude, like 52.5."
        ),
        field=FIELD,
        number=number,
    )


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and -1e9 < value < 1e9


def _check_together(found: Sequence[DrawnArea]) -> None:
    names = set[str]()
    for number, area in enumerate(found, 1):
        if area.name.casefold() in names:
            raise Invalid(
                N_("Area %(number)s has the name “%(name)s”, and so has another."),
                field=FIELD,
                number=number,
                name=area.name,
            )
        names.add(area.name.casefold())
    points = sum(len(ring) for area in found for polygon in area.polygons for ring in polygon)
    if points > MOST_POINTS:
        raise Invalid(
            N_("This file has %(points)s points; %(most)s at most. Simplify the lines."),
            field=FIELD,
            points=points,
            most=MOST_POINTS,
        )
