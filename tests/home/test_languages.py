"""The languages of the road to a vote: off until each text is approved, and then of one piece."""

from __future__ import annotations

import re

import pytest
from babel.messages.plurals import get_plural
from sqlalchemy import select

from participatie.core.audit import AuditEntry
from participatie.core.i18n import ROAD_NAMES
from participatie.core.wording import key_of, markup_in
from participatie.pages.models import InterfaceText, LanguageApprover, TextApproval
from participatie.pages.road import ROAD, Standing, translated
from participatie.pages.rules import fixed_marks, misplaced, without_marks
from participatie.processes.models import Process
from tests.budget.steps import make_budget
from tests.conftest import visitor
from tests.factories import (
    LONG_AGO,
    AdministratorFactory,
    AreaFactory,
    ClerkFactory,
    ProposalFactory,
    ResidentFactory,
)
from tests.home.road import approve_all, as_proposed, in_brackets, not_in_brackets, texts_of
from tests.pages import text_of
from tests.votes.polls import ONE, OPEN, ORDER, POINTS, SEVERAL, make_poll

HEADING = "What can you do now?"
NAMES = re.compile(
    r"Traject \d+|Gemeente Waterlanden|Nu|Karin Smit|Broek|Het park|Bankjes|Zwembad|"
    r"Speeltuin|Appel|Beuk|Conifeer|W(ilt u een bankje|at nog meer)\?|"
    r".* – Waterlanden doet mee|– Waterlanden doet mee|"
    r"\S+@waterlanden.example|[A-Z0-9]{4}"
)
"""What the factories call things, the title of the site, and a control code."""


@pytest.fixture
def later(app):
    """`later()` begins another version of what is public: a test is one transaction."""
    yield app.extensions["page_cache"].forget
    app.extensions["texts"].change({}, {})


@pytest.fixture
def approver(store):
    """The colleague who speaks German."""
    account = ClerkFactory(public_name="Greta Braun")
    store.add(LanguageApprover(language="de", account_id=account.id, named_at=LONG_AGO))
    store.commit()
    return account


def _value(name, html):
    """The first value that a form sends under this name."""
    found = re.search(rf'name="{re.escape(name)}"[^>]* value="([^"]+)"', html)
    assert found is not None, name
    return found[1]


# The catalogues


@pytest.mark.parametrize("language", ROAD_NAMES)
def test_a_language_has_each_text_of_the_road_whole(language):
    texts = translated(language)
    assert [text.english for text in texts] == [text.english for text in translated("de")]
    for text in texts:
        wanted = get_plural(language).num_plurals if text.plural else 1
        assert len(text.forms) == wanted, text.message
        for form in text.forms:
            assert form.strip(), text.message
            spaces = (form[:1].isspace(), form[-1:].isspace())
            assert spaces == (text.message[:1].isspace(), text.message[-1:].isspace())
            assert fixed_marks(form) == fixed_marks(text.english[-1]), text.message
            assert not markup_in(without_marks(form)), text.message
            said = misplaced(text.english, form, is_last=form is text.forms[-1])
            assert said == (frozenset(), frozenset()), text.message


def test_a_form_for_few_things_may_leave_out_the_number_only():
    own = ("%(n)s person divided %(money)s.", "%(n)s people divided %(money)s.")
    nothing: frozenset[str] = frozenset()
    assert misplaced(own, "One divided %(money)s.", is_last=False) == (nothing, nothing)
    assert misplaced(own, "One divided %(money)s.") == (frozenset({"n"}), nothing)
    assert misplaced(own, "One divided it.", is_last=False) == (frozenset({"n", "money"}), nothing)
    assert misplaced(own, "%(n)s %(money)s %(name)s") == (nothing, frozenset({"name"}))


def test_the_road_is_made_of_endpoints_that_are_there(app):
    assert set(app.view_functions) >= ROAD


# What who approves gets


