"""Two people at one machine, one person in two browsers, and a code in an address."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Request, expect

from tests.e2e.conftest import OpenContext
from tests.e2e.site import Site
from tests.e2e.test_by_code import _letter_for
from tests.e2e.test_poll import POLL, _ballot, _cast_in
from tests.e2e.ways import Hands, Way

CAST = "Breng mijn stem uit"
PRESS = "input[name='press']"

pytestmark = pytest.mark.slow


def _fills_in(page: Page, answer: str) -> None:
    """From the home page to the check."""
    _ballot(page)
    page.get_by_label(answer, exact=True).check()
    in_order = page.get_by_role("button", name="Zet in mijn volgorde Een werkplaats")
    if in_order.count():  # else it stands there since another browser
        in_order.click()
    page.get_by_role("button", name="Controleer uw stembiljet").last.click()
    expect(page.locator("h1")).to_have_text("Controleer uw stembiljet")


def _casts(page: Page) -> str:
    page.get_by_role("button", name=CAST).click()
    expect(page.locator("h1")).to_have_text("Uw stem is opgeslagen")
    return page.locator(".p-code").inner_text()


def test_two_people_of_one_household_vote_each_for_themselves(
    open_context: OpenContext, site: Site
) -> None:
    before = _cast_in(site, POLL)
    one, other = (open_context(person=who).new_page() for who in ("joyce", "ivo"))
    _fills_in(one, "Ja")
    _fills_in(other, "Nee")
    stolen = one.locator(PRESS).get_attribute("value")
    other.locator(PRESS).evaluate("(field, number) => { field.value = number }", stolen)
    other.get_by_role("button", name=CAST).click()
    expect(other.locator("main")).to_contain_text("Uw lijst is veranderd")
    expect(other.locator(".p-code")).to_have_count(0)
    assert _cast_in(site, POLL) == before
    code = _casts(one)
    _fills_in(other, "Nee")
    assert _casts(other) != code
    assert _cast_in(site, POLL)[1] == before[1] + 2


def test_who_chooses_something_else_in_another_browser_checks_it_again(
    open_context: OpenContext, site: Site
) -> None:
    before = _cast_in(site, POLL)
    here, there = (open_context(person="joyce").new_page() for _ in range(2))
    _fills_in(here, "Ja")
    _fills_in(there, "Nee")
    here.get_by_role("button", name=CAST).click()
    expect(here.locator("main")).to_contain_text("Uw lijst is veranderd")
    assert _cast_in(site, POLL) == before
    _casts(there)
    assert _cast_in(site, POLL)[1] == before[1] + 1


def test_a_code_in_an_address_is_in_no_log_no_address_and_no_referrer(
    open_context: OpenContext, site: Site
) -> None:
    desk = Hands(open_context, Way.NO_SCRIPT, person="quirine")
    ((number,),) = site.ask(f"SELECT id FROM vote_round WHERE title = '{POLL}'")
    code = _letter_for("annie", desk, number).replace(" ", "")
    page = open_context().new_page()
    asked: list[Request] = []

    def hear(one: Request) -> None:
        asked.append(one)

    page.on("request", hear)
    page.goto(f"/code/{code}")
    expect(page.locator("h1")).to_be_visible()
    assert page.url == f"{site.address}/code-gelezen"
    page.get_by_role("button", name="Ja, ga naar de stemming").click()
    expect(page.locator("h1")).to_have_text(POLL)
    page.goto(f"/code/{code}X")
    expect(page.locator("h1")).to_have_text("Vul uw code in")
    with_code = [one for one in asked if code in one.url]
    assert len(with_code) == 2, "each address with a code is asked for once"
    assert not [one for one in asked if code in one.headers.get("referer", "")]
    page.go_back()
    assert code not in page.url
    assert code.lower() not in site.log.lower()
    for path in site.data_dir.rglob("*.log"):
        assert code not in path.read_text(errors="replace"), path
