"""Who may report and decide, and what can be decided when."""

from __future__ import annotations

import pytest

from participatie.contributions.rules import TRANSITIONS, State
from participatie.core.errors import Invalid
from participatie.identity.rules import VISITOR, Actor, Role
from participatie.moderation.rules import (
    GROUNDS,
    POSSIBLE,
    TARGET,
    Act,
    DecisionGround,
    Ground,
    can_decide,
    can_report,
    check_ground,
    grounds_for,
)

RESIDENT = Actor(id=1, roles=frozenset({Role.RESIDENT}))
CLERK = Actor(id=2, roles=frozenset({Role.CLERK}))
ADMINISTRATOR = Actor(id=3, roles=frozenset({Role.ADMINISTRATOR}))
ASSESSOR = Actor(id=4, roles=frozenset({Role.ASSESSOR}))


@pytest.mark.parametrize("actor", [RESIDENT, CLERK, ASSESSOR])
def test_who_is_logged_in_reports_what_stands_there(actor):
    assert can_report(State.PUBLISHED, author_id=9, actor=actor)


@pytest.mark.parametrize(
    ("state", "author_id", "actor"),
    [
        (State.PUBLISHED, 9, VISITOR),
        (State.PUBLISHED, None, VISITOR),
        (State.PUBLISHED, 1, RESIDENT),
        (State.HIDDEN, 9, RESIDENT),
        (State.WITHDRAWN, 9, RESIDENT),
        (State.DRAFT, 9, RESIDENT),
    ],
)
def test_a_visitor_reports_nothing_and_nobody_reports_their_own_or_what_is_gone(
    state, author_id, actor
):
    assert not can_report(state, author_id=author_id, actor=actor)


@pytest.mark.parametrize("actor", [CLERK, ADMINISTRATOR])
def test_a_clerk_decides_about_others(actor):
    assert can_decide(author_id=9, actor=actor)
    assert can_decide(author_id=None, actor=actor)


@pytest.mark.parametrize("actor", [RESIDENT, ASSESSOR, VISITOR])
def test_nobody_else_decides(actor):
    assert not can_decide(author_id=9, actor=actor)


def test_a_clerk_never_decides_about_an_own_contribution():
    assert not can_decide(author_id=2, actor=CLERK)


def test_every_possible_act_leads_to_a_state_that_may_follow():
    for state, acts in POSSIBLE.items():
        for act in acts:
            target = TARGET[act]
            assert target is None or target in TRANSITIONS[state]


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("ground", DecisionGround)
def test_a_ground_goes_with_the_acts_that_can_be_founded_on_it(act, ground):
    if ground in GROUNDS[act]:
        check_ground(act, ground)
    else:
        with pytest.raises(Invalid) as refused:
            check_ground(act, ground)
        assert refused.value.field == "ground"


def test_whatever_can_be_reported_can_be_why_it_is_hidden_and_never_why_it_is_shown():
    offences = {ground.value for ground in Ground} - {"other"}
    assert offences <= set(GROUNDS[Act.HIDE])
    for act in (Act.RESTORE, Act.KEEP):
        assert offences.isdisjoint(GROUNDS[act])


def test_a_clerk_chooses_each_ground_once():
    for acts in POSSIBLE.values():
        offered = grounds_for(acts)
        assert len(offered) == len(set(offered))
        assert all(any(ground in offered for ground in GROUNDS[act]) for act in acts)


def test_a_draft_is_nobodys_business():
    assert POSSIBLE[State.DRAFT] == ()
