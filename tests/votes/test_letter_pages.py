"""Letters as people meet them: the page of the code, and the desk that makes and ends letters."""

from __future__ import annotations

import io
import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from nacl.public import PrivateKey, SealedBox
from sqlalchemy import select, text

from participatie.identity.models import LoginSession
from participatie.identity.pseudonyms import Purpose
from participatie.theming.squares import square
from participatie.votes import open_letters
from participatie.votes.models.letter_codes import CodeBatch, LetterCode
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.rules.letter_codes import TRIES, CodeState, groups, new_code, read_code
from participatie.votes.rules.rounds import GREEDY, Channel, RollKind, RoundState
from tests.conftest import visitor
from tests.factories import ClerkFactory, OptionFactory, ResidentFactory, RoundFactory

BSN, OTHER = "999990019", "123456782"
CODE = re.compile(r"\b[0-9CFHJKMPRTVWXY]{4} [0-9CFHJKMPRTVWXY]{4} [0-9CFHJKMPRTVWXY]{4}\b")


def make_round(roll_kind=RollKind.CODES, **settings) -> VoteRound:
    vote_round = RoundFactory(
        title="Wat komt er op het plein?",
        state=RoundState.DRAFT,
        opened_at=None,
        counting=GREEDY,
        roll_kind=roll_kind,
        **settings,
    )
    OptionFactory(round_id=vote_round.id, code="a")
    return vote_round


@pytest.fixture
def clerk(log_in):
    return log_in(ClerkFactory())


def print_letters(clerk, vote_round, number="2"):
    """The codes on letters that the clerk prints here, and the page they stand on."""
    path = f"/griffie/stemmingen/{vote_round.id}/brieven/nieuw"
    page = clerk.get(path).press("Maak brieven", number=number, shape="page")
    return [read_code(code) for code in dict.fromkeys(CODE.findall(page.text))], page


@pytest.fixture
def letters(clerk):
    vote_round = make_round()
    return vote_round, print_letters(clerk, vote_round)[0]


# Filling in a code


def test_a_code_leads_to_its_vote(client, letters):
    vote_round, (code, _) = letters
    page = client.get("/code")
    assert page.h1 == "Vul uw code in"
    token = page.all("input", name="csrf_token")[0].get("value")
    sent = client.raw.post("/code", data={"code": groups(code).lower(), "csrf_token": token})
    assert (sent.status_code, sent.location) == (303, f"/stemmingen/{vote_round.id}")


def test_a_mistake_is_told_beside_the_field_and_what_was_typed_stays(client, letters):
    page = client.get("/code").press("Ga verder", code="7K4M 9PXR 2F8")
    assert page.status == 422
    assert page.errors() == ["Een code heeft 12 tekens. U vulde er 11 in."]
    assert page.all("input", name="code")[0].get("value") == "7K4M 9PXR 2F8"


def test_a_code_by_camera_leaves_the_address_at_once_and_asks_one_press(client, letters):
    vote_round, (code, _) = letters
    arrived = client.raw.get(f"/code/{code}")
    assert (arrived.status_code, arrived.location) == (303, "/code-gelezen")
    assert "no-store" in arrived.headers["Cache-Control"]
    page = client.get("/code-gelezen")
    assert vote_round.title in page.main
    assert code not in page.html
    token = page.all("input", name="csrf_token")[0].get("value")
    sent = client.raw.post("/code-gelezen", data={"csrf_token": token})
    assert sent.location == f"/stemmingen/{vote_round.id}"


def test_an_unknown_code_by_camera_leads_to_the_page_for_codes(client, letters):
    page = client.get(f"/code/{new_code()}")
    assert page.h1 == "Vul uw code in"
    assert "Wij kennen deze code niet" in page.main


def test_without_a_code_nothing_is_read(client):
    assert client.get("/code-gelezen").h1 == "Vul uw code in"


def test_who_leaves_leaves_nothing_behind(client, store, letters):
    _, (code, _) = letters
    client.get(f"/code/{code}")
    page = client.get("/code-gelezen")
    token = page.all("input", name="csrf_token")[0].get("value")
    client.raw.post("/code-gelezen", data={"csrf_token": token})
    before = store.scalars(select(LoginSession.id_hash)).all()
    token = client.get("/code").all("input", name="csrf_token")[0].get("value")
    client.post("/code/klaar", data={"csrf_token": token})
    assert not set(before[-1:]) & set(store.scalars(select(LoginSession.id_hash)))


def test_who_was_logged_in_goes_on_as_who_holds_the_letter(log_in, letters):
    _, (code, _) = letters
    resident = log_in(ResidentFactory(), vote_pseudonym="v1$vote")
    resident.get(f"/code/{code}")
    token = resident.get("/code-gelezen").all("input", name="csrf_token")[0].get("value")
    resident.raw.post("/code-gelezen", data={"csrf_token": token})
    assert not resident.get("/code").all("form", action="/uitloggen")


