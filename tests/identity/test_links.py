"""Links that are mailed: to log in as staff, and to confirm an address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import event, select

from participatie.core.db import db
from participatie.core.errors import Conflict, Invalid, NotAllowed, NotFound
from participatie.core.outbox import OutboxMessage
from participatie.identity import services
from participatie.identity.codes import Codes, hash_of
from participatie.identity.models import Account, OneTimeCode
from participatie.identity.rules import LINKS, Assurance, Role
from tests.conftest import visitor
from tests.factories import LONG_AGO, ClerkFactory, ResidentFactory
from tests.real import at_once, real_apps, storing

NOW = datetime(2027, 3, 8, 9, tzinfo=UTC)
CODES = Codes("another secret of the tests")
MINE = "/mijn/gegevens"


def _code(app, store):
    """The code in the mail that waits."""
    store.expire_all()
    message = store.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    return app.extensions["codes"].code(message.parameters["seed"])


def _ask(client, address):
    return client.get("/inloggen/medewerker").press("Mail mij een link", email=address)


def test_a_clerk_logs_in_by_a_mailed_link_with_one_press(app, client, store):
    clerk = ClerkFactory(email="karin@waterlanden.example")
    assert _ask(client, " Karin@Waterlanden.example").h1 == "Kijk in uw mail"
    page = client.get(f"/inloggen/medewerker/{_code(app, store)}")
    assert "karin@waterlanden.example" in page.main
    page.press("Log in")
    assert client.get(MINE).h1 == "Mijn gegevens"
    store.refresh(clerk)
    assert clerk.assurance == Assurance.EMAIL


def test_a_program_that_follows_the_link_does_not_use_it_up(app, client, store):
    ClerkFactory(email="karin@waterlanden.example")
    _ask(client, "karin@waterlanden.example")
    link = f"/inloggen/medewerker/{_code(app, store)}"
    for _ in range(3):
        visitor(app).get(link)
    client.get(link).press("Log in")
    assert client.get(MINE).h1 == "Mijn gegevens"


def test_a_link_works_once_and_for_one_hour(app, client, store):
    ClerkFactory(email="karin@waterlanden.example")
    _ask(client, "karin@waterlanden.example")
    link = f"/inloggen/medewerker/{_code(app, store)}"
    page = client.get(link)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1, seconds=1)):
        late = visitor(app).get(link)
        assert "werkt niet meer" in late.main
        assert late.h1 == "Log in via uw mail"
    page.press("Log in")
    assert "werkt niet meer" in visitor(app).get(link).main


def test_the_answer_is_the_same_for_an_address_that_is_not_known(client, store, app):
    ClerkFactory(email="karin@waterlanden.example")
    ClerkFactory(email="vertrokken@waterlanden.example", blocked_at=LONG_AGO)
    ResidentFactory(email="esra@waterlanden.example", email_confirmed_at=LONG_AGO)
    pages = []
    for name in ("karin", "vertrokken", "esra", "niemand"):
        page = _ask(visitor(app), f"{name}@waterlanden.example")
        pages.append((page.status, page.html.replace(name, "…")))
    assert len(set(pages)) == 1
    assert len(store.scalars(select(OutboxMessage)).all()) == 1


def test_the_same_statements_run_for_an_address_that_is_not_known(context):
    ClerkFactory(email="karin@waterlanden.example")
    said: list[list[str]] = []
    engine = db.session.connection().engine

    def note(*happened):
        said[-1].append(happened[2])  # connection, cursor, statement, …

    event.listen(engine, "before_cursor_execute", note)
    try:
        for address in ("karin@waterlanden.example", "niemand@waterlanden.example"):
            said.append([])
            services.mail_login_link(address, codes=CODES, now=NOW)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert said[0] == said[1]
    assert len(said[0]) == 2


def test_what_is_no_address_is_refused_and_stays_in_the_form(client):
    page = _ask(client, "karin@waterlanden")
    assert page.status == 422
    assert page.errors() == ["Vul een mailadres in met een @ en een punt, zoals naam@voorbeeld.nl."]
    assert page.all("input", name="email")[0].get("value") == "karin@waterlanden"
    assert _ask(client, "").errors() == ["Vul uw mailadres in."]


@pytest.mark.parametrize("code", ["x", "a" * 43, "%00", "é", "terug"])
def test_a_code_that_was_never_given_logs_nobody_in(client, code):
    assert "werkt niet meer" in client.get(f"/inloggen/medewerker/{code}").main


def test_the_database_does_not_hold_a_code(context):
    ClerkFactory(email="karin@waterlanden.example")
    services.mail_login_link("karin@waterlanden.example", codes=CODES, now=NOW)
    message = db.session.scalars(select(OutboxMessage)).one()
    code = CODES.code(message.parameters["seed"])
    assert code not in str(message.parameters)
    assert Codes("a third secret").code(message.parameters["seed"]) != code
    assert db.session.scalars(select(OneTimeCode.code_hash)).one() == hash_of(code)


def test_somebody_who_is_no_longer_staff_is_not_let_in(context):
    clerk = ClerkFactory()
    services.mail_login_link(clerk.email, codes=CODES, now=NOW)
    seed = db.session.scalars(select(OutboxMessage)).one().parameters["seed"]
    clerk.roles = [Role.RESIDENT]
    with pytest.raises(NotFound):
        services.log_in_by_link(CODES.code(seed), now=NOW)
    clerk.roles, clerk.blocked_at = [Role.CLERK], NOW


def test_a_blocked_member_of_staff_is_not_let_in(context):
    clerk = ClerkFactory()
    _, code = services.make_staff(clerk.email, name="Karin", role=Role.CLERK, codes=CODES, now=NOW)
    clerk.blocked_at = NOW
    with pytest.raises(NotAllowed):
        services.log_in_by_link(code, now=NOW)
    with pytest.raises(NotAllowed):
        services.make_staff(clerk.email, name="Karin", role=Role.CLERK, codes=CODES, now=NOW)


def test_a_link_to_log_in_confirms_no_address_and_the_other_way_round(context):
    clerk, resident = ClerkFactory(), ResidentFactory()
    _, to_log_in = services.make_staff(
        clerk.email, name="Karin", role=Role.CLERK, codes=CODES, now=NOW
    )
    services.ask_to_confirm(resident, "esra@waterlanden.example", codes=CODES, now=NOW)
    seed = db.session.scalars(select(OutboxMessage)).one().parameters["seed"]
    with pytest.raises(NotFound):
        services.confirm_address(to_log_in, now=NOW)
    with pytest.raises(NotFound):
        services.log_in_by_link(CODES.code(seed), now=NOW)


def test_staff_is_made_once_for_an_address(context):
    make: dict[str, Any] = {"name": "Karin Smit", "codes": CODES, "now": NOW}
    one, _ = services.make_staff("karin@waterlanden.example", role=Role.CLERK, **make)
    two, _ = services.make_staff("KARIN@waterlanden.example", role=Role.ADMINISTRATOR, **make)
    assert one is two
    assert two.roles == [Role.ADMINISTRATOR, Role.CLERK]
    assert two.email_confirmed_at == NOW
    with pytest.raises(Invalid):
        services.make_staff("karin", role=Role.CLERK, **make)


def test_a_resident_gives_an_address_and_confirms_it_on_another_device(app, log_in, store):
    resident = ResidentFactory()
    client = log_in(resident)
    page = client.get(f"{MINE}/mailadres").press(
        "Stuur mij de link", email="esra@waterlanden.example"
    )
    assert page.h1 == "Bevestig via uw mail"
    store.refresh(resident)
    assert resident.email is None
    other = visitor(app)
    page = other.get(f"{MINE}/mailadres/{_code(app, store)}")
    assert "esra@waterlanden.example" in page.main
    assert "bevestigd" in page.press("Bevestig dit adres").text
    store.refresh(resident)
    assert resident.email == "esra@waterlanden.example"
    assert resident.email_confirmed_at is not None
    assert other.get(MINE).h1 == "Log in"


def test_the_old_address_holds_until_the_new_one_is_confirmed(context):
    resident = ResidentFactory(email="oud@waterlanden.example", email_confirmed_at=LONG_AGO)
    services.ask_to_confirm(resident, "nieuw@waterlanden.example", codes=CODES, now=NOW)
    assert resident.email == "oud@waterlanden.example"


def test_a_later_question_ends_the_earlier_link(context):
    resident = ResidentFactory()
    for address in ("een@waterlanden.example", "twee@waterlanden.example"):
        services.ask_to_confirm(resident, address, codes=CODES, now=NOW)
    seeds = [m.parameters["seed"] for m in db.session.scalars(select(OutboxMessage)).all()]
    with pytest.raises(NotFound):
        services.confirm_address(CODES.code(seeds[0]), now=NOW)
    services.confirm_address(CODES.code(seeds[1]), now=NOW)
    assert resident.email == "twee@waterlanden.example"


def test_an_address_of_another_account_is_refused_only_to_who_reads_its_mail(app, log_in, store):
    ResidentFactory(email="samen@waterlanden.example", email_confirmed_at=LONG_AGO)
    client = log_in(ResidentFactory())
    page = client.get(f"{MINE}/mailadres").press(
        "Stuur mij de link", email="samen@waterlanden.example"
    )
    assert page.h1 == "Bevestig via uw mail"
    page = client.get(f"{MINE}/mailadres/{_code(app, store)}").press("Bevestig dit adres")
    assert "Een ander account gebruikt dit mailadres al." in page.main


def test_an_address_can_be_deleted(log_in, store):
    resident = ResidentFactory(email="esra@waterlanden.example", email_confirmed_at=LONG_AGO)
    client = log_in(resident)
    page = client.get(f"{MINE}/mailadres").press("Wis mijn mailadres")
    assert "gewist" in page.main
    store.refresh(resident)
    assert (resident.email, resident.email_confirmed_at) == (None, None)


def test_a_name_is_chosen_and_a_wrong_one_is_refused(log_in, store):
    resident = ResidentFactory()
    client = log_in(resident)
    form = client.get(f"{MINE}/naam")
    assert form.press("Bewaar deze naam", public_name="A").errors() == [
        "Vul een naam in van 2 tot en met 60 tekens."
    ]
    page = form.press("Bewaar deze naam", public_name="  Esra <b>Y.</b> ")
    assert "Esra <b>Y.</b>" in page.main
    assert "<b>" not in page.html
    store.refresh(resident)
    assert resident.public_name == "Esra <b>Y.</b>"


def test_the_page_says_what_is_kept_and_how_long(log_in):
    page = log_in(ResidentFactory()).get(MINE)
    for words in ("Een code voor u", "burgerservicenummer", "drie uur", "Dertig dagen"):
        assert words in page.main


@pytest.fixture(scope="module")
def real(cluster, worker_id):
    with real_apps(cluster, f"links_{worker_id}") as (one,):
        yield one


def test_a_link_is_mailed_a_few_times_an_hour_only(real):
    with storing(real):
        ClerkFactory(email="vaak@waterlanden.example")
    answers = []
    for _ in range(LINKS[0] + 1):
        client = visitor(real)
        token = client.get("/inloggen/medewerker").all("input", name="csrf_token")[0].get("value")
        data = {"csrf_token": token, "email": "vaak@waterlanden.example"}
        answers.append(client.raw.post("/inloggen/medewerker", data=data).status_code)
    assert answers == [200] * LINKS[0] + [429]


def test_of_ten_who_use_a_link_at_once_one_is_let_in(real):
    with real.app_context():
        _, code = services.make_staff(
            "snel@waterlanden.example", name="Snel", role=Role.CLERK, codes=CODES, now=NOW
        )
        db.session.commit()

    def use(_):
        with real.app_context():
            try:
                services.log_in_by_link(code, now=NOW)
            except NotFound:
                return 0
            db.session.commit()
            return 1

    assert sum(at_once(use, 8)) == 1


def test_of_two_accounts_that_confirm_one_address_at_once_one_gets_it(real):
    seeds = []
    with storing(real):
        residents = [ResidentFactory(), ResidentFactory()]
    with real.app_context():
        for resident in residents:
            account = db.session.get_one(Account, resident.id)
            services.ask_to_confirm(account, "een@waterlanden.example", codes=CODES, now=NOW)
            seeds.append(
                db.session.scalars(
                    select(OutboxMessage.parameters).where(OutboxMessage.account_id == resident.id)
                ).one()["seed"]
            )
        db.session.commit()

    def confirm(number):
        with real.app_context():
            try:
                services.confirm_address(CODES.code(seeds[number]), now=NOW)
            except Conflict:
                return 0
            db.session.commit()
            return 1

    assert sum(at_once(confirm, 2)) == 1
