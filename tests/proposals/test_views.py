"""The pages of proposals, as visitors, residents and clerks get them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import event, func, select

from participatie.contributions.rules import State
from participatie.processes.models import Phase
from participatie.processes.rules import PhaseKind
from participatie.proposals.models import Answer, Support
from participatie.proposals.rules.proposals import AnswerStatus
from tests.factories import (
    LONG_AGO,
    AreaFactory,
    ClerkFactory,
    CommentFactory,
    ProcessFactory,
    ProposalFactory,
    ResidentFactory,
    soon,
)
from tests.proposals.steps import IDEA


@pytest.mark.parametrize(
    ("supporters", "weeks", "standing"),
    [
        (49, None, "Te weinig steun"),
        (50, None, "Wacht op antwoord"),
        (49, 6, "Wacht op antwoord"),  # an answer was promised to each
    ],
)
def test_when_the_time_to_support_is_over_a_page_says_whether_an_answer_is_due(
    client, supporters, weeks, standing
):
    over = Phase(
        kind=PhaseKind.COLLECT, title="Indienen", starts_at=LONG_AGO, ends_at=soon(days=-2)
    )
    process = ProcessFactory(phases=[over], support_threshold=50, answer_weeks=weeks)
    page = client.get(
        f"/voorstellen/{ProposalFactory(process=process, support_count=supporters).id}"
    )
    assert standing in page.main
    has_to = "De gemeente hoeft niet te antwoorden." not in page.main
    assert has_to is (standing == "Wacht op antwoord")


def test_the_list_shows_what_a_reader_needs_to_choose(client):
    process = ProcessFactory(support_threshold=300)
    area = AreaFactory(name="Oude Haven")
    proposal = ProposalFactory(process=process, title=IDEA, area=area, support_count=214)
    CommentFactory(process=process, subject_id=proposal.id)
    CommentFactory(process=process, subject_id=proposal.id, state=State.HIDDEN)
    page = client.get(f"/trajecten/{process.slug}/voorstellen")
    assert IDEA in page.main
    assert "214 van de 300 steunbetuigingen" in page.main
    assert "1 reactie" in page.main
    assert "Oude Haven" in page.main
    assert page.links()[IDEA] == f"/voorstellen/{proposal.id}"


@pytest.mark.parametrize("length", [1, 20])
def test_the_list_asks_the_same_few_queries_whatever_its_length(log_in, connection, length):
    process = ProcessFactory()
    address = f"/trajecten/{process.slug}/voorstellen"
    for _ in range(length):
        ProposalFactory(process=process, area=AreaFactory())
    reader = log_in(ResidentFactory())
    reader.get("/contact")  # what all pages share is asked once
    asked = []
    event.listen(connection, "before_cursor_execute", lambda *call: asked.append(call[2]))
    reader.get(address)
    assert len([query for query in asked if query.startswith("SELECT")]) == 4, asked


def test_support_above_what_was_needed_is_said_in_words_that_make_sense(client):
    process = ProcessFactory(support_threshold=100)
    proposal = ProposalFactory(process=process, support_count=131)
    for address in (f"/trajecten/{process.slug}/voorstellen", f"/voorstellen/{proposal.id}", "/"):
        assert "131 steunbetuigingen, meer dan de 100 die nodig waren" in client.get(address).main


def test_a_list_without_proposals_says_what_to_do(client):
    process = ProcessFactory()
    page = client.get(f"/trajecten/{process.slug}/voorstellen")
    assert "Er zijn nog geen voorstellen" in page.main
    assert page.links()["Dien een voorstel in"].endswith("/voorstellen/nieuw")


def test_a_list_that_stays_empty_says_so_once_and_leads_on(client):
    process = ProcessFactory(phase=PhaseKind.VOTE)
    page = client.get(f"/trajecten/{process.slug}/voorstellen")
    assert "Niemand deed een voorstel" in page.main
    assert page.main.count("De tijd om voorstellen in te dienen is voorbij.") == 1
    assert page.links()["Lees wat er in dit traject is"] == f"/trajecten/{process.slug}"


def test_a_list_of_an_area_without_proposals_leads_back_to_all(client):
    process = ProcessFactory()
    area = AreaFactory()
    page = client.get(f"/trajecten/{process.slug}/voorstellen?wijk={area.id}")
    assert "Niets gevonden" in page.main
    assert "Toon alle voorstellen" in page.links()


def test_the_list_is_filtered_by_area_and_ordered_by_support(client):
    process = ProcessFactory()
    here, there = AreaFactory(), AreaFactory()
    ProposalFactory(process=process, area=here, title="Weinig steun", support_count=1)
    ProposalFactory(process=process, area=here, title="Veel steun", support_count=9)
    ProposalFactory(process=process, area=there, title="Elders")
    page = client.get(f"/trajecten/{process.slug}/voorstellen")
    page = page.press("Toon de lijst", wijk=str(here.id), volgorde="steun")
    assert page.main.index("Veel steun") < page.main.index("Weinig steun")
    assert "Elders" not in page.main


@pytest.mark.parametrize(
    "query", ["wijk=x", "wijk=999999999999999999999", "volgorde=x", "pagina=-1", "pagina=10000"]
)
def test_an_odd_address_of_the_list_is_no_error(client, query):
    process = ProcessFactory()
    ProposalFactory(process=process)
    client.get(f"/trajecten/{process.slug}/voorstellen?{query}")


def test_the_list_turns_pages_and_keeps_the_filter(client):
    process = ProcessFactory()
    area = AreaFactory()
    ProposalFactory.create_batch(21, process=process, area=area)
    page = client.get(f"/trajecten/{process.slug}/voorstellen?wijk={area.id}&volgorde=steun")
    assert "21 voorstellen" in page.main
    following = page.follow("Volgende")
    assert f"wijk={area.id}" in following.response.request.full_path
    assert len(following.all("article")) == 1


@pytest.mark.parametrize("state", [State.DRAFT, State.HIDDEN, State.WITHDRAWN])
def test_the_list_holds_published_proposals_only(client, state):
    process = ProcessFactory()
    ProposalFactory(process=process, state=state, title="Zie je dit")
    assert "Zie je dit" not in client.get(f"/trajecten/{process.slug}/voorstellen").text


def test_nothing_of_an_unpublished_process_is_there(client, log_in):
    process = ProcessFactory(published_at=None)
    proposal = ProposalFactory(process=process)
    resident = log_in(ResidentFactory())
    addresses = [f"/trajecten/{process.slug}/voorstellen", f"/voorstellen/{proposal.id}"]
    for address in (*addresses, f"/bijdragen/{proposal.id}"):
        assert client.raw.get(address).status_code == 404
        assert resident.raw.get(address).status_code == 404
    assert resident.raw.get(f"{addresses[0]}/nieuw").status_code == 404


def test_support_is_given_once_and_taken_back(client, log_in, store):
    proposal = ProposalFactory(process=ProcessFactory(support_threshold=300))
    resident = log_in(ResidentFactory())
    page = resident.get(f"/voorstellen/{proposal.id}").press("Steun dit voorstel")
    assert "1 van de 300 steunbetuigingen" in page.main
    assert "U steunt dit voorstel." in page.main
    assert "Volg niet meer" in [b.text or "".join(b.itertext()) for b in page.all("button")]
    token = page.all("input", name="csrf_token")[0].get("value")
    again = resident.post(f"/voorstellen/{proposal.id}/steun", data={"csrf_token": token})
    assert "U steunt dit voorstel al." in again.main
    assert "1 van de 300" in client.get(f"/voorstellen/{proposal.id}").main
    gone = again.press("Trek mijn steun in")
    assert "0 van de 300" in gone.main
    assert store.scalar(select(func.count()).select_from(Support)) == 0


def test_a_visitor_is_asked_to_log_in_before_supporting(client):
    proposal = ProposalFactory()
    page = client.get(f"/voorstellen/{proposal.id}")
    assert page.links()["Log in en steun"] == f"/inloggen?next=/voorstellen/{proposal.id}"
    assert not page.all("form", method="post")


@pytest.mark.parametrize("kind", [PhaseKind.ASSESS, PhaseKind.VOTE, PhaseKind.RESULT])
def test_support_is_closed_out_of_its_phase(log_in, kind):
    proposal = ProposalFactory(process=ProcessFactory(phase=kind))
    page = log_in(ResidentFactory()).get(f"/voorstellen/{proposal.id}")
    assert "Steunen kan op dit moment niet." in page.main
    token = page.all("input", name="csrf_token")[0].get("value")
    page.client.post(f"/voorstellen/{proposal.id}/steun", data={"csrf_token": token}, status=403)


def test_staff_cannot_support(log_in):
    proposal = ProposalFactory()
    page = log_in(ClerkFactory()).get(f"/voorstellen/{proposal.id}")
    assert "Alleen inwoners kunnen een voorstel steunen." in page.main
    token = page.all("input", name="csrf_token")[0].get("value")
    page.client.post(f"/voorstellen/{proposal.id}/steun", data={"csrf_token": token}, status=403)


def test_a_hidden_proposal_is_a_tombstone_without_a_word_of_it(client, log_in):
    author = ResidentFactory()
    proposal = ProposalFactory(
        state=State.HIDDEN, title="Geheim lek", summary="Niemand leest dit.", author_id=author.id
    )
    for reader in (client, log_in(ResidentFactory())):
        page = reader.get(f"/voorstellen/{proposal.id}", status=410)
        assert page.h1 == "Dit voorstel is verborgen"
        assert "Geheim" not in page.html
        assert "Niemand leest dit" not in page.html
    for reader in (log_in(author), log_in(ClerkFactory())):
        assert reader.get(f"/voorstellen/{proposal.id}").h1 == "Geheim lek"


def test_an_answer_stands_on_the_page_and_says_when_it_was_corrected(log_in, store):
    client = log_in(ResidentFactory())
    proposal = ProposalFactory()
    answer = Answer(
        proposal_id=proposal.id,
        status=AnswerStatus.TAKEN_UP,
        text="Wij doen het in mei.",
        html="<p>Wij doen het in mei.</p>",
        answered_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    store.add(answer)
    store.commit()
    page = client.get(f"/voorstellen/{proposal.id}")
    assert "De gemeente gaat dit doen" in page.main
    assert "Wij doen het in mei." in page.main
    assert "Bijgewerkt" not in page.main
    answer.corrected_at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    store.commit()
    assert (
        "Bijgewerkt op maandag 2 maart 2026, 10.00 uur"
        in client.get(f"/voorstellen/{proposal.id}").main
    )


def test_after_support_comes_one_question_and_a_page_to_print(client, log_in):
    proposal = ProposalFactory(process=ProcessFactory(answer_weeks=6))
    resident = log_in(ResidentFactory())
    page = resident.get(f"/voorstellen/{proposal.id}")
    assert "Wilt u een bericht" not in page.text
    page = page.press("Steun dit voorstel")
    assert "Wilt u een bericht als er een antwoord is?" in page.text
    receipt = page.follow("Een pagina om te printen of te bewaren")
    assert receipt.h1 == "Uw steun"
    assert "De gemeente antwoordt vóór" in receipt.main
    assert "Wilt u een bericht" not in resident.get(f"/voorstellen/{proposal.id}").text
    assert log_in(ResidentFactory()).raw.get(f"/voorstellen/{proposal.id}/steun").status_code == 404
