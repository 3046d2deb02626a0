"""The sealer is away: nobody can cast for a moment, and nothing that was filled in is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from participatie.votes.keys import SealerKeys
from participatie.votes.models.ballots import Ballot
from participatie.votes.models.drafts import VoteDraft
from tests import factories
from tests.factories import ResidentFactory
from tests.votes.polls import make_poll


@pytest.fixture
def vote(app, sealer, store):
    """A poll of which a real sealer holds the keys."""
    before, keys = app.extensions["vote_keys"], SealerKeys(sealer.sockets_dir)
    app.extensions["vote_keys"] = keys
    factories.bind(store, keys)
    yield make_poll(store)
    app.extensions["vote_keys"] = before
    keys.close()


def number(store, model):
    return store.scalar(select(func.count()).select_from(model))


def test_without_the_sealer_a_cast_gets_a_sentence_and_later_the_same_button_works(
    vote, sealer, store, log_in
):
    browser = log_in(ResidentFactory(), vote_pseudonym="v1$away")
    ballot = browser.get(f"/stemmingen/{vote.id}/stembiljet")
    checked = ballot.press("Controleer uw stembiljet", **{"q.v1": "v1b"})
    fields = {
        name: checked.all("input", name=name)[0].get("value") for name in ("csrf_token", "press")
    }
    path = f"/stemmingen/{vote.id}/stem"

    sealer.kill()
    page = browser.post(path, data=fields, status=503)
    assert "Stemmen lukt nu even niet. Probeer het over een minuut opnieuw." in page.main
    assert "Uw lijst is bewaard" in page.main
    assert page.response.headers["Retry-After"]
    assert (number(store, Ballot), number(store, VoteDraft)) == (0, 1)
    assert "Wilt u een bankje?" in browser.get(f"/stemmingen/{vote.id}").main  # reading goes on

    sealer.start()
    again = browser.get(f"/stemmingen/{vote.id}/overzicht")
    assert "Beuk" in again.main
    page = browser.post(path, data=fields)
    assert "Uw stem is opgeslagen" in page.text
    assert (number(store, Ballot), number(store, VoteDraft)) == (1, 0)
