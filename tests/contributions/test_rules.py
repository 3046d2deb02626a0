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
    PrivateData,
    State,
    can_see,
    is_own,
    next_chance,
    private_data_in,
    shortened,
)
from participatie.core.errors import IllegalTransition, Invalid
from participatie.core.lengths import check_length
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


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Mail mij: jan.de-vries+buurt@mail.example.nl.", PrivateData.MAIL),
        ("Bel 06-12345678", PrivateData.PHONE),
        ("Bel 06 12 34 56 78 na zes uur", PrivateData.PHONE),
        ("bel +31 6 12345678", PrivateData.PHONE),
        ("0031 (0)299 123456", PrivateData.PHONE),
        ("(0299) 123 456", PrivateData.PHONE),
        ("Hij woont op 1234 AB 12", PrivateData.ADDRESS),
        ("Hij woont op 1234ab, nr. 12", PrivateData.ADDRESS),
        ("Dorpsstraat 12a, 1234 AB Waterlanden", PrivateData.ADDRESS),
        ("Stort op NL91 ABNA 0417 1643 00 graag", PrivateData.IBAN),
        ("nl91abna0417164300", PrivateData.IBAN),
        ("Mijn nummer is 111222333", PrivateData.BSN),
        ("111 222 333", PrivateData.BSN),
    ],
)
def test_what_looks_like_private_data_is_seen(text, kind):
    assert private_data_in(text) == (kind,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "één idee voor café Özgür 🌳, @buurt",
        "Bel de gemeente: 14 0299, of gratis 0800-1234567",
        "In 2024 is 12 procent van de bomen gekapt, in 2025 een 30",
        "Het kost € 111222333 in 10 jaar",
        "Postcode 1234 AB krijgt een speeltuin",
        "NL92 ABNA 0417 1643 00 bestaat niet",
        "111222334 is geen nummer van iemand",
        "Zie https://waterlanden.example/plan/2027-03-14 van 09.00 tot 17.30 uur",
    ],
)
def test_what_only_resembles_private_data_is_left_alone(text):
    assert private_data_in(text) == ()


@given(st.text(max_size=300))
def test_any_text_can_be_looked_through(text):
    assert set(private_data_in(text)) <= set(PrivateData)


@pytest.mark.parametrize(
    "text",
    ["a" * 200_000, "a" * 99_000 + "@" + "a.1" * 33_000, "1234AB" + " " * 200_000 + "nummer"],
)
def test_a_text_that_begins_like_private_data_again_and_again_is_read_once(text):
    """Reading it anew from every character would take hours."""
    assert private_data_in(text) == ()


def test_each_kind_of_private_data_is_named_once():
    text = "a@b.nl c@d.nl 0612345678 1234 AB 5 NL91ABNA0417164300 en 111222333 en 111222333"
    assert private_data_in(text) == tuple(PrivateData)
