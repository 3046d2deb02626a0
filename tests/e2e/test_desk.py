"""What the griffie does, and what others see of it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.acts import TEXT, propose
from tests.e2e.conftest import OpenContext
from tests.e2e.site import Site

WHY = "U noemt het adres van uw buren. Haal dat weg, dan mag het terug."


def test_a_clerk_hides_a_proposal_with_a_reason_and_shows_it_again(
    open_context: OpenContext, site: Site
) -> None:
    author = open_context(person="hanna").new_page()
    address = propose(author, "Stilte na tien uur")
    clerk = open_context(person="karin").new_page()
    clerk.goto(address)
    clerk.get_by_role("link", name="Beoordeel dit voorstel").click()
    clerk.get_by_role("button", name="Leg deze beslissing vast").click()
    expect(clerk.locator(".p-error-summary")).to_be_visible()
    clerk.get_by_label("Verberg het").check()
    clerk.get_by_label("privégegevens").check()
    clerk.get_by_label("Uitleg voor de schrijver").fill(WHY)
    clerk.get_by_role("button", name="Bekijk eerst de mail").click()
    expect(clerk.locator("blockquote").filter(has_text=WHY)).to_be_visible()
    clerk.get_by_role("button", name="Leg deze beslissing vast").click()
    expect(clerk.get_by_role("status")).to_contain_text("Uw beslissing is opgeslagen.")

    visitor = open_context().new_page()
    answer = visitor.goto(address)
    assert answer is not None
    assert answer.status == 410
    expect(visitor.locator("h1")).to_have_text("Dit voorstel is verborgen")
    assert TEXT not in visitor.content()
    author.goto(address)
    expect(author.locator("main")).to_contain_text(TEXT)
    mail = site.mail("Wij hebben uw voorstel verborgen", "ha…@waterlanden.example")
    assert WHY in mail
    assert TEXT not in mail

    clerk.get_by_label("Toon het weer").check()
    clerk.get_by_label("Iets anders").check()
    clerk.get_by_label("Uitleg voor de schrijver").fill("Het adres is weg. Dank u wel.")
    clerk.get_by_role("button", name="Leg deze beslissing vast").click()
    expect(clerk.get_by_role("status")).to_contain_text("Uw beslissing is opgeslagen.")
    visitor.goto(address)
    expect(visitor.locator("main")).to_contain_text(TEXT)
    site.mail("Uw voorstel is weer te lezen", "ha…@waterlanden.example")


def test_a_clerk_answers_a_proposal_and_its_author_gets_a_mail(
    open_context: OpenContext, site: Site
) -> None:
    author = open_context(person="hanna").new_page()
    address = propose(author, "Een watertap bij de markt")
    clerk = open_context(person="leo").new_page()
    clerk.goto(address)
    clerk.get_by_role("link", name="Beantwoord dit voorstel").click()
    clerk.get_by_label("De gemeente gaat dit doen").check()
    said = "De watertap komt er in het voorjaar, naast de visboer."
    clerk.get_by_label("Het antwoord").fill(said)
    clerk.get_by_role("button", name="Publiceer dit antwoord").click()
    expect(clerk.locator("main")).to_contain_text(said)

    subject = "De gemeente heeft geantwoord: Een watertap bij de markt"
    assert said in site.mail(subject, "ha…@waterlanden.example")
    visitor = open_context(javascript=False).new_page()
    visitor.goto(address)
    expect(visitor.locator("main")).to_contain_text(said)
