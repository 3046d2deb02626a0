"""A process says in its own words what the site says everywhere."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participatie.core.audit import AuditEntry
from participatie.processes.models import Process, ProcessText
from tests.factories import LONG_AGO, ClerkFactory, ProcessFactory

SAID = "Schrijf alleen over het plein."


@pytest.fixture
def clerk(log_in):
    return log_in(ClerkFactory(public_name="Karin"))


@pytest.fixture
def later(app):
    """`later()` begins another version of what is public: a test is one transaction."""
    return app.extensions["page_cache"].forget


def texts(process, subject="huisregels"):
    return f"/griffie/trajecten/{process.id}/teksten/{subject}"


def reword(clerk, process, words=SAID, subject="huisregels", place=1):
    page = clerk.get(texts(process, subject))
    field = page.all("textarea")[place].get("name")
    return page.press("Zet dit in dit traject", **{field: words})


def test_house_rules_of_one_process_leave_those_of_the_site_as_they_are(clerk, client, later):
    process, other = ProcessFactory(), ProcessFactory()
    page = reword(clerk, process)
    assert "Dit traject zegt dit nu." in page.main
    later()
    assert SAID in client.get(f"/trajecten/{process.slug}/huisregels").main
    assert SAID not in client.get(f"/trajecten/{other.slug}/huisregels").main
    assert SAID not in client.get("/huisregels").main
    assert SAID not in client.raw.get(f"/en/trajecten/{process.slug}/huisregels").text


def test_a_text_of_a_process_says_who_said_it_and_comes_back_to_that_of_the_site(
    store, clerk, client, later
):
    process = ProcessFactory()
    page = reword(clerk, process)
    assert ", Karin" in page.text
    page = page.press("Neem de tekst van de site")
    assert "Teruggezet naar hoe het was" in page.text
    later()
    assert SAID not in client.get(f"/trajecten/{process.slug}/huisregels").main
    assert [one.text for one in store.scalars(select(ProcessText).order_by("number"))] == [SAID, ""]
    acts = select(AuditEntry.act).where(AuditEntry.act == "processes.reword")
    assert len(store.scalars(acts).all()) == 2


def test_what_the_program_fills_in_stays_in_the_words_of_a_process(store, clerk):
    process = ProcessFactory()
    page = clerk.get(texts(process, "vervolg"))
    field = next(
        one.get("name") for one in page.all("textarea") if "%(number)s" in "".join(one.itertext())
    )
    page = page.press("Zet dit in dit traject", answered=422, **{field: "Genoeg steun is genoeg."})
    assert "Zet dit in uw tekst, precies zo: %(number)s." in page.main
    assert store.scalars(select(ProcessText)).all() == []


def test_nothing_is_kept_when_one_of_the_texts_is_refused(store, clerk):
    process = ProcessFactory()
    page = clerk.get(texts(process))
    first, second = (one.get("name") for one in page.all("textarea")[:2])
    page = page.press("Zet dit in dit traject", answered=422, **{first: "Goed", second: "<b>"})
    assert "Laat deze tekens weg: < >." in page.main
    assert store.scalars(select(ProcessText)).all() == []


def test_the_privacy_of_a_process_says_what_it_asks(clerk, client, later):
    process = ProcessFactory()
    page = client.get(f"/trajecten/{process.slug}/privacy")
    assert "Niemand ziet wat u steunt of wat u stemt." in page.main
    assert "geboortedatum" not in page.main
    reword(clerk, process, "Lezen mag zonder naam.", subject="privacy")
    later()
    assert "Lezen mag zonder naam." in client.get(f"/trajecten/{process.slug}/privacy").main


def test_a_copy_says_what_its_process_says(store, clerk):
    process = ProcessFactory()
    reword(clerk, process)
    clerk.get(f"/griffie/trajecten/{process.id}").press("Begin hiermee een nieuw traject")
    draft = store.scalars(select(Process).where(Process.id != process.id)).one()
    assert SAID in clerk.get(texts(draft)).main


def test_a_draft_is_thrown_away_with_its_texts(store, clerk):
    process = ProcessFactory(published_at=None)
    reword(clerk, process)
    clerk.get(f"/griffie/trajecten/{process.id}").press("Gooi deze kladversie echt weg")
    assert store.scalars(select(ProcessText)).all() == []


def test_an_archived_process_keeps_its_words(clerk):
    process = ProcessFactory(archived_at=LONG_AGO)
    page = clerk.get(texts(process))
    assert page.all("textarea") == []
    assert "Haal het uit het archief" in page.text


def test_another_subject_is_not_found(clerk):
    clerk.get(texts(ProcessFactory(), "iets-anders"), status=404)
