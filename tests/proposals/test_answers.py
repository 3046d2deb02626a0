"""The municipality answers a proposal, and tells who waits for it."""

from __future__ import annotations

import pytest
from flask import render_template
from sqlalchemy import select

from participatie.contributions.models import Follow
from participatie.contributions.rules import State
from participatie.core.audit import AuditEntry
from participatie.core.outbox import OutboxMessage
from participatie.proposals.models import Answer
from tests.factories import (
    LONG_AGO,
    AdministratorFactory,
    ClerkFactory,
    ProposalFactory,
    ResidentFactory,
)

TEXT = "Wij planten de boom in het najaar.\n\nDe buurt kiest mee."
IDEA = "één idee voor café Özgür 🌳"


def answer(client, proposal, **fields):
    page = client.get(f"/griffie/voorstellen/{proposal.id}/antwoord")
    return page.press("Publiceer dit antwoord", **{"status": "taken_up", "text": TEXT, **fields})


def test_an_answer_is_published_and_told_to_author_and_followers(log_in, store):
    author, follower, other = (ResidentFactory() for _ in range(3))
    proposal = ProposalFactory(author_id=author.id, title=IDEA)
    store.add(Follow(contribution_id=proposal.id, account_id=follower.id, since=LONG_AGO))
    store.commit()
    page = answer(log_in(ClerkFactory()), proposal)
    assert page.h1 == IDEA
    assert "De gemeente gaat dit doen" in page.main
    assert "Wij planten de boom in het najaar." in page.main
    told = store.scalars(select(OutboxMessage)).all()
    assert {message.account_id for message in told} == {author.id, follower.id}
    assert {message.kind for message in told} == {"proposals.answered"}
    assert other.id not in {message.account_id for message in told}
    assert store.scalars(select(AuditEntry.act)).all() == ["proposals.answer"]


def test_the_mail_holds_title_and_answer_to_the_letter(app, log_in, store):
    proposal = ProposalFactory(author_id=ResidentFactory().id, title=IDEA)
    answer(log_in(ClerkFactory()), proposal, text="Café Özgür <krijgt> een boom & een bank. 🌳")
    message = store.scalars(select(OutboxMessage)).one()
    with app.test_request_context():
        mail = render_template(
            f"mail/{message.kind}.txt", **message.parameters, base_url="http://localhost"
        )
    subject, empty, *text = mail.splitlines()
    assert subject == f"De gemeente heeft geantwoord: {IDEA}"
    assert empty == ""
    assert "Café Özgür <krijgt> een boom & een bank. 🌳" in text
    assert f"http://localhost/voorstellen/{proposal.id}" in text


def test_a_correction_is_marked_and_told_only_when_the_status_changes(log_in, store):
    proposal = ProposalFactory(author_id=ResidentFactory().id)
    clerk = log_in(ClerkFactory())
    answer(clerk, proposal)
    page = answer(clerk, proposal, text="Wij planten de boom in het voorjaar.")
    assert "Bijgewerkt op" in page.main
    assert "voorjaar" in page.main
    assert len(store.scalars(select(OutboxMessage)).all()) == 1
    answer(clerk, proposal, status="not_taken_up")
    assert len(store.scalars(select(OutboxMessage)).all()) == 2
    assert len(store.scalars(select(Answer)).all()) == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": ""}, "Schrijf het antwoord."),
        ({"text": "Nee."}, "Schrijf minstens 20 tekens. U hebt er 4."),
        ({"text": "x" * 6001}, "Schrijf hoogstens 6.000 tekens. U hebt er 6.001."),
        ({"status": None}, "Kies wat de gemeente doet."),
    ],
)
def test_a_wrong_answer_comes_back_with_a_sentence(log_in, store, fields, sentence):
    page = answer(log_in(AdministratorFactory()), ProposalFactory(), **fields)
    assert page.status == 422
    assert sentence in page.errors()
    assert store.scalars(select(Answer)).all() == []


def test_a_resident_does_not_answer(client, log_in):
    proposal = ProposalFactory()
    address = f"/griffie/voorstellen/{proposal.id}/antwoord"
    assert client.raw.get(address).status_code == 303
    resident = log_in(ResidentFactory())
    assert resident.raw.get(address).status_code == 403


def test_a_clerk_does_not_answer_an_own_or_a_hidden_proposal(log_in):
    clerk = ClerkFactory()
    for proposal in (
        ProposalFactory(author_id=clerk.id),
        ProposalFactory(state=State.HIDDEN),
    ):
        address = f"/griffie/voorstellen/{proposal.id}/antwoord"
        assert log_in(clerk).raw.get(address).status_code == 403


def test_a_draft_has_no_answer_page(log_in):
    draft = ProposalFactory(state=State.DRAFT, published_at=None)
    address = f"/griffie/voorstellen/{draft.id}/antwoord"
    assert log_in(ClerkFactory()).raw.get(address).status_code == 404
