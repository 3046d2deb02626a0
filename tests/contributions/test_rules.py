"""Who sees what, how long a text may be, and when something opens again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.contributions.rules import (
    SUMMARY_LENGTH,
    TRANSITIONS,
    State,
    can_see,
    check_length,
    is_own,
    next_chance,
    shortened,
)
from participatie.core.errors import IllegalTransition, Invalid
from participatie.core.states import advance
from participatie.identity.rules import VISITOR, Actor, Role
from participatie.processes.rules import Action, PhaseKind

AUTHOR = Actor(id=1, roles=frozenset({Role.RESIDENT}))
OTHER = Actor(id=2, roles=frozenset({Role.RESIDENT}))
CLERK = Actor(id=3, roles=frozenset({Role.CLERK}))
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Phase:
    kind: PhaseKind
    starts_at: datetime
    ends_at: datetime


@pytest.mark.parametrize(
    ("state", "readers"),
    [
        (State.PUBLISHED, {AUTHOR, OTHER, CLERK, VISITOR}),
        (State.WITHDRAWN, {AUTHOR, OTHER, CLERK, VISITOR}),
        (State.HIDDEN, {AUTHOR, CLERK}),
        (State.DRAFT, {AUTHOR}),
    ],
)
def test_each_state_has_its_readers(state, readers):
    everyone = (AUTHOR, OTHER, CLERK, VISITOR)
    assert {who for who in everyone if can_see(state, author_id=1, actor=who)} == readers


def test_what_has_no_author_is_nobodys_own():
    assert not is_own(None, VISITOR)
    assert not can_see(State.HIDDEN, author_id=None, actor=VISITOR)


def test_what_is_withdrawn_stays_withdrawn():
    for target in State:
        with pytest.raises(IllegalTransition):
            advance(TRANSITIONS, State.WITHDRAWN, target)


def test_a_text_may_be_as_short_and_as_long_as_its_limits():
    assert check_length("ab", (2, 4), field="x") == "ab"
    assert check_length("🌳🌳🌳🌳", (2, 4), field="x") == "🌳🌳🌳🌳"


@pytest.mark.parametrize("text", ["", "a", "abcde"])
def test_a_text_outside_its_limits_is_refused_with_its_field(text):
    with pytest.raises(Invalid) as refusal:
        check_length(text, (2, 4), field="title")
    assert refusal.value.field == "title"


@given(st.text(max_size=600))
def test_a_shortened_text_is_one_line_that_fits(text):
    line = shortened(text)
    assert len(line) <= SUMMARY_LENGTH
    assert len(line.splitlines()) <= 1


def test_a_long_text_is_cut_between_words():
    assert shortened("een twee drie", 9) == "een twee…"
    assert shortened("x" * 10, 5) == "xxxx…"
    assert shortened("een twee", 8) == "een twee"


def test_the_next_chance_is_the_first_phase_to_come_that_allows_it():
    day = timedelta(days=1)
    over = Phase(PhaseKind.COLLECT, NOON - day, NOON)
    vote = Phase(PhaseKind.VOTE, NOON + day, NOON + 2 * day)
    later = Phase(PhaseKind.COLLECT, NOON + 5 * day, NOON + 6 * day)
    soon = Phase(PhaseKind.COLLECT, NOON + 3 * day, NOON + 4 * day)
    assert next_chance(Action.PROPOSE, [over, vote, later, soon], NOON) is soon
    assert next_chance(Action.PROPOSE, [over, vote], NOON) is None
    assert next_chance(Action.VOTE, [over, vote], NOON) is vote
