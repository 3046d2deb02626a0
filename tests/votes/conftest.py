from __future__ import annotations

import pytest


@pytest.fixture
def keys(app):
    return app.extensions["vote_keys"]
