"""Voting with the code of a letter, at home and at the tablet, by every way."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from participatie.identity.providers.stub import PEOPLE
from tests.e2e.conftest import OpenContext
from tests.e2e.site import Site
from tests.e2e.ways import Hands, Way

pytestmark = pytest.mark.slow

POLL = "De bibliotheek van Monnikerdam"
DONE = "Klaar: log uit en wis dit scherm"
AT_TABLET = "Stem op deze tablet"


def _poll(site: Site) -> int:
    ((number,),) = site.ask(f"SELECT id FROM vote_round WHERE title = '{POLL}'")
    return number


def _letter_for(person: str, desk: Hands, number: int) -> str:
    """The code that the desk gives somebody who stands there."""
    desk.opens(f"/balie/{number}", "Help een kiezer")
    desk.writes("BSN of nummer", PEOPLE[person].bsn)
    desk.choose("Een nieuwe brief met een code")
    desk.press("Ga verder")
    return desk.page.locator(".p-code").inner_text()


def _votes(voter: Hands, answer: str) -> str:
    """From the page of the vote to the receipt: its control code."""
    voter.arrives(POLL)
    voter.press("Vul uw stembiljet in")
    voter.arrives("Vul uw stembiljet in")
    voter.press("Zet in mijn volgorde Een werkplaats")
    voter.arrives("Vul uw stembiljet in")
    voter.choose(answer)
    voter.press("Controleer uw stembiljet")
    voter.arrives("Controleer uw stembiljet")
    expect(voter.page.locator("main")).to_contain_text(answer)
    voter.press("Breng mijn stem uit")
    voter.arrives("Uw stem is opgeslagen")
    assert answer not in voter.page.locator("main").inner_text()
    return voter.page.locator(".p-code").inner_text()


def _leaves_nothing(voter: Hands, receipt: str, title: str) -> None:
    voter.press(DONE)
    voter.arrives(title)
    voter.page.go_back()
    assert receipt not in voter.page.content()


@pytest.mark.parametrize(
    ("way", "person"),
    [(Way.MOUSE, "dirk"), (Way.KEYBOARD, "gerrit"), (Way.NO_SCRIPT, "chantal")],
)
def test_a_letter_carries_a_whole_vote_its_change_and_its_check(
    open_context: OpenContext, site: Site, way: Way, person: str
) -> None:
    number = _poll(site)
    desk = Hands(open_context, way, person="quirine")
    code = _letter_for(person, desk, number).lower()
    voter = Hands(open_context, way)
    receipts = []
    for answer in ("Ja", "Nee"):
        voter.opens("/code", "Vul uw code in")
        voter.writes("Uw code", code)
        voter.press("Ga verder")
        receipts.append(_votes(voter, answer))
    _leaves_nothing(voter, receipts[-1], "Vul uw code in")
    for receipt in receipts:
        voter.opens(f"/stemmingen/{number}/controleer", "Controleer mijn stem")
        voter.writes("Uw controlecode", receipt)
        voter.press("Controleer deze code")
        voter.arrives("Controleer mijn stem")
        expect(voter.page.get_by_role("status")).to_contain_text("Uw stem is ontvangen")
    ((times, channel),) = site.ask(
        f"SELECT version, channel FROM roll JOIN letter_code USING (round_id, voter_key)"
        f" WHERE round_id = {number} AND letter_code.id = (SELECT max(id) FROM letter_code)"
    )
    assert (times, channel) == (2, "code")


@pytest.mark.parametrize(("way", "person"), [(Way.KEYBOARD, "hanna"), (Way.NO_SCRIPT, "ivo")])
def test_a_tablet_serves_one_voter_after_another(
    open_context: OpenContext, site: Site, way: Way, person: str
) -> None:
    number = _poll(site)
    tablet = Hands(open_context, way, person="quirine")
    codes = [_letter_for(one, tablet, number) for one in (person, "annie")]
    tablet.opens(f"/balie/{number}/stemtablet", "Laat mensen stemmen op deze tablet")
    tablet.press("Begin op deze tablet")
    for code, answer in zip(codes, ("Ja", "Nee"), strict=True):
        tablet.arrives(AT_TABLET)
        tablet.writes("Uw code", code)
        tablet.press("Ga verder")
        expect(tablet.page.locator(".p-kiosk")).to_contain_text("Wie u helpt, ziet wat u stemt.")
        _leaves_nothing(tablet, _votes(tablet, answer), AT_TABLET)
        tablet.opens("/stemtablet", AT_TABLET)
    tablet.press("Stop met stemmen op deze tablet")
    tablet.arrives("Vul uw code in")
