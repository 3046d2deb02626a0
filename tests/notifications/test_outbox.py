"""The outbox: every message goes out, once, to who may get it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import pytest
from sqlalchemy import func, select, update

from participatie.config import Environment
from participatie.core.db import db
from participatie.core.outbox import MAX_ATTEMPTS, OutboxMessage, postpone, tell, tell_each
from participatie.identity.codes import Codes
from participatie.identity.models import Account, OneTimeCode
from participatie.identity.services import ask_to_confirm
from participatie.notifications import services, tasks
from participatie.notifications.channels import NotDelivered
from participatie.notifications.mail import render
from participatie.notifications.models import DemoMail
from participatie.notifications.services import Outcome, send_next
from tests.factories import LONG_AGO, ResidentFactory
from tests.notifications.mailbox import mail_server, taken_then_dropped
from tests.real import at_once, real_apps, storing

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)  # in the past: some tests ask the real clock
CODES = Codes("a secret of these tests")


class Shelf:
    """A channel that keeps what it gets, and fails as it is told."""

    def __init__(self, *failures: Exception | None) -> None:
        self.mails: list[Any] = []
        self.failures = list(failures)

    def send(self, mail, *, now):
        failure = self.failures.pop(0) if self.failures else None
        if failure:
            raise failure
        self.mails.append(mail)

    def close(self):
        pass


def reader(**changes):
    return ResidentFactory(
        **{"email": "esra@waterlanden.example", "email_confirmed_at": LONG_AGO, **changes}
    )


def put(account, number=1, **changes):
    """A message that needs no seed: its link is whatever `seed` makes."""
    what = {"kind": "notifications.example", "parameters": {"title": f"nummer {number}"}}
    tell(account.id, **{**what, "dedup": str(number), "now": NOW, **changes})


@pytest.fixture(autouse=True)
def example(app):
    """A template that only these tests have."""
    _teach(app)


def _teach(app):
    source = "Een bericht over {{ title }}\n\nHet gaat over {{ title }}.\n\n{{ base_url }}/x\n"
    loader = app.jinja_env.loader
    known = loader.get_source

    def get_source(environment, template):
        if template == "mail/notifications.example.txt":
            return source, None, lambda: True
        return known(environment, template)

    if not getattr(loader, "taught", False):
        loader.get_source, loader.taught = get_source, True


def row():
    db.session.flush()
    return db.session.scalars(select(OutboxMessage)).one()


def test_a_message_goes_to_a_confirmed_address_with_a_footer(context):
    put(reader())
    shelf = Shelf()
    assert send_next(shelf, codes=CODES, now=NOW) is Outcome.SENT
    (mail,) = shelf.mails
    assert mail.recipient == "esra@waterlanden.example"
    assert mail.subject == "Een bericht over nummer 1"
    assert "Het gaat over nummer 1." in mail.text
    assert "http://localhost/mijn/gegevens" in mail.text
    assert 'href="http://localhost/x"' in mail.html
    assert (row().sent_at, row().attempts, row().last_error) == (NOW, 1, None)
    assert send_next(shelf, codes=CODES, now=NOW) is Outcome.NOTHING_DUE


@pytest.mark.parametrize(
    "address", [{"email": None, "email_confirmed_at": None}, {"email_confirmed_at": None}]
)
def test_an_address_that_is_not_confirmed_gets_nothing(context, address):
    put(reader(**address))
    shelf = Shelf()
    assert send_next(shelf, codes=CODES, now=NOW) is Outcome.DROPPED
    assert shelf.mails == []
    assert row().given_up_at == NOW


def test_a_link_goes_to_the_address_it_is_to_prove_as_long_as_it_works(context):
    account = reader()
    ask_to_confirm(account, "nieuw@waterlanden.example", codes=CODES, now=NOW)
    shelf = Shelf()
    send_next(shelf, codes=CODES, now=NOW)
    (mail,) = shelf.mails
    assert mail.recipient == "nieuw@waterlanden.example"
    assert "Bevestig uw mailadres voor" in mail.subject
    ask_to_confirm(account, "later@waterlanden.example", codes=CODES, now=NOW)
    late = NOW + timedelta(hours=2)
    assert send_next(shelf, codes=CODES, now=late) is Outcome.DROPPED
    assert len(shelf.mails) == 1


def test_the_same_thing_is_told_once(context):
    account = reader()
    put(account)
    put(account)
    assert row().dedup == f"notifications.example/1/{account.id}"


def test_one_statement_tells_everybody_in_a_list(context):
    accounts = [ResidentFactory() for _ in range(3)]
    ResidentFactory(language="fy")
    everybody = select(Account.id).where(Account.language == "nl")
    what: dict[str, Any] = {"dedup": "x", "now": NOW, "parameters": {"title": "alles"}}
    tell_each(everybody, "notifications.example", **what)
    tell_each(everybody, "notifications.example", **what)
    told = db.session.scalars(select(OutboxMessage.account_id)).all()
    assert sorted(told) == sorted(account.id for account in accounts)


def test_an_urgent_message_goes_before_all_that_wait(context):
    account = reader()
    put(account, 1, now=NOW - timedelta(days=1))
    put(account, 2, urgent=True)
    shelf = Shelf()
    for _ in range(2):
        send_next(shelf, codes=CODES, now=NOW)
    assert [mail.subject[-1] for mail in shelf.mails] == ["2", "1"]


def test_a_message_that_fails_waits_longer_each_time_and_is_given_up_after_48_tries(context):
    put(reader())
    moment, waits = NOW, []
    shelf = Shelf(*[NotDelivered("451")] * 100)
    for _ in range(MAX_ATTEMPTS - 1):
        assert send_next(shelf, codes=CODES, now=moment) is Outcome.POSTPONED
        assert send_next(shelf, codes=CODES, now=moment) is Outcome.NOTHING_DUE
        waits.append(row().next_try_at - moment)
        moment = row().next_try_at
    assert waits[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=1)
    send_next(shelf, codes=CODES, now=moment)
    assert (row().attempts, row().given_up_at) == (MAX_ATTEMPTS, moment)
    assert send_next(shelf, codes=CODES, now=moment + timedelta(days=9)) is Outcome.NOTHING_DUE


def test_the_number_of_a_mail_is_the_same_at_each_try(context):
    put(reader())
    account = db.session.get_one(Account, row().account_id)
    one = render(row(), account, "esra@waterlanden.example").message_id
    postpone(row(), error="x", now=NOW)
    assert render(row(), account, "esra@waterlanden.example").message_id == one


@pytest.mark.parametrize("change", [{"kind": "notifications.missing"}, {"parameters": {}}])
def test_a_message_that_cannot_be_written_does_not_hold_up_the_next(context, change):
    account = reader()
    put(account, 1, **change)
    put(account, 2)
    shelf = Shelf()
    assert send_next(shelf, codes=CODES, now=NOW) is Outcome.POSTPONED
    assert send_next(shelf, codes=CODES, now=NOW) is Outcome.SENT
    assert shelf.mails[0].subject.endswith("2")


@pytest.mark.parametrize(
    "title",
    ["a\nBcc: evil@evil.example", "a\r\n\r\nb", "a\u2028b", "a\x01b", "\u202egnp.exe", "x" * 400],
)
def test_a_title_cannot_break_out_of_the_subject(context, title):
    put(reader(), parameters={"title": title})
    shelf = Shelf()
    send_next(shelf, codes=CODES, now=NOW)
    (mail,) = shelf.mails
    assert len(mail.subject.splitlines()) == 1
    assert len(mail.subject) <= 150
    assert not set(mail.subject) & set("\x01\u202e\r\n")


def test_what_residents_write_is_text_in_a_mail(context):
    put(reader(), parameters={"title": "<script>alert(1)</script>"})
    shelf = Shelf()
    send_next(shelf, codes=CODES, now=NOW)
    assert "<script>alert(1)</script>" in shelf.mails[0].text
    assert "<script" not in shelf.mails[0].html


def test_old_messages_are_forgotten_and_waiting_ones_are_not(context):
    account = reader()
    for number, change in enumerate(({"sent_at": NOW}, {"given_up_at": NOW}, {})):
        put(account, number)
        message = db.session.scalars(
            select(OutboxMessage).order_by(OutboxMessage.id.desc())
        ).first()
        for name, value in change.items():
            setattr(message, name, value)
    db.session.flush()
    assert services.forget_messages(NOW + timedelta(days=29)) == 0
    assert services.forget_messages(NOW + timedelta(days=31)) == 2
    assert row().dedup.startswith("notifications.example/2")


# --- with real commits -------------------------------------------------------------------------


@pytest.fixture
def real(cluster, worker_id):
    with (
        mail_server() as mailbox,
        real_apps(
            cluster, f"outbox_{worker_id}", 2, environment=Environment.TEST, smtp_url=mailbox.url
        ) as apps,
    ):
        for app in apps:
            _teach(app)
        yield apps, mailbox


def _fill(app, count):
    with storing(app):
        account = reader()
    with app.app_context():
        for number in range(count):
            put(account, number, now=NOW)
        db.session.commit()


def _left(app):
    with app.app_context():
        return db.session.scalar(select(func.count()).where(OutboxMessage.sent_at.is_(None)))


def test_many_workers_send_each_message_once(real):
    apps, _ = real
    _fill(apps[0], 60)
    sent: Counter[str] = Counter()
    lock = Lock()

    class Counting(Shelf):
        def send(self, mail, *, now):
            with lock:
                sent[mail.message_id] += 1

    def work(number):
        app = apps[number % 2]
        with app.app_context():
            while True:
                outcome = send_next(Counting(), codes=CODES, now=NOW)
                db.session.commit()
                if outcome is Outcome.NOTHING_DUE:
                    return

    at_once(work, 6)
    assert len(sent) == 60
    assert set(sent.values()) == {1}
    assert _left(apps[0]) == 0


def test_a_worker_that_dies_after_sending_repeats_one_mail_under_the_same_number(real):
    apps, _ = real
    _fill(apps[0], 5)
    sent: Counter[str] = Counter()

    class Dying(Shelf):
        def send(self, mail, *, now):
            sent[mail.message_id] += 1
            if sum(sent.values()) == 3:
                raise SystemExit("killed")

    def work(app):
        with app.app_context():
            try:
                while send_next(Dying(), codes=CODES, now=NOW) is not Outcome.NOTHING_DUE:
                    db.session.commit()
            except SystemExit:
                db.session.rollback()

    work(apps[0])
    assert _left(apps[0]) == 3
    work(apps[1])
    assert _left(apps[0]) == 0
    assert sorted(sent.values()) == [1, 1, 1, 1, 2]


def test_the_task_sends_all_that_is_due(real):
    (app, _), mailbox = real
    _fill(app, 7)
    with app.app_context():
        assert tasks.send_waiting.run() == "7 sent"
        assert tasks.send_waiting.run() == ""
    assert len(mailbox.ids) == len(set(mailbox.ids)) == 7
    assert mailbox.connections == 1


def test_no_mail_is_lost_by_a_mail_server_that_fails(real):
    (app, _), mailbox = real
    _fill(app, 6)
    mailbox.answers = ["421 busy", taken_then_dropped, "451 later", "550 no"]
    with app.app_context():
        for _ in range(12):
            tasks.send_waiting.run()
            db.session.execute(update(OutboxMessage).values(next_try_at=NOW))
            db.session.commit()
    assert _left(app) == 0
    times = Counter(mailbox.ids)
    assert len(times) == 6
    assert sorted(times.values()) == [1, 1, 1, 1, 1, 2]


def test_a_server_that_is_away_is_asked_once_a_batch(cluster, worker_id):
    with real_apps(cluster, f"away_{worker_id}", smtp_url="smtp://127.0.0.1:9?tls=none") as (app,):
        _teach(app)
        _fill(app, 3)
        with app.app_context():
            assert tasks.send_waiting.run() == "1 unreachable"
        assert _left(app) == 3


def test_without_a_way_to_send_the_messages_wait(cluster, worker_id):
    with real_apps(cluster, f"silent_{worker_id}") as (app,):
        _fill(app, 2)
        with app.app_context():
            assert "SMTP_URL" in tasks.send_waiting.run()
        assert _left(app) == 2


def test_the_sweep_says_what_it_deleted(context):
    account = reader()
    db.session.add(
        OneTimeCode(
            code_hash=b"x",
            account_id=account.id,
            purpose="log_in",
            email="x@y.example",
            created_at=LONG_AGO,
            expires_at=LONG_AGO,
        )
    )
    db.session.flush()
    said = tasks.sweep.run()
    assert "1 codes" in said
    assert "0 sessions" in said


def test_only_the_newest_mails_of_the_demo_are_kept(context):
    for number in range(services.KEEP_DEMO_MAILS + 3):
        db.session.add(
            DemoMail(
                message_id=str(number),
                recipient="x@y.example",
                subject="x",
                text="x",
                html="x",
                sent_at=NOW,
            )
        )
    db.session.flush()
    assert services.forget_demo_mails() == 3
