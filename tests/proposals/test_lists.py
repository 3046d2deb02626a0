"""Lists of proposals: looked through, narrowed, ordered, and as a feed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from participatie.contributions.lists import Since, values
from participatie.contributions.models import ContributionTag, Tag
from participatie.contributions.orders import Order, pace, place_drawn, seed_for
from participatie.contributions.views import rows_of
from participatie.core.clock import now, today
from participatie.core.db import db
from participatie.core.errors import NotAllowed
from participatie.identity.rules import VISITOR
from participatie.processes.models import Category
from participatie.proposals import queries
from participatie.proposals.models import Answer
from participatie.proposals.queries import Asked
from participatie.proposals.rules.proposals import AnswerStatus
from participatie.proposals.services.ordering import offer_orders
from tests.factories import (
    AreaFactory,
    ClerkFactory,
    CommentFactory,
    ProcessFactory,
    ProposalFactory,
    ResidentFactory,
)

IDEA = "één idee voor café Özgür 🌳"
ATOM = "{http://www.w3.org/2005/Atom}"


def found(process, typed, order=Order.MATCH, **asked):
    """The titles that a list of `process` gives, in order."""
    way = Asked(words=typed, **asked)
    given = values(way, process.id, seed="account 1", today=today(), now=now())
    numbers = db.session.scalars(queries.in_order(way, order), given).all()
    return [row.title for row in rows_of(queries.cards(), numbers)]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Meer bomen op het plein", "boom"),
        ("Een boom op het plein", "bomen"),
        ("Huizen voor starters", "huis"),
        ("Een huis voor starters", "huizen"),
        ("Brieven van de buurt", "brief"),
        ("Een fietspad langs de haven", "fiet"),
        ("Speeltuin met kabelbaan", "speelt"),
        ("Boomgaard", "boo"),
        (IDEA, "cafe"),
        (IDEA, "CAFÉ"),
        (IDEA, "ozgur"),
        (IDEA, "Özgür café"),
        ("Café de Linde", "cafe\u0301"),
    ],
)
def test_a_word_is_found_in_its_other_forms_with_and_without_accents(context, written, typed):
    process = ProcessFactory()
    ProposalFactory(process=process, title=written)
    ProposalFactory(process=process, title="Iets heel anders")
    assert found(process, typed) == [written]


def test_all_words_must_be_there_in_whatever_part(context):
    process = ProcessFactory()
    ProposalFactory(process=process, title="Bomen", text="Langs de hele kade, in een rij.")
    ProposalFactory(process=process, title="Meer bomen", text="In het park, bij de vijver.")
    assert found(process, "kade bomen") == ["Bomen"]


def test_a_title_weighs_more_than_a_summary_and_a_summary_more_than_a_text(context):
    process = ProcessFactory()
    words = {"title": "Iets", "summary": "Een plan voor ons.", "text": "Wij willen het graag hier."}
    for part in ("text", "title", "summary"):
        ProposalFactory(process=process, **{**words, part: f"Wilgen in {part}"})
    assert found(process, "wilgen") == ["Wilgen in title", "Iets", "Iets"]


def test_a_number_finds_that_proposal_first(context):
    process = ProcessFactory()
    one = ProposalFactory(process=process, title="Dit is het")
    ProposalFactory(process=process, title=f"Huisnummer {one.id}")
    assert found(process, f"#{one.id}") == ["Dit is het", f"Huisnummer {one.id}"]


def test_words_follow_when_a_draft_is_written_anew(context):
    process = ProcessFactory()
    draft = ProposalFactory(process=process, title="Eerst dit")
    draft.title, draft.text = "Nu een molen", "Met wieken en een steen."
    db.session.flush()
    assert found(process, "eerst") == []
    assert found(process, "molen") == found(process, "wieken") == ["Nu een molen"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(st.characters(exclude_categories=["Cs"]), max_size=120))
def test_whatever_is_typed_is_an_answer_and_no_error(context, typed):
    clean = typed.replace("\0", "")
    way = Asked(words=clean)
    given = values(way, 1, seed="", today=today(), now=now())
    assert db.session.scalars(queries.in_order(way, Order.NEWEST), given).all() == []


def test_each_order_is_as_its_formula_says(context):
    process = ProcessFactory()
    days = [0, 1, 5, 9]
    made = [
        ProposalFactory(
            process=process,
            title=f"Voorstel {number}",
            support_count=supporters,
            published_at=now() - timedelta(days=day),
        )
        for number, (day, supporters) in enumerate(zip(days, [2, 6, 6, 40], strict=True))
    ]
    for subject in (made[2], made[2], made[0]):
        CommentFactory(process=process, subject_id=subject.id)

    def by(key):
        return [one.title for one in sorted(made, key=key)]

    assert found(process, "", Order.NEWEST) == by(lambda one: (-one.published_at.timestamp(),))
    assert found(process, "", Order.SUPPORT) == by(lambda one: (-one.support_count, -one.id))
    assert found(process, "", Order.RANDOM) == by(lambda one: place_drawn("account 1", one.id))
    assert found(process, "", Order.PACE) == by(
        lambda one: (-pace(one.support_count, one.published_at.date(), today()), -one.id)
    )
    assert found(process, "", Order.DISCUSSED) == [
        "Voorstel 2", "Voorstel 0", "Voorstel 3", "Voorstel 1",
    ]  # fmt: skip


def test_readers_see_one_order_a_day_and_a_resident_keeps_an_own_one(client, log_in):
    process = ProcessFactory()
    made = {one.title: one.id for one in ProposalFactory.create_batch(6, process=process)}
    address = f"/trajecten/{process.slug}/voorstellen"
    resident = ResidentFactory()

    def order(page):
        shown = page.main
        return [made[title] for title in sorted(made, key=lambda title: shown.index(f"{title} "))]

    for day in (date(2026, 11, 27), date(2026, 11, 28)):
        with time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)):
            drawn = sorted(made.values(), key=lambda n: place_drawn(seed_for(None, day), n))
            kept = sorted(made.values(), key=lambda n: place_drawn(seed_for(resident.id, day), n))
            assert order(client.get(address)) == drawn
            assert order(log_in(resident).get(address)) == kept


def test_a_list_is_narrowed_by_answer_and_by_moment(context):
    process = ProcessFactory()
    old = ProposalFactory(process=process, title="Oud", published_at=now() - timedelta(days=40))
    ProposalFactory(process=process, title="Nieuw", published_at=now() - timedelta(days=2))
    db.session.add(
        Answer(
            proposal_id=old.id,
            status=AnswerStatus.PARTLY,
            text="Wij doen een deel.",
            html="<p>Wij doen een deel.</p>",
            answered_at=now(),
        )
    )
    db.session.flush()
    assert found(process, "", Order.NEWEST) == ["Nieuw", "Oud"]
    assert found(process, "", Order.NEWEST, unanswered=True) == ["Nieuw"]
    assert found(process, "", Order.NEWEST, answer=AnswerStatus.PARTLY) == ["Oud"]
    assert found(process, "", Order.NEWEST, answer=AnswerStatus.TAKEN_UP) == []
    assert found(process, "", Order.NEWEST, since=Since.WEEK) == ["Nieuw"]
    assert found(process, "", Order.NEWEST, since=Since.YEAR) == ["Nieuw", "Oud"]


def test_a_tag_finds_and_narrows_and_weighs_less_than_a_title(client, store):
    process = ProcessFactory()
    named = ProposalFactory(process=process, title="Molen op de dijk")
    tagged = ProposalFactory(process=process, title="Wieken", text="Laat ze draaien in de wind.")
    tag = Tag(name="molens", key="molens")
    store.add(tag)
    store.flush()
    store.add(ContributionTag(contribution_id=tagged.id, tag_id=tag.id))
    store.commit()
    address = f"/trajecten/{process.slug}/voorstellen"
    page = client.get(f"{address}?zoek=molen").main
    assert page.index(named.title) < page.index(tagged.title)
    page = client.get(f"/voorstellen/{tagged.id}").follow("molens")
    assert "1 voorstel gevonden. Trefwoord: molens." in page.main
    assert named.title not in page.main


def test_a_list_is_narrowed_by_theme(client, store):
    process = ProcessFactory()
    store.add(theme := Category(process_id=process.id, name="Verkeer", position=1))
    store.flush()
    ProposalFactory(process=process, title="Een drempel", category_id=theme.id)
    ProposalFactory(process=process, title="Een boom")
    page = client.get(f"/trajecten/{process.slug}/voorstellen")
    page = page.press("Toon de lijst", thema="Verkeer")
    assert "Een drempel" in page.main
    assert "Een boom" not in page.main


def test_a_search_says_how_many_and_what_to_do_when_there_is_nothing(client):
    process = ProcessFactory()
    ProposalFactory(process=process, title="Bomen op de kade")
    page = client.get(f"/trajecten/{process.slug}/voorstellen").press("Zoek", zoek="boom <xq>")
    assert "Niets gevonden" in page.main
    assert "“boom <xq>”" in page.main
    page = page.press("Zoek", zoek="boom")
    assert "1 voorstel gevonden voor “boom”." in page.main
    page = page.follow("Toon alle voorstellen")
    assert "1 voorstel." in page.main


def test_a_search_in_what_was_chosen_says_so_and_leads_to_all_of_it(client):
    process, area = ProcessFactory(), AreaFactory()
    ProposalFactory(process=process, title="Bomen op de kade")
    address = f"/trajecten/{process.slug}/voorstellen"
    page = client.get(address, query_string={"zoek": "boom & kade", "wijk": area.id})
    assert "In wat u koos, staat niets met “boom & kade” erin." in page.main
    assert "Er is niets met" not in page.main
    assert "Bomen op de kade" in page.follow("Zoek het in alles").main


@pytest.mark.parametrize("typed", ["!!", "🌳", "_ -"])
def test_a_search_without_a_letter_claims_to_have_found_nothing(client, typed):
    process = ProcessFactory()
    ProposalFactory(process=process, title="Bomen op de kade")
    page = client.get(f"/trajecten/{process.slug}/voorstellen", query_string={"zoek": typed})
    assert "1 voorstel." in page.main
    assert "gevonden" not in page.main


def test_an_order_is_on_offer_when_the_griffie_has_switched_it_on(client, log_in):
    process = ProcessFactory()
    ProposalFactory(process=process)
    address = f"/trajecten/{process.slug}/voorstellen"
    assert "Meeste reacties eerst" not in client.get(address).main
    clerk = log_in(ClerkFactory())
    page = clerk.get(f"/griffie/trajecten/{process.id}/sorteren").press("Bewaar", discussed="y")
    page = page.follow("Kies de volgordes van de lijsten")
    assert page.all("input", id="discussed", checked="")
    page = client.get(f"{address}?volgorde=reacties").main
    assert "Meeste reacties eerst" in page
    assert "Meeste steun per dag eerst" not in page


def test_only_the_griffie_chooses_orders(context):
    process = ProcessFactory()
    with pytest.raises(NotAllowed):
        offer_orders(process.id, frozenset(), actor=VISITOR, now=now())


def test_the_feed_of_a_list_is_whole_and_says_the_same_letters(client):
    process = ProcessFactory(title="Groen & <veilig>")
    area = AreaFactory()
    one = ProposalFactory(
        process=process, area=area, title=IDEA, summary="Schaduw & <koelte>.", author_name="Özgür"
    )
    ProposalFactory(process=process, title="Elders")
    page = client.get(f"/trajecten/{process.slug}/voorstellen?wijk={area.id}")
    address = page.links()["Volg deze lijst in een feedlezer (Atom)"]
    answer = client.raw.get(address)
    assert answer.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(answer.get_data(as_text=True))
    assert feed.findtext(f"{ATOM}title") == "Voorstellen: Groen & <veilig>"
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == IDEA
    assert entry.findtext(f"{ATOM}summary") == "Schaduw & <koelte>."
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Özgür"
    assert entry.findtext(f"{ATOM}id") == f"http://localhost/voorstellen/{one.id}"
    assert datetime.fromisoformat(entry.findtext(f"{ATOM}updated", "")).tzinfo is not None
    assert {element.tag for element in feed} >= {
        f"{ATOM}{name}" for name in ("id", "title", "updated", "author", "link")
    }


def test_the_feed_of_an_empty_list_is_a_feed(client):
    process = ProcessFactory()
    feed = client.raw.get(f"/trajecten/{process.slug}/voorstellen/feed")
    assert ElementTree.fromstring(feed.get_data(as_text=True)).findtext(f"{ATOM}updated")


def test_the_page_of_formulas_tells_each_order(client):
    page = client.get("/hoe-wij-sorteren")
    for order in ("Door elkaar", "Nieuwste eerst", "Meeste steun eerst", "Meeste reacties eerst"):
        assert order in page.main


def test_words_are_kept_for_every_proposal(context):
    ProposalFactory.create_batch(3, process=ProcessFactory())
    without = text(
        "SELECT count(*) FROM proposal LEFT JOIN contribution_words w"
        " ON w.contribution_id = proposal.id WHERE w.words IS NULL"
    )
    assert db.session.scalar(without) == 0
