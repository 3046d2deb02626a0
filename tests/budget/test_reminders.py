"""Who made a list and did not vote with it is reminded, when they left an address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from participatie.budget.services.reminding import due
from participatie.budget.tasks import remind_unfinished
from participatie.core.outbox import OutboxMessage
from tests import moments
from tests.budget.steps import cast, make_budget, put
from tests.factories import LONG_AGO, ResidentFactory, soon


@pytest.mark.parametrize(
    ("hours", "before"), [(60, None), (48, 48), (13, 48), (12, 12), (1, 12), (0, None), (-1, None)]
)
def test_a_reminder_comes_two_days_and_half_a_day_before_closing(hours, before):
    wanted = None if before is None else timedelta(hours=before)
    assert due(LONG_AGO + timedelta(hours=hours), LONG_AGO) == wanted


def told(store):
    return [m.account_id for m in store.scalars(select(OutboxMessage).order_by(OutboxMessage.id))]


def test_who_left_an_address_and_a_list_hears_it_once_for_each_term(app, store, resident):
    address = {"email": "inwoner@waterlanden.example", "email_confirmed_at": LONG_AGO}
    waiting, nameless = ResidentFactory(**address), ResidentFactory()
    done = ResidentFactory(email="klaar@waterlanden.example", email_confirmed_at=LONG_AGO)
    budget = make_budget(closes_at=soon(hours=40))
    put(resident("v1$a", account=waiting).get(f"/begrotingen/{budget.id}"), "Bankjes")
    put(resident("v1$b", account=nameless).get(f"/begrotingen/{budget.id}"), "Bankjes")
    cast(resident("v1$c", account=done), budget, "Bankjes")
    with app.app_context():
        assert remind_unfinished.run() == f"reminded [{budget.id}]"
        remind_unfinished.run()
    assert told(store) == [waiting.id]
    moments.over(store, budget.round_id, at=soon(hours=10))
    store.commit()
    with app.app_context():
        remind_unfinished.run()
    assert told(store) == [waiting.id, waiting.id]


def test_who_took_everything_off_is_not_reminded(app, store, resident):
    address = {"email": "inwoner@waterlanden.example", "email_confirmed_at": LONG_AGO}
    budget = make_budget(closes_at=soon(hours=40))
    page = put(
        resident(account=ResidentFactory(**address)).get(f"/begrotingen/{budget.id}"), "Bankjes"
    )
    page.press("Haal Bankjes weg, € 60.000")
    with app.app_context():
        assert remind_unfinished.run() == ""
    assert told(store) == []
