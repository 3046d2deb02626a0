"""Whether the lines of an area enclose it: a sweep from west to east over all of them.

A line is a closed ring of points; the first of a part goes round it, the others round its holes.
The sweep keeps the edges that it is passing in the order in which they lie above each other, so
only neighbours have to be compared. All sums are of whole numbers and exact.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

Point = tuple[int, int]

_EXACT = 2.0**51
"""What makes any longitude or latitude of the Netherlands a whole number, without rounding."""
_OUTSIDE = -1


class Fault(StrEnum):
    """Why the lines of an area enclose nothing that can be told."""

    FLAT = "flat"
    ITSELF = "itself"
    EACH_OTHER = "each_other"
    HOLE = "hole"
    PARTS = "parts"


class Faulty(Exception):
    """The lines have a fault, at a point."""

    def __init__(self, fault: Fault, at: tuple[float, float]) -> None:
        super().__init__(fault, at)
        self.fault = fault
        self.at = at


@dataclass(frozen=True, slots=True, eq=False)
class _Edge:
    """A piece of a ring between two points, from the one that the sweep meets first."""

    first: Point
    last: Point
    ring: int


def check_outlines(parts: Sequence[Sequence[Sequence[Sequence[float]]]]) -> None:
    """Each line goes round once, a hole lies in its part, and parts lie beside each other.

    Lines of different rings may touch at a point, and a part may lie in a hole of another. Raises
    `Faulty`.
    """
    rings: list[list[Point]] = []
    hole_of: list[int | None] = []
    for part in parts:
        outer = len(rings)
        for place, ring in enumerate(part):
            rings.append(_exact(ring))
            hole_of.append(outer if place else None)
    sweep = _Sweep(hole_of)
    for ending, beginning in _events(rings):
        for edge in ending:
            sweep.take_out(edge)
        for edge in beginning:
            sweep.put_in(edge)


def _exact(ring: Sequence[Sequence[float]]) -> list[Point]:
    """Its points as whole numbers, each once; the last, which is the first, is left out."""
    points = [(int(x * _EXACT), int(y * _EXACT)) for x, y in ring]
    turns = [point for place, point in enumerate(points[:-1]) if point != points[place + 1]]
    if len(turns) < 3:
        raise Faulty(Fault.FLAT, _degrees(points[0]))
    seen = set[Point]()
    for point in turns:
        if point in seen:
            raise Faulty(Fault.ITSELF, _degrees(point))
        seen.add(point)
    return turns


def _events(rings: Sequence[Sequence[Point]]) -> Iterator[tuple[list[_Edge], list[_Edge]]]:
    """For each point from west to east which edges end and which begin there, the lowest first."""
    ending: dict[Point, list[_Edge]] = {}
    beginning: dict[Point, list[_Edge]] = {}
    for number, ring in enumerate(rings):
        for place, point in enumerate(ring):
            first, last = sorted((ring[place - 1], point))
            edge = _Edge(first, last, number)
            beginning.setdefault(first, []).append(edge)
            ending.setdefault(last, []).append(edge)
    for point in sorted({*ending, *beginning}):
        yield ending.get(point, []), _upwards(beginning.get(point, []))


def _upwards(edges: list[_Edge]) -> list[_Edge]:
    """Edges with the same first point, the lowest one first."""
    ordered: list[_Edge] = []
    for edge in edges:
        ordered.insert(_place(ordered, edge), edge)
    return ordered


class _Sweep:
    """The edges that are being passed, the lowest one first, and what lies between them."""

    def __init__(self, hole_of: Sequence[int | None]) -> None:
        self._hole_of = hole_of
        self._passing: list[_Edge] = []
        self._above: dict[_Edge, int] = {}  # within which ring one is, just above an edge
        self._around: dict[int, int] = {}  # within which ring a ring lies

    def put_in(self, edge: _Edge) -> None:
        """An edge begins: it lies in its order, beside edges that it does not meet."""
        place = _place(self._passing, edge)
        below = self._above[self._passing[place - 1]] if place else _OUTSIDE
        self._above[edge] = self._beyond(edge, below)
        self._passing.insert(place, edge)
        self._check_beside(place, edge.first)

    def take_out(self, edge: _Edge) -> None:
        """An edge ends: what lay below and above it are neighbours now."""
        place = self._passing.index(edge, _first_at(self._passing, edge.last))
        self._check_beside(place, edge.last)
        del self._passing[place], self._above[edge]
        if 0 < place < len(self._passing):
            _check_apart(self._passing[place - 1], self._passing[place])

    def _check_beside(self, place: int, point: Point) -> None:
        """An edge lies apart from its neighbours, and from all that hold `point` as it does."""
        edge = self._passing[place]
        for way in (range(place - 1, -1, -1), range(place + 1, len(self._passing))):
            for beside in way:
                other = self._passing[beside]
                _check_apart(other, edge)
                if _side(other.first, other.last, point):
                    break

    def _beyond(self, edge: _Edge, below: int) -> int:
        """Within which ring one is after crossing `edge` upwards, out of the ring `below`."""
        ring = edge.ring
        if below == ring:
            return self._around[ring]
        part = self._hole_of[ring]
        if part is not None and below != part:
            raise Faulty(Fault.HOLE, _degrees(edge.first))
        if part is None and below != _OUTSIDE and self._hole_of[below] is None:
            raise Faulty(Fault.PARTS, _degrees(edge.first))
        if self._around.setdefault(ring, below) != below:
            raise Faulty(Fault.EACH_OTHER, _degrees(edge.first))
        return ring


def _place(edges: Sequence[_Edge], new: _Edge) -> int:
    """How many of `edges` lie below a new one. Raises `Faulty` when it runs along one of them."""
    low, high = 0, len(edges)
    while low < high:
        middle = (low + high) // 2
        one = edges[middle]
        side = _side(one.first, one.last, new.first) or _side(new.first, one.last, new.last)
        if not side:
            raise Faulty(_fault(one, new), _degrees(new.first))
        if side > 0:
            low = middle + 1
        else:
            high = middle
    return low


def _first_at(edges: Sequence[_Edge], point: Point) -> int:
    """How many of `edges` lie below `point`; those that hold it do not."""
    return bisect_left(edges, 0, key=lambda one: -_side(one.first, one.last, point))


def _fault(one: _Edge, other: _Edge) -> Fault:
    return Fault.ITSELF if one.ring == other.ring else Fault.EACH_OTHER


def _check_apart(one: _Edge, other: _Edge) -> None:
    """Two edges do not cross; of the same ring they meet only where both begin or end."""
    begins, ends = (_side(one.first, one.last, point) for point in (other.first, other.last))
    starts, stops = (_side(other.first, other.last, point) for point in (one.first, one.last))
    if begins * ends < 0 and starts * stops < 0:
        raise Faulty(_fault(one, other), _crossing(one, other))
    if one.ring != other.ring or {one.first, one.last} & {other.first, other.last}:
        return
    for edge, side, point in (
        (one, begins, other.first),
        (one, ends, other.last),
        (other, starts, one.first),
        (other, stops, one.last),
    ):
        if not side and edge.first < point < edge.last:
            raise Faulty(Fault.ITSELF, _degrees(point))


def _side(first: Point, last: Point, point: Point) -> int:
    """1 when `point` lies left of the way from `first` to `last`, -1 right of it, 0 on its line."""
    turn = (last[0] - first[0]) * (point[1] - first[1]) - (last[1] - first[1]) * (
        point[0] - first[0]
    )
    return (turn > 0) - (turn < 0)


def _crossing(one: _Edge, other: _Edge) -> tuple[float, float]:
    """About where two edges that cross do so."""
    (x, y), (u, v) = _degrees(one.first), _degrees(other.first)
    dx, dy = _degrees(one.last)[0] - x, _degrees(one.last)[1] - y
    du, dv = _degrees(other.last)[0] - u, _degrees(other.last)[1] - v
    across = dx * dv - dy * du
    if not across:
        return x, y
    part = ((u - x) * dv - (v - y) * du) / across
    return x + part * dx, y + part * dy


def _degrees(point: Point) -> tuple[float, float]:
    return point[0] / _EXACT, point[1] / _EXACT
