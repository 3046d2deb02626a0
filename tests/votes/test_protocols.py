"""The protocol of a vote: there once the result is, the same on the page and in the PDF."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from participatie.core.db import db
from participatie.theming.sheets import Part, Sheet
from participatie.votes.rules.acts import Act
from participatie.votes.rules.rounds import Grade
from participatie.votes.services import counting
from participatie.votes.services.protocols import protocol
from participatie.votes.views.protocol_words import sheet_of
from tests.factories import ClerkFactory
from tests.pages import text_of
from tests.votes.steps import NOW, cast, make_round
from tests.votes.test_poll_results import counted, publish
from tests.votes.two_people import actor_of, both, closed

assert counted


def words(text: str) -> str:
    """Without spaces and line ends: a PDF breaks lines where it likes."""
    return "".join(text.split())


def pdf_text(client, vote) -> str:
    sent = client.raw.get(f"/stemmingen/{vote.id}/protocol.pdf")
    assert sent.mimetype == "application/pdf"
    return words("".join(page.extract_text() for page in PdfReader(io.BytesIO(sent.data)).pages))


def test_before_a_result_is_published_there_is_no_protocol(client, counted):
    for name in ("protocol", "protocol.pdf"):
        client.get(f"/stemmingen/{counted.id}/{name}", status=404)


def test_the_protocol_of_a_poll_says_what_came_out_and_who_did_it(app, client, counted):
    publish(app, counted)
    page = client.get(f"/stemmingen/{counted.id}/protocol")
    assert "Bovenaan staat: Appel." in page.main
    assert "Het systeem sloot, telde en publiceerde deze stemming vanzelf." in page.main
    result = client.get(f"/stemmingen/{counted.id}/uitslag")
    assert result.links()["Het protocol van deze stemming"] == f"/stemmingen/{counted.id}/protocol"


def test_page_and_pdf_say_the_same(app, client, counted):
    publish(app, counted)
    page = client.get(f"/stemmingen/{counted.id}/protocol")
    shown = pdf_text(client, counted)
    said = [text_of(one) for name in ("h2", "dt", "dd", "td") for one in page.all(name)]
    main = [text for text in said if words(text) and words(text) in words(page.main)]
    assert len(main) > 20
    assert not [text for text in main if words(text) not in shown]


@pytest.mark.parametrize("number", [3, 12])
def test_two_people_stand_in_the_protocol_and_few_voters_by_one_road_do_not(
    app, client, keys, number
):
    with app.app_context():
        people = [ClerkFactory(public_name=name) for name in ("Aart Griffier", "Bea Tweede")]
        actors = [actor_of(one) for one in people]
        vote = make_round(grade=Grade.COMMON)
        vote.clerk_id, vote.second_id = people[0].id, people[1].id
        for voter in range(number):
            cast(vote, ["1"], keys=keys, voter=f"v1${voter}")
        closed(vote)
        both(vote, Act.FINALISE, actors)
        counting.tally(vote.id, keys=keys, now=NOW)
        both(vote, Act.PUBLISH, actors, is_final=True)
        db.session.commit()
    page = client.get(f"/stemmingen/{vote.id}/protocol").main
    assert "Aart Griffier" in page
    assert "Bea Tweede, tweede persoon" in page
    assert ("Met DigiD" in page) is (number >= 10)
    assert "De uitslag publiceren" in page
    assert "Publish the result" in client.raw.get(f"/en/stemmingen/{vote.id}/protocol").text
    with app.test_request_context():
        heavy = sheet_of(replace(protocol(vote.id), opened_with=["Ada Blok", "Ben Cats"]))
    texts = [text for part in heavy.parts for text in part.texts]
    assert "De stemmen zijn geopend met de sleutels van Ada Blok en Ben Cats." in texts


def test_a_paper_as_text_has_everything_on_it():
    part = Part(
        heading="Kop",
        texts=("Zin.",),
        facts=(("Naam", "waarde"),),
        head=("A", "B"),
        rows=(("1", "2"),),
        signs=("Wie",),
    )
    text = Sheet(title="T", over="O", lead="L", parts=(part,)).text
    assert text == (
        "T\n\nO\n\nL\n\nKOP\nZin.\nNaam: waarde\nA; B\n1; 2\n____________________ Wie\n"
    )
