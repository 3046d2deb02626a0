"""The pages of proposals, as visitors, residents and clerks get them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import event, func, select

from participatie.contributions.rules import State
from participatie.identity.models import Account
from participatie.processes.models import Phase
from participatie.processes.rules import PhaseKind
from participatie.proposals.models import Answer, Proposal, Support
from participatie.proposals.rules import AnswerStatus
from tests.factories import (
    FAR_AWAY,
    AdministratorFactory,
    AreaFactory,
    ClerkFactory,
    CommentFactory,
    ProcessFactory,
    ProposalFactory,
    ResidentFactory,
    soon,
)

IDEA = "één idee voor café Özgür 🌳"
GO_ON = "Ga verder: foto's"
CHECK = "Ga verder: controleer uw voorstel"
FILLED_IN = {
    "title": IDEA,
    "summary": "Een boom voor het terras.",
    "text": "Een boom geeft schaduw.\n\n- koel\n- groen\n\nZie https://bomen.example/a?b=1&c=2.",
    "public_name": "Özgür",
}


def write(client, process, **fields):
    page = client.get(f"/trajecten/{process.slug}/voorstellen/nieuw")
    page = page.press(GO_ON, **{**FILLED_IN, **fields})
    return page.follow(CHECK) if page.status == 200 else page


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
    asked = []
    event.listen(connection, "before_cursor_execute", lambda *call: asked.append(call[2]))
    reader.get(address)
    assert len([query for query in asked if query.startswith("SELECT")]) == 6, asked


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


def test_a_list_of_an_area_without_proposals_leads_back_to_all(client):
    process = ProcessFactory()
    area = AreaFactory()
    page = client.get(f"/trajecten/{process.slug}/voorstellen?wijk={area.id}")
    assert "Hier zijn nog geen voorstellen" in page.main
    assert "Toon alle voorstellen" in page.links()


def test_the_list_is_filtered_by_area_and_ordered_by_support(client):
    process = ProcessFactory()
    here, there = AreaFactory(), AreaFactory()
    ProposalFactory(process=process, area=here, title="Weinig steun", support_count=1)
    ProposalFactory(process=process, area=here, title="Veel steun", support_count=9)
    ProposalFactory(process=process, area=there, title="Elders")
    page = client.get(f"/trajecten/{process.slug}/voorstellen")
    page = page.press("Toon voorstellen", wijk=str(here.id), volgorde="steun")
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


def test_a_proposal_is_written_checked_and_published_to_the_letter(client, log_in, store):
    process = ProcessFactory()
    area = AreaFactory()
    resident = ResidentFactory()
    author = log_in(resident)
    check = write(author, process, area=str(area.id))
    assert check.h1 == "Controleer uw voorstel"
    client.get(f"/trajecten/{process.slug}/voorstellen")
    assert IDEA not in client.get(f"/trajecten/{process.slug}/voorstellen").text
    page = check.press("Publiceer dit voorstel")
    assert page.h1 == IDEA
    assert "Uw voorstel is gepubliceerd" in page.main
    proposal = store.scalars(select(Proposal)).one()
    seen = client.get(f"/voorstellen/{proposal.id}")
    assert seen.h1 == IDEA
    assert area.name in seen.main
    assert "Özgür" in seen.main
    assert [li.text for li in seen.all("li") if li.text in ("koel", "groen")] == ["koel", "groen"]
    assert "https://bomen.example/a?b=1&c=2" in seen.links().values()
    assert store.get_one(Account, resident.id).public_name == "Özgür"


def test_going_back_from_the_check_loses_nothing(log_in):
    process = ProcessFactory()
    author = log_in(ResidentFactory())
    check = write(author, process)
    edit = author.get(check.response.request.path.replace("controleren", "wijzigen"))
    assert edit.all("input", name="title")[0].get("value") == IDEA
    assert edit.all("textarea", name="text")[0].text.lstrip("\r\n") == FILLED_IN["text"]
    again = edit.press(CHECK, title="Een andere titel")
    assert "Een andere titel" in again.main


def test_who_begins_again_goes_on_with_the_draft(log_in):
    process = ProcessFactory()
    author = log_in(ResidentFactory())
    write(author, process)
    page = author.get(f"/trajecten/{process.slug}/voorstellen/nieuw")
    assert "U was al begonnen" in page.main
    assert page.all("input", name="title")[0].get("value") == IDEA


def test_a_draft_can_be_thrown_away(log_in, store):
    process = ProcessFactory()
    author = log_in(ResidentFactory())
    write(author, process)
    author.get(f"/trajecten/{process.slug}/voorstellen/nieuw").press("Gooi deze kladversie weg")
    assert store.scalars(select(Proposal)).all() == []


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "Vul een titel in."),
        ("title", "abc", "Schrijf minstens 4 tekens. U hebt er 3."),
        ("title", "x" * 81, "Schrijf hoogstens 80 tekens. U hebt er 81."),
        ("title", "\u202e\u200f\x00", "Dit mag niet leeg zijn."),
        ("summary", "kort", "Schrijf minstens 10 tekens. U hebt er 4."),
        ("summary", "x" * 281, "Schrijf hoogstens 280 tekens. U hebt er 281."),
        ("text", "te kort", "Schrijf minstens 20 tekens. U hebt er 7."),
        ("text", "🌳" * 6001, "Schrijf hoogstens 6000 tekens. U hebt er 6001."),
        ("public_name", "x", "Schrijf minstens 2 tekens. U hebt er 1."),
        ("public_name", "x" * 61, "Schrijf hoogstens 60 tekens. U hebt er 61."),
    ],
)
def test_a_wrong_field_gets_a_sentence_and_nothing_is_lost(log_in, store, field, value, sentence):
    process = ProcessFactory()
    page = write(log_in(ResidentFactory()), process, **{field: value})
    assert page.status == 422
    assert sentence in page.errors()
    for name, typed in {**FILLED_IN, field: value}.items():
        shown = page.all("textarea", name=name) or page.all("input", name=name)
        held = shown[0].get("value") or shown[0].text or ""
        assert held.strip() in (typed, "")
        assert held.strip() or name == field
    assert store.scalars(select(Proposal)).all() == []


def test_all_that_is_not_right_is_said_at_once(log_in):
    page = write(log_in(ResidentFactory()), ProcessFactory(), title="abc", summary="", text="kort")
    assert len(page.errors()) == 3
    assert "Titel van uw voorstel" in page.fields_with_errors()


def test_an_area_that_is_not_there_is_refused(log_in):
    page = write(log_in(ResidentFactory()), ProcessFactory(), area="999999")
    assert page.status == 422


@pytest.mark.parametrize("field", ["title", "summary", "text", "public_name"])
@pytest.mark.parametrize(
    "markup",
    ["<script>alert(1)</script> hallo wereld", "<b onmouseover=x>dik</b> en groot &amp; <"],
)
def test_markup_in_a_field_is_shown_as_it_was_typed(client, log_in, store, field, markup):
    check = write(log_in(ResidentFactory()), ProcessFactory(), **{field: markup})
    check.press("Publiceer dit voorstel")
    proposal = store.scalars(select(Proposal)).one()
    assert markup in check.text
    assert markup in client.get(f"/voorstellen/{proposal.id}").text


def test_what_cannot_be_seen_is_left_out_and_a_title_is_one_line(log_in, store):
    write(
        log_in(ResidentFactory()),
        ProcessFactory(),
        title="Een\u202e boom\x07\r\nBcc: x@y.example",
        public_name="Jan\nde\u2066 Wit",
    )
    draft = store.scalars(select(Proposal)).one()
    assert draft.title == "Een boom Bcc: x@y.example"
    assert draft.author_name == "Jan de Wit"


def test_proposing_asks_to_log_in(client):
    address = f"/trajecten/{ProcessFactory().slug}/voorstellen/nieuw"
    answer = client.raw.get(address)
    assert answer.status_code == 303
    assert answer.location == f"/inloggen?next={address}"
    assert client.raw.post(address).status_code == 400


def test_staff_cannot_propose(log_in):
    process = ProcessFactory()
    for account in (ClerkFactory(), AdministratorFactory()):
        log_in(account).get(f"/trajecten/{process.slug}/voorstellen/nieuw", status=403)


def test_a_refusal_says_when_proposing_opens(log_in):
    opens = datetime(2099, 3, 1, 8, 0, tzinfo=UTC)
    collect = Phase(kind=PhaseKind.COLLECT, title="Ideeën", starts_at=opens, ends_at=FAR_AWAY)
    process = ProcessFactory(phases=[collect])
    page = log_in(ResidentFactory()).get(f"/trajecten/{process.slug}/voorstellen/nieuw", status=403)
    assert "vanaf zondag 1 maart 2099, 09.00 uur" in page.main


def test_a_phase_that_closes_while_typing_loses_nothing(log_in, store):
    process = ProcessFactory()
    page = log_in(ResidentFactory()).get(f"/trajecten/{process.slug}/voorstellen/nieuw")
    phase = store.scalars(select(Phase).where(Phase.process_id == process.id)).one()
    phase.ends_at = soon(seconds=-1)
    store.commit()
    again = page.press(GO_ON, **FILLED_IN)
    assert again.status == 422
    assert "U kunt op dit moment geen voorstel indienen." in again.errors()
    assert again.all("input", name="title")[0].get("value") == IDEA


def test_a_draft_cannot_be_published_out_of_its_phase(log_in, store):
    process = ProcessFactory()
    check = write(log_in(ResidentFactory()), process)
    store.scalars(select(Phase).where(Phase.process_id == process.id)).one().kind = PhaseKind.VOTE
    store.commit()
    draft = store.scalars(select(Proposal)).one()
    token = check.all("input", name="csrf_token")[0].get("value")
    address = f"/voorstellen/{draft.id}/publiceren"
    check.client.post(address, data={"csrf_token": token}, status=403)
    page = check.client.get(f"/voorstellen/{draft.id}/controleren")
    assert "U kunt het nu niet publiceren" in page.main


@pytest.mark.parametrize("end", ["", "/controleren", "/wijzigen"])
def test_a_draft_is_there_for_its_author_only(client, log_in, end):
    author = ResidentFactory()
    draft = ProposalFactory(state=State.DRAFT, published_at=None, author_id=author.id)
    address = f"/voorstellen/{draft.id}{end}"
    assert log_in(ResidentFactory()).raw.get(address).status_code == 404
    assert log_in(ClerkFactory()).raw.get(address).status_code in (403, 404)
    assert client.raw.get(address).status_code in (303, 404)
    assert log_in(author).get(address).status == 200


def test_a_published_proposal_can_no_longer_be_changed(log_in):
    author = ResidentFactory()
    proposal = ProposalFactory(author_id=author.id)
    address = f"/voorstellen/{proposal.id}/wijzigen"
    assert log_in(author).raw.get(address).status_code == 404


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
