"""The lines of an area enclose it: what a slow and simple way finds, the sweep finds too."""

from __future__ import annotations

import itertools
import math
import time
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from participatie.areas.outlines import Fault, Faulty, check_outlines


def degrees(ring):
    """Points of a small grid as longitude and latitude, closed."""
    return [[4 + x / 16, 52 + y / 16] for x, y in [*ring, ring[0]]]


def found(*parts):
    """The fault that the sweep finds in parts on the grid; None is none."""
    try:
        check_outlines([[degrees(ring) for ring in part] for part in parts])
    except Faulty as faulty:
        return faulty.fault
    return None


def square(x, y, size):
    return [(x, y), (x + size, y), (x + size, y + size), (x, y + size)]


def test_lines_that_enclose_an_area_are_right_whatever_way_they_run():
    hole, island = square(2, 2, 6), square(3, 3, 2)
    assert found([square(0, 0, 10), hole], [island]) is None
    assert found([square(0, 0, 10)[::-1], hole], [island[::-1]], [square(20, 0, 3)]) is None


def test_a_point_twice_after_another_is_one_point():
    assert found([[(0, 0), (0, 0), (4, 0), (4, 0), (4, 4), (0, 0)]]) is None


def test_what_touches_at_a_point_is_no_fault_when_the_lines_differ():
    assert found([square(0, 0, 4)], [square(4, 4, 4)]) is None
    assert found([square(0, 0, 8), [(0, 4), (4, 2), (4, 6)]]) is None
    assert found([square(0, 0, 8), [(0, 0), (4, 2), (8, 8), (2, 4)]]) is None


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ([[[(0, 0), (4, 4), (4, 0), (0, 4)]]], Fault.ITSELF),  # a bow
        ([[[(0, 0), (8, 0), (8, 4), (4, 0), (0, 4)]]], Fault.ITSELF),  # touches its own edge
        ([[[(0, 0), (2, 2), (4, 0), (4, 4), (2, 2), (0, 4)]]], Fault.ITSELF),  # and its own point
        ([[[(0, 0), (8, 0), (4, 0), (4, 4)]]], Fault.ITSELF),  # there and back
        ([[[(0, 0), (4, 0), (8, 0)]]], Fault.ITSELF),  # nothing but a line
        ([[[(0, 0), (4, 0), (0, 0)]]], Fault.FLAT),
        ([[[(0, 0), (0, 0), (4, 4)]]], Fault.FLAT),
        ([[[(0, 0), (0, 0), (0, 0)]]], Fault.FLAT),
        ([[square(0, 0, 4), square(2, 2, 4)]], Fault.EACH_OTHER),
        ([[square(0, 0, 4), square(0, 1, 2)]], Fault.EACH_OTHER),  # along the same edge
        ([[square(0, 0, 4)], [square(2, 2, 4)]], Fault.PARTS),
        ([[square(0, 0, 4)], [square(4, 0, 4)]], Fault.EACH_OTHER),
        ([[square(0, 0, 4), square(6, 0, 2)]], Fault.HOLE),
        ([[square(2, 2, 2), square(0, 0, 8)]], Fault.HOLE),
        ([[square(0, 0, 9), square(1, 1, 6), square(2, 2, 2)]], Fault.HOLE),
        ([[square(0, 0, 9)], [square(2, 2, 2)]], Fault.PARTS),
        ([[square(0, 0, 4)], [[(6, 0), (4, 2), (6, 4)]]], None),
        ([[square(0, 0, 4)], [[(3, 2), (4, 1), (6, 2), (4, 3)]]], Fault.PARTS),
    ],
)
def test_each_fault_has_its_name(parts, fault):
    assert found(*parts) is fault


def test_where_a_line_crosses_itself_is_told():
    with pytest.raises(Faulty) as faulty:
        check_outlines([[degrees([(0, 0), (8, 8), (8, 0), (0, 8)])]])
    assert faulty.value.at == pytest.approx((4.25, 52.25))


def test_a_crossing_that_is_smaller_than_what_is_kept_is_found_exactly():
    tiny = 2.0**-49
    bow = [[4.0, 52.0], [4.0 + tiny, 52.0 + 2.0**-40], [4.0 + tiny, 52.0], [4.0, 52.0 + 2.0**-40]]
    with pytest.raises(Faulty):
        check_outlines([[[*bow, bow[0]]]])


# the slow and simple way: every edge beside every other, cut where they meet


def turn(a, b, c):
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def edges_of(ring):
    ring = [point for place, point in enumerate(ring) if point != ring[place - 1]]
    return list(itertools.pairwise([*ring, *ring[:1]]))


def meets(one, other):
    """The points in which two edges meet: none, one, or the two ends of a piece."""
    (a, b), (c, d) = one, other
    ends = {p for p in (a, b) if lies_on(p, other)} | {p for p in (c, d) if lies_on(p, one)}
    if not ends and turn(a, b, c) * turn(a, b, d) < 0 and turn(c, d, a) * turn(c, d, b) < 0:
        part = Fraction(turn(c, d, a), turn(c, d, a) - turn(c, d, b))
        ends = {(a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1]))}
    return ends


