from __future__ import annotations

import pytest

from tests.factories import ResidentFactory
from tests.votes.polls import make_poll


@pytest.fixture
def keys(app):
    return app.extensions["vote_keys"]


@pytest.fixture
def resident(store, log_in):
    """`resident()` is the browser of a resident who may vote."""

    def give(pseudonym="v1$vote", account=None, **contents):
        return log_in(account or ResidentFactory(), vote_pseudonym=pseudonym, **contents)

    return give


@pytest.fixture
def poll(store):
    """`poll(*questions, **settings)` is a vote that is no budget."""

    def make(*questions, **settings):
        return make_poll(store, *questions, **settings)

    return make