def test_who_approves_reads_the_language_before_anybody_else(app, log_in, approver, later):
    me = log_in(approver)
    german = me.raw.get("/de/").text
    assert "<h1>Was können Sie jetzt tun?</h1>" in german
    assert "Alleen u ziet deze taal." in german
    assert 'href="/griffie/site/talen/de"' in german
    assert me.raw.get("/fr/").status_code == 404
    assert me.raw.get("/pl/").status_code == 303
    for somebody in (visitor(app), visitor(app)):
        assert somebody.raw.get("/de/").status_code == 303
    assert "Was können Sie" not in me.raw.get("/").text


def test_who_approves_reads_their_own_words_at_once(app, store, log_in, approver):
    me = log_in(approver)
    assert "Was können Sie jetzt tun?" in me.raw.get("/de/").text
    text = next(text for text in texts_of(app, "de") if text.translated.message == HEADING)
    said = {"language": "de", "message": HEADING, "forms": ["Was geht jetzt?"]}
    store.add(
        TextApproval(**said, source=text.source, account_id=approver.id, approved_at=LONG_AGO)
    )
    store.commit()
    assert "<h1>Was geht jetzt?</h1>" in me.raw.get("/de/").text


def test_a_colleague_who_was_not_named_waits_for_the_language(log_in, approver):
    me = log_in(ClerkFactory())
    assert me.raw.get("/de/").status_code == 303


# What readers get


def test_a_language_is_not_there_until_each_text_is_approved(app, store, client, later):
    answer = client.raw.get("/de/contact?a=b")
    assert (answer.status_code, answer.location) == (303, "/contact?a=b")
    approve_all(app, store, "de", ClerkFactory().id, skip="Log in")
    assert client.raw.get("/de/").status_code == 303
    assert "Deutsch" not in client.get("/").text
    later()
    approve_all(app, store, "de", ClerkFactory().id)
    german = client.raw.get("/de/").text
    assert '<html lang="de" dir="ltr"' in german
    assert "<h1>Was können Sie jetzt tun?</h1>" in german
    later()
    assert client.get("/").links()["Deutsch"] == "/de/"
    assert client.get("/contact").links()["English"] == "/en/contact"


def test_who_is_led_to_the_dutch_page_stays_on_this_site(client):
    assert client.raw.get("/de//elders.example/x").location == "/elders.example/x"


def test_words_that_were_approved_are_said_and_those_of_the_program_are_not(
    app, store, client, later
):
    approve_all(app, store, "de", ClerkFactory().id, in_brackets)
    assert f"<h1>⟦{HEADING}⟧</h1>" in client.raw.get("/de/").text


def test_an_approval_lapses_when_the_dutch_changes(app, store, client, later):
    approve_all(app, store, "de", ClerkFactory().id)
    assert client.raw.get("/de/").status_code == 200
    later()
    store.add(
        InterfaceText(language="nl", message=HEADING, number=1, text="Doe mee", saved_at=LONG_AGO)
    )
    store.commit()
    assert client.raw.get("/de/").status_code == 303


def test_what_is_sent_in_a_language_that_went_off_is_not_lost(app, store, log_in):
    poll = make_poll(store, ONE)
    answer = log_in(ResidentFactory()).raw.post(f"/de/stemmingen/{poll.id}/stembiljet")
    assert answer.status_code == 400  # for want of a token: the act itself was asked
    assert '<html lang="nl"' in answer.text


def test_a_page_beside_the_road_is_dutch_and_says_so(app, store, client, later):
    approve_all(app, store, "ar", ClerkFactory().id)
    page = client.raw.get("/ar/huisregels").text
    assert '<html lang="nl" dir="ltr"' in page
    assert re.search(r'lang="ar" dir="rtl">.*<a href="/ar/">', page)
    assert 'href="/ar/privacy"' in page
    assert '<html lang="ar" dir="rtl"' in client.raw.get("/ar/bestaat-niet").text


