"""A map of areas as SVG paths: it asks nobody for a tile and needs no script."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, dist, radians
from typing import Protocol

WIDTH = 640
LEAST_STEP = 1.0
"""Points that lie closer together than this are not told apart on the map."""

Ring = Sequence[Sequence[float]]
Polygons = Sequence[Sequence[Ring]]


class Drawable(Protocol):
    """What has a name, a colour and perhaps a shape."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def colour(self) -> str | None: ...
    @property
    def polygons(self) -> Polygons | None: ...


@dataclass(frozen=True, slots=True)
class Shape:
    """One area as it is drawn; `number` is its place in the list, and stands at `x` and `y`."""

    id: int
    number: int
    name: str
    colour: str
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Frame:
    """Which place of the earth stands where on a map, with the north above."""

    west: float
    north: float
    flat: float
    scale: float

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Where a point in degrees stands."""
        x = (longitude - self.west) * self.flat * self.scale
        return round(x, 1), round((self.north - latitude) * self.scale, 1)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map: its size, and its shapes in the order of the list beside it."""

    width: int
    height: int
    frame: Frame
    shapes: tuple[Shape, ...]


def drawing_of(areas: Iterable[Drawable]) -> Drawing | None:
    """The areas that have a shape, on one map with the north above; None without any."""
    drawn = [(number, area) for number, area in enumerate(areas, 1) if area.polygons]
    points = [point for _, area in drawn for ring in _rings(area.polygons or ()) for point in ring]
    if not points:
        return None
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    flat = cos(radians((south + north) / 2))  # a degree of longitude is shorter up here
    frame = Frame(west, north, flat, WIDTH / max((east - west) * flat, 1e-9))
    shapes = []
    for number, area in drawn:
        rings = [
            [frame.place(*point[:2]) for point in ring] for ring in _rings(area.polygons or ())
        ]
        x, y = _middle(max(rings, key=lambda ring: abs(_twice_the_size(ring))))
        shapes.append(
            Shape(
                id=area.id,
                number=number,
                name=area.name,
                colour=area.colour or "#4a5568",
                path=" ".join(_path(ring) for ring in rings),
                x=round(x, 1),
                y=round(y, 1),
            )
        )
    height = max(1, round((north - south) * frame.scale))
    return Drawing(WIDTH, height, frame, tuple(shapes))


def _rings(polygons: Polygons) -> Iterable[Ring]:
    return (ring for polygon in polygons for ring in polygon)


def _twice_the_size(ring: Sequence[tuple[float, float]]) -> float:
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(ring))


def _middle(ring: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The point on which the shape would balance."""
    size = _twice_the_size(ring)
    if not size:
        return ring[0]
    sides = [(a, b, a[0] * b[1] - b[0] * a[1]) for a, b in pairwise(ring)]
    x = sum((a[0] + b[0]) * part for a, b, part in sides) / (3 * size)
    y = sum((a[1] + b[1]) * part for a, b, part in sides) / (3 * size)
    return x, y


def _path(ring: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in _thinned(ring[:-1])) + "Z"


def _thinned(points: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    """The points without those that nobody can see; what is tiny stays as it is."""
    kept = [points[0]]
    for point in points[1:]:
        if dist(kept[-1], point) >= LEAST_STEP:
            kept.append(point)
    return kept if len(kept) > 2 else points
