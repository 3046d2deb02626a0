from __future__ import annotations

import pytest

from participatie.core.db import db
from participatie.core.tasks import WORKER, beat_once, heartbeat, is_alive
from tests.factories import soon


@pytest.mark.usefixtures("context")
def test_a_worker_is_there_for_half_a_minute_after_it_was_seen():
    assert not is_alive(WORKER, soon())
    heartbeat.run()  # calling it would use the newest application of this process
    assert is_alive(WORKER, soon())
    assert not is_alive(WORKER, soon(seconds=31))


@pytest.mark.usefixtures("context")
def test_a_second_sign_of_life_replaces_the_first():
    beat_once(WORKER, soon(minutes=-5))
    assert not is_alive(WORKER, soon())
    beat_once(WORKER, soon())
    db.session.commit()
    assert is_alive(WORKER, soon())
