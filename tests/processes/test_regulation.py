"""The griffie writes down what the regulation asks of an initiative."""

from __future__ import annotations

import pytest

from participatie.processes.models import Process, Regulation
from tests.factories import LONG_AGO, ClerkFactory

KEEP = "Bewaar deze regels"


@pytest.fixture
def draft(log_in, store):
    """A draft from the recipe for initiatives, and the page of its regulation."""
    page = log_in(ClerkFactory()).get("/griffie/trajecten/nieuw")
    page.press("Maak een kladversie", recipe="initiative", title="Burgerinitiatief")
    process = store.query(Process).one()
    return process, page.client.get(f"/griffie/trajecten/{process.id}/verordening")


def test_the_recipe_brings_conditions_and_terms(draft, store):
    process, page = draft
    kept = store.get_one(Regulation, process.id)
    assert len(kept.conditions) == 5
    assert page.all("textarea", name="conditions")[0].text.strip() == "\n".join(kept.conditions)


def test_conditions_are_lines_and_terms_are_weeks(draft, store):
    process, page = draft
    page.press(KEEP, conditions="U woont in Waterlanden.\n\nDe raad gaat erover.", test_weeks="4")
    kept = store.get_one(Regulation, process.id, populate_existing=True)
    assert kept.conditions == ["U woont in Waterlanden.", "De raad gaat erover."]
    assert kept.test_weeks == 4


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"conditions": ""}, "De voorwaarden, één op elke regel"),
        ({"conditions": "Kort."}, "De voorwaarden, één op elke regel"),
        ({"address": "javascript:alert(1)"}, "Webadres van de verordening"),
        ({"test_weeks": "0"}, "Weken voor de toets"),
        ({"support_weeks": "veel"}, "Weken om steun te verzamelen"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(draft, fields, name):
    page = draft[1].press(KEEP, **fields)
    assert page.status == 422
    assert page.fields_with_errors() == [name]


def test_rules_of_an_open_process_do_not_change(draft, store):
    process, page = draft
    process.published_at = LONG_AGO
    store.commit()
    assert (
        "De regels kunnen niet meer veranderen"
        in page.client.get(f"/griffie/trajecten/{process.id}/verordening").main
    )
