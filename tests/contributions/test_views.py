"""An address for every contribution, and following it."""

from __future__ import annotations

from sqlalchemy import select

from participatie.contributions.models import Follow
from participatie.contributions.rules import State
from tests.factories import ProposalFactory, ResidentFactory


def test_every_contribution_has_one_lasting_address(client):
    proposal = ProposalFactory()
    answer = client.raw.get(f"/bijdragen/{proposal.id}")
    assert (answer.status_code, answer.location) == (303, f"/voorstellen/{proposal.id}")


def test_what_is_not_there_has_no_address(client):
    draft = ProposalFactory(state=State.DRAFT, published_at=None)
    for number in (draft.id, 10**9, 0, 2**63, 10**30):
        assert client.raw.get(f"/bijdragen/{number}").status_code == 404
        assert client.raw.get(f"/voorstellen/{number}").status_code == 404


def test_following_is_pressed_on_and_off(log_in, store):
    proposal = ProposalFactory()
    page = log_in(ResidentFactory()).get(f"/voorstellen/{proposal.id}")
    page = page.press("Volg dit voorstel")
    assert "U volgt dit." in page.main
    assert len(store.scalars(select(Follow)).all()) == 1
    page = page.press("Volg niet meer")
    assert "U volgt dit niet meer." in page.main
    assert store.scalars(select(Follow)).all() == []


def test_a_visitor_is_asked_to_log_in_to_follow(client):
    proposal = ProposalFactory()
    page = client.get(f"/voorstellen/{proposal.id}")
    assert page.links()["Log in om dit te volgen"].startswith("/inloggen?next=")
    assert client.raw.post(f"/bijdragen/{proposal.id}/volgen").status_code == 400


def test_what_is_hidden_cannot_be_followed(log_in):
    resident = log_in(ResidentFactory())
    page = resident.get(f"/voorstellen/{ProposalFactory().id}")
    token = page.all("input", name="csrf_token")[0].get("value")
    hidden = ProposalFactory(state=State.HIDDEN)
    address = f"/bijdragen/{hidden.id}/volgen"
    answer = resident.raw.post(address, data={"csrf_token": token, "follow": "yes"})
    assert answer.status_code == 404