def test_trying_codes_stops_and_mistakes_in_typing_do_not(app, store, letters):
    _, (code, _) = letters
    browser = visitor(app)
    for _ in range(TRIES[0] + 5):
        assert browser.raw.get("/code/7K4M9PXR2F8X").location == "/code"
    assert browser.raw.get(f"/code/{code}").location == "/code-gelezen"
    for _ in range(TRIES[0]):
        assert browser.raw.get(f"/code/{new_code()}").status_code == 303
    for tried in (new_code(), code):
        assert browser.raw.get(f"/code/{tried}").status_code == 429


# Making letters


def test_letters_are_printed_once_with_code_and_square(clerk):
    vote_round = make_round()
    codes, page = print_letters(clerk, vote_round, "3")
    assert len(codes) == page.html.count("p-letter__square") == 3
    assert page.response.headers["Cache-Control"] == "no-store"
    batch = f"/griffie/stemmingen/{vote_round.id}/brieven"
    overview = clerk.get(batch)
    assert not CODE.findall(overview.text)
    assert "Ja" in overview.main


def test_the_file_for_the_printer_opens_with_the_key_of_the_printer_only(clerk, tmp_path):
    key, vote_round = PrivateKey.generate(), make_round()
    path = f"/griffie/stemmingen/{vote_round.id}/brieven/nieuw"
    token = clerk.get(path).all("input", name="csrf_token")[0].get("value")
    data = {"number": "2", "printer_key": bytes(key.public_key).hex(), "csrf_token": token}
    sent = clerk.raw.post(path, data=data)
    archive = ZipFile(io.BytesIO(sent.data))
    (tmp_path / "sealed").write_bytes(archive.read("brieven.sealed"))
    (tmp_path / "key").write_text(bytes(key).hex())
    rows = open_letters.opened(tmp_path / "key", tmp_path / "sealed").decode("utf-8-sig")
    assert rows.splitlines()[0] == "brief;code;adres_qr"
    assert len(CODE.findall(rows)) == 2
    (tmp_path / "other").write_text(bytes(PrivateKey.generate()).hex())
    assert open_letters.main(["open", str(tmp_path / "other"), str(tmp_path / "sealed")]) == 1


def test_the_printer_makes_a_key_of_its_own(tmp_path: Path, capsys):
    assert open_letters.main(["make-key", str(tmp_path / "printer.key")]) == 0
    assert re.fullmatch(r"[0-9a-f]{64}\n", capsys.readouterr().out)
    assert (tmp_path / "printer.key").stat().st_mode & 0o077 == 0
    assert open_letters.main(["make-key", str(tmp_path / "printer.key")]) == 1
    assert open_letters.main([]) == 2


def test_a_wrong_key_makes_no_letters(clerk, store):
    vote_round = make_round()
    path = f"/griffie/stemmingen/{vote_round.id}/brieven/nieuw"
    page = clerk.get(path).press("Maak brieven", number="2", printer_key="abc")
    assert "Dit is geen sleutel van een drukker" in page.errors()[0]
    assert store.scalars(select(CodeBatch)).all() == []


def test_a_square_is_drawn_in_one_path():
    drawn = square("https://stem.example/code/7K4M9PXR2F8C")
    assert drawn.size >= 29
    assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", drawn.path)


# A list of voters


def send_roll(clerk, vote_round, text, **fields):
    path = f"/griffie/stemmingen/{vote_round.id}/deelnemers"
    token = clerk.get(path).all("input", name="csrf_token")[0].get("value")
    file = (io.BytesIO(text.encode("utf-8-sig")), "kiezers.csv")
    data = {"file": file, "letters": "list", "shape": "page", "csrf_token": token, **fields}
    return clerk.post(path, data=data, content_type="multipart/form-data")


def test_a_list_fills_the_roll(clerk, store, app):
    vote_round = make_round(RollKind.UPLOAD)
    page = send_roll(clerk, vote_round, f"bsn\n{BSN}\n{OTHER}")
    assert "2 mensen zijn toegevoegd. 0 stonden al op de lijst." in page.main
    rows = store.scalars(select(Roll).where(Roll.round_id == vote_round.id)).all()
    assert {(row.version, row.channel) for row in rows} == {(0, Channel.LOGIN)}
    pseudonym = app.extensions["pseudonyms"].pseudonym(Purpose.VOTE, BSN)
    assert app.extensions["vote_keys"].voter_key(vote_round.id, pseudonym) in {
        row.voter_key for row in rows
    }


def test_wrong_lines_are_named_and_nothing_is_stored(clerk, store):
    vote_round = make_round(RollKind.UPLOAD)
    page = send_roll(clerk, vote_round, f"bsn\n{BSN}\n999990018")
    assert page.status == 422
    assert "Op regel 3 staat geen geldig BSN." in page.main
    assert "999990018" not in page.html
    assert store.scalars(select(Roll)).all() == []


