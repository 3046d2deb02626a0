"""Writing a proposal: four steps, each with what can go wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from participatie.contributions.rules import State
from participatie.identity.models import Account
from participatie.processes.models import Category, Phase
from participatie.processes.rules import PhaseKind
from participatie.proposals.models import Proposal
from tests.factories import (
    FAR_AWAY,
    AdministratorFactory,
    AreaFactory,
    ClerkFactory,
    ProcessFactory,
    ProposalFactory,
    ResidentFactory,
    soon,
)
from tests.proposals.steps import FILLED_IN, GO_ON, IDEA, NAMED, PUBLISH, write


def test_a_proposal_is_written_checked_and_published_to_the_letter(client, log_in, store):
    process = ProcessFactory()
    area = AreaFactory()
    resident = ResidentFactory()
    author = log_in(resident)
    check = write(author, process, area=str(area.id))
    assert check.h1 == "Controleer uw voorstel"
    client.get(f"/trajecten/{process.slug}/voorstellen")
    assert IDEA not in client.get(f"/trajecten/{process.slug}/voorstellen").text
    page = check.press(PUBLISH, **NAMED)
    assert page.h1 == "Uw voorstel is gepubliceerd"
    assert page.follow("Naar uw voorstel").h1 == IDEA
    proposal = store.scalars(select(Proposal)).one()
    assert str(proposal.id) in page.main
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
    place = edit.press(GO_ON, title="Een andere titel")
    assert place.h1 == "De plek van uw idee"
    back = check.follow("Wijzig Titel").press(GO_ON, title="Nog een titel")
    assert back.h1 == "Controleer uw voorstel"
    assert "Nog een titel" in back.main


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
        ("title", "\u202e\u200f\x00", "Vul een titel in."),
        ("title", "\u200b\u2060\u3164\u2800\u00ad", "Vul een titel in."),
        ("summary", "kort", "Schrijf minstens 10 tekens. U hebt er 4."),
        ("summary", "x" * 281, "Schrijf hoogstens 280 tekens. U hebt er 281."),
        ("text", "te kort", "Schrijf minstens 20 tekens. U hebt er 7."),
        ("text", "🌳" * 6001, "Schrijf hoogstens 6.000 tekens. U hebt er 6.001."),
        ("tags", "a, b, c, d, e, f, g", "Kies hoogstens 6 trefwoorden. U hebt er 7."),
        ("tags", "x", "Elk trefwoord heeft 2 tot 40 tekens. Wijzig “x”."),
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


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Vul een naam in."),
        ("x", "Schrijf minstens 2 tekens. U hebt er 1."),
        ("x" * 61, "Schrijf hoogstens 60 tekens. U hebt er 61."),
    ],
)
def test_a_name_that_does_not_do_is_refused_beside_its_field(log_in, store, name, sentence):
    check = write(log_in(ResidentFactory()), ProcessFactory())
    page = check.press(PUBLISH, name="other", public_name=name)
    assert (page.status, page.errors()) == (422, [sentence])
    assert page.all("input", name="public_name")[0].get("value") == name
    assert store.scalars(select(Proposal)).one().state is State.DRAFT


def test_who_chooses_no_name_is_a_resident_of_the_area(log_in, store):
    resident = ResidentFactory()
    area = AreaFactory(name="Oude Haven")
    write(log_in(resident), ProcessFactory(), area=str(area.id)).press(PUBLISH)
    assert store.scalars(select(Proposal)).one().author_name == "Inwoner van Oude Haven"
    again = write(log_in(resident), ProcessFactory())
    chosen = [one.get("value") for one in again.all("input", name="name", checked="")]
    assert chosen == ["Inwoner van Oude Haven"]


def test_a_proposal_carries_its_theme_and_keywords(client, log_in, store):
    process = ProcessFactory(categories=[Category(name="Groen", position=1)])
    green = store.scalars(select(Category)).one()
    check = write(
        log_in(ResidentFactory()), process, category=str(green.id), tags="bomen, #Schaduw,, Bómen"
    )
    assert "Schaduw" in check.main
    check.press(PUBLISH)
    proposal = store.scalars(select(Proposal)).one()
    page = client.get(f"/voorstellen/{proposal.id}")
    assert "Thema: Groen. Trefwoorden: bomen, Schaduw" in page.main
    following = log_in(ResidentFactory()).get(f"/trajecten/{process.slug}/voorstellen/nieuw")
    assert [one.get("value") for one in following.all("option")][-2:] == ["bomen", "Schaduw"]


def test_a_theme_of_another_process_is_refused(log_in, store):
    other = ProcessFactory(categories=[Category(name="Elders", position=1)])
    process = ProcessFactory(categories=[Category(name="Groen", position=1)])
    mine = Category.process_id == other.id
    number = str(store.scalars(select(Category.id).where(mine)).one())
    assert write(log_in(ResidentFactory()), process, category=number).status == 422


def test_the_author_alone_is_told_what_happens_next_and_asked_for_a_mail_address(log_in, store):
    resident = log_in(ResidentFactory())
    page = write(resident, ProcessFactory(support_threshold=50)).press(PUBLISH)
    assert "Vanaf 50 steunbetuigingen" in page.main
    assert "Wilt u een bericht als er een antwoord is?" in page.main
    sent = page.press("Stuur mij een bericht", email="annie@voorbeeld.example")
    assert "annie@voorbeeld.example" in sent.main
    address = f"/voorstellen/{store.scalars(select(Proposal)).one().id}/ingediend"
    log_in(ResidentFactory()).get(address, status=404)


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
    words = {} if field == "public_name" else {field: markup}
    check = write(log_in(ResidentFactory()), ProcessFactory(), **words)
    check.press(PUBLISH, name="other", public_name=markup[:60])
    proposal = store.scalars(select(Proposal)).one()
    assert all(typed in check.text for typed in words.values())
    assert markup in client.get(f"/voorstellen/{proposal.id}").text


def test_what_cannot_be_seen_is_left_out_and_a_title_is_one_line(log_in, store):
    check = write(
        log_in(ResidentFactory()),
        ProcessFactory(),
        title="Een\u202e boom\x07\r\nBcc: x@y.example",
    )
    check.press(PUBLISH, name="other", public_name="Jan\nde\u2066 Wit")
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
    address = f"/voorstellen/{draft.id}/controleren"
    check.client.post(address, data={"csrf_token": token}, status=422)
    page = check.client.get(f"/voorstellen/{draft.id}/controleren")
    assert "U kunt het nu niet publiceren" in page.main


@pytest.mark.parametrize("end", ["", "/controleren", "/wijzigen", "/plek"])
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