def test_dutch_words_on_an_arabic_page_go_from_left_to_right(app, store, client, later):
    approve_all(app, store, "ar", ClerkFactory().id)
    poll = make_poll(store, ONE)
    assert " lang=nl dir=ltr>" in client.raw.get(f"/ar/stemmingen/{poll.id}").text


def test_every_page_of_the_road_says_all_it_says_in_the_language(app, store, log_in, later):
    """Each text is approved between brackets: what stands outside them comes from elsewhere."""
    approve_all(app, store, "de", ClerkFactory().id, in_brackets)
    budget = make_budget()
    poll = make_poll(store, ONE, SEVERAL, ORDER, POINTS, OPEN)
    asking = make_poll(store, ONE, minimum_age=14).id
    short = f"/de/stemmingen/{make_poll(store, ONE).id}"
    ProposalFactory(area=AreaFactory(name="Broek"))
    slug = store.get(Process, budget.process_id).slug
    resident = log_in(ResidentFactory(), vote_pseudonym="v1$vote").raw
    visitor = app.test_client()
    money, vote = f"/de/begrotingen/{budget.id}", f"/de/stemmingen/{poll.id}"
    said: dict[str, list[str]] = {}

    def look(answer):
        assert answer.status_code in {200, 404, 422}, answer.request.path
        assert '<html lang="de"' in answer.text, answer.request.path
        left = {words for words in not_in_brackets(answer.text) if not NAMES.fullmatch(words)}
        said[answer.request.path] = sorted(left)
        return answer

    pages = ["/de/", f"/de/trajecten/{slug}", "/de/inloggen", "/de/code", "/de/bestaat-niet"]
    pages += [money, f"{money}/lijst?plan=bankjes", vote, f"/de/stemmingen/{asking}/mag-ik-meedoen"]
    for path in [*pages, f"{vote}/controleer", f"{vote}/stembiljet"]:
        look(visitor.get(path))
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        look(resident.get(f"{money}/overzicht", follow_redirects=True))  # nothing on the list
        look(resident.post(f"{money}/lijst", data={"press": "put:zwembad"}, follow_redirects=True))
        look(resident.post(f"{money}/lijst", data={"press": "put:bankjes"}, follow_redirects=True))
        checked = look(resident.get(f"{money}/overzicht"))
        press = _value("press", checked.text)
        look(resident.post(f"{money}/stem", data={"press": press}, follow_redirects=True))
        look(resident.post(f"{vote}/stembiljet", data={"q.v1": ["a", "b"]}))
        empty = resident.get(f"{short}/stembiljet").text
        filled = {"q.v1": _value("q.v1", empty)}
        checked = look(resident.post(f"{short}/stembiljet", data=filled, follow_redirects=True))
        press = _value("press", checked.text)
        look(resident.post(f"{short}/stem", data={"press": press}, follow_redirects=True))
        look(visitor.post(f"{vote}/controleer", data={"code": "K7QM"}))
        look(visitor.post("/de/code", data={"code": "K7QM"}))
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert {path: words for path, words in said.items() if words} == {}


# Approving


def test_only_who_was_named_approves(app, store, log_in, approver, later):
    page = log_in(approver).get("/griffie/site/talen/de")
    assert "Keur deze 15 teksten goed" in page.text
    other = log_in(AdministratorFactory())
    assert "Keur deze" not in other.get("/griffie/site/talen/de").main
    text = texts_of(app, "de")[0]
    key = text.translated.key
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        sent = {"act": "all", key: text.shown}
        for data in (sent, {"act": "all"}):
            assert other.raw.post("/griffie/site/talen/de", data=data).status_code == 403
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert "Keur het zo goed" not in other.get(f"/griffie/site/talen/de/{key}").main
    assert store.scalars(select(TextApproval)).all() == []
    noted = select(AuditEntry).where(AuditEntry.act == "languages.approve")
    assert store.scalars(noted).all() == []


