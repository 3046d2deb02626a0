"""A language is the first part of the address."""

from __future__ import annotations

import re

import pytest

from participatie.core.forms import Form
from participatie.core.i18n import LOCALES, language, saying, speaking
from tests.factories import ProcessFactory, ProposalFactory, ResidentFactory
from tests.votes.polls import make_poll


def test_every_page_is_there_in_english(client):
    for path in ("/", "/contact", "/privacy", "/toegankelijkheid", "/zo-tellen-wij", "/inloggen"):
        answer = client.raw.get(f"/en{path}")
        assert answer.status_code == 200, path
        assert '<html lang="en"' in answer.text
    assert "Help is free" in answer.text
    assert "Hulp kost niets" not in answer.text


def test_links_stay_in_the_language_and_lead_to_the_same_page_in_the_other(client):
    english = client.raw.get("/en/contact").text
    assert 'href="/en/privacy"' in english
    assert 'href="/en/trajecten"' in english
    assert '<a class="p-tool" href="/contact" hreflang="nl" lang="nl">Nederlands</a>' in english
    assert client.get("/contact").links()["English"] == "/en/contact"


def test_each_language_has_its_own_page_in_the_cache(client):
    for _ in range(2):
        assert "Help is free" in client.raw.get("/en/contact").text
        assert "Hulp kost niets" in client.raw.get("/contact").text


@pytest.mark.parametrize("path", ["/nl/contact", "/xx/contact", "/enx", "/en/bestaat-niet"])
def test_a_language_that_is_not_spoken_is_a_page_that_is_not_there(client, path):
    assert client.raw.get(path).status_code == 404


def test_the_language_of_one_request_does_not_stay_for_the_next(client):
    client.raw.get("/en/")
    assert language() == "nl"


def test_days_are_written_as_the_language_does(client, store):
    slug = ProcessFactory().slug
    store.commit()
    english = client.raw.get(f"/en/trajecten/{slug}").text
    assert re.search(r"until and including \d+\s\w+ \d{4}", english)
    assert "tot en met " not in english.partition("<footer")[0]


def test_what_was_typed_is_kept_in_the_same_language(client):
    answer = client.raw.post(
        "/en/mijn/gegevens/naam",
        data={"public_name": "Annie"},
        headers={"Origin": "http://localhost", "Referer": "http://localhost/en/mijn/gegevens/naam"},
    )
    assert answer.headers["Location"].startswith("/en/inloggen?next=/mijn/gegevens/naam")


def test_who_logs_in_comes_back_in_the_same_language(log_in):
    someone = log_in(ResidentFactory())
    for page in ("/mijn", "/en/mijn"):
        answer = someone.raw.get(f"/en/inloggen?next={page}")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/en/mijn")


@pytest.mark.parametrize("name", LOCALES)
def test_a_form_can_be_filled_in_in_every_language(app, name):
    with app.test_request_context(), speaking(name):
        assert Form(meta={"csrf": False}).validate()


def test_what_people_wrote_is_said_to_be_dutch_on_an_english_page_only(client):
    process = ProcessFactory()
    proposal = ProposalFactory(title="Bankjes langs het water", process=process)
    for address in (f"/voorstellen/{proposal.id}", f"/trajecten/{process.slug}"):
        english = client.raw.get(f"/en{address}").text
        assert "<span lang=nl>Bankjes langs het water</span>" in english, address
        assert "lang=nl" not in client.raw.get(address).text, address


def test_the_question_and_the_answers_of_a_ballot_are_dutch_on_an_english_page(client, store):
    poll = make_poll(store)
    english = client.raw.get(f"/en/stemmingen/{poll.id}").text
    assert english.count(" lang=nl>") > 2
    assert f"<h1 lang=nl>{poll.title}</h1>" in english
    assert f" lang=nl>{poll.title}</a></th>" in client.raw.get("/en/stemmingen").text
    assert "lang=nl" not in client.raw.get(f"/stemmingen/{poll.id}").text


@pytest.mark.parametrize(("code", "told"), [("nl", "1.250 voorstellen"), ("en", "1,250 proposals")])
def test_a_number_of_things_is_written_as_the_language_writes_numbers(app, code, told):
    source = '{{ ngettext("%(num)s <%(sort)s>", "%(num)s <%(sort)s>", 1250, sort=what) }}'
    what = told.partition(" ")[2] + "&"
    with app.test_request_context(f"/{code}"), speaking(code):
        said = app.jinja_env.from_string(source).render(what=what)
        assert said == f"{told.partition(' ')[0]} <{what.replace('&', '&amp;')}>"


def test_a_wording_that_is_said_again_is_the_same_edition_of_the_texts(app):
    texts = app.extensions["texts"]
    editions = []
    with app.app_context():
        for words in ("Onze regels", "Onze regels", "Andere regels"):
            with saying({"House rules": words}):
                assert texts["nl"].ugettext("House rules") == words
                assert texts["nl"].ugettext("Privacy") == "Privacy"
                assert texts["nl"].ungettext("%(num)s plan", "%(num)s plans", 2) == (
                    "%(num)s plannen"
                )
                editions.append(texts["nl"].edition)
    assert editions[0] == editions[1] != editions[2]
    assert texts["nl"].edition not in editions
