"""Who may support, change and answer a proposal."""

from __future__ import annotations

import pytest

from participatie.contributions.rules import State
from participatie.identity.rules import VISITOR, Actor, Role
from participatie.proposals.rules.proposals import (
    Change,
    can_answer,
    can_edit,
    can_support,
    differences,
    without_bullets,
)

RESIDENT = Actor(id=1, roles=frozenset({Role.RESIDENT}))
CLERK = Actor(id=2, roles=frozenset({Role.CLERK}))
ADMINISTRATOR = Actor(id=3, roles=frozenset({Role.ADMINISTRATOR}))
ASSESSOR = Actor(id=4, roles=frozenset({Role.ASSESSOR}))


def test_a_resident_supports_what_is_published():
    assert can_support(State.PUBLISHED, actor=RESIDENT)


@pytest.mark.parametrize("actor", [VISITOR, CLERK, ADMINISTRATOR, ASSESSOR])
def test_nobody_but_a_resident_supports(actor):
    assert not can_support(State.PUBLISHED, actor=actor)


@pytest.mark.parametrize("state", [State.DRAFT, State.HIDDEN, State.WITHDRAWN])
def test_what_is_not_published_cannot_be_supported(state):
    assert not can_support(state, actor=RESIDENT)


def test_the_author_changes_a_draft():
    assert can_edit(State.DRAFT, author_id=1, actor=RESIDENT)


@pytest.mark.parametrize(
    ("state", "author_id", "actor"),
    [
        (State.PUBLISHED, 1, RESIDENT),
        (State.HIDDEN, 1, RESIDENT),
        (State.DRAFT, 9, RESIDENT),
        (State.DRAFT, None, VISITOR),
        (State.DRAFT, 1, CLERK),
    ],
)
def test_nobody_changes_what_is_published_or_of_another(state, author_id, actor):
    assert not can_edit(state, author_id=author_id, actor=actor)


@pytest.mark.parametrize("actor", [CLERK, ADMINISTRATOR])
def test_a_clerk_answers_a_published_proposal(actor):
    assert can_answer(State.PUBLISHED, author_id=1, official=False, actor=actor)
    assert not can_answer(State.PUBLISHED, author_id=None, official=True, actor=actor)


@pytest.mark.parametrize(
    ("state", "author_id", "actor"),
    [
        (State.PUBLISHED, 9, RESIDENT),
        (State.PUBLISHED, 9, ASSESSOR),
        (State.PUBLISHED, 9, VISITOR),
        (State.PUBLISHED, 2, CLERK),
        (State.HIDDEN, 9, CLERK),
        (State.DRAFT, 9, CLERK),
        (State.WITHDRAWN, 9, CLERK),
    ],
)
def test_nobody_else_answers_and_nobody_answers_their_own(state, author_id, actor):
    assert not can_answer(state, author_id=author_id, official=False, actor=actor)


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("Wij willen:\n- bank", "Wij willen:\n- bank\n- boom", ["boom"]),
        ("Wij willen:\n", "Wij willen:\n- bank\n- boom\n", ["bank\n", "boom\n"]),
        ("Een bank.", "Een bank - met leuning.", ["bank - met leuning."]),
        ("Een bank.", "Een bank.\n\nEn een boom.", ["En een boom."]),
    ],
)
def test_the_dash_before_a_new_line_of_a_list_is_not_marked(old, new, marked):
    shown = without_bullets(differences(old, new))
    assert [text for change, text in shown if change is Change.NEW] == marked
    assert "".join(text for change, text in shown if change is not Change.GONE) == new
