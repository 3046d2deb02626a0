"""A form that comes too late: nothing typed is lost, and nothing is sent by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import delete, func, select

from participatie.core.kept_forms import MOST_KEPT
from participatie.discussions.models import Comment
from participatie.identity.models import LoginSession
from participatie.moderation.models import Decision, Report
from participatie.proposals.models import Answer, Proposal, Support
from participatie.votes.rules.rounds import Grade, RoundState
from tests.factories import ProcessFactory, ProposalFactory
from tests.votes.polls import make_poll

ESRA, FEMKE, KARIN = "esra", "femke", "karin"  # two residents and a clerk of the test log-in
WARNING = "U was niet meer ingelogd"

IDEA = {
    "title": "Een bank bij de sluis",
    "summary": "Een bank waar je de boten ziet, voor één café Özgür 🌳.",
    "text": "Er is nu geen plek om te zitten.\n\nOuderen willen dat graag.",
    "tags": "zitten, water",
}

# Each kind of form: who fills it in, where it stands, what is typed, what it would make.
FORMS = {
    "a proposal": (ESRA, "/trajecten/{slug}/voorstellen/nieuw", IDEA, Proposal),
    "a comment": (
        ESRA,
        "/bijdragen/{id}/reacties",
        {"text": "Wat een goed plan, zo'n bank.", "public_name": "Jan"},
        Comment,
    ),
    "a report": (
        ESRA,
        "/bijdragen/{id}/melden",
        {"ground": "privacy", "explanation": "Hier staat een telefoonnummer."},
        Report,
    ),
    "an answer": (
        KARIN,
        "/griffie/voorstellen/{id}/antwoord",
        {"status": "partly", "text": "Wij zetten twee banken in het voorjaar."},
        Answer,
    ),
    "a decision": (
        KARIN,
        "/griffie/bijdragen/{id}",
        {"act": "keep", "ground": "sharp_opinion", "explanation": "Scherp gezegd, en dat mag."},
        Decision,
    ),
    "a name": (ESRA, "/mijn/gegevens/naam", {"public_name": "Jan de V"}, None),
    "an address": (ESRA, "/mijn/gegevens/mailadres", {"email": "jan@mail.example"}, None),
}


def _log_in(client, person, path="/inloggen"):
    page = client.get(path).press("Ga naar de test-inlog")
    return page.press("Log in als deze persoon", person=person)


def _end_sessions(store):
    store.execute(delete(LoginSession))
    store.commit()


def _filled_in(client, page, typed):
    """What a browser sends of the form on `page`, with its token."""
    hidden = {
        field.get("name"): field.get("value", "")
        for field in client.get(page).all("input", type="hidden")
        if field.get("name") in {"csrf_token", "writer"}
    }
    return {**hidden, **typed}


def _send(client, path, data, sender="http://localhost", page=None):
    headers = {"Origin": sender, "Referer": sender + (page or path)}
    return client.raw.post(path, data=data, headers=headers)


def _held(page):
    """What stands in the fields of a page."""
    areas = {"".join(area.itertext()).strip("\r\n") for area in page.all("textarea")}
    chosen = {f.get("value", "") for f in page.all("input") if f.get("type") != "radio"}
    return areas | chosen | {f.get("value") for f in page.all("input", checked="")}


def _number(store, model):
    return store.scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize("kind", FORMS)
def test_a_form_of_an_ended_session_waits_until_its_writer_is_back(client, store, kind):
    person, address, typed, model = FORMS[kind]
    process = ProcessFactory()
    page = address.format(id=ProposalFactory(process=process).id, slug=process.slug)
    _log_in(client, person)
    data = _filled_in(client, page, typed)
    before = _number(store, model) if model else 0
    _end_sessions(store)

    answer = _send(client, page, data)
    assert answer.status_code == 303
    assert answer.location.startswith("/inloggen?next=")
    login = client.get(answer.location)
    assert WARNING in login.main
    back = login.press("Ga naar de test-inlog").press("Log in als deze persoon", person=person)
    assert back.response.request.path == page
    held = _held(back)
    assert all(value in held for value in typed.values() if value), held
    assert model is None or _number(store, model) == before, "it was sent by itself"
    if model:
        assert _send(client, page, _filled_in(client, page, typed)).status_code == 303
        assert _number(store, model) == before + 1
        with client.raw.session_transaction() as session:
            assert "kept_form" not in session


def test_a_form_of_an_earlier_log_in_comes_back_filled_in(client, store):
    proposal = ProposalFactory()
    page = f"/bijdragen/{proposal.id}/reacties"
    _log_in(client, ESRA)
    data = _filled_in(client, page, {"text": "Wat een goed plan.", "public_name": "Esra"})
    _end_sessions(store)
    _log_in(client, ESRA)
    answer = _send(client, page, data)
    assert answer.location == page
    shown = client.get(page)
    assert "Deze pagina stond te lang open" in shown.main
    assert "Wat een goed plan." in _held(shown)
    assert _number(store, Comment) == 0


def test_one_network_address_does_not_fill_the_disk_with_forms(client):
    page = f"/bijdragen/{ProposalFactory().id}/reacties"
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False):
        many = [_send(client, page, {"text": "x"}).status_code for _ in range(MOST_KEPT[0] + 1)]
    assert many == [303] * MOST_KEPT[0] + [400]


def test_what_one_person_typed_is_never_shown_to_the_next(client, store):
    proposal = ProposalFactory()
    page = f"/bijdragen/{proposal.id}/reacties"
    _log_in(client, ESRA)
    data = _filled_in(client, page, {"text": "Alleen van Esra.", "public_name": "Esra"})
    _end_sessions(store)
    back = _log_in(client, FEMKE, _send(client, page, data).location)
    assert back.response.request.path == page
    assert "Alleen van Esra." not in back.text


def test_a_kept_form_is_forgotten_after_half_an_hour(client, store):
    proposal = ProposalFactory()
    page = f"/bijdragen/{proposal.id}/reacties"
    _log_in(client, ESRA)
    data = _filled_in(client, page, {"text": "Wat een goed plan.", "public_name": "Esra"})
    _end_sessions(store)
    _log_in(client, ESRA, _send(client, page, data).location)
    for minutes, is_there in ((20, True), (40, False)):
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes), tick=False):
            assert ("Wat een goed plan." in client.get(page).text) is is_there


def test_another_site_fills_in_nothing(client, store):
    proposal = ProposalFactory()
    page = f"/bijdragen/{proposal.id}/reacties"
    data = {"text": "Dit schreef ik niet.", "public_name": "Esra"}
    assert _send(client, page, data, sender="https://evil.example").status_code == 400
    assert client.raw.get_cookie("session") is None
    _log_in(client, ESRA)
    assert _send(client, page, data, sender="https://evil.example").status_code == 400
    assert "Dit schreef ik niet." not in client.get(page).text


def test_support_is_never_given_by_itself(client, store):
    proposal = ProposalFactory()
    page = f"/voorstellen/{proposal.id}"
    _log_in(client, ESRA)
    data = _filled_in(client, page, {})
    _end_sessions(store)
    answer = _send(client, f"{page}/steun", data, page=page)
    login = client.get(answer.location)
    assert "Er is nog niets gebeurd" in login.main
    back = login.press("Ga naar de test-inlog").press("Log in als deze persoon", person=ESRA)
    assert back.response.request.path == page
    assert _number(store, Support) == 0
    back.press("Steun dit voorstel")
    assert _number(store, Support) == 1


def test_a_form_that_is_larger_than_any_of_ours_is_not_kept(client):
    proposal = ProposalFactory()
    answer = _send(client, f"/bijdragen/{proposal.id}/reacties", {"text": "x" * 200_000})
    assert answer.status_code == 400


def test_a_new_proposal_is_kept_beside_an_older_draft(client, store):
    process = ProcessFactory()
    page = f"/trajecten/{process.slug}/voorstellen/nieuw"
    _log_in(client, ESRA)
    data = _filled_in(client, page, IDEA)
    assert _send(client, page, {**data, "title": "Mijn oudere voorstel"}).status_code == 303
    _end_sessions(store)
    back = _log_in(client, ESRA, _send(client, page, data).location)
    assert back.response.request.path == page
    assert IDEA["title"] in _held(back)
    back.press("Bewaar en ga verder")
    titles = set(store.scalars(select(Proposal.title)))
    assert titles == {IDEA["title"], "Mijn oudere voorstel"}


def test_a_pass_phrase_never_waits_and_the_rest_of_its_form_does(client, store):
    vote = make_poll(store, grade=Grade.HEAVY, state=RoundState.DRAFT, opened_at=None)
    path = f"/griffie/stemmingen/{vote.id}/sleutels/maken"
    _log_in(client, KARIN)
    typed = {"name_a": "Anna", "phrase_a": "een zachte regen valt"}
    data = _filled_in(client, path, typed)
    _end_sessions(store)
    assert _send(client, path, data).status_code == 303
    _log_in(client, KARIN)
    page = client.get(path)
    (name,), (phrase,) = (page.all("input", name=field) for field in ("name_a", "phrase_a"))
    assert name.get("value") == "Anna"
    assert not phrase.get("value")
