"""How a thread is shown, and who may say what."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.contributions.rules import State
from participatie.discussions.rules import (
    MOST_SHOWN,
    SHOWN_DEPTH,
    Node,
    can_comment,
    can_weigh,
    can_withdraw,
    is_official,
    shown,
    thread,
)
from participatie.identity.rules import VISITOR, Actor, Role

RESIDENT = Actor(id=1, roles=frozenset({Role.RESIDENT}))
CLERK = Actor(id=2, roles=frozenset({Role.CLERK}))
ASSESSOR = Actor(id=3, roles=frozenset({Role.ASSESSOR}))
BOTH = Actor(id=4, roles=frozenset({Role.RESIDENT, Role.CLERK}))


@dataclass(frozen=True)
class Said:
    id: int
    parent_id: int | None = None


def _shape(nodes: tuple[Node[Said], ...]) -> list:
    return [(node.comment.id, _shape(node.answers)) for node in nodes]


def _all(nodes: tuple[Node[Said], ...]) -> list[Node[Said]]:
    return [found for node in nodes for found in (node, *_all(node.answers))]


def test_answers_stand_below_what_they_answer_in_order():
    said = [Said(1), Said(2), Said(3, 1), Said(4, 1), Said(5, 3)]
    assert _shape(thread(said)) == [(1, [(3, [(5, [])]), (4, [])]), (2, [])]


def test_deeper_answers_stand_at_the_deepest_level_behind_what_they_answer():
    said = [Said(1), Said(2, 1), Said(3, 2), Said(4, 2), Said(5, 3), Said(6, 5)]
    assert _shape(thread(said)) == [(1, [(2, [(3, []), (5, []), (6, []), (4, [])])])]


def test_what_stands_beside_what_it_answers_says_so_and_nothing_else_does():
    said = [Said(1), Said(2, 1), Said(3, 2), Said(4, 2), Said(5, 3), Said(6, 5)]
    beside = {node.comment.id: node.answers_to for node in _all(thread(said))}
    assert {number: to.id for number, to in beside.items() if to} == {5: 3, 6: 5}


def test_a_thread_of_a_thousand_answers_to_answers_is_shown():
    said = [Said(1), *(Said(n, n - 1) for n in range(2, 1001))]
    assert len(_all(thread(said))) == 1000


@given(st.lists(st.integers(0, 30), max_size=40))
def test_every_comment_is_shown_once_and_never_too_deep(parents):
    said = [Said(n, parent % n if n and parent else None) for n, parent in enumerate(parents)]
    shown = _all(thread(said))
    assert sorted(node.comment.id for node in shown) == [one.id for one in said]
    assert all(1 <= node.depth <= SHOWN_DEPTH for node in shown)


@pytest.mark.parametrize("actor", [RESIDENT, CLERK, ASSESSOR])
def test_residents_and_staff_comment_on_what_is_published(actor):
    assert can_comment(State.PUBLISHED, actor=actor)
    for state in (State.DRAFT, State.HIDDEN, State.WITHDRAWN):
        assert not can_comment(state, actor=actor)


def test_a_visitor_does_not_comment():
    assert not can_comment(State.PUBLISHED, actor=VISITOR)


def test_only_the_author_takes_a_comment_back_and_only_once():
    assert can_withdraw(State.PUBLISHED, author_id=1, actor=RESIDENT)
    assert not can_withdraw(State.PUBLISHED, author_id=1, actor=CLERK)
    assert not can_withdraw(State.PUBLISHED, author_id=None, actor=VISITOR)
    assert not can_withdraw(State.HIDDEN, author_id=1, actor=RESIDENT)
    assert not can_withdraw(State.WITHDRAWN, author_id=1, actor=RESIDENT)


def test_the_municipality_speaks_through_staff_that_is_no_resident():
    assert is_official(CLERK)
    assert is_official(ASSESSOR)
    assert not is_official(RESIDENT)
    assert not is_official(BOTH)


def test_a_resident_weighs_what_somebody_else_has_published():
    assert can_weigh(State.PUBLISHED, author_id=99, actor=RESIDENT)
    assert can_weigh(State.PUBLISHED, author_id=None, actor=RESIDENT)
    assert not can_weigh(State.PUBLISHED, author_id=RESIDENT.id, actor=RESIDENT)
    for state in (State.DRAFT, State.HIDDEN, State.WITHDRAWN):
        assert not can_weigh(state, author_id=99, actor=RESIDENT)
    for other in (CLERK, ASSESSOR, VISITOR):
        assert not can_weigh(State.PUBLISHED, author_id=99, actor=other)


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        (None, 20),
        ("", 20),
        ("0", 20),
        ("-5", 20),
        ("drie", 20),
        ("²", 20),
        ("20", 20),
        ("21", 40),
        ("40", 40),
        ("9" * 30, MOST_SHOWN),
    ],
)
def test_threads_are_shown_in_steps_and_within_bounds(asked, number):
    assert shown(asked) == number
