from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from participatie.core.db import db
from participatie.core.outages import Outage, System
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


@pytest.mark.usefixtures("context")
def test_a_long_silence_between_two_signs_of_life_is_an_outage():
    for minutes in (-20, 0):
        beat_once(WORKER, soon(minutes=minutes))
        db.session.commit()
        heartbeat.run()
    outage = db.session.scalars(select(Outage)).one()
    lasted = outage.away_until - outage.away_from
    assert (outage.system, round(lasted / timedelta(minutes=1))) == (System.PROGRAM, 20)
