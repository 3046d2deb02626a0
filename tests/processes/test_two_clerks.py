"""Two clerks at one process: the last one does not win unseen, and nothing typed is lost."""

from __future__ import annotations

import pytest

from participatie.processes.models import Process
from participatie.processes.rules import PhaseKind
from participatie.votes.rules.rounds import RoundState
from tests.factories import ClerkFactory, ProcessFactory, RoundFactory

KEEP = "Bewaar de wijziging"
WORDS = {"title": "Het plein", "summary": "Wat kan er beter op het plein?"}


@pytest.fixture
def process(store):
    return ProcessFactory(text="Denk mee over uw buurt en uw straat.")


@pytest.fixture
def pages(log_in, process):
    """The same page in front of two clerks."""
    path = f"/griffie/trajecten/{process.id}/tekst"
    return [log_in(ClerkFactory()).get(path) for _ in range(2)]


def title_of(store, process):
    return store.get_one(Process, process.id, populate_existing=True).title


def test_the_second_hears_that_the_first_was_there(pages, store, process):
    first, second = pages
    first.press(KEEP, **WORDS)
    refused = second.press(KEEP, answered=409, **WORDS | {"title": "Het park"})
    assert "Iemand anders heeft dit traject veranderd terwijl u typte." in refused.text
    assert 'value="Het park"' in refused.html
    assert title_of(store, process) == "Het plein"


def test_who_has_seen_it_may_save_again(pages, store, process):
    first, second = pages
    first.press(KEEP, **WORDS)
    refused = second.press(KEEP, answered=409, **WORDS | {"title": "Het park"})
    refused.press(KEEP)
    assert title_of(store, process) == "Het park"


def test_a_fault_in_between_does_not_make_one_have_seen_it(pages, store, process):
    first, second = pages
    second = second.press(KEEP, **WORDS | {"title": ""})
    assert second.status == 422
    first.press(KEEP, **WORDS)
    second.press(KEEP, answered=409, **WORDS | {"title": "Het park"})
    assert title_of(store, process) == "Het plein"


def test_one_who_saves_twice_is_in_nobodys_way(pages, store, process):
    page = pages[0]
    for title in ("Het plein", "Het park"):
        page.client.get(f"/griffie/trajecten/{process.id}/tekst").press(
            KEEP, **WORDS | {"title": title}
        )
    assert title_of(store, process) == "Het park"


def test_a_draft_for_which_somebody_set_up_a_vote_is_not_thrown_away(log_in, store):
    draft = ProcessFactory(published_at=None, phase=PhaseKind.VOTE)
    page = log_in(ClerkFactory()).get(f"/griffie/trajecten/{draft.id}")
    RoundFactory(process_id=draft.id, state=RoundState.DRAFT, opened_at=None)
    store.commit()
    page = page.press("Gooi deze kladversie echt weg")
    assert "Deze kladversie heeft een stemming, een begroting of iets anders." in page.text
    assert title_of(store, draft) == draft.title
