from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from participatie.app import create_app
from participatie.identity.rules import Role
from participatie.votes.rules.rounds import Grade
from tests.database import Cluster, dispose
from tests.factories import ClerkFactory, ResidentFactory, SecondFactory
from tests.votes.polls import make_poll
from tests.votes.steps import make_round
from tests.votes.two_people import actor_of


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


@pytest.fixture
def people():
    """Karin the clerk, Olga the second person, Pieter the substitute."""
    pieter = ClerkFactory(roles=[Role.CLERK, Role.SECOND])
    return [actor_of(one) for one in (ClerkFactory(), SecondFactory(), pieter)]


@pytest.fixture
def common(people):
    """An open round of the grade gewoon that names its people."""
    names = ("clerk_id", "second_id", "substitute_id")
    ids = dict(zip(names, (one.id for one in people), strict=True))

    def make(**settings):
        return make_round(grade=Grade.COMMON, **ids, **settings)

    return make


@pytest.fixture
def site(cluster: Cluster, worker_id: str) -> Iterator[Flask]:
    """An application on a database of its own."""
    with cluster.copy(f"races_{worker_id}") as name:
        app = create_app(cluster.config(name))
        app.config["DATABASE"] = name
        yield app
        dispose(app)
