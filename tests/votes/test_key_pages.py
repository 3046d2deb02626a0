"""The pages of the keys of a heavy vote, as the griffie and three key holders meet them."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import select, update

from participatie.votes.keys import LocalKeys
from participatie.votes.models.holders import KeyHolder
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.rounds import Grade, RoundState
from participatie.votes.sealer.holders import Brought
from tests.factories import LONG_AGO, ClerkFactory
from tests.votes.key_holders import THREE, three_holders
from tests.votes.polls import make_poll


@pytest.fixture
def clerk(store, log_in):
    return log_in(ClerkFactory())


@pytest.fixture
def own_keys(app, tmp_path):
    """What is held in memory stays so for every database with that number: not here."""
    before = app.extensions["vote_keys"]
    app.extensions["vote_keys"] = LocalKeys(tmp_path)
    yield app.extensions["vote_keys"]
    app.extensions["vote_keys"] = before


@pytest.fixture
def prepared(store):
    return make_poll(store, grade=Grade.HEAVY, state=RoundState.DRAFT, opened_at=None)


@pytest.fixture
def closed(store, own_keys):
    """A closed heavy vote, and the files of its holders."""
    vote = make_poll(store, grade=Grade.HEAVY, state=RoundState.CLOSED, closed_at=LONG_AGO)
    own_keys.make(vote.id)
    return vote, three_holders(store, vote)


def address(vote, *parts):
    return "/".join([f"/griffie/stemmingen/{vote.id}/sleutels", *parts])


def upload(brought, place=""):
    return {
        f"file{place}": (BytesIO(brought.file), "sleutel.json"),
        f"phrase{place}": brought.phrase,
    }


def typed():
    pairs = zip("abc", THREE, strict=True)
    return {f"{f}_{letter}": getattr(one, f) for letter, one in pairs for f in ("name", "phrase")}


def test_three_people_make_their_keys_fetch_them_and_prove_them(clerk, prepared, store):
    page = clerk.get(address(prepared)).follow("Maak de sleutels")
    page = page.press("Maak drie sleutels", **typed())
    assert "De stemming kan nog niet open" in page.main
    token = {"csrf_token": page.all("input", name="csrf_token")[0].get("value")}
    files = [clerk.raw.post(address(prepared, place, "ophalen"), data=token) for place in "ABC"]
    assert [one.status_code for one in files] == [200, 200, 200]
    assert files[1].headers["Cache-Control"] == "no-store"
    assert f"sleutel-stemming-{prepared.id}-B.json" in files[1].headers["Content-Disposition"]
    assert (
        "al opgehaald" in clerk.post(address(prepared, "B", "ophalen"), data=token, status=409).main
    )
    for file, one in zip(files, THREE, strict=True):
        asked = clerk.get(address(prepared)).follow("Probeer een sleutel")
        page = asked.press("Probeer deze sleutel", **upload(Brought(file.data, one.phrase)))
        assert "Deze sleutel werkt" in page.text
    assert "Alle drie de sleutels werken" in page.main
    assert None not in store.scalars(select(KeyHolder.proven_at)).all()


def test_what_is_wrong_stands_beside_its_field_and_the_names_stay(clerk, prepared):
    asked = clerk.get(address(prepared, "maken"))
    page = asked.press("Maak drie sleutels", **{**typed(), "phrase_b": "te kort"})
    assert page.fields_with_errors() == ["Wachtzin van sleutelhouder B"]
    assert "Anna de Wit" in page.html
    assert THREE[0].phrase not in page.html
    page = asked.press("Maak drie sleutels")
    assert len(page.errors()) == 6


def test_a_file_that_is_no_key_is_refused_with_a_sentence(clerk, prepared, store):
    files = three_holders(store, prepared, are_proven=False)
    asked = clerk.get(address(prepared, "bewijzen"))
    page = asked.press("Probeer deze sleutel")
    assert page.fields_with_errors() == ["Sleutelbestand", "Wachtzin"]
    page = asked.press("Probeer deze sleutel", **upload(Brought(b"\x00\xff", "wat dan ook")))
    assert "geen sleutelbestand van deze stemming" in page.errors()[0]
    page = asked.press("Probeer deze sleutel", **upload(Brought(files.of(0).file, "iets anders")))
    assert "niet de wachtzin van Anna de Wit" in page.errors()[0]


def test_the_count_visibly_waits_until_two_holders_came(clerk, closed, own_keys):
    vote, files = closed
    page = clerk.get(address(vote))
    assert "De telling wacht op de sleutelhouders" in page.main
    asked = page.follow("Open de stemming met twee sleutels")
    wrong = Brought(files.of(2).file, files.of(1).phrase)
    page = asked.press("Open de stemming", **upload(files.of(1), "_1"), **upload(wrong, "_2"))
    assert page.fields_with_errors() == ["Wachtzin van de tweede sleutelhouder"]
    page = asked.press("Open de stemming", **upload(files.of(2), "_1"), **upload(files.of(0), "_2"))
    assert "Er zijn twee sleutelhouders geweest" in page.main
    assert own_keys.is_held(vote.id, vote.seal_public)


def test_a_light_vote_has_no_keys_to_hold_and_an_open_one_none_to_make(clerk, store, prepared):
    clerk.get(address(make_poll(store)), status=404)
    store.execute(
        update(VoteRound)
        .where(VoteRound.id == prepared.id)
        .values(state=RoundState.OPEN, opened_at=LONG_AGO, rules_hash="0" * 64)
    )
    store.commit()
    assert "De stemming loopt" in clerk.get(address(prepared)).main
    for part in ("maken", "bewijzen", "openen"):
        clerk.get(address(prepared, part), status=409)
