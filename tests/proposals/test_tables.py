"""Proposals go in and out as a table: complete, told per line, and safe in a spreadsheet."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import func, select

from participatie.core.errors import Invalid
from participatie.processes.models import Category
from participatie.proposals import workbooks
from participatie.proposals.models import Proposal
from participatie.proposals.rules.tables import (
    MOST_LINES,
    lines_of,
    plain,
    read_csv,
    safe,
    unknown_columns,
    written_csv,
)
from tests.factories import AreaFactory, ClerkFactory, ProcessFactory, ProposalFactory

IDEA = "één idee voor café Özgür 🌳"
HEAD = "titel;samenvatting;tekst;thema;trefwoorden;naam\n"
ROW = "{title};Een boom voor het terras.;Een boom geeft schaduw, ook in mei.;;;\n"
FORMULAS = ["=1+1", "+31", "-1", "@SUM(A1)", "\tx", "'=1", "=HYPERLINK(1)"]
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)


@pytest.fixture
def process(store):
    return ProcessFactory()


@pytest.fixture
def clerk(log_in):
    return log_in(ClerkFactory())


def sent(client, process, content, name="ideeen.csv"):
    page = client.get(f"/griffie/trajecten/{process.id}/voorstellen/overnemen")
    file = (io.BytesIO(content.encode() if isinstance(content, str) else content), name)
    return page.press("Neem deze voorstellen over", file=file)


def number_of_proposals(store):
    return store.scalar(select(func.count()).select_from(Proposal))


@pytest.mark.parametrize("text", [*FORMULAS, "gewoon", "", IDEA])
def test_no_cell_is_a_formula_and_it_says_the_same_after_reading(text):
    assert not safe(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert plain(safe(text)) == text


@given(st.lists(st.lists(texts, min_size=3, max_size=3), min_size=1, max_size=5))
@example([[",", ",", ","]])
def test_what_is_written_is_read_the_same(rows):
    assert [[plain(cell) for cell in row] for row in read_csv(written_csv(rows))] == rows


def test_a_comma_in_a_name_of_a_column_does_not_decide_the_mark_between_columns():
    [line] = lines_of(read_csv(b"titel;kosten, in euro, ruw, met btw;samenvatting;tekst\na;1;b;c"))
    assert dict(line.cells) == {"titel": "a", "samenvatting": "b", "tekst": "c"}


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_columns_stand_in_any_order_between_any_marks(delimiter):
    head = delimiter.join(["Tekst", "kosten", "TITEL", "samenvatting"])
    [line] = lines_of(read_csv(f"{head}\r\n{delimiter.join('abcd')}\r\n\r\n".encode()))
    assert dict(line.cells) == {"tekst": "a", "titel": "c", "samenvatting": "d"}
    assert line.number == 2


def test_a_file_of_an_old_excel_keeps_its_accents():
    [line] = lines_of(read_csv("titel;samenvatting;tekst\ncafé;b;c".encode("cp1252")))
    assert line.get("titel") == "café"


@pytest.mark.parametrize(
    "content", [b"", b"titel;tekst\na;b", b"titel;samenvatting;tekst\n", b"\x81\x8d\x00"]
)
def test_what_is_no_table_of_proposals_is_refused(content):
    with pytest.raises(Invalid) as refusal:
        lines_of(read_csv(content))
    assert refusal.value.field == "file"


@pytest.mark.parametrize(
    "content",
    [
        b"titel;titel;samenvatting;tekst\nEen boom;Een bank;Kort;Lang",
        b"titel;samenvatting;tekst\nEen boom;Kort;Een boom; want het is heet",
    ],
)
def test_nothing_of_a_table_is_left_out_without_a_word(content):
    with pytest.raises(Invalid) as refusal:
        lines_of(read_csv(content))
    assert refusal.value.field == "file"


def test_a_column_that_no_file_of_ours_has_is_named():
    head = b"titel;samenvatting;tekst;Trefworden;;steun;nummer;" + b"x" * 60 + b";a;b;c;d"
    named = unknown_columns(read_csv(head))
    assert named == ["Trefworden", "…", "a", "b", "c"]


def test_empty_cells_at_the_end_of_a_line_are_no_fault():
    [line] = lines_of(read_csv(b"titel;samenvatting;tekst\na;b;c;; ;"))
    assert line.get("tekst") == "c"


def test_a_table_has_an_end():
    rows = [["titel", "samenvatting", "tekst"], *([["a", "b", "c"]] * (MOST_LINES + 1))]
    with pytest.raises(Invalid):
        lines_of(rows)


def test_in_a_workbook_a_text_is_a_text():
    made = workbooks.written("Voorstellen", [["titel", "steun"], *([one, 3] for one in FORMULAS)])
    sheet = load_workbook(io.BytesIO(made)).active
    assert {cell.data_type for cell in sheet["A"]} == {"s"}
    assert [row[0] for row in workbooks.read(made)][1:] == FORMULAS


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("content", [b"", b"<a><b>"])
def test_a_workbook_with_a_damaged_part_is_refused(part, content):
    made = io.BytesIO(workbooks.written("Voorstellen", [["titel"]]))
    damaged = io.BytesIO()
    with zipfile.ZipFile(made) as whole, zipfile.ZipFile(damaged, "w") as book:
        for name in whole.namelist():
            book.writestr(name, content if name == part else whole.read(name))
    with pytest.raises(Invalid, match="cannot be read"):
        workbooks.read(damaged.getvalue())


def test_a_thousand_lines_are_taken_over_and_given_back(clerk, store, process):
    titles = [f"Idee nummer {number:04}" for number in range(1001)]
    page = sent(clerk, process, HEAD + "".join(ROW.format(title=title) for title in titles))
    assert "1.001 voorstellen zijn overgenomen." in page.text
    assert number_of_proposals(store) == 1001
    given_back = clerk.raw.get(f"/griffie/trajecten/{process.id}/voorstellen.csv")
    assert [line.get("titel") for line in lines_of(read_csv(given_back.data))] == titles
    book = clerk.raw.get(f"/griffie/trajecten/{process.id}/voorstellen.xlsx")
    assert [row[1] for row in workbooks.read(book.data)[1:]] == titles


def test_the_griffie_hears_which_columns_were_left_out(clerk, store, process):
    head = HEAD.replace("trefwoorden", "trefworden")
    page = sent(clerk, process, head + ROW.format(title="Een boom"))
    assert "Deze kolommen kennen wij niet, en namen wij niet over: trefworden." in page.text
    assert number_of_proposals(store) == 1
    given_back = clerk.raw.get(f"/griffie/trajecten/{process.id}/voorstellen.csv").data
    page = sent(clerk, ProcessFactory(), given_back.decode())
    assert "Deze kolommen kennen wij niet" not in page.text


def test_each_line_that_is_wrong_is_told_and_nothing_is_kept(clerk, store, process):
    store.add(Category(process_id=process.id, name="Groen", position=1))
    ProposalFactory(process=process, title="Bankje aan het water")
    rows = [
        ROW.format(title=IDEA),
        ROW.format(title="Kort"[:3]),
        ROW.format(title="bankje aan het  water"),
        "Een fontein;Een boom voor het terras.;Een boom geeft schaduw in mei.;Verkeer;;\n",
    ]
    page = sent(clerk, process, HEAD + "".join(rows))
    assert page.status == 422
    assert "3 regels zijn niet goed." in page.text
    assert "1 regel is goed." in page.text
    assert "Er is al een voorstel met deze titel." in page.text
    assert "‘Verkeer’ staat niet in de lijst van deze site." in page.text
    assert number_of_proposals(store) == 1


def test_a_workbook_is_taken_over_to_the_letter(clerk, store, process):
    head = ["titel", "samenvatting", "tekst", "trefwoorden", "naam"]
    row = [IDEA, "=Een boom voor het terras.", "Een boom geeft <b>schaduw</b>.", "bomen", "Özgür"]
    sent(clerk, process, workbooks.written("Ideeën", [head, row]), "ideeen.xlsx")
    made = store.scalars(select(Proposal)).one()
    assert (made.title, made.summary, made.author_name) == (IDEA, row[1], "Özgür")
    page = clerk.get(f"/voorstellen/{made.id}")
    assert "Een boom geeft <b>schaduw</b>." in page.main
    assert "bomen" in page.main


def test_a_file_that_is_something_else_is_refused(clerk, store, process):
    for content in (b"PK\x03\x04 geen archief", b"\x81\x8d", b""):
        assert sent(clerk, process, content).status == 422
    assert number_of_proposals(store) == 0


def test_a_process_that_is_not_open_takes_nothing_over(clerk, store):
    draft = ProcessFactory(published_at=None)
    clerk.get(f"/griffie/trajecten/{draft.id}/voorstellen/overnemen", status=409)


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "2026-07-02 00:30"),
        (datetime(2026, 1, 1, 11, 5, tzinfo=UTC), "2026-01-01 12:05"),
    ],
)
def test_a_table_says_the_time_that_the_page_says(clerk, process, moment, written):
    ProposalFactory(process=process, published_at=moment)
    table = clerk.raw.get(f"/griffie/trajecten/{process.id}/voorstellen.csv").text
    assert f";{written};" in table


def test_the_dot_of_a_proposal_goes_in_and_out(clerk, store, process):
    park = AreaFactory(polygons=[[[[4.9, 52.5], [5.0, 52.5], [5.0, 52.6], [4.9, 52.5]]]])
    head = HEAD.strip() + ";breedtegraad;lengtegraad\n"
    row = "{};Een boom voor het terras.;Een boom geeft schaduw in mei.;;;;{}\n"
    wrong = sent(
        clerk, process, head + row.format(IDEA, "48,85;2,35") + row.format("Half", "52,5;")
    )
    assert wrong.status == 422
    assert "Deze plek ligt buiten Nederland." in wrong.text
    assert "Dit is geen plek op de kaart." in wrong.text
    assert "breedtegraad" in wrong.main
    sent(clerk, process, head + row.format(IDEA, "52,52;4,98") + row.format("Geen stip", ";"))
    one = store.scalars(select(Proposal).where(Proposal.title == IDEA)).one()
    assert (str(one.point), one.area_id) == ("52.52000, 4.98000", park.id)
    given_back = clerk.raw.get(f"/griffie/trajecten/{process.id}/voorstellen.csv")
    lines = {line.get("titel"): line for line in lines_of(read_csv(given_back.data))}
    assert (lines[IDEA].get("breedtegraad"), lines[IDEA].get("lengtegraad")) == ("52.52", "4.98")
    assert lines["Geen stip"].get("breedtegraad") == ""
