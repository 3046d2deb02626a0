"""A point on the map: how it is written, and whether it lies in an area."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor

from participatie.areas.geojson import EAST, NORTH, SOUTH, WEST
from participatie.core.errors import N_, Invalid

DECIMALS = 5
"""A metre: more would say what nobody can point at."""
LONGEST_ADDRESS = 100

_WRITTEN = re.compile(r"(\d{1,2}(?:\.\d{1,16})?)[,\s]\s*(\d{1,2}(?:\.\d{1,16})?)", re.ASCII)
_APART = re.compile(r"(\d{1,2}(?:[.,]\d{1,16})?)\s*;\s*(\d{1,2}(?:[.,]\d{1,16})?)", re.ASCII)

Ring = Sequence[Sequence[float]]
Polygons = Sequence[Sequence[Ring]]


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the Netherlands, in degrees of WGS84."""

    latitude: float
    longitude: float

    def __str__(self) -> str:
        return f"{self.latitude:.{DECIMALS}f}, {self.longitude:.{DECIMALS}f}"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Points that are one on a map of this size; where they lie together, in its units."""

    x: float
    y: float
    number: int


def point_in(typed: str, *, field: str = "point") -> Point | None:
    """The point that is written like «52.50512, 4.94831»; nothing is no point.

    First comes the latitude. With a semicolon between them they may have decimal commas.
    Raises `Invalid` for what is no point of the Netherlands.
    """
    written = typed.strip()
    if not written:
        return None
    found = _APART.fullmatch(written) or _WRITTEN.fullmatch(written)
    if found is None:
        raise Invalid(
            N_("This is no place on the map. Choose a place from the list, or put the dot again."),
            field=field,
        )
    latitude, longitude = (float(part.replace(",", ".")) for part in found.groups())
    if not (SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST):
        raise Invalid(
            N_("This place lies outside the Netherlands. Put the dot again."), field=field
        )
    return Point(round(latitude, DECIMALS), round(longitude, DECIMALS))


def lies_in(point: Point, polygons: Polygons) -> bool:
    """Whether a point lies in an area: inside an outline, and in none of the holes of it."""
    return any(
        _is_round(polygon[0], point) and not any(_is_round(hole, point) for hole in polygon[1:])
        for polygon in polygons
    )


def _is_round(ring: Ring, point: Point) -> bool:
    """Whether a line from the point to the east crosses the ring an odd number of times."""
    crossings = 0
    for (ax, ay), (bx, by) in pairwise((one[0], one[1]) for one in ring):
        if (ay > point.latitude) != (by > point.latitude):
            at = ax + (point.latitude - ay) / (by - ay) * (bx - ax)
            crossings += at > point.longitude
    return crossings % 2 == 1


def clustered(places: Iterable[tuple[float, float]], *, cell: float) -> tuple[Cluster, ...]:
    """Places that lie in one cell of a grid, taken together in their middle; all are counted."""
    cells: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for x, y in places:
        cells.setdefault((floor(x / cell), floor(y / cell)), []).append((x, y))
    return tuple(
        Cluster(
            round(sum(x for x, _ in together) / len(together), 1),
            round(sum(y for _, y in together) / len(together), 1),
            len(together),
        )
        for together in cells.values()
    )
