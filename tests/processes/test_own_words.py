"""A process says in its own words what the site says everywhere."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participatie.core.audit import AuditEntry
from participatie.core.outbox import OutboxMessage
from participatie.doors import PROCESS_OF
from participatie.notifications.examples import made_up
from participatie.notifications.mail import render
from participatie.pages.admin.process_texts import MAILS
from participatie.processes.models import Process, ProcessText
from participatie.processes.rules import PhaseKind
from tests.factories import (
    LONG_AGO,
    ClerkFactory,
    ProcessFactory,
    ProposalFactory,
    ResidentFactory,
)

SAID = "Schrijf alleen over het plein."


@pytest.fixture
def clerk(log_in):
    return log_in(ClerkFactory(public_name="Karin"))


@pytest.fixture
def later(app):
    """`later()` begins another version of what is public: a test is one transaction."""
    return app.extensions["page_cache"].forget


def texts(process, subject="huisregels"):
    return f"/griffie/trajecten/{process.id}/teksten/{subject}"


def reword(clerk, process, words=SAID, subject="huisregels", place=1):
    page = clerk.get(texts(process, subject))
    field = page.all("textarea")[place].get("name")
    return page.press("Zet dit in dit traject", **{field: words})


def test_house_rules_of_one_process_leave_those_of_the_site_as_they_are(clerk, client, later):
    process, other = ProcessFactory(), ProcessFactory()
    page = reword(clerk, process)
    assert "Dit traject zegt dit nu." in page.main
    later()
    assert SAID in client.get(f"/trajecten/{process.slug}/huisregels").main
    assert SAID not in client.get(f"/trajecten/{other.slug}/huisregels").main
    assert SAID not in client.get("/huisregels").main
    assert SAID not in client.raw.get(f"/en/trajecten/{process.slug}/huisregels").text


def test_a_text_of_a_process_says_who_said_it_and_comes_back_to_that_of_the_site(
    store, clerk, client, later
):
    process = ProcessFactory()
    page = reword(clerk, process)
    assert ", Karin" in page.text
    page = page.press("Neem de tekst van de site")
    assert "Teruggezet naar hoe het was" in page.text
    later()
    assert SAID not in client.get(f"/trajecten/{process.slug}/huisregels").main
    assert [one.text for one in store.scalars(select(ProcessText).order_by("number"))] == [SAID, ""]
    acts = select(AuditEntry.act).where(AuditEntry.act == "processes.reword")
    assert len(store.scalars(acts).all()) == 2


def test_what_the_program_fills_in_stays_in_the_words_of_a_process(store, clerk):
    process = ProcessFactory()
    page = clerk.get(texts(process, "vervolg"))
    field = next(
        one.get("name") for one in page.all("textarea") if "%(number)s" in "".join(one.itertext())
    )
    page = page.press("Zet dit in dit traject", answered=422, **{field: "Genoeg steun is genoeg."})
    assert "Zet dit in uw tekst, precies zo: %(number)s." in page.main
    assert store.scalars(select(ProcessText)).all() == []


def test_nothing_is_kept_when_one_of_the_texts_is_refused(store, clerk):
    process = ProcessFactory()
    page = clerk.get(texts(process))
    first, second = (one.get("name") for one in page.all("textarea")[:2])
    page = page.press("Zet dit in dit traject", answered=422, **{first: "Goed", second: "<b>"})
    assert "Laat deze tekens weg: < >." in page.main
    assert store.scalars(select(ProcessText)).all() == []


def test_the_privacy_of_a_process_says_what_it_asks(clerk, client, later):
    process = ProcessFactory()
    page = client.get(f"/trajecten/{process.slug}/privacy")
    assert "Niemand ziet wat u steunt of wat u stemt." in page.main
    assert "geboortedatum" not in page.main
    reword(clerk, process, "Lezen mag zonder naam.", subject="privacy")
    later()
    assert "Lezen mag zonder naam." in client.get(f"/trajecten/{process.slug}/privacy").main


def test_a_copy_says_what_its_process_says(store, clerk):
    process = ProcessFactory()
    reword(clerk, process)
    clerk.get(f"/griffie/trajecten/{process.id}").press("Begin hiermee een nieuw traject")
    draft = store.scalars(select(Process).where(Process.id != process.id)).one()
    assert SAID in clerk.get(texts(draft)).main


def test_a_draft_is_thrown_away_with_its_texts(store, clerk):
    process = ProcessFactory(published_at=None)
    reword(clerk, process)
    clerk.get(f"/griffie/trajecten/{process.id}").press("Gooi deze kladversie echt weg")
    assert store.scalars(select(ProcessText)).all() == []


def test_an_archived_process_keeps_its_words(clerk):
    process = ProcessFactory(archived_at=LONG_AGO)
    page = clerk.get(texts(process))
    assert page.all("textarea") == []
    assert "Haal het uit het archief" in page.text


def test_another_subject_is_not_found(clerk):
    clerk.get(texts(ProcessFactory(), "iets-anders"), status=404)


ANSWERED = "proposals.answered"


def mail_about(contribution_id, account):
    """A mail to the author of a proposal, as the worker writes it."""
    about = {"contribution_id": contribution_id, "title": "Een bankje", "status": "taken_up"}
    message = OutboxMessage(
        kind=ANSWERED, dedup="1", parameters={**about, "answer": "Wij doen het."}
    )
    return render(message, account, "inwoner@waterlanden.example")


def test_a_mail_about_a_process_is_said_in_its_words(app, clerk):
    process = ProcessFactory()
    proposal, other = ProposalFactory(process=process), ProposalFactory()
    page = reword(clerk, process, "Antwoord over %(title)s", subject=ANSWERED, place=0)
    assert "Antwoord over Een bankje bij de sluis" in page.main
    listed = clerk.get(f"/griffie/trajecten/{process.id}/teksten")
    assert "Antwoord over Een bankje bij de sluis" in listed.main
    reader = ResidentFactory()
    numbers = proposal.id, other.id
    with app.test_request_context():
        of_process, of_site = (mail_about(number, reader) for number in numbers)
    assert of_process.subject == "Antwoord over Een bankje"
    assert of_site.subject == "De gemeente heeft geantwoord: Een bankje"


def test_a_mail_in_another_language_keeps_the_words_of_the_site(app, clerk):
    process = ProcessFactory()
    proposal = ProposalFactory(process=process)
    reword(clerk, process, "Antwoord over %(title)s", subject=ANSWERED, place=0)
    reader, number = ResidentFactory(language="en"), proposal.id
    with app.test_request_context():
        assert mail_about(number, reader).subject == "The municipality has answered: Een bankje"


@pytest.mark.parametrize("kind", MAILS)
def test_a_mail_to_residents_tells_of_which_process_it_is(context, kind):
    assert all(PROCESS_OF.keys() & one.keys() for one in made_up(kind))


@pytest.mark.parametrize("kind", MAILS)
def test_a_process_words_each_mail_to_its_residents(clerk, kind):
    page = clerk.get(texts(ProcessFactory(), kind))
    assert page.h1.startswith("Mail: ")
    assert page.all("textarea")


def test_a_process_lists_only_the_texts_and_mails_that_it_can_say(clerk):
    def listed(process):
        links = clerk.get(f"/griffie/trajecten/{process.id}/teksten").links()
        named = {
            "letter": "De brief met een stemcode",
            "after a proposal": "Wat er met een voorstel gebeurt",
            "arrived": "Uw stem is binnen: Een nieuwe naam voor de brug",
            "answered": "De gemeente heeft geantwoord: Een bankje bij de sluis",
            "dates": "Andere data: Het plein van morgen",
        }
        return {name for name, link in named.items() if link in links}

    assert listed(ProcessFactory()) == {"after a proposal", "answered", "dates"}
    assert listed(ProcessFactory(phase=PhaseKind.VOTE)) == {"letter", "arrived", "dates"}


def test_a_mail_that_was_changed_stays_on_the_list_of_a_process_without_a_vote(clerk):
    process = ProcessFactory()
    reword(clerk, process, "Uw stem is er: %(title)s", subject="votes.arrived", place=0)
    page = clerk.get(f"/griffie/trajecten/{process.id}/teksten")
    assert "Van dit traject" in page.main
    assert "Uw stem is er" in page.main