def test_a_list_of_everybody_gives_newcomers_a_letter_and_nobody_a_second_one(clerk, store):
    vote_round = make_round(RollKind.UPLOAD)
    send_roll(clerk, vote_round, f"bsn;naam\n{BSN};Jansen", letters="letters")
    page = send_roll(clerk, vote_round, f"bsn;naam\n{BSN};Jansen\n{OTHER};Smit", letters="letters")
    assert "Smit" in page.text
    assert "Jansen" not in page.text
    kinds = store.execute(select(CodeBatch.kind, CodeBatch.printed).order_by(CodeBatch.id)).all()
    assert [*map(tuple, kinds)] == [("letters", 1), ("newcomers", 1)]
    page = clerk.get(f"/griffie/stemmingen/{vote_round.id}/brieven")
    assert "1 persoon op deze lijst had al een brief, en kreeg geen tweede." in page.text
    page = send_roll(clerk, vote_round, f"bsn;naam\n{BSN};Jansen\n{OTHER};Smit", letters="letters")
    assert page.errors() == ["Iedereen op deze lijst heeft al een brief. Niemand krijgt er twee."]


def test_letters_to_secret_addresses_come_apart(clerk, store):
    vote_round, key = make_round(RollKind.UPLOAD), PrivateKey.generate()
    text_of_file = f"bsn;naam;geheim\n{BSN};=Jansen;nee\n{OTHER};Smit;ja"
    path = f"/griffie/stemmingen/{vote_round.id}/deelnemers"
    token = clerk.get(path).all("input", name="csrf_token")[0].get("value")
    sent = clerk.raw.post(
        path,
        data={
            "file": (io.BytesIO(text_of_file.encode()), "kiezers.csv"),
            "letters": "letters",
            "printer_key": bytes(key.public_key).hex(),
            "csrf_token": token,
        },
        content_type="multipart/form-data",
    )
    archive = ZipFile(io.BytesIO(sent.data))
    assert sorted(archive.namelist()) == [
        "brieven-geheim.pdf.sealed",
        "brieven-geheim.sealed",
        "brieven.pdf.sealed",
        "brieven.sealed",
    ]
    pdf = SealedBox(key).decrypt(archive.read("brieven-geheim.pdf.sealed"))
    assert pdf.startswith(b"%PDF-")
    kinds = store.execute(select(CodeBatch.kind, CodeBatch.printed)).all()
    assert sorted(map(tuple, kinds)) == [("letters", 1), ("unlisted", 1)]


# What happens to a letter


def handle(clerk, vote_round, number, act):
    path = f"/griffie/stemmingen/{vote_round.id}/brieven/zoek"
    return clerk.get(path).press("Bewaar", number=number, act=act)


def number_of(store, place):
    code = store.scalars(select(LetterCode).where(LetterCode.number == place)).first()
    return f"{code.batch_id}-{code.number}"


def test_a_lost_letter_stops_working_and_a_new_one_works(clerk, client, store, letters):
    vote_round, (code, other) = letters
    assert "kwijt" in handle(clerk, vote_round, number_of(store, 1), "lost").main
    assert "werkt niet meer" in client.get(f"/code/{code}").main
    page = handle(clerk, vote_round, number_of(store, 2), "new")
    new = read_code(CODE.findall(page.text)[0])
    assert client.raw.get(f"/code/{new}").location == "/code-gelezen"
    assert "werkt niet meer" in client.get(f"/code/{other}").main


def test_a_letter_that_came_back_is_noted(clerk, store, letters):
    vote_round, _ = letters
    handle(clerk, vote_round, number_of(store, 1), "returned")
    states = store.scalars(select(LetterCode.state).order_by(LetterCode.number)).all()
    assert states == [CodeState.RETURNED, CodeState.OUT]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("abc", "Vul het nummer in zoals het op de brief staat, bijvoorbeeld 3-214."),
        ("1-99999", "Er is geen brief met dit nummer."),
    ],
)
def test_a_letter_that_is_not_there_is_told(clerk, letters, number, said):
    page = handle(clerk, letters[0], number, "lost")
    assert (page.status, page.errors()) == (422, [said])
    assert page.fields_with_errors() == ["Nummer van de brief"]


# Nothing of it stays


def test_a_planted_code_and_bsn_are_in_no_table(clerk, client, connection, caplog):
    vote_round = make_round(RollKind.UPLOAD)
    page = send_roll(clerk, vote_round, f"bsn;naam\n{BSN};Plantinga", letters="letters")
    code = read_code(CODE.findall(page.text)[0])
    client.get(f"/code/{code}")
    tables = connection.scalars(
        text(
            "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables"
            " WHERE table_type = 'BASE TABLE' AND table_schema IN ('public', 'broker')"
        )
    ).all()
    dump = "\n".join(
        row
        for table in tables
        for row in connection.scalars(text(f"SELECT t::text FROM {table} AS t"))
    )
    assert dump
    assert not [secret for secret in (code, groups(code), BSN, "Plantinga") if secret in dump]
    assert code not in caplog.text
