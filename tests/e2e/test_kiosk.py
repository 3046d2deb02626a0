"""Voting alone on a tablet of the municipality, from the desk to an empty screen."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from participatie.identity.providers.stub import PEOPLE
from tests.e2e.conftest import OpenContext, axe_faults
from tests.e2e.site import Site

POLL = "De bibliotheek van Monnikerdam"


def _fill_in(page: Page, answer: str) -> None:
    """From the page of the vote to the receipt."""
    page.get_by_role("link", name="Vul uw stembiljet in").first.click()
    page.get_by_label(answer, exact=True).check()
    page.get_by_role("button", name="Zet in mijn volgorde Een werkplaats").click()
    page.get_by_role("button", name="Controleer uw stembiljet").last.click()
    page.get_by_role("button", name="Breng mijn stem uit").click()
    expect(page.locator("h1")).to_have_text("Uw stem is opgeslagen")


def _enter(page: Page, code: str) -> None:
    page.get_by_label("Uw code").fill(code)
    page.get_by_role("button", name="Ga verder").click()
    expect(page.locator("h1")).to_have_text(POLL)


def test_a_voter_with_a_new_letter_votes_at_the_tablet_and_leaves_an_empty_screen(
    open_context: OpenContext, site: Site
) -> None:
    ((number,),) = site.ask(f"SELECT id FROM vote_round WHERE title = '{POLL}'")
    online = open_context(person="joyce").new_page()
    online.goto(f"/stemmingen/{number}")
    _fill_in(online, "Ja")

    tablet = open_context(person="quirine", width=768).new_page()
    tablet.goto(f"/balie/{number}")
    tablet.get_by_label("BSN of nummer").fill(PEOPLE["joyce"].bsn)
    tablet.get_by_label("Een nieuwe brief met een code").check()
    tablet.get_by_role("button", name="Ga verder").click()
    code = tablet.locator(".p-code").inner_text()
    tablet.goto(f"/balie/{number}/stemtablet")
    assert axe_faults(tablet) == []
    tablet.get_by_role("button", name="Begin op deze tablet").click()
    expect(tablet.locator("h1")).to_have_text("Stem op deze tablet")
    expect(tablet.locator("header, footer, nav")).to_have_count(0)
    assert axe_faults(tablet) == []

    _enter(tablet, code)
    expect(tablet.locator(".p-kiosk")).to_contain_text("Wie u helpt, ziet wat u stemt.")
    assert axe_faults(tablet) == []
    _fill_in(tablet, "Nee")
    receipt = tablet.locator(".p-code").inner_text()
    tablet.get_by_role("button", name="Klaar: log uit en wis dit scherm").click()
    expect(tablet.locator("h1")).to_have_text("Stem op deze tablet")
    tablet.go_back()
    assert receipt not in tablet.content()

    tablet.clock.install()
    tablet.goto("/stemtablet")
    _enter(tablet, code)
    warning = tablet.get_by_role("alertdialog")
    expect(warning).to_be_hidden()
    tablet.clock.fast_forward(61_000)
    expect(warning).to_be_visible()
    going_on = warning.get_by_role("button", name="Ja, ik ga door")
    expect(going_on).to_be_focused()
    assert axe_faults(tablet) == []
    going_on.click()
    expect(warning).to_be_hidden()
    tablet.clock.fast_forward(61_000)
    expect(warning).to_be_visible()
    tablet.clock.fast_forward(30_000)
    expect(tablet.locator("h1")).to_have_text("Stem op deze tablet")
    tablet.goto(f"/stemmingen/{number}/stembiljet")
    expect(tablet.locator("h1")).to_have_text("Stem op deze tablet")
