from __future__ import annotations

import pytest

from tests.factories import (
    ResidentFactory,
)


@pytest.fixture
def resident(store, log_in):
    """`resident()` is the browser of a resident who may vote."""

    def give(pseudonym="v1$vote", account=None, **contents):
        return log_in(account or ResidentFactory(), vote_pseudonym=pseudonym, **contents)

    return give
