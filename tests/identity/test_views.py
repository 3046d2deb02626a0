"""Logging in and out, in a browser."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from participatie.core.audit import AuditEntry
from participatie.core.outages import Outage, System
from participatie.identity.models import Account, LoginSession
from participatie.identity.providers.stub import PEOPLE
from participatie.identity.pseudonyms import Purpose
from participatie.identity.rules import Assurance, Role
from tests.conftest import visitor
from tests.factories import AdministratorFactory, ClerkFactory, ResidentFactory

EVIL = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\t/evil.example",
    "/\n/evil.example",
    "/%0d%0aSet-Cookie:%20a=b",
    "/\r\nSet-Cookie: a=b",
    "/inloggen\\@evil.example",
    "//evil.example/%2e%2e",
    "/.//evil.example",
    "/%2f/evil.example",
    "/%5cevil.example",
    "http://localhost@evil.example",
    "evil.example",
    " /",
    "/ /evil.example",
    "",
    "/\x7f/evil.example",
    "/bestaat-niet",
    "/uitloggen",
    "//localhost/inloggen",
    "/%ff",
    "/[",
    "//[",
    "\u2215/evil.example",
    "/\u2028/evil.example",
]


def at_stub(client, path="/inloggen"):
    return client.get(path).press("Ga naar de test-inlog")


def log_in_as(client, person, path="/inloggen"):
    return at_stub(client, path).press("Log in als deze persoon", person=person)


def location(response):
    assert response.status_code == 303, response.get_data(as_text=True)[:500]
    return response.headers["Location"]


def test_the_log_in_page_says_why_and_what_is_kept(client):
    page = client.get("/inloggen")
    assert page.h1 == "Log in"
    for words in (
        "Lezen kan zonder inloggen",
        "Een code die voor u staat",
        "burgerservicenummer",
        "14 0299",
    ):
        assert words in page.main


def test_the_test_log_in_says_that_it_is_not_digid(client):
    page = at_stub(client)
    assert page.h1 == "Test-inlog"
    assert "Dit is geen DigiD" in page.main
    assert len(page.all("input", type="radio")) == len(PEOPLE) == 21
    assert page.main.index("Joyce Pinas") < page.main.index("Karin Smit")


def test_a_resident_logs_in_and_comes_back_where_they_were(client, store):
    page = log_in_as(client, "esra", "/inloggen?next=/mijn/gegevens")
    assert page.h1 == "Mijn gegevens"
    account = store.scalars(select(Account)).one()
    assert account.roles == [Role.RESIDENT]
    assert account.is_test
    assert account.assurance == Assurance.MIDDEN
    assert account.public_name is None


@pytest.mark.parametrize(
    ("person", "role"),
    [("karin", Role.CLERK), ("mira", Role.ASSESSOR), ("nico", Role.ADMINISTRATOR)],
)
def test_a_member_of_staff_has_their_role_only_and_it_is_written_down(client, store, person, role):
    log_in_as(client, person)
    account = store.scalars(select(Account)).one()
    assert account.roles == [role]
    entry = store.scalars(select(AuditEntry)).one()
    assert (entry.act, entry.account_id) == ("identity.log_in", account.id)


def test_a_later_log_in_finds_the_same_account_and_leaves_its_roles(client, store, app):
    log_in_as(client, "esra")
    account = store.scalars(select(Account)).one()
    account.roles = [Role.RESIDENT, Role.ASSESSOR]
    store.commit()
    log_in_as(visitor(app), "esra")
    store.expire_all()
    assert store.scalars(select(Account)).one().roles == [Role.RESIDENT, Role.ASSESSOR]


def test_who_is_logged_in_already_goes_on(log_in):
    assert log_in(ResidentFactory()).get("/inloggen?next=/mijn/gegevens").h1 == "Mijn gegevens"


def test_choosing_nobody_is_refused_with_a_sentence(client):
    page = at_stub(client).press("Log in als deze persoon")
    assert page.status == 422
    assert page.errors() == ["Kies wie u nu bent."]


def test_somebody_who_does_not_exist_cannot_be_chosen(client):
    page = at_stub(client)
    assert page.press("Log in als deze persoon", person="piet").status == 422


@pytest.mark.parametrize(
    ("button", "fields", "sentence"),
    [
        ("Annuleren", {}, "U hebt het inloggen geannuleerd."),
        ("Inloggen is stuk", {}, "Inloggen kan nu niet."),
        ("Het niveau is te laag", {"person": "esra"}, "niet zeker genoeg"),
    ],
)
def test_a_log_in_that_fails_says_so_on_the_log_in_page(client, store, button, fields, sentence):
    page = at_stub(client, "/inloggen?next=/mijn/gegevens").press(button, **fields)
    assert page.h1 == "Log in"
    assert sentence in page.main
    assert page.all("input", name="next")[0].get("value") == "/mijn/gegevens"
    assert store.scalars(select(Account)).all() == []


def test_a_blocked_account_is_not_let_in(client, store, app):
    log_in_as(client, "esra")
    account = store.scalars(select(Account)).one()
    account.blocked_at = account.created_at
    store.commit()
    assert client.get("/mijn/gegevens").h1 == "Log in"
    other = visitor(app)
    choice = at_stub(other)
    with pytest.raises(AssertionError, match="geblokkeerd"):
        choice.press("Log in als deze persoon", person="esra")
    assert other.get("/mijn/gegevens").h1 == "Log in"


def test_an_answer_without_a_question_is_refused(client):
    for query in ("", "?state=x", "?state=&code=", "?state=%C3%A9&code=x", "?code=%00"):
        page = client.get(f"/inloggen/stub/terug{query}")
        assert page.h1 == "Log in"
        assert "duurde te lang" in page.main


def outages_of_the_log_in(store):
    return store.scalars(select(Outage).where(Outage.system == System.LOG_IN)).all()


def test_what_a_visitor_can_bring_along_is_no_outage_of_the_log_in(client, store):
    for _ in range(3):
        page = at_stub(client).press("Annuleren")
        assert "Inloggen is nu niet mogelijk" not in page.main
    state = at_stub(client).all("input", name="state")[0].get("value")
    forged = f"?state={state}&error=out_of_order"
    assert "duurde te lang" in client.get(f"/inloggen/stub/terug{forged}").main
    assert outages_of_the_log_in(store) == []
    at_stub(client).press("Inloggen is stuk")
    assert len(outages_of_the_log_in(store)) == 1


def _answer(client, person="esra"):
    """The address that the provider sends the browser to."""
    page = at_stub(client)
    data = {f.get("name"): f.get("value", "") for f in page.all("input", type="hidden")}
    return location(client.raw.post("/testinlog", data={**data, "person": person}))


def test_an_answer_works_once(client):
    answer = _answer(client)
    assert location(client.raw.get(answer)) == "/"
    client.get("/mijn/gegevens").press("Log overal uit")
    assert client.get(answer).h1 == "Log in"


def test_an_answer_to_somebody_else_logs_nobody_in(client, app):
    answer = _answer(client)
    other = visitor(app)
    at_stub(other)
    assert other.get(answer).h1 == "Log in"
    assert other.get("/mijn/gegevens").h1 == "Log in"


def test_a_wrong_answer_does_not_spoil_the_right_one(client):
    answer = _answer(client)
    client.get("/inloggen/stub/terug?state=wrong&code=x")
    assert location(client.raw.get(answer)) == "/"


def test_an_answer_whose_code_is_for_another_question_is_refused(client, app):
    other = visitor(app)
    code = _answer(other).partition("code=")[2].partition("&")[0]
    mine = re.sub(r"code=[^&]+", f"code={code}", _answer(client))
    assert client.get(mine).h1 == "Log in"


def test_an_answer_that_is_changed_is_refused(client):
    answer = _answer(client)
    assert client.get(answer + "x").h1 == "Log in"


def test_nobody_can_be_made_to_begin_a_log_in_from_another_site(client):
    assert client.raw.post("/inloggen/stub", data={"next": "/"}).status_code == 400
    assert client.raw.get("/inloggen/stub").status_code == 405


def test_a_provider_that_is_not_there_is_not_found(client):
    token = client.get("/inloggen").all("input", name="csrf_token")[0].get("value")
    page = client.post("/inloggen/digid", data={"csrf_token": token}, status=404)
    assert page.h1 == "Dit staat niet meer op de site"


@pytest.mark.parametrize("target", EVIL)
def test_nobody_is_led_away_from_this_site(app, log_in, target):
    client = log_in(ResidentFactory())
    answer = client.raw.get("/inloggen", query_string={"next": target})
    assert location(answer) == "/"


@pytest.mark.parametrize("target", ["/", "/mijn/gegevens", "/inloggen?next=/", "/?a=b&c=%2F%2Fe"])
def test_a_page_of_this_site_is_gone_back_to(log_in, target):
    client = log_in(ResidentFactory())
    assert location(client.raw.get("/inloggen", query_string={"next": target})) == target


def test_another_person_in_the_same_browser_finds_nothing_of_the_first(app, store, log_in):
    first = ResidentFactory()
    client = log_in(first, vote_pseudonym="v1$first", left="behind")
    page = client.get("/mijn/gegevens")
    token = page.all("input", name="csrf_token")[0].get("value")
    client.raw.post("/inloggen/stub", data={"csrf_token": token, "next": "/"})
    with client.raw.session_transaction() as session:
        state = session["login"]["state"]
    page = client.get(f"/testinlog?state={state}")
    page.press("Log in als deze persoon", person="karin")
    with client.raw.session_transaction() as session:
        assert session["_user_id"] != str(first.id)
        assert "vote_pseudonym" not in session
        assert "left" not in session


def test_the_session_holds_the_pseudonym_for_votes_and_not_the_bsn(client, app, store):
    log_in_as(client, "esra")
    expected = app.extensions["pseudonyms"].pseudonym(Purpose.VOTE, PEOPLE["esra"].bsn)
    with client.raw.session_transaction() as session:
        assert session["vote_pseudonym"] == expected
        assert PEOPLE["esra"].bsn not in str(dict(session))
    sealed = store.scalars(select(LoginSession.sealed)).one()
    assert expected.encode() not in sealed


def test_what_needs_a_log_in_asks_for_it_and_then_goes_on(client):
    page = client.get("/mijn/gegevens?a=b c")
    assert page.h1 == "Log in"
    assert page.all("input", name="next")[0].get("value") == "/mijn/gegevens?a=b%20c"


@pytest.mark.parametrize("factory", [ClerkFactory, AdministratorFactory])
def test_staff_cannot_change_the_address_they_log_in_with(log_in, factory):
    client = log_in(factory())
    page = client.get("/mijn/gegevens")
    assert "/mijn/gegevens/mailadres" not in page.links().values()
    token = page.all("input", name="csrf_token")[0].get("value")
    for path in ("/mijn/gegevens/mailadres", "/mijn/gegevens/mailadres/weg"):
        data = {"csrf_token": token, "email": "x@y.example"}
        assert client.raw.post(path, data=data).status_code == 403
