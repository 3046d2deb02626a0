"""While no phase runs, the page of a process says from when on one can do what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participatie.core.clock import now
from participatie.processes.models import Phase
from participatie.processes.rules import PhaseKind
from participatie.theming.formats import weekday
from tests.factories import BudgetFactory, ProcessFactory, RoundFactory

DAY = timedelta(days=1)


def road_with_a_gap(kind, title="Daarna"):
    """A phase that is over, and one of this kind that begins in three days."""
    moments = [now() + days * DAY for days in (-9, -1, 3, 9)]
    return [
        Phase(kind=PhaseKind.INFORM, title="Ideeën", starts_at=moments[0], ends_at=moments[1]),
        Phase(kind=kind, title=title, starts_at=moments[2], ends_at=moments[3]),
    ]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (PhaseKind.DISCUSS, "Vanaf {day} kunt u meepraten."),
        (PhaseKind.COLLECT, "Vanaf {day} kunt u een voorstel indienen."),
        (PhaseKind.SUPPORT, "Vanaf {day} kunt u uw steun geven."),
        (PhaseKind.VOTE, "Vanaf {day} kunt u stemmen."),
    ],
)
def test_between_two_phases_a_process_says_from_when_on_one_can_do_something(client, kind, said):
    ProcessFactory(slug="plein", phases=road_with_a_gap(kind))
    day = weekday(now() + 3 * DAY).replace("\xa0", " ")
    page = client.get("/trajecten/plein")
    assert f"U kunt nu nog niets doen. {said.format(day=day)}" in page.main
    shown = client.get("/trajecten").main
    assert "Tussen twee fasen" in shown
    assert f"Gaat verder op {day}" in shown


def test_a_vote_of_money_that_opens_later_than_its_phase_is_announced_for_that_day(client):
    vote = RoundFactory(opens_at=now() + 5 * DAY, closes_at=now() + 8 * DAY)
    phases = road_with_a_gap(PhaseKind.VOTE)
    BudgetFactory(round=vote, process=ProcessFactory(slug="plein", phases=phases))
    day = weekday(now() + 5 * DAY).replace("\xa0", " ")
    assert f"Vanaf {day} kunt u stemmen." in client.get("/trajecten/plein").main


def test_before_a_phase_in_which_one_only_reads_nothing_is_promised(client):
    ProcessFactory(slug="plein", phases=road_with_a_gap(PhaseKind.RESULT, "De uitslag"))
    page = client.get("/trajecten/plein").main
    assert "U hoeft nu niets te doen. U kunt alles lezen. Hierna: De uitslag, vanaf" in page
    assert "U kunt nu nog niets doen" not in page


def test_what_is_still_to_begin_says_from_when_on_one_can_do_something(client):
    first = road_with_a_gap(PhaseKind.COLLECT)[1:]
    ProcessFactory(slug="plein", phases=first)
    assert "U kunt nu nog niets doen. Vanaf" in client.get("/trajecten/plein").main
    shown = client.get("/trajecten").main
    assert "Komt nog" in shown
    assert "Tussen twee fasen" not in shown
