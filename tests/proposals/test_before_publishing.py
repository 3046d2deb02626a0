"""What somebody is told between writing a proposal and publishing it."""

from __future__ import annotations

from sqlalchemy import select

from participatie.contributions.rules import MOST_IN_A_WHILE, State, Written
from participatie.proposals.models import Proposal
from tests.factories import ProcessFactory, ResidentFactory
from tests.proposals.steps import FILLED_IN, GO_ON, IDEA, write


def test_private_data_in_a_draft_is_warned_about_and_can_be_published(log_in, store):
    process = ProcessFactory()
    assert "privégegevens" not in write(log_in(ResidentFactory()), process).main
    check = write(
        log_in(ResidentFactory()), process, text="Vragen? Mail jan@mail.example, dan praten we."
    )
    assert "Er lijken privégegevens in uw tekst te staan" in check.main
    assert "een mailadres" in check.main
    check.press("Publiceer dit voorstel")
    assert len(store.scalars(select(Proposal).where(Proposal.state == State.PUBLISHED)).all()) == 1


def test_who_proposes_too_fast_waits_and_loses_nothing(log_in, store):
    resident, process = log_in(ResidentFactory()), ProcessFactory()
    page = resident.get(f"/trajecten/{process.slug}/voorstellen/nieuw")
    most = MOST_IN_A_WHILE[Written.PROPOSAL]
    for number in range(most):
        page.press(GO_ON, **FILLED_IN | {"title": f"{IDEA} {number}"})
    refused = page.press(GO_ON, **FILLED_IN)
    assert refused.errors()[0].startswith("U hebt in korte tijd veel verstuurd.")
    assert IDEA in {field.get("value") for field in refused.all("input")}
    assert len(store.scalars(select(Proposal)).all()) == most
