"""Where a budget is on its road, and what its pages say then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from participatie.budget.rules.road import Now, now_of
from participatie.processes.models import Process
from participatie.processes.recipes.reading import recipes
from participatie.processes.rules import PhaseKind
from participatie.votes.rules.rounds import RoundState
from participatie.votes.rules.stages import Stage
from tests.budget.steps import make_budget


@pytest.mark.parametrize(
    ("stage", "phase", "now"),
    [
        (Stage.NO_VOTE_YET, PhaseKind.COLLECT, Now.COLLECT),
        (Stage.NO_VOTE_YET, PhaseKind.SUPPORT, Now.SUPPORT),
        (Stage.NO_VOTE_YET, PhaseKind.ASSESS, Now.ASSESS),
        (Stage.NO_VOTE_YET, PhaseKind.COSTS, Now.COSTS),
        (Stage.NO_VOTE_YET, PhaseKind.VOTE, Now.VOTE_WAITS),
        (Stage.NO_VOTE_YET, None, Now.WAIT),
        (Stage.OPEN, PhaseKind.VOTE, Now.VOTE),
        (Stage.OPEN, PhaseKind.ASSESS, Now.VOTE),
        (Stage.COUNTING, PhaseKind.RESULT, Now.COUNTING),
        (Stage.RESULT, PhaseKind.RESULT, Now.RESULT),
        (Stage.RESULT, None, Now.RESULT),
        (Stage.RESULT, PhaseKind.EXECUTE, Now.EXECUTE),
        (Stage.BROKEN_OFF, PhaseKind.EXECUTE, Now.BROKEN_OFF),
    ],
)
def test_the_vote_says_more_than_the_planning(stage, phase, now):
    assert now_of(stage, phase) is now


def test_the_pages_say_what_happens_now(store, client):
    budget = make_budget()
    slug = store.get_one(Process, budget.process_id).slug
    page = client.get(f"/trajecten/{slug}")
    assert "Wat gebeurt er nu?" in page.main
    assert "U kunt nu stemmen. U kiest de plannen die u wilt." in page.main


def test_nobody_is_told_to_come_back_at_a_time_that_is_over(client):
    past = datetime.now(UTC) - timedelta(days=3)
    budget = make_budget(state=RoundState.DRAFT, opened_at=None, opens_at=past)
    page = client.get(f"/begrotingen/{budget.id}")
    assert "De stemming is nog niet open. Zodra zij open is, leest u dat hier." in page.main
    assert "U kunt stemmen vanaf" not in page.main


def test_the_recipe_of_a_budget_has_each_phase_of_the_road():
    first = list(PhaseKind).index(PhaseKind.COLLECT)
    assert [step.kind for step in recipes()["budget"].steps] == list(PhaseKind)[first:]