def lies_on(point, edge):
    return turn(edge[0], edge[1], point) == 0 and min(edge) <= point <= max(edge)


def is_simple(ring):
    edges = edges_of(ring)
    if len(edges) < 3:
        return False
    for (i, one), (j, other) in itertools.combinations(enumerate(edges), 2):
        is_next = j - i in {1, len(edges) - 1}
        if len(meets(one, other)) != is_next:
            return False
    return True


def halves(ring, others):
    """The middle of each piece of a ring, cut where others meet it."""
    for one in edges_of(ring):
        cuts = {p for other in others for edge in edges_of(other) for p in meets(one, edge)}
        for (a, b), (c, d) in itertools.pairwise(sorted({*one, *cuts})):
            yield Fraction(a + c) / 2, Fraction(b + d) / 2


def place_in(point, ring):
    """1 within it, 0 on it, -1 outside."""
    if any(lies_on(point, edge) for edge in edges_of(ring)):
        return 0
    above = sum(
        (a[0] <= point[0]) != (b[0] <= point[0]) and (turn(a, b, point) > 0) == (a[0] < b[0])
        for a, b in edges_of(ring)
    )
    return 1 if above % 2 else -1


def is_right(parts):
    rings = [ring for part in parts for ring in part]
    if not all(map(is_simple, rings)):
        return False
    for (i, part), (j, ring) in itertools.product(enumerate(parts), enumerate(rings)):
        for middle in halves(ring, [one for k, one in enumerate(rings) if k != j]):
            where = [place_in(middle, one) for one in part if one is not ring]
            if any(ring is one for one in parts[i]):
                is_hole = ring is not part[0]
                wanted = [1] * is_hole + [-1] * (len(part) - 1 - is_hole)
                if is_hole and where != wanted:
                    return False
            elif 0 in where or (where[0] == 1 and 1 not in where[1:]):
                return False
    return True


points = st.tuples(st.integers(0, 6), st.integers(0, 6))
small_rings = st.lists(points, min_size=3, max_size=7)
squares = st.builds(square, st.integers(0, 6), st.integers(0, 6), st.integers(1, 8))
some_parts = st.lists(
    st.lists(squares | st.lists(points, min_size=3, max_size=4), min_size=1, max_size=3),
    min_size=1,
    max_size=3,
)


@settings(max_examples=400)
@given(small_rings)
def test_one_line_is_right_when_no_two_edges_of_it_meet(ring):
    assert (found([ring]) is None) == is_simple(ring)


@settings(max_examples=400)
@given(some_parts)
@example([[square(0, 0, 8), [(0, 4), (4, 0), (8, 4), (4, 8)]]])
@example([[square(0, 0, 6)], [[(3, 3), (6, 3), (8, 6)]]])
def test_several_lines_are_right_when_each_piece_lies_where_it_may(parts):
    assert (found(*parts) is None) == is_right(parts)


def around(distances):
    """A ring of points round a middle, at these distances."""
    step = 2 * math.pi / len(distances)
    ring = [
        [5 + far / 2 * math.cos(step * one), 52 + far / 2 * math.sin(step * one)]
        for one, far in enumerate(distances)
    ]
    return [*ring, ring[0]]


def star(number):
    return around([1.0, 0.7] * (number // 2))


@given(st.lists(st.floats(0.1, 1), min_size=3, max_size=60))
def test_points_round_a_middle_at_any_distance_never_cross(distances):
    far = len(distances) - 1
    check_outlines([[around(distances if far > 2 else [1.0] * len(distances))]])


@given(st.integers(4, 60), st.data())
def test_a_piece_of_a_round_line_that_runs_the_other_way_makes_it_cross_itself(number, data):
    ring = around([1.0] * number)[:-1]
    begin = data.draw(st.integers(1, number - 3))
    end = data.draw(st.integers(begin + 1, number - 2))
    turned = [*ring[:begin], *reversed(ring[begin : end + 1]), *ring[end + 1 :]]
    with pytest.raises(Faulty) as faulty:
        check_outlines([[[*turned, turned[0]]]])
    assert faulty.value.fault is Fault.ITSELF


def comb(number):
    """Long thin teeth over the whole width: nearly every edge is beside every other."""
    teeth = [
        [4 + (one % 4 in {1, 2}), 52 + one // 2 / number + one % 2 / 1e9] for one in range(number)
    ]
    return [*teeth, [3.9, 52.6], [3.9, 51.9], teeth[0]]


@pytest.mark.parametrize("make", [star, comb])
def test_twenty_thousand_points_are_checked_in_a_few_seconds(make):
    ring = make(20_000)
    began = time.process_time()
    check_outlines([[ring]])
    assert time.process_time() - began < 8
