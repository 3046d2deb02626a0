"""A process shows a photo: to everybody once it is open, and to the griffie before."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import select

from participatie.core.audit import AuditEntry
from participatie.media.models import Image
from participatie.media.services import throw_unused_away
from participatie.processes.models import Process
from tests.factories import ClerkFactory, ProcessFactory
from tests.media.drawings import image as drawn

SEEN = "Een leeg plein met vier bomen, café Özgür 🌳"


@pytest.fixture
def process(store):
    return ProcessFactory()


def chosen(browser, process, **fields):
    page = browser.get(f"/griffie/trajecten/{process.id}/foto")
    data = {"image": (BytesIO(drawn()), "plein.jpg"), "description": SEEN, **fields}
    return page.press("Toon deze foto", **data)


def sources(page):
    return [one.get("src") for one in page.all("img") if "/trajecten/fotos/" in one.get("src")]


def test_it_stands_on_the_page_the_cards_and_in_the_preview_for_messengers(log_in, client, process):
    page = chosen(log_in(ClerkFactory()), process)
    assert "Het traject toont deze foto." in page.main
    for address in (f"/trajecten/{process.slug}", "/trajecten", "/"):
        shown = client.get(address)
        [source] = sources(shown)
        assert shown.all("img", alt=SEEN), address
        assert client.raw.get(source).mimetype == "image/jpeg"
    shared = client.get(f"/trajecten/{process.slug}").all("meta", property="og:image")
    assert shared[0].get("content").startswith("http")
    assert client.raw.get(shared[0].get("content")).mimetype == "image/jpeg"


def test_before_it_opens_only_the_griffie_sees_it(log_in, client, store):
    draft = ProcessFactory(published_at=None)
    [source] = sources(chosen(log_in(ClerkFactory()), draft))
    assert client.raw.get(source).status_code == 404
    seen = log_in(ClerkFactory()).raw.get(source)
    assert seen.status_code == 200
    assert seen.headers["Cache-Control"] == "private, no-store"


def test_what_is_on_it_is_always_said(log_in, process, store):
    page = chosen(log_in(ClerkFactory()), process, description="")
    assert page.status == 422
    assert "Zeg wat u op de foto ziet." in page.text
    assert store.scalars(select(Image)).all() == []


def test_what_is_no_photo_is_refused_and_the_one_before_stays(log_in, process, store):
    browser = log_in(ClerkFactory())
    chosen(browser, process)
    page = browser.get(f"/griffie/trajecten/{process.id}/foto")
    again = page.press(
        "Toon deze foto", image=(BytesIO(b"geen foto"), "plein.jpg"), description="Een brug"
    )
    assert again.status == 422
    assert len(sources(again)) == 1


def test_it_is_described_better_replaced_and_taken_away_and_that_is_written_down(
    log_in, process, store, app
):
    browser = log_in(ClerkFactory())
    page = chosen(browser, process).follow("Wijzig de beschrijving")
    page = page.press("Bewaar", description="Een plein met een fontein")
    assert page.all("img", alt="Een plein met een fontein")
    chosen(browser, process, description="Een brug")
    page = browser.get(f"/griffie/trajecten/{process.id}/foto").press("Haal de foto weg")
    assert sources(page) == []
    assert store.get_one(Process, process.id, populate_existing=True).photo_id is None
    acts = store.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts == [
        "processes.show_photo",
        "processes.describe_photo",
        "processes.show_photo",
        "processes.take_photo_away",
    ]


def test_the_photo_that_is_shown_is_not_swept_up_and_the_one_before_is(
    log_in, process, store, app, context
):
    browser = log_in(ClerkFactory())
    chosen(browser, process)
    chosen(browser, process, description="Een brug")
    assert throw_unused_away(storage=app.extensions["media"]) == 1
    store.expire_all()
    assert store.scalars(select(Image.description)).all() == ["Een brug"]
