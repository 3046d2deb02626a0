"""Which processes are found, in what order, and what the database refuses."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from participatie.core.db import db
from participatie.processes import queries
from participatie.processes.models import Phase
from participatie.processes.rules import PhaseKind
from tests.factories import ProcessFactory

NOW = datetime(2027, 3, 10, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def phase(first: int, last: int, kind: PhaseKind = PhaseKind.COLLECT) -> Phase:
    return Phase(kind=kind, title="Fase", starts_at=NOW + first * DAY, ends_at=NOW + last * DAY)


def slugs(statement):
    return [process.slug for process in db.session.scalars(statement).unique()]


@pytest.mark.database
def test_two_phases_of_one_process_never_overlap(context):
    process = ProcessFactory(phases=[phase(0, 10)])
    late = phase(9, 20)
    late.process_id = process.id
    db.session.add(late)
    with pytest.raises(IntegrityError, match="ex_phase_overlap"):
        db.session.flush()


@pytest.mark.database
def test_a_phase_may_begin_at_the_moment_another_ends_and_beside_one_of_another_process(context):
    ProcessFactory(phases=[phase(0, 10), phase(10, 20)])
    ProcessFactory(phases=[phase(5, 15)])


@pytest.mark.database
def test_a_phase_ends_after_it_starts(context):
    with pytest.raises(IntegrityError, match="starts_before_it_ends"):
        ProcessFactory(phases=[phase(5, 5)])


def test_what_closes_first_stands_in_front_and_what_is_over_last(context):
    ProcessFactory(slug="over", phases=[phase(-9, -1)])
    ProcessFactory(slug="later", phases=[phase(9, 10)])
    ProcessFactory(slug="sooner", phases=[phase(3, 40)])
    ProcessFactory(slug="long", phases=[phase(-5, 20)])
    ProcessFactory(slug="short", phases=[phase(-5, 2), phase(2, 50)])
    assert slugs(queries.by_what_is_next(NOW)) == ["short", "long", "sooner", "later", "over"]
    assert slugs(queries.running(NOW)) == ["short", "long"]


def test_a_process_that_is_not_published_is_found_nowhere(context):
    ProcessFactory(slug="draft", published_at=None)
    assert slugs(queries.public_processes()) == []
    assert slugs(queries.running(datetime.now(UTC))) == []
    assert slugs(queries.public_process("draft")) == []


def test_the_next_boundary_is_the_first_start_or_end_after_a_moment(context):
    ProcessFactory(phases=[phase(-5, 3), phase(4, 9)])
    moments = [NOW - 9 * DAY, NOW, NOW + 3 * DAY, NOW + 9 * DAY]
    found = [db.session.scalar(queries.next_boundary(moment)) for moment in moments]
    assert found == [NOW - 5 * DAY, NOW + 3 * DAY, NOW + 4 * DAY, None]
