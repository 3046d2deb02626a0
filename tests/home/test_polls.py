"""The roads to a poll."""

from __future__ import annotations

from participatie.votes.rules.rounds import RoundState
from tests.factories import LONG_AGO, ProcessFactory
from tests.votes.polls import make_poll


def test_an_open_poll_is_among_what_one_can_do_now(client, store):
    make_poll(store, title="Het nieuwe plein")
    make_poll(store, title="Al dicht", state=RoundState.CLOSED, closed_at=LONG_AGO)
    page = client.get("/")
    assert "Doe mee aan de peiling" in page.main
    assert "Al dicht" not in page.main
    assert page.follow("Het nieuwe plein").h1 == "Het nieuwe plein"


def test_a_process_leads_to_its_polls_and_says_where_they_stand(client, store):
    process = ProcessFactory()
    for title, settings in (
        ("Het plein", {}),
        ("De brug", {"state": RoundState.CLOSED, "closed_at": LONG_AGO}),
        ("De haven", {"state": RoundState.BROKEN_OFF, "broken_off_at": LONG_AGO}),
        ("In de maak", {"state": RoundState.DRAFT, "opened_at": None}),
    ):
        make_poll(store, title=title, process_id=process.id, **settings)
    make_poll(store, title="Van een ander")
    page = client.get(f"/trajecten/{process.slug}")
    assert "Doe mee aan de peiling: Het plein" in page.links()
    assert {"De brug", "De haven"} <= page.links().keys()
    for words in ("In de maak", "Van een ander"):
        assert words not in page.main
