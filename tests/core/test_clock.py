from __future__ import annotations

from datetime import UTC, datetime

import pytest

from participatie.core.clock import next_day


@pytest.mark.parametrize(
    ("moment", "midnight"),
    [
        (datetime(2027, 1, 5, 22, 59, tzinfo=UTC), datetime(2027, 1, 5, 23, tzinfo=UTC)),
        (datetime(2027, 1, 5, 23, tzinfo=UTC), datetime(2027, 1, 6, 23, tzinfo=UTC)),
        (datetime(2027, 7, 5, 12, tzinfo=UTC), datetime(2027, 7, 5, 22, tzinfo=UTC)),
        (datetime(2027, 3, 28, 0, tzinfo=UTC), datetime(2027, 3, 28, 22, tzinfo=UTC)),
    ],
)
def test_the_next_day_begins_at_midnight_in_the_netherlands_also_when_the_clock_changes(
    moment, midnight
):
    assert next_day(moment) == midnight
