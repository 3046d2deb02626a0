"""Comments on the page of a proposal; any contribution works the same way."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import object_session

from participatie.contributions.models import Follow
from participatie.contributions.rules import MOST_IN_A_WHILE, State, Written
from participatie.discussions.models import Comment, Discussion
from participatie.processes.models import Phase, Process
from participatie.processes.rules import PhaseKind, Starters
from tests.factories import (
    BudgetFactory,
    ClerkFactory,
    CommentFactory,
    ProcessFactory,
    ProjectFactory,
    ProposalFactory,
    ResidentFactory,
    soon,
)

SAID = "één idee voor café Özgür 🌳"
PLACE = "Plaats deze reactie"


def comment_on(client, proposal, text=SAID, name="Özgür"):
    page = client.get(f"/voorstellen/{proposal.id}")
    return page.press(PLACE, text=text, public_name=name)


def comment_below(proposal, **options):
    store = object_session(proposal)
    assert store is not None
    process = store.get_one(Process, proposal.process_id)
    return CommentFactory(process=process, subject_id=proposal.id, **options)


def token_of(client):
    page = client.get(f"/voorstellen/{ProposalFactory().id}")
    return page.all("input", name="csrf_token")[0].get("value")


def test_a_comment_comes_back_to_the_letter_and_the_author_follows(log_in, store):
    proposal, resident = ProposalFactory(), ResidentFactory()
    page = comment_on(log_in(resident), proposal)
    assert page.response.request.path == f"/voorstellen/{proposal.id}"
    assert "Uw reactie staat op de pagina." in page.main
    assert "1 reactie" in page.main
    assert SAID in page.main
    assert "Özgür" in page.main
    follows = store.scalars(select(Follow).where(Follow.account_id == resident.id)).all()
    assert proposal.id in {follow.contribution_id for follow in follows}


def test_a_comment_of_staff_is_marked_as_of_the_municipality(client, log_in):
    proposal = ProposalFactory()
    comment_on(log_in(ResidentFactory()), proposal, "Van een inwoner")
    page = comment_on(log_in(ClerkFactory()), proposal, "Van de griffie", "Karin")
    badges = page.all("span", class_="p-badge--here")
    assert len(badges) == 1


def test_a_visitor_is_asked_to_log_in_and_gets_no_form(client):
    proposal = ProposalFactory()
    page = client.get(f"/voorstellen/{proposal.id}")
    assert not page.all("textarea")
    address = page.links()["Log in en reageer"]
    assert client.raw.get(address).location == f"/inloggen?next={address}"
    assert client.raw.post(address).status_code == 400


def test_an_answer_stands_inside_the_comment_it_answers(log_in):
    proposal = ProposalFactory()
    first = comment_below(proposal)
    resident = log_in(ResidentFactory())
    page = resident.get(f"/bijdragen/{first.id}/reacties")
    assert page.h1 == "Reageer op een reactie"
    assert "Goed idee!" in page.main
    shown = page.press(PLACE, text="Daar ben ik het mee eens.")
    inside = next(item for item in shown.all("li", id=f"reactie-{first.id}"))
    assert "Daar ben ik het mee eens." in "".join(inside.itertext())


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": ""}, "Schrijf uw reactie."),
        ({"text": "x"}, "Schrijf minstens 2 tekens. U hebt er 1."),
        ({"text": "x" * 2001}, "Schrijf hoogstens 2.000 tekens. U hebt er 2.001."),
        ({"text": "\u202e\u2066"}, "Schrijf uw reactie."),
        ({"name": ""}, "Vul een naam in."),
        ({"name": "x" * 61}, "Schrijf hoogstens 60 tekens. U hebt er 61."),
    ],
)
def test_a_wrong_comment_comes_back_with_a_sentence(log_in, store, fields, sentence):
    page = comment_on(log_in(ResidentFactory()), ProposalFactory(), **fields)
    assert page.status == 422
    assert sentence in page.errors()
    assert store.scalars(select(Comment)).all() == []


def test_markup_in_a_comment_is_shown_as_it_was_typed(log_in):
    typed = "<img src=x onerror=alert(1)> & <b>vet</b> \u202everkeerd"
    page = comment_on(log_in(ResidentFactory()), ProposalFactory(), typed)
    assert "<img src=x onerror=alert(1)> & <b>vet</b> verkeerd" in page.main


def test_a_phase_that_closes_while_typing_loses_nothing(log_in, store):
    proposal = ProposalFactory()
    page = log_in(ResidentFactory()).get(f"/voorstellen/{proposal.id}")
    store.scalars(
        select(Phase).where(Phase.process_id == proposal.process_id)
    ).one().ends_at = soon(seconds=-1)
    store.commit()
    again = page.press(PLACE, text=SAID)
    assert again.status == 422
    assert again.all("textarea")[0].text.strip() == SAID


def test_without_a_phase_there_is_no_form_and_the_page_says_so(log_in):
    proposal = ProposalFactory(process=ProcessFactory(phase=None))
    page = log_in(ResidentFactory()).get(f"/voorstellen/{proposal.id}")
    assert not page.all("textarea")
    assert "De tijd om te reageren is voorbij." in page.main
    assert page.client.raw.get(f"/bijdragen/{proposal.id}/reacties").status_code == 403


def test_what_is_hidden_or_a_draft_cannot_be_commented_on(log_in):
    resident = log_in(ResidentFactory())
    token = token_of(resident)
    for state in (State.HIDDEN, State.DRAFT):
        proposal = ProposalFactory(state=state, title="Geheim lek")
        address = f"/bijdragen/{proposal.id}/reacties"
        for answer in (
            resident.raw.get(address),
            resident.raw.post(address, data={"csrf_token": token, "text": "Hallo"}),
        ):
            assert answer.status_code == 404
            assert "Geheim" not in answer.get_data(as_text=True)


def test_an_own_comment_is_taken_back_and_its_thread_survives(log_in):
    proposal, resident = ProposalFactory(), ResidentFactory()
    mine = comment_below(proposal, author_id=resident.id, html="<p>Weg hiermee</p>")
    comment_below(proposal, parent_id=mine.id, html="<p>Blijft staan</p>")
    author = log_in(resident)
    asked = author.get(f"/reacties/{mine.id}/intrekken")
    page = asked.press("Trek deze reactie in")
    assert "De schrijver heeft deze reactie ingetrokken." in page.main
    assert "Blijft staan" in page.main
    assert "Weg hiermee" not in page.html
    assert "1 reactie" in page.main
    assert author.raw.get(f"/reacties/{mine.id}/intrekken").status_code == 404


def test_a_reply_that_stands_beside_what_it_answers_says_whom_it_answers(client, log_in):
    proposal = ProposalFactory()
    said = [comment_below(proposal)]
    for author_name in ("Aïsha", "Bram", "Coby"):
        said.append(comment_below(proposal, parent_id=said[-1].id, author_name=author_name))
    for reader in (client, log_in(ResidentFactory())):
        page = reader.get(f"/voorstellen/{proposal.id}")
        assert page.main.count("als antwoord op") == 1
        assert "als antwoord op Bram" in page.main
        assert f'href="#reactie-{said[2].id}">als antwoord op Bram' in page.html


def test_nobody_says_whom_a_comment_that_was_taken_away_is_from(client):
    proposal = ProposalFactory()
    said = [comment_below(proposal)]
    for state in (State.PUBLISHED, State.HIDDEN, State.PUBLISHED):
        said.append(comment_below(proposal, parent_id=said[-1].id, author_name="Bram", state=state))
    assert "als antwoord op" not in client.get(f"/voorstellen/{proposal.id}").main


def test_nobody_takes_back_the_comment_of_another(client, log_in, store):
    said = comment_below(ProposalFactory(), author_id=ResidentFactory().id)
    address = f"/reacties/{said.id}/intrekken"
    assert client.raw.get(address).status_code == 303
    for account in (ResidentFactory(), ClerkFactory()):
        other = log_in(account)
        assert other.raw.get(address).status_code == 404
        assert other.raw.post(address, data={"csrf_token": token_of(other)}).status_code == 403
    store.expire_all()
    assert store.get_one(Comment, said.id).state is State.PUBLISHED


def test_a_hidden_comment_is_a_tombstone_for_others(client, log_in):
    author = ResidentFactory()
    proposal = ProposalFactory()
    comment_below(proposal, author_id=author.id, state=State.HIDDEN, html="<p>Lelijk woord</p>")
    for reader in (client, log_in(ResidentFactory())):
        page = reader.get(f"/voorstellen/{proposal.id}")
        assert "Deze reactie is verborgen." in page.main
        assert "Lelijk woord" not in page.html
    for reader in (log_in(author), log_in(ClerkFactory())):
        assert "Lelijk woord" in reader.get(f"/voorstellen/{proposal.id}").main


def test_a_comment_that_is_gone_cannot_be_answered(log_in, store):
    proposal = ProposalFactory()
    gone = comment_below(proposal, state=State.WITHDRAWN)
    resident = log_in(ResidentFactory())
    address = f"/bijdragen/{gone.id}/reacties"
    assert resident.raw.get(address).status_code == 403
    data = {"csrf_token": token_of(resident), "text": "Hallo", "public_name": "Jan"}
    assert resident.raw.post(address, data=data).status_code == 422
    assert len(store.scalars(select(Comment)).all()) == 1


def test_a_comment_has_an_address_of_its_own(client):
    proposal = ProposalFactory()
    said = comment_below(proposal)
    answer = client.raw.get(f"/bijdragen/{said.id}", follow_redirects=True)
    assert answer.request.path == f"/voorstellen/{proposal.id}"
    assert client.raw.get(f"/reacties/{proposal.id}").status_code == 404


def test_a_page_with_many_comments_asks_one_query_more_than_a_page_with_few(client, connection):
    asked = []
    event.listen(connection, "before_cursor_execute", lambda *call: asked.append(call[2]))
    client.get("/contact")  # what all pages share is asked once

    def queries_with(comments):
        proposal = ProposalFactory()
        for _ in range(comments):
            comment_below(proposal)
        client.get("/contact")
        asked.clear()
        client.get(f"/voorstellen/{proposal.id}")
        return len([query for query in asked if query.startswith("SELECT")])

    few, many = queries_with(2), queries_with(30)
    assert few <= 10
    assert many == few + 1  # how many there are in all


def test_a_plan_of_a_budget_is_commented_on_in_the_same_way(log_in, store):
    budget = BudgetFactory()
    process = store.get_one(Process, budget.process_id)
    plan = ProjectFactory(process=process, budget_id=budget.id)
    resident = log_in(ResidentFactory())
    page = resident.get(f"/bijdragen/{plan.id}")
    assert page.response.request.path == f"/plannen/{plan.id}"
    shown = page.press(PLACE, text=SAID)
    assert shown.response.request.path == f"/plannen/{plan.id}"
    assert SAID in shown.main


def test_private_data_in_a_comment_is_warned_about_once_and_never_refused(log_in, store):
    proposal, text = ProposalFactory(), "Bel mij op 06-12345678."
    page = comment_on(log_in(ResidentFactory()), proposal, text)
    assert "een telefoonnummer" in page.main
    assert "een mailadres" not in page.main
    assert store.scalars(select(Comment)).all() == []
    again = page.press(PLACE, text=f"{text} Of mail jan@mail.example.")
    assert "een mailadres" in again.main
    assert again.press(PLACE).response.request.path == f"/voorstellen/{proposal.id}"
    assert store.scalars(select(Comment)).one().text.endswith("jan@mail.example.")


def test_the_municipality_is_not_warned_about_its_own_addresses(log_in, store):
    comment_on(log_in(ClerkFactory()), ProposalFactory(), "Mail naar meedoen@waterlanden.example.")
    assert store.scalars(select(Comment)).one().is_official


def test_who_comments_too_fast_waits_and_loses_nothing(log_in, store):
    proposal, client = ProposalFactory(), log_in(ResidentFactory())
    most = MOST_IN_A_WHILE[Written.COMMENT]
    page = client.get(f"/bijdragen/{proposal.id}/reacties")
    for number in range(most):
        page.press(PLACE, text=f"Reactie {number}", public_name="Özgür")
    refused = page.press(PLACE, text=SAID, public_name="Özgür")
    assert refused.errors()[0].startswith("U hebt in korte tijd veel verstuurd.")
    assert SAID in refused.main
    assert len(store.scalars(select(Comment)).all()) == most
    comment_on(log_in(ResidentFactory()), proposal)
    assert len(store.scalars(select(Comment)).all()) == most + 1


def test_after_a_comment_comes_one_question_and_a_page_to_print(log_in):
    proposal, resident = ProposalFactory(), log_in(ResidentFactory())
    assert "Wilt u een bericht" not in resident.get(f"/voorstellen/{proposal.id}").main
    page = comment_on(resident, proposal)
    assert "Wilt u een bericht als er een antwoord is?" in page.main
    receipt = page.follow("Een pagina om te printen of te bewaren")
    assert receipt.h1 == "Uw reactie"
    assert SAID in receipt.main
    assert "Hun antwoorden komen onder uw reactie." in receipt.main
    sent = page.press("Stuur mij een bericht", email="ozgur@example.nl")
    assert "ozgur@example.nl" in sent.main
    assert "Wilt u een bericht" not in resident.get(f"/voorstellen/{proposal.id}").main


def test_what_is_written_on_an_english_page_is_kept_and_shown_as_english(
    app, store, log_in, monkeypatch
):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    process, resident = (
        ProcessFactory(phase=PhaseKind.DISCUSS, discussion_starters=Starters.EVERYONE),
        log_in(ResidentFactory()).raw,
    )
    said = {"title": "A tree for every street", "text": "It is hot in summer.", "area": ""}
    resident.post(
        f"/en/trajecten/{process.slug}/discussies/nieuw", data={**said, "public_name": "Annie"}
    )
    started = store.scalars(select(Discussion)).one()
    address = f"/discussies/{started.id}"
    resident.post(
        f"/en/bijdragen/{started.id}/reacties", data={"text": "Good idea.", "public_name": "Annie"}
    )
    page = resident.get(address).text
    assert "<span lang=en>A tree for every street</span>" in page
    assert " lang=en><p>It is hot in summer.</p>" in page
    assert " lang=en><p>Good idea.</p>" in page
    assert "lang=en>" not in resident.get(f"/en{address}").text
