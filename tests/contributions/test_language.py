"""Who writes in another language than the page says so, and readers and screen readers get it."""

from __future__ import annotations

from sqlalchemy import select

from participatie.contributions.models import Contribution
from participatie.core.i18n import NAMES, ROAD_NAMES
from participatie.discussions.models import Comment
from participatie.processes.rules import PhaseKind, Starters
from tests.factories import ProcessFactory, ProposalFactory, ResidentFactory
from tests.proposals.steps import IDEA, NAMED, PUBLISH, write

QUESTION = "Schreef u in een andere taal?"


def test_a_proposal_in_another_language_says_so_on_its_page_and_its_card(store, log_in, client):
    process = ProcessFactory()
    page = write(log_in(ResidentFactory()), process)
    (chosen,) = page.all("select", name="language")
    offered = [option.text for option in chosen.iter("option")]
    assert offered == [*NAMES.values(), *ROAD_NAMES.values()]
    page.press(PUBLISH, **NAMED, language="tr")
    made = store.scalars(select(Contribution)).one()
    assert made.language == "tr"
    for address in (f"/voorstellen/{made.id}", f"/trajecten/{process.slug}/voorstellen"):
        assert f"<span lang=tr>{IDEA}</span>" in client.get(address).html


def test_who_says_nothing_writes_in_the_language_of_the_page(store, log_in, client):
    page = write(log_in(ResidentFactory()), ProcessFactory())
    assert QUESTION in page.main
    page.press(PUBLISH, **NAMED)
    made = store.scalars(select(Contribution)).one()
    assert made.language == "nl"
    assert f"<span lang=nl>{IDEA}" not in client.get(f"/voorstellen/{made.id}").html


def test_a_comment_can_be_written_from_right_to_left(store, log_in, client):
    subject = ProposalFactory()
    page = log_in(ResidentFactory()).get(f"/voorstellen/{subject.id}")
    assert QUESTION in page.main
    page.press("Plaats deze reactie", text="فكرة جيدة", public_name="Annie", language="ar")
    assert store.scalars(select(Comment.language)).one() == "ar"
    assert " lang=ar dir=rtl><p>فكرة جيدة</p>" in client.get(f"/voorstellen/{subject.id}").html


def test_a_discussion_says_its_language_and_its_author_can_still_mend_it(store, log_in, client):
    process = ProcessFactory(phase=PhaseKind.DISCUSS, discussion_starters=Starters.EVERYONE)
    author = log_in(ResidentFactory())
    page = author.get(f"/trajecten/{process.slug}/discussies/nieuw")
    said = {
        "title": "Czy most może być zamknięty?",
        "text": "W nocy jest cicho i woda może odpocząć.",
    }
    page.press("Begin deze discussie", **said, public_name="Annie", language="de")
    number = store.scalars(select(Contribution.id)).one()
    assert f"<span lang=de>{said['title']}</span>" in client.get(f"/discussies/{number}").html
    author.get(f"/discussies/{number}/veranderen").press("Publiceer deze wijziging", language="pl")
    assert f"<span lang=pl>{said['title']}</span>" in client.get(f"/discussies/{number}").html


def test_a_language_that_is_not_in_the_list_is_refused_and_nothing_typed_is_lost(store, log_in):
    subject = ProposalFactory()
    page = log_in(ResidentFactory()).get(f"/voorstellen/{subject.id}")
    page = page.press("Plaats deze reactie", text="Ja.", public_name="Annie", language="xx")
    assert page.fields_with_errors() == ["In welke taal schreef u dit?"]
    assert "Ja." in page.all("textarea", name="text")[0].text
    assert store.scalars(select(Comment)).all() == []
