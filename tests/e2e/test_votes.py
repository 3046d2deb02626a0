"""Voting, by mouse and by keyboard, until the result is known."""

from __future__ import annotations

import re
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.acts import PARKWIJK, cast, put_on_list
from tests.e2e.conftest import OpenContext, axe_faults, log_in
from tests.e2e.keyboard import FOCUS, press, tab_to
from tests.e2e.site import Site, eventually
from tests.e2e.ways import Hands, Way

GYM = "Jongerenruimte in de oude gymzaal"  # € 30.000 of € 60.000
PLAY = "Speeltoestellen waar ieder kind op kan"  # € 24.000
CAGE = "Voetbalkooi opknappen"  # € 15.000
AED = "Een AED bij de flats"  # € 3.600
WALL = "Muurschildering op de fietstunnel"  # € 7.200


def test_a_resident_votes_by_mouse_without_javascript_and_votes_again(
    open_context: OpenContext, site: Site
) -> None:
    page = open_context(javascript=False).new_page()
    page.goto(PARKWIJK)
    expect(page.locator("h1")).to_have_text("Kies uw plannen")
    page.get_by_role("link", name=f"Voeg {GYM} toe").click()
    page.get_by_role("button", name="Zet dit plan op mijn lijst").click()
    put_on_list(page, PLAY)
    expect(page.get_by_role("status")).to_contain_text("Nog € 6.000")
    put_on_list(page, CAGE)
    expect(page.get_by_role("alert")).to_contain_text("Haal eerst voor € 9.000 of meer van uw")
    expect(page.locator("#tray")).to_contain_text("2 plannen")

    page.get_by_role("link", name="Controleer uw lijst").click()
    expect(page.locator("h1")).to_have_text("Log in")
    _choose_person(page, "ivo")
    expect(page.locator("h1")).to_have_text("Controleer uw lijst")
    expect(page.locator("main")).to_contain_text("Uw lijst van 2 plannen")
    before = _roll(site)
    page.get_by_role("button", name="Stem op deze 2 plannen").click()
    expect(page.locator("h1")).to_have_text("Uw stem is opgeslagen")
    assert GYM not in page.content()
    assert _roll(site) == (before[0] + 1, before[1] + 1)

    page.get_by_role("button", name="Klaar: log uit en wis dit scherm").click()
    expect(page.locator("main")).to_contain_text("U bent uitgelogd.")
    page.goto(PARKWIJK)
    expect(page.locator("#tray")).to_contain_text("Uw lijst is leeg")

    log_in(page, "ivo", to=PARKWIJK)
    put_on_list(page, AED)
    cast(page)
    assert _roll(site) == (before[0] + 1, before[1] + 2)


def _offers(page: Page, path: str, step: str) -> bool:
    page.goto(path)
    return page.get_by_role("link", name=f"{step} …").count() > 0


def _choose_person(page: Page, person: str) -> None:
    page.get_by_role("button", name="test-inlog").click()
    page.locator(f'input[name="person"][value="{person}"]').check()
    page.get_by_role("button", name="Log in als deze persoon").click()


def _roll(site: Site) -> tuple[int, int]:
    """How many voters, and how many ballots, in the vote of Parkwijk."""
    here = "WHERE round_id = (SELECT round_id FROM budget WHERE title LIKE '%Parkwijk%')"
    ((voters, ballots),) = site.ask(
        f"SELECT (SELECT count(*) FROM roll {here}), (SELECT count(*) FROM ballot {here})"
    )
    return voters, ballots


def test_a_resident_votes_by_keyboard_alone(open_context: OpenContext, site: Site) -> None:
    page = open_context().new_page()
    page.goto(PARKWIJK)
    press(page, f"Voeg {AED} toe")
    press(page, "Zet dit plan op mijn lijst", "Space")
    expect(page.get_by_role("status")).to_contain_text("Nog € 56.400")
    press(page, f"Voeg {WALL} toe", "Space")
    press(page, "Controleer uw lijst")
    press(page, "Ga naar de test-inlog")
    tab_to(page, "Annie de Vries")
    while page.evaluate("document.activeElement.value") != "joyce":
        page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUS)["ring"]
    press(page, "Log in als deze persoon")
    expect(page.locator("h1")).to_have_text("Controleer uw lijst")
    before = _roll(site)
    press(page, "Stem op deze 2 plannen")
    expect(page.locator("h1")).to_have_text("Uw stem is opgeslagen")
    assert _roll(site) == (before[0] + 1, before[1] + 1)
    press(page, "Klaar: log uit en wis dit scherm")
    expect(page.locator("main")).to_contain_text("U bent uitgelogd.")


