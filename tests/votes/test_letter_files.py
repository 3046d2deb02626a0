"""Letters as a PDF: one a page, readable for everybody, and proof letters that are of nobody."""

from __future__ import annotations

import io
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from participatie.core.errors import Invalid
from participatie.votes.admin.letter_files import Printing
from participatie.votes.letters import printer_key
from participatie.votes.rules.letter_codes import (
    MOST_PRINTED_HERE,
    is_proof,
    new_code,
    proof_code,
    read_code,
)
from participatie.votes.rules.rolls import address_lines
from participatie.votes.rules.rounds import RollKind
from tests.factories import ClerkFactory, ProcessFactory
from tests.votes.test_letter_pages import BSN, CODE, OTHER, make_round


@pytest.fixture
def clerk(log_in):
    return log_in(ClerkFactory())


def send(clerk, path, **fields):
    """What comes back for a form, as it is sent: a file."""
    token = clerk.get(path).all("input", name="csrf_token")[0].get("value")
    data = {"csrf_token": token, **fields}
    return clerk.raw.post(path, data=data, content_type="multipart/form-data")


def test_letters_come_as_one_pdf_with_a_letter_on_each_page(clerk, client):
    vote_round = make_round()
    path = f"/griffie/stemmingen/{vote_round.id}/brieven/nieuw"
    sent = send(clerk, path, number="3", shape="pdf")
    assert sent.mimetype == "application/pdf"
    assert sent.headers["Cache-Control"] == "no-store"
    pages = PdfReader(io.BytesIO(sent.data)).pages
    codes = [read_code(CODE.findall(page.extract_text())[0]) for page in pages]
    assert len(set(codes)) == 3
    assert client.raw.get(f"/code/{codes[0]}").location == "/code-gelezen"


def test_letters_of_a_process_are_said_in_its_words(clerk):
    process, said = ProcessFactory(), "Hier is uw code voor het plein:"
    words = clerk.get(f"/griffie/trajecten/{process.id}/teksten/brief")
    field = next(
        one.get("name")
        for one in words.all("textarea")
        if "".join(one.itertext()).strip() == "Dit is uw code om te stemmen:"
    )
    words.press("Zet dit in dit traject", **{field: said})
    rounds = make_round(process_id=process.id), make_round()
    letters = [
        PdfReader(
            io.BytesIO(send(clerk, f"/griffie/stemmingen/{one.id}/brieven/nieuw", number="1").data)
        )
        for one in rounds
    ]
    assert [said in one.pages[0].extract_text() for one in letters] == [True, False]


def test_a_pdf_can_be_read_aloud(clerk):
    vote_round = make_round()
    path = f"/griffie/stemmingen/{vote_round.id}/brieven/nieuw"
    pdf = PdfReader(io.BytesIO(send(clerk, path, number="1").data))
    root: Any = pdf.trailer["/Root"]
    assert str(root["/Lang"]) == "nl"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata
    assert pdf.metadata.title == "Brieven: Wat komt er op het plein?"
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_secret_addresses_come_in_a_pdf_of_their_own(clerk):
    vote_round = make_round(RollKind.UPLOAD)
    people = (
        f"bsn;naam;postcode;plaats;geheim\n{BSN};Aart;1141 AB;Monnickendam;\n{OTHER};Bea;1;X;ja"
    )
    path = f"/griffie/stemmingen/{vote_round.id}/deelnemers"
    file = (io.BytesIO(people.encode()), "kiezers.csv")
    sent = send(clerk, path, file=file, letters="letters", window="right", large="y")
    archive = ZipFile(io.BytesIO(sent.data))
    texts = {
        name: PdfReader(io.BytesIO(archive.read(name))).pages[0].extract_text()
        for name in archive.namelist()
    }
    assert "Aart" in texts["brieven.pdf"]
    assert "Bea" in texts["brieven-geheim.pdf"]
    assert "Bea" not in texts["brieven.pdf"]


def test_a_sheet_keeps_letters_to_secret_addresses_apart_on_a_page_to_print(clerk):
    vote_round = make_round(RollKind.UPLOAD)
    people = f"bsn;naam;geheim\n{OTHER};Bea;ja\n{BSN};Aart;"
    page = clerk.get(f"/griffie/stemmingen/{vote_round.id}/deelnemers").press(
        "Voeg deze kiezers toe",
        file=(io.BytesIO(people.encode()), "kiezers.csv"),
        letters="letters",
        shape="page",
    )
    assert "2 brieven. Druk ze nu af" in page.main
    usual, apart = page.main.split("Brieven aan geheime adressen")
    assert "1 brief komt na dit vel. Houd hem apart van de andere brieven." in apart
    assert ("Aart" in usual, "Bea" in apart) == (True, True)
    assert "Bea" not in usual


def test_the_code_of_a_proof_letter_is_read_and_nobody_votes_with_it(clerk, client):
    vote_round = make_round()
    sent = send(clerk, f"/griffie/stemmingen/{vote_round.id}/brieven/proef", window="left")
    pdf = PdfReader(io.BytesIO(sent.data))
    assert len(pdf.pages) == 3
    text = pdf.pages[0].extract_text()
    assert "PROEF" in text
    page = client.get(f"/code/{read_code(CODE.findall(text)[0])}")
    assert "Dit is een proefbrief." in page.main


def test_many_letters_are_for_a_printing_company():
    with pytest.raises(Invalid):
        Printing().takes(MOST_PRINTED_HERE + 1)
    Printing().takes(MOST_PRINTED_HERE)
    Printing(key=printer_key("ab" * 32)).takes(MOST_PRINTED_HERE + 1)


@given(st.integers(1, 9999999))
def test_a_proof_code_is_a_code(number):
    assert read_code(proof_code(number)) == proof_code(number)
    assert is_proof(proof_code(number))


def test_no_drawn_code_is_a_proof_code():
    drawn = iter([16, 17, 0, 11, *([0] * 7), *range(11)])
    assert not is_proof(new_code(lambda _below: next(drawn)))


@pytest.mark.parametrize(
    ("along", "lines"),
    [
        ({"naam": "A", "adres": "Kade 1"}, ["A", "Kade 1"]),
        (
            {"Straat": "Kade", "Huisnummer": "1", "Postcode": "1141 AB", "Plaats": "Broek"},
            ["Kade  1", "1141 AB  Broek"],
        ),
        ({"postcode": "1141 AB", "plaats": " "}, ["1141 AB"]),
        ({}, []),
    ],
)
def test_what_belongs_together_stands_on_one_line_of_the_address(along, lines):
    assert address_lines(along) == lines
