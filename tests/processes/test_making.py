"""A clerk makes a process without help: draft, plan, open, change, archive, copy."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from flask import render_template
from sqlalchemy import select, text

from participatie.core.audit import AuditEntry
from participatie.core.db import db
from participatie.core.outbox import OutboxMessage
from participatie.processes.models import Phase, PhaseChange, PreviewLink, Process, ProcessFollow
from participatie.processes.rules import Level, PhaseKind, midnight
from tests.factories import LONG_AGO, ClerkFactory, ProcessFactory, ResidentFactory, soon
from tests.pages import text_of

IDEA = "Eén plein voor café Özgür 🌳"
REASON = "Veel mensen vroegen om meer bedenktijd."
TODAY = datetime.now(UTC).date()


@pytest.fixture
def clerk(log_in):
    return log_in(ClerkFactory())


def day(number: int) -> str:
    return (TODAY + timedelta(days=number)).isoformat()


def begin(clerk, recipe="ideas", title=IDEA):
    page = clerk.get("/griffie/trajecten/nieuw")
    return page.press("Maak een kladversie", recipe=recipe, title=title, first_day=day(30))


def fill_in(clerk):
    """A draft with all questions answered; its page."""
    page = begin(clerk).press(
        "Bewaar en ga verder", summary="Wat komt er op het plein?", text="Er komt ruimte. " * 3
    )
    page = page.press("Bewaar en ga verder").press("Bewaar en ga verder")
    return page.press(
        "Bewaar en ga verder",
        contact_name="Karin Smit",
        contact_email="Karin@Waterlanden.example",
        contact_phone="14 0299",
    )


def the_process(store) -> Process:
    return store.scalars(select(Process).execution_options(populate_existing=True)).one()


def phases_of(store, process) -> list[Phase]:
    of_process = select(Phase).where(Phase.process_id == process.id).order_by(Phase.starts_at)
    return list(store.scalars(of_process.execution_options(populate_existing=True)))


def open_process(*spans: tuple[int, int], **values) -> Process:
    """An open process with phases that begin and end so many days from today."""
    first = date.today()  # noqa: DTZ011 - days of the clerk's calendar
    return ProcessFactory(
        phases=[
            Phase(
                kind=PhaseKind.COLLECT,
                title=f"Fase {number}",
                starts_at=midnight(first + timedelta(days=begins)),
                ends_at=midnight(first + timedelta(days=ends)),
            )
            for number, (begins, ends) in enumerate(spans)
        ],
        **values,
    )


# Making


@pytest.mark.parametrize("recipe", ["ideas", "budget", "initiative", "poll"])
def test_a_recipe_proposes_texts_and_phases_that_follow_on_each_other(clerk, store, recipe):
    page = begin(clerk, recipe)
    assert page.h1 == "Teksten"
    draft = the_process(store)
    assert (draft.title, draft.published_at) == (IDEA, None)
    assert draft.slug == "een-plein-voor-cafe-ozgur"
    phases = phases_of(store, draft)
    assert phases[0].starts_at == midnight(TODAY + timedelta(days=30))
    assert all(a.ends_at == b.starts_at for a, b in pairwise(phases))


def test_no_more_than_ten_questions_are_asked_until_it_can_be_opened(clerk):
    asked = set()
    pages = [clerk.get("/griffie/trajecten/nieuw"), begin(clerk)]
    number = pages[-1].response.request.path.split("/")[3]
    pages += [clerk.get(f"/griffie/trajecten/{number}/{step}") for step in ("meedoen", "contact")]
    for page in pages:
        folded = {id(e) for d in page.all("details") for e in d.iter()}
        for tag in ("input", "textarea"):
            asked |= {
                e.get("name")
                for e in page.all(tag)
                if e.get("type") != "hidden" and id(e) not in folded
            }
    assert len(asked | {"planning"}) <= 10, asked


def test_each_step_is_left_and_resumed(clerk, store):
    begin(clerk)
    page = clerk.get("/griffie/trajecten").follow(IDEA)
    assert "Klaar om te openen?" in page.main
    assert page.follow("Zeg wie vragen van inwoners beantwoordt.").h1 == "Contact"


def test_a_filled_in_draft_opens_and_everyone_reads_it(clerk, client, store):
    page = fill_in(clerk)
    assert "Alles is er." in page.main
    slug = the_process(store).slug
    client.get(f"/trajecten/{slug}", status=404)
    page = page.press("Open dit traject voor iedereen")
    assert page.h1 == IDEA
    assert client.get(f"/trajecten/{slug}").h1 == IDEA
    assert "processes.publish" in store.scalars(select(AuditEntry.act)).all()


def test_opening_is_refused_while_something_is_missing(clerk, client, store):
    begin(clerk)
    draft = the_process(store)
    page = clerk.get(f"/griffie/trajecten/{draft.id}")
    assert "Open dit traject" not in page.main
    token = page.all("input", name="csrf_token")[0].get("value")
    clerk.post(f"/griffie/trajecten/{draft.id}/openen", data={"csrf_token": token}, status=409)
    client.get(f"/trajecten/{draft.slug}", status=404)


def test_what_was_typed_stays_when_something_is_wrong(clerk):
    page = begin(clerk).press("Bewaar en ga verder", title="x" * 81, summary="Kort.")
    assert page.errors() == ["Gebruik 5 tot 80 tekens. Dit zijn er 81."]
    assert page.all("input", name="title")[0].get("value") == "x" * 81


def test_a_day_that_is_none_is_refused_in_dutch(clerk):
    page = clerk.get("/griffie/trajecten/nieuw")
    page = page.press("Maak een kladversie", recipe="ideas", title=IDEA, first_day="31-02-2027")
    assert page.errors() == ["Vul een dag in, bijvoorbeeld 14-03-2027."]


def test_two_processes_of_one_name_have_each_an_address(clerk, store):
    begin(clerk)
    begin(clerk, recipe="poll")
    slugs = store.scalars(select(Process.slug).order_by(Process.id)).all()
    assert slugs == ["een-plein-voor-cafe-ozgur", "een-plein-voor-cafe-ozgur-2"]


@pytest.mark.parametrize("slug", ["Een Plein", "een/plein", "bezet"])
def test_an_address_that_cannot_be_is_refused_beside_its_field(clerk, slug):
    ProcessFactory(slug="bezet")
    page = begin(clerk).press(
        "Bewaar en ga verder", slug=slug, summary="Een goede vraag.", text="Lang genoeg. " * 3
    )
    assert page.fields_with_errors() == ["Kort adres"]


def test_a_draft_can_be_thrown_away_and_an_open_process_not(clerk, store):
    begin(clerk)
    draft = the_process(store)
    clerk.get(f"/griffie/trajecten/{draft.id}").press("Gooi deze kladversie echt weg")
    assert store.scalars(select(Process)).all() == []
    assert "Gooi" not in clerk.get(f"/griffie/trajecten/{open_process((1, 2)).id}").main


def test_the_rules_stand_once_it_is_open(clerk, store):
    process = open_process((-1, 9), level=Level.ADVISE)
    page = clerk.get(f"/griffie/trajecten/{process.id}/meedoen")
    assert "De regels kunnen niet meer veranderen." in page.main
    token = page.all("input", name="csrf_token")[0].get("value")
    path = f"/griffie/trajecten/{process.id}/meedoen"
    clerk.post(path, data={"csrf_token": token, "level": "inform"}, status=409)
    assert the_process(store).level is Level.ADVISE


def test_a_copy_has_the_texts_and_rules_and_begins_later(clerk, store):
    old = open_process((-60, -30), (-30, -10), support_threshold=7)
    clerk.get(f"/griffie/trajecten/{old.id}").press("Begin hiermee een nieuw traject")
    new = store.scalars(select(Process).where(Process.id != old.id)).one()
    assert (new.title, new.text, new.support_threshold) == (old.title, old.text, 7)
    assert new.published_at is None
    first, second = phases_of(store, new)
    assert first.starts_at > datetime.now(UTC) + timedelta(days=13)
    assert first.ends_at == second.starts_at


# Planning


def plan_page(clerk, process):
    return clerk.get(f"/griffie/trajecten/{process.id}/planning")


def test_all_phases_of_a_draft_move_at_once(clerk, store):
    draft = open_process((30, 40), (40, 50), published_at=None)
    first, second = phases_of(store, draft)
    plan_page(clerk, draft).press(
        "Bewaar en ga verder",
        **{
            f"first_day_{first.id}": day(42),
            f"last_day_{first.id}": day(47),
            f"first_day_{second.id}": day(48),
            f"last_day_{second.id}": day(60),
            f"last_time_{second.id}": "17:30",
        },
    )
    first, second = phases_of(store, draft)
    assert first.starts_at == midnight(TODAY + timedelta(days=42))
    assert first.ends_at == second.starts_at == midnight(TODAY + timedelta(days=48))
    assert second.ends_at == midnight(TODAY + timedelta(days=60)) + timedelta(hours=17, minutes=31)
    assert store.scalars(select(PhaseChange)).all() == []


def test_an_overlap_is_refused_with_a_sentence_and_nothing_typed_is_lost(clerk, store):
    draft = open_process((30, 40), (40, 50), published_at=None)
    first, _ = phases_of(store, draft)
    page = plan_page(clerk, draft).press("Bewaar en ga verder", **{f"last_day_{first.id}": day(44)})
    (error,) = page.errors()
    assert error.startswith("“Fase 1” begint voordat “Fase 0” voorbij is.")
    assert page.all("input", name=f"last_day_{first.id}")[0].get("value") == day(44)


def test_new_dates_of_an_open_process_are_public_with_their_reason(clerk, client, store, app):
    follower = ResidentFactory()
    process = open_process((-10, 10), (10, 20), title=IDEA)
    store.add(ProcessFollow(process_id=process.id, account_id=follower.id, since=LONG_AGO))
    store.commit()
    first, second = phases_of(store, process)
    plan_page(clerk, process).press(
        "Bewaar de wijziging",
        **{
            f"last_day_{first.id}": day(16),
            f"first_day_{second.id}": day(17),
            f"last_day_{second.id}": day(27),
            "reason": REASON,
        },
    )
    page = client.get(f"/trajecten/{process.slug}")
    assert "Wat is er veranderd?" in page.main
    assert f"De reden: {REASON}" in page.main
    changes = store.scalars(select(PhaseChange).order_by(PhaseChange.id)).all()
    assert [change.phase_title for change in changes] == ["Fase 0", "Fase 1"]
    message = store.scalars(select(OutboxMessage)).one()
    assert (message.kind, message.account_id) == ("processes.dates_changed", follower.id)
    with app.test_request_context():
        mail = render_template(
            f"mail/{message.kind}.txt", **message.parameters, base_url="http://localhost"
        )
    assert mail.splitlines()[0] == f"Andere data: {IDEA}"
    assert f"De reden: {REASON}" in mail
    assert f"http://localhost/trajecten/{process.slug}" in mail


def test_a_change_of_an_open_process_without_a_reason_is_refused(clerk, store):
    process = open_process((-10, 10))
    (phase,) = phases_of(store, process)
    page = plan_page(clerk, process).press(
        "Bewaar de wijziging", **{f"last_day_{phase.id}": day(16)}
    )
    assert page.errors() == ["Zeg waarom de data veranderen."]
    assert store.scalars(select(PhaseChange)).all() == []


def test_what_has_begun_does_not_begin_anew(clerk, store):
    process = open_process((-10, 10))
    (phase,) = phases_of(store, process)
    page = plan_page(clerk, process).press(
        "Bewaar de wijziging", **{f"first_day_{phase.id}": day(5), "reason": REASON}
    )
    assert "kan niet in het verleden beginnen" in page.errors()[0]


def test_a_phase_is_added_to_a_draft_and_taken_out(clerk, store):
    draft = open_process((30, 40), published_at=None)
    form = clerk.get(f"/griffie/trajecten/{draft.id}/planning/nieuw")
    values = {"kind": "result", "title": "Uitslag", "last_day": day(50)}
    refused = form.press("Voeg deze fase toe", first_day=day(35), **values)
    assert refused.errors() == ["Op deze dagen loopt “Fase 0” al. Kies andere dagen."]
    page = form.press("Voeg deze fase toe", first_day=day(40), **values)
    assert [phase.title for phase in phases_of(store, draft)] == ["Fase 0", "Uitslag"]
    page.press("Haal “Fase 0” weg")
    assert [phase.title for phase in phases_of(store, draft)] == ["Uitslag"]


# Archive, follow


def test_an_archived_process_shows_a_banner_and_does_not_change(clerk, client, store):
    process = open_process((-20, -10))
    clerk.get(f"/griffie/trajecten/{process.id}").press("Archiveer dit traject")
    assert "Dit traject is gearchiveerd" in client.get(f"/trajecten/{process.slug}").main
    path = f"/griffie/trajecten/{process.id}/contact"
    token = clerk.get(path).all("input", name="csrf_token")[0].get("value")
    answer = {"contact_email": "a@b.example", "contact_phone": "14", "contact_name": "An"}
    refused = clerk.post(path, data={"csrf_token": token, **answer}, status=409)
    assert refused.errors() == [
        "Dit traject is gearchiveerd. Haal het uit het archief om het te veranderen."
    ]
    assert the_process(store).contact_name == "Karin Smit"


def test_a_process_that_runs_is_not_archived(clerk, store):
    process = open_process((-20, 10))
    page = clerk.get(f"/griffie/trajecten/{process.id}")
    token = page.all("input", name="csrf_token")[0].get("value")
    clerk.post(f"/griffie/trajecten/{process.id}/archief", data={"csrf_token": token}, status=409)
    assert the_process(store).archived_at is None


def test_a_resident_follows_a_process_and_stops(log_in, store):
    process = open_process((-1, 9))
    resident = ResidentFactory()
    page = log_in(resident).get(f"/trajecten/{process.slug}").press("Volg dit traject")
    assert store.scalars(select(ProcessFollow.account_id)).all() == [resident.id]
    page.press("Stop met volgen van dit traject")
    assert store.scalars(select(ProcessFollow)).all() == []


# Preview


def preview(browser, process, **asked):
    path = f"/griffie/trajecten/{process.id}/bekijken"
    return browser.get(path, query_string=asked)


@pytest.mark.parametrize(
    ("reader", "answer"),
    [
        ("resident", "Een voorstel indienen: ja"),
        ("child", "Een voorstel indienen: ja"),
        ("outsider", "Een voorstel indienen: Nee, dat kunnen alleen inwoners."),
        ("visitor", "Een voorstel indienen: Pas na het inloggen."),
    ],
)
def test_a_draft_is_looked_at_as_each_reader_on_a_chosen_day(clerk, reader, answer):
    draft = open_process((30, 40), published_at=None)
    page = preview(clerk, draft, dag=day(32), als=reader)
    assert answer in page.main
    before = preview(clerk, draft, dag=day(3), als=reader)
    assert "Nee, niet op deze dag." in before.main


@pytest.mark.parametrize("reader", ["resident", "outsider", "child", "visitor"])
def test_nobody_reads_in_a_preview_that_they_can_discuss_where_nothing_is_discussed(clerk, reader):
    draft = open_process((30, 40), published_at=None, discussion_starters="nobody")
    page = preview(clerk, draft, dag=day(32), als=reader)
    assert "Een discussie beginnen: Nee, dit traject heeft geen discussies." in page.main


def test_a_preview_opens_for_who_has_the_link_until_it_is_revoked(clerk, client, store):
    draft = open_process((30, 40), published_at=None)
    page = clerk.get(f"/griffie/trajecten/{draft.id}").press("Maak een link")
    (address,) = [a for a in page.links().values() if a.startswith("/voorbeeld/")]
    shown = client.get(address)
    assert draft.title in shown.main
    assert shown.all("meta", name="robots")[0].get("content") == "noindex"
    client.get(address[:-1] + ("A" if address[-1] != "A" else "B"), status=404)
    page.press(next(label for label in _buttons(page) if label.startswith("Trek deze link in")))
    client.get(address, status=404)


def test_a_link_works_no_longer_after_its_term(clerk, client, store):
    draft = open_process((30, 40), published_at=None)
    page = clerk.get(f"/griffie/trajecten/{draft.id}").press("Maak een link")
    (address,) = [a for a in page.links().values() if a.startswith("/voorbeeld/")]
    link = store.scalars(select(PreviewLink)).one()
    link.made_at, link.expires_at = LONG_AGO, soon(seconds=-1)
    store.commit()
    client.get(address, status=404)


def _buttons(page):
    return [text_of(button) for button in page.all("button")]


def test_a_preview_changes_nothing(clerk, store, connection):
    draft = open_process((30, 40), published_at=None, contact_name="", contact_email="")
    before = _rows(connection)
    for reader in ("resident", "outsider", "child", "visitor", "niemand"):
        preview(clerk, draft, dag=day(32), als=reader)
    assert _rows(connection) == before


def _rows(connection):
    tables = sorted(set(db.metadata.tables) - {"login_session"})
    return {
        name: sorted(connection.scalars(text(f'SELECT t::text FROM "{name}" AS t')))
        for name in tables
    }