def test_a_vote_that_closes_is_counted_and_told_when_two_people_say_so(
    open_context: OpenContext, site: Site
) -> None:
    page = open_context(person="bilal").new_page()
    page.goto(PARKWIJK)
    put_on_list(page, AED)
    cast(page)
    code = page.locator(".p-code").inner_text()
    voters, _ = _roll(site)

    (round_id,) = site.ask("SELECT round_id FROM budget WHERE title LIKE '%Parkwijk%'")[0]
    site.end_votes(f"id = {round_id} AND state = 'open'")  # who comes after votes in the others
    clerk, second = (open_context(person=who).new_page() for who in ("karin", "olga"))
    asking = f"/griffie/stemmingen/{round_id}"
    for step, choose in (("De stemmen laten tellen", None), ("De uitslag publiceren", "final")):
        eventually(partial(_offers, clerk, asking, step), 25)
        clerk.get_by_role("link", name=f"{step} …").click()
        if choose:
            clerk.locator(f'input[name="kind"][value="{choose}"]').check()
        clerk.get_by_role("button", name="Vraag een tweede persoon").click()
        second.goto("/tweede-persoon")
        second.get_by_role("link", name=step).click()
        assert axe_faults(second) == []
        second.get_by_role("button", name="Bevestig").click()
        expect(second.locator("main")).to_contain_text("Er wacht niets op u")

    page.goto(PARKWIJK)
    path = page.url.removeprefix(site.address)
    title = re.compile(r"<h1[^>]*>\s*Uitslag: Bewonersbegroting Parkwijk")
    eventually(lambda: title.search(site.fetch(path)), 25)
    page.goto(PARKWIJK)
    assert axe_faults(page) == []
    expect(page.locator("main")).to_contain_text(AED)
    turnout = re.compile(rf"(persoon stemde|mensen stemden)\s*{voters}")
    expect(page.locator("main")).to_contain_text(turnout)
    mail = site.mail(
        "De uitslag van “Bewonersbegroting Parkwijk” is bekend", "bi…@waterlanden.example"
    )
    assert "Verlichting op het pad achter de school" in mail

    page.goto(f"/stemmingen/{round_id}/controleer")
    tab_to(page, "Uw controlecode")
    page.keyboard.insert_text(code.replace(" ", ""))
    press(page, "Controleer deze code")
    expect(page.get_by_role("status")).to_contain_text("Uw stem is geteld")
    assert axe_faults(page) == []


@pytest.mark.slow
def test_two_people_close_a_vote_one_by_keyboard_and_one_without_javascript(
    open_context: OpenContext, site: Site
) -> None:
    ((number,),) = site.ask("SELECT id FROM vote_round WHERE title = 'Groen dichtbij'")
    still_open = f"id = {number} AND state = 'open'"
    site.end_votes(still_open)
    running = f"/griffie/stemmingen/{number}"
    steps = (
        ("De stemmen laten tellen", Way.KEYBOARD, Way.NO_SCRIPT),
        ("De uitslag publiceren", Way.NO_SCRIPT, Way.KEYBOARD),
    )
    for step, of_clerk, of_second in steps:
        clerk = Hands(open_context, of_clerk, person="karin")
        second = Hands(open_context, of_second, person="olga")
        eventually(partial(_offers, clerk.page, running, step), 25)
        clerk.press(f"{step} …")
        clerk.arrives(step)
        if clerk.page.locator("input[name=kind]").count():
            clerk.choose("De definitieve uitslag")
        clerk.press("Vraag een tweede persoon")
        expect(clerk.page.locator("main")).to_contain_text("tweede persoon")
        second.opens("/tweede-persoon", "Wat op u wacht")
        second.press(step)
        second.arrives(step)
        second.press("Bevestig")
        expect(second.page.locator("main")).to_contain_text("Er wacht niets op u")
    told = f"/stemmingen/{number}"
    eventually(lambda: "Uitslag: Groen dichtbij" in site.fetch(told), 25)
