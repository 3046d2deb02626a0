"""Voting in a poll and in a budget: checked by axe at each step, without a script, by keyboard."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.acts import PARKWIJK, put_on_list
from tests.e2e.conftest import OpenContext, axe_faults, log_in
from tests.e2e.keyboard import press, tab_to
from tests.e2e.site import Site

POLL = "De bibliotheek van Monnikerdam"
AED = "Een AED bij de flats"


def _ballot(page: Page) -> None:
    """From the home page to the ballot."""
    page.goto("/")
    page.get_by_role("link", name=POLL).click()
    expect(page.locator("h1")).to_have_text(POLL)
    page.get_by_role("link", name="Vul uw stembiljet in").first.click()
    expect(page.locator("h1")).to_have_text("Vul uw stembiljet in")


def _accessible(page: Page) -> None:
    assert axe_faults(page) == [], page.url


def _cast_in(site: Site, title: str) -> tuple[int, int]:
    """How many voters, and how many ballots."""
    ((voters, ballots),) = site.ask(
        "SELECT (SELECT count(*) FROM roll WHERE round_id = v.id AND version > 0),"
        " (SELECT count(*) FROM ballot WHERE round_id = v.id)"
        f" FROM vote_round v WHERE title = '{title}'"
    )
    return voters, ballots


def test_each_step_of_a_poll_is_accessible_and_its_code_finds_the_vote(
    open_context: OpenContext, site: Site
) -> None:
    page = open_context(person="esra", width=320).new_page()
    before = _cast_in(site, POLL)
    _ballot(page)
    _accessible(page)
    page.get_by_role("button", name="Controleer uw stembiljet").last.click()
    expect(page.locator(".p-error-summary")).to_be_visible()
    _accessible(page)
    page.get_by_label("Ja", exact=True).check()
    page.get_by_role("button", name="Zet in mijn volgorde Een werkplaats").click()
    expect(page.get_by_label("Ja", exact=True)).to_be_checked()
    _accessible(page)
    page.get_by_role("button", name="Controleer uw stembiljet").last.click()
    expect(page.locator("h1")).to_have_text("Controleer uw stembiljet")
    _accessible(page)
    page.get_by_role("button", name="Breng mijn stem uit").click()
    expect(page.locator("h1")).to_have_text("Uw stem is opgeslagen")
    _accessible(page)
    code = page.locator(".p-code").inner_text()
    page.get_by_role("link", name="Controleer mijn stem").click()
    page.get_by_label("Uw controlecode").fill(code.lower())
    page.get_by_role("button", name="Controleer deze code").click()
    expect(page.locator("main")).to_contain_text("Uw stem is ontvangen")
    _accessible(page)
    assert _cast_in(site, POLL) == (before[0] + 1, before[1] + 1)


def test_a_vote_is_cast_and_changed_without_a_script(open_context: OpenContext, site: Site) -> None:
    page = open_context(javascript=False).new_page()
    log_in(page, "bilal")
    before = _cast_in(site, POLL)
    for answer in ("Ja", "Nee"):
        _ballot(page)
        expect(page.locator("input:checked")).to_have_count(0)
        page.get_by_label(answer, exact=True).check()
        page.get_by_role("button", name="Zet in mijn volgorde Een werkplaats").click()
        page.get_by_role("button", name="Controleer uw stembiljet").last.click()
        page.get_by_role("button", name="Breng mijn stem uit").click()
        expect(page.locator("h1")).to_have_text("Uw stem is opgeslagen")
    assert _cast_in(site, POLL) == (before[0] + 1, before[1] + 2)
    page.get_by_role("button", name="Klaar: log uit en wis dit scherm").click()
    expect(page.get_by_role("link", name="Log in", exact=True)).to_be_visible()
    page.go_back()
    expect(page.locator(".p-code")).to_have_count(0)


def test_each_step_of_a_budget_is_accessible_and_the_list_goes_along_to_another_device(
    open_context: OpenContext, site: Site
) -> None:
    page = open_context(person="annie", width=320).new_page()
    page.goto(PARKWIJK)
    put_on_list(page, AED)
    _accessible(page)
    other = open_context(person="annie", javascript=False).new_page()
    other.goto(PARKWIJK)
    expect(other.get_by_role("button", name=f"Haal {AED} weg")).to_be_visible()
    other.get_by_role("button", name="Wis mijn lijst").click()
    expect(other.locator("#tray")).to_contain_text("Uw lijst is leeg")
    page.goto(PARKWIJK)
    put_on_list(page, AED)
    page.get_by_role("link", name="Controleer uw lijst").click()
    _accessible(page)
    page.get_by_role("button", name="Stem op dit plan").click()
    expect(page.locator(".p-code")).to_be_visible()
    _accessible(page)
    other.goto(PARKWIJK)
    expect(other.locator("main")).to_contain_text("U hebt gestemd")


def test_a_poll_is_voted_in_by_keyboard_alone(open_context: OpenContext, site: Site) -> None:
    page = open_context(person="femke").new_page()
    before = _cast_in(site, POLL)
    _ballot(page)
    press(page, "Zet in mijn volgorde Een werkplaats")
    expect(page.get_by_role("status")).to_contain_text("Een werkplaats")
    tab_to(page, "Ja")
    page.keyboard.press("Space")
    press(page, "Controleer uw stembiljet")
    expect(page.locator("h1")).to_have_text("Controleer uw stembiljet")
    press(page, "Breng mijn stem uit")
    expect(page.locator("h1")).to_have_text("Uw stem is opgeslagen")
    assert _cast_in(site, POLL) == (before[0] + 1, before[1] + 1)
