"""What is printed for a vote on paper."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
from pypdf import PdfReader

from participatie.theming.sheets import TEMPLATE, Part, Sheet
from participatie.theming.typesetting import pdf
from participatie.votes.rules.kinds import shuffled
from participatie.votes.rules.rounds import Grade, RoundState
from tests.factories import LONG_AGO, ClerkFactory
from tests.pages import text_of
from tests.votes.polls import ONE, OPEN, ORDER, POINTS, SEVERAL, TITLES


def place(vote, name: str) -> str:
    return f"/griffie/stemmingen/{vote.id}/papier/{name}"


@pytest.fixture
def clerk(log_in):
    return log_in(ClerkFactory())


@pytest.fixture
def vote(poll):
    return poll(ONE, SEVERAL, ORDER, POINTS, OPEN, grade=Grade.COMMON, rules_hash="ab" * 32)


def text_of_pdf(clerk, vote, name: str) -> str:
    sent = clerk.raw.get(place(vote, name))
    assert sent.mimetype == "application/pdf"
    pages = PdfReader(io.BytesIO(sent.data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("size", ["", "?groot=ja"])
def test_a_ballot_has_one_drawn_order_on_page_and_pdf(clerk, vote, size):
    page = clerk.get(place(vote, f"stembiljet{size}")).main
    paper = text_of_pdf(clerk, vote, f"stembiljet.pdf{size}")
    titles = dict(zip(("v1a", "v1b", "v1c"), TITLES, strict=True))
    order = [titles[code] for code in shuffled(titles, "ab" * 32)]
    for shown in (page, paper):
        assert sorted(order, key=shown.index) == order
        assert "Kies één antwoord." in shown
        assert "Schrijf uw naam er niet op" in shown


def test_a_ballot_says_once_what_it_is_about_where_its_question_has_the_title_of_the_vote(
    clerk, poll
):
    vote = poll(ONE, grade=Grade.COMMON, rules_hash="ab" * 32, title=ONE["title"])
    assert clerk.get(place(vote, "stembiljet")).main.count(vote.title) == 1
    assert text_of_pdf(clerk, vote, "stembiljet.pdf").count(vote.title) == 1


def test_the_title_of_a_paper_says_what_it_is_and_of_which_vote(clerk, vote):
    for name, title in (
        ("stembiljet", f"{vote.title}: Stembiljet"),
        ("telformulier", f"Telformulier: {vote.title}"),
    ):
        metadata = PdfReader(io.BytesIO(clerk.raw.get(place(vote, f"{name}.pdf")).data)).metadata
        assert metadata
        assert metadata.title == title
        assert text_of(clerk.get(place(vote, name)).all("title")[0]).startswith(title)


def test_what_is_the_same_for_each_question_of_a_ballot_is_said_once(clerk, poll):
    alike = poll(ONE, SEVERAL, grade=Grade.COMMON, rules_hash="ab" * 32)
    for shown in (
        clerk.get(place(alike, "stembiljet")).main,
        text_of_pdf(clerk, alike, "stembiljet.pdf"),
    ):
        assert shown.count("Zet een kruis in het vakje.") == 1


def test_a_ballot_of_more_pages_says_so_on_each_but_the_last(clerk, vote):
    sent = clerk.raw.get(place(vote, "stembiljet.pdf?groot=ja"))
    *before, last = [page.extract_text() for page in PdfReader(io.BytesIO(sent.data)).pages]
    assert before
    assert all("Op de volgende bladzijde staat meer." in page for page in before)
    assert "volgende bladzijde" not in last


def test_a_ballot_of_one_page_says_nothing_of_another(clerk, poll):
    short = poll(ONE, grade=Grade.COMMON, rules_hash="ab" * 32)
    assert "volgende bladzijde" not in text_of_pdf(clerk, short, "stembiljet.pdf")


def test_a_ballot_is_printed_after_the_rules_are_fixed(clerk, poll):
    draft = poll(ONE, grade=Grade.COMMON, state=RoundState.DRAFT, opened_at=None)
    clerk.get(place(draft, "stembiljet"), status=409)


def test_a_vote_that_counts_itself_has_no_ballot(clerk, poll):
    light = poll(ONE, grade=Grade.LIGHT, rules_hash="ab" * 32)
    clerk.get(place(light, "stembiljet"), status=409)


def test_the_count_form_has_a_line_for_each_answer_and_for_blank(clerk, vote):
    page = clerk.get(place(vote, "telformulier")).main
    paper = text_of_pdf(clerk, vote, "telformulier.pdf")
    for words in ("Blanco", "Telt niet", "Alle papieren van deze stapel"):
        assert words in page
        assert words in paper


LONG = "Een rookmelder en een veiligheidscheck voor tweehonderd huizen aan de Dijk"


def test_a_long_answer_on_the_count_form_stands_in_its_own_row_and_names_stay_together(app):
    rows = tuple((f"{number} {LONG}", "", "") for number in range(1, 30))
    signs = ("Naam en handtekening", "Nummer van de stapel, datum en tijd")
    parts = (
        Part(heading="Plannen", head=("Antwoord", "Turven", "Totaal"), rows=rows, is_form=True),
        Part(heading="Geteld door", signs=signs),
    )
    sheet = Sheet(title="Telformulier", over="Oude Haven", lead="Eén stapel.", parts=parts)
    made = pdf(TEMPLATE, sheet.facts(municipality="Gemeente", language="nl"), made_at=LONG_AGO)
    pages = PdfReader(io.BytesIO(made)).pages
    assert any(all(name in page.extract_text() for name in signs) for page in pages)
    for page in pages:
        heights: set[float] = set()

        def see(text: str, at: list[float], *_: object, seen: set[float] = heights) -> None:
            if text.strip():
                seen.add(round(at[5], 1))

        page.extract_text(visitor_text=see)
        lines = sorted(heights)
        assert all(below + 9 < above for below, above in pairwise(lines))