def test_a_page_of_texts_is_approved_and_who_did_it_is_kept(store, log_in, approver, later):
    browser = log_in(approver)
    page = browser.get("/griffie/site/talen/de").press("Keur deze 15 teksten goed")
    assert "15 teksten zijn goedgekeurd." in page.main
    done = browser.get("/griffie/site/talen/de?toon=goedgekeurd").main
    assert done.count("Goedgekeurd door Greta Braun op ") == 15
    kept = store.scalars(select(TextApproval)).all()
    assert {one.account_id for one in kept} == {approver.id}
    assert len({one.message for one in kept}) == 15


def test_one_text_is_corrected_and_approved_in_those_words(app, store, log_in, approver, later):
    text = next(one for one in texts_of(app, "de") if one.translated.message == HEADING)
    browser, address = log_in(approver), f"/griffie/site/talen/de/{text.translated.key}"
    page = browser.get(address).press("Keur het zo goed", form_0="Was geht jetzt?")
    assert "Deze tekst is goedgekeurd in uw woorden." in page.main
    assert store.scalars(select(TextApproval.forms)).all() == [["Was geht jetzt?"]]
    later()
    page = browser.get(address)
    assert "Was geht jetzt?" in page.html
    page.press("Neem de goedkeuring terug")
    last = select(TextApproval.forms).order_by(TextApproval.id.desc()).limit(1)
    assert store.scalars(last).one() == []


@pytest.mark.parametrize(
    ("message", "said", "sentence"),
    [
        ("Open until %(moment)s", "Offen", "Zet dit in uw tekst, precies zo: %(moment)s."),
        ("Finished", "Fertig %(day)s", "Het programma kan dit hier niet invullen: %(day)s."),
        ("Finished", "<b>", "Laat deze tekens weg: <b>."),
        ("{n} characters left", "Noch Zeichen", "Zet dit in uw tekst, precies zo: {n}."),
        ("until <strong>%(moment)s</strong>", "bis %(moment)s", "<strong>"),
    ],
)
def test_a_translation_that_would_break_a_page_is_refused_beside_its_field(
    log_in, approver, message, said, sentence
):
    page = log_in(approver).get(f"/griffie/site/talen/de/{key_of(message)}")
    page = page.press("Keur het zo goed", form_0=said)
    assert page.status == 422
    assert sentence in page.main
    assert said in page.html.replace("&lt;", "<").replace("&gt;", ">")
    assert "Goedgekeurd" not in page.main


def test_each_kind_of_number_has_a_field_with_examples(app, log_in, approver, store):
    store.add(LanguageApprover(language="pl", account_id=approver.id, named_at=LONG_AGO))
    store.commit()
    text = next(one for one in texts_of(app, "pl") if one.translated.message == "%(num)s plan")
    page = log_in(approver).get(f"/griffie/site/talen/pl/{text.translated.key}")
    assert "Vertaling voor getallen zoals 2, 3, 4, 22" in page.main
    assert [text.standing for text in texts_of(app, "pl")][:1] == [Standing.WAITS]


def test_an_administrator_names_a_colleague_who_can_log_in(store, log_in):
    colleague = ClerkFactory(email="greta@waterlanden.example")
    page = log_in(AdministratorFactory()).get("/griffie/site/talen/de/wie")
    page = page.press("Laat deze persoon goedkeuren", address="niemand@waterlanden.example")
    assert page.status == 422
    assert "Geen medewerker logt in met dit adres." in page.main
    page.press("Laat deze persoon goedkeuren", address="Greta@waterlanden.example")
    assert store.scalars(select(LanguageApprover.account_id)).all() == [colleague.id]


def test_the_list_says_how_far_each_language_is(app, store, log_in, later):
    approve_all(app, store, "de", ClerkFactory().id, as_proposed)
    rows = log_in(ClerkFactory()).get("/griffie/site/talen").all("tr")
    total = len(translated("de"))
    said = {text_of(row.find("th")): text_of(row) for row in rows[1:]}
    assert said["Deutsch"].startswith(f"DeutschAan voor lezers{total} van {total}")
    assert said["Polski"].startswith(f"PolskiUit voor lezers0 van {total}")
