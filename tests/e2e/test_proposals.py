"""Proposing, supporting and talking, as residents do it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.acts import HAVENPLEIN, SUMMARY, TEXT, fill_in, propose
from tests.e2e.conftest import OpenContext

WITH_AND_WITHOUT = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])


@WITH_AND_WITHOUT
def test_a_resident_writes_checks_changes_and_publishes_a_proposal(
    open_context: OpenContext, javascript: bool
) -> None:
    person = "chantal" if javascript else "dirk"
    page = open_context(javascript=javascript, person=person).new_page()
    page.goto(HAVENPLEIN)
    page.get_by_role("link", name="Dien een voorstel in").click()

    fill_in(page, f"Banken van {person}", text="Te kort.")
    summary = page.locator(".p-error-summary")
    expect(summary.get_by_role("link")).to_have_text(re.compile("minstens 20 tekens"))
    expect(page.get_by_label("Titel van uw voorstel")).to_have_value(f"Banken van {person}")
    expect(page.get_by_label("Uw idee in het kort")).to_have_value(SUMMARY)
    expect(page.get_by_label("Leg uw idee uit")).to_have_value("Te kort.")

    fill_in(page, f"Banken van {person}")
    expect(page.locator("h1")).to_have_text("Controleer uw voorstel")
    expect(page.locator("main")).to_contain_text(TEXT)
    expect(page.locator("main")).to_contain_text("Centrum")
    page.get_by_role("link", name="Wijzig Uitleg").click()
    expect(page.get_by_label("Leg uw idee uit")).to_have_value(TEXT)
    title = f"Banken in de schaduw van {person}"
    fill_in(page, title)
    page.get_by_role("button", name="Publiceer dit voorstel").click()

    expect(page.locator("h1")).to_have_text("Uw voorstel is gepubliceerd")
    page.get_by_role("link", name="Naar uw voorstel").click()
    expect(page.locator("h1")).to_have_text(title)
    for path in (f"{HAVENPLEIN}?volgorde=nieuwste", "/mijn"):
        page.goto(path)
        expect(page.locator("main").get_by_role("link", name=title)).to_be_visible()


def _supports(page: Page) -> int:
    words = page.locator("main").inner_text()
    found = re.search(r"(\d+)\s+van de 100\s+steunbetuigingen", words)
    assert found, words
    return int(found[1])


@WITH_AND_WITHOUT
def test_a_resident_supports_a_proposal_once_and_takes_it_back(
    open_context: OpenContext, javascript: bool
) -> None:
    page = open_context(javascript=javascript, person="esra").new_page()
    propose(page, f"Een drinkbak voor honden {javascript}")
    assert _supports(page) == 0
    page.get_by_role("button", name="Steun dit voorstel").click()
    expect(page.get_by_role("status")).to_contain_text("U steunt dit voorstel.")
    assert _supports(page) == 1
    expect(page.get_by_role("button", name="Steun dit voorstel")).to_have_count(0)
    page.get_by_role("button", name="Trek mijn steun in").click()
    expect(page.get_by_role("status")).to_contain_text("U steunt dit voorstel niet meer.")
    assert _supports(page) == 0


def _say(page: Page, text: str, name: str) -> None:
    page.get_by_label("Uw reactie").fill(text)
    page.get_by_label("Welke naam zien anderen?").fill(name)
    page.get_by_role("button", name="Plaats deze reactie").click()
    expect(page.get_by_role("status")).to_contain_text("Uw reactie staat op de pagina.")


@WITH_AND_WITHOUT
def test_residents_talk_with_each_other_and_report_what_goes_too_far(
    open_context: OpenContext, javascript: bool
) -> None:
    gerrit = open_context(javascript=javascript, person="gerrit").new_page()
    address = propose(gerrit, f"Een kaartspeltafel {javascript}")

    femke = open_context(javascript=javascript, person="femke").new_page()
    femke.goto(address)
    _say(femke, "Met vier stoelen graag.", "Femke H.")

    gerrit.goto(address)
    gerrit.get_by_role("link", name="Reageer op de reactie van Femke H.").click()
    expect(gerrit.locator("main")).to_contain_text("Met vier stoelen graag.")
    _say(gerrit, "Ga toch thuis zitten.", "Gerrit")

    femke.goto(address)
    answer = femke.locator("#reacties li li").filter(has_text="Ga toch thuis zitten.")
    answer.get_by_role("link", name="Meld").click()
    expect(femke.locator("h1")).to_have_text("Wat is hier mis?")
    femke.get_by_role("button", name="Verstuur deze melding").click()
    expect(femke.locator(".p-error-summary")).to_be_visible()
    femke.get_by_label("Het beledigt").check()
    femke.get_by_role("button", name="Verstuur deze melding").click()
    expect(femke.locator("h1")).to_have_text("Dank voor uw melding")

    karin = open_context(person="karin").new_page()
    karin.goto("/griffie")
    expect(karin.locator("main")).to_contain_text("Ga toch thuis zitten.")
