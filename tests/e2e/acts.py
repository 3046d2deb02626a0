"""What people do on the site, for the tests that need it done."""

from __future__ import annotations

from playwright.sync_api import Page, expect

HAVENPLEIN = "/trajecten/havenplein/voorstellen"
PARKWIJK = "/trajecten/bewonersbegroting-parkwijk/begroting"
SUMMARY = "Een plek waar iedereen even kan zitten en uitrusten."
CHECK = "Controleer uw voorstel"
TEXT = "Langs het water staat nu geen enkele bank. Wij willen er drie, in de schaduw."


def fill_in(page: Page, title: str, *, text: str = TEXT) -> None:
    """Fill in the form of a proposal and send it."""
    page.get_by_label("Titel van uw voorstel").fill(title)
    page.get_by_label("Uw idee in het kort").fill(SUMMARY)
    page.get_by_label("Leg uw idee uit").fill(text)
    page.get_by_role("button", name="Bewaar en ga verder").click()
    if page.locator(".p-error-summary").count() or page.locator("h1").inner_text() == CHECK:
        return
    page.get_by_label("Waar is het?").select_option(label="Centrum")
    page.get_by_role("button", name="Bewaar en ga verder").click()
    page.get_by_role("link", name="Ga verder: controleer uw voorstel").click()


def propose(page: Page, title: str) -> str:
    """Publish a proposal; the address of its page."""
    page.goto(f"{HAVENPLEIN}/nieuw")
    fill_in(page, title)
    page.get_by_role("button", name="Publiceer dit voorstel").click()
    page.get_by_role("link", name="Naar uw voorstel").click()
    expect(page.locator("h1")).to_have_text(title)
    return page.url


def put_on_list(page: Page, *titles: str) -> None:
    """Press the button of each plan, on the page where one chooses."""
    for title in titles:
        page.get_by_role("button", name=f"Voeg {title} toe").click()


def cast(page: Page) -> None:
    """Vote for the list as it is, and stay on the page that says so."""
    page.get_by_role("link", name="Controleer uw lijst").click()
    page.get_by_role("button", name="Stem op d").click()
    expect(page.locator("h1")).to_have_text("Uw stem is opgeslagen")
