"""How an open vote goes is told nowhere: totals that stand out are planted, and every page of the
site is searched for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from participatie.core.db import db
from participatie.votes.rules.rounds import Channel, Voter
from participatie.votes.services import casting
from tests.house.endpoints import address_of, rows
from tests.house.world import World, people, world
from tests.sessions import make_session
from tests.votes.polls import TITLES

PLANTED = {
    ("a", Channel.LOGIN): 103,
    ("a", Channel.CODE): 113,
    ("b", Channel.LOGIN): 127,
    ("b", Channel.CODE): 139,
}
"""Votes by option and by channel; hardly a page of the world has these numbers, or their sums."""

Planted = Mapping[tuple[str, Channel], int]


def _sums(place: int) -> set[int]:
    keys = {key[place] for key in PLANTED}
    return {sum(n for key, n in PLANTED.items() if key[place] == wanted) for wanted in keys}


OF_OPTIONS = {*PLANTED.values(), *_sums(0)}
OF_CHANNELS = _sums(1)
SECRET = {
    "anonymous": OF_OPTIONS | OF_CHANNELS,
    "resident": OF_OPTIONS | OF_CHANNELS,
    "clerk": OF_OPTIONS,  # by which road people came in stands on the sheet of who runs the vote
}
"""What each may not read anywhere while a vote is open."""


def _told(text: str, numbers: Iterable[int]) -> list[str]:
    """Those of `numbers` that stand in a text by themselves, in digits or as a part of all."""
    total = sum(PLANTED.values())
    percents = {f"{round(100 * number / total)} %" for number in numbers}
    forms = [*map(str, sorted(numbers)), *sorted(percents)]
    return [form for form in forms if re.search(rf"(?<![\w.:-]){form}(?![\w.:-])", text)]


@pytest.fixture
def made(app: Flask, store: Session) -> tuple[World, dict[str, str]]:
    persons = people()
    vote = {"vote_pseudonym": "v1$vote"}
    sessions = {
        role: make_session(app, store, persons[role], **(vote if role == "resident" else {}))
        for role in ("resident", "clerk")
    }
    things = world(store, persons, app.extensions["media"])
    things["preview_token"] = things["revoked_token"] = "nothing"
    return things, {"anonymous": "", **sessions}


def _plant(app: Flask, things: World, planted: Planted) -> None:
    """Cast so many votes by option and by channel, in the poll and in the budget."""
    _cast(app, things["poll"], {"a": "v1a", "b": "v1b"}, planted)
    plans = {"a": things["option"], "b": things["other_option"]}
    _cast(app, things["budget_round"], plans, planted)


def _cast(app: Flask, round_id: int, options: dict[str, str], planted: Planted) -> None:
    keys = app.extensions["vote_keys"]
    with app.app_context():
        for (option, channel), number in planted.items():
            for _ in range(number):
                voter = Voter(keys.voter_key(round_id, f"v1${uuid4()}"), channel)
                given = [[options[option]]]
                casting.cast(round_id, given, voter=voter, press=uuid4(), keys=keys, owner=None)
        db.session.commit()
        db.session.remove()


def _pages(app: Flask, made: tuple[World, dict[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Every page, feed and file that opens: its name, for whom, and its address."""
    things, sessions = made
    for row in rows():
        if row.method != "GET" or row.endpoint not in app.view_functions:
            continue
        for role in sessions:
            if row.wanted[role] == "200":
                yield row.place, role, address_of(app, row, things)


def _read(app: Flask, session: str, address: str) -> str:
    browser = app.test_client()
    if session:
        browser.set_cookie(app.config["SESSION_COOKIE_NAME"], session)
    with browser.get(address) as response:
        return response.get_data().decode("utf-8", "replace")


def _order(page: str) -> list[str]:
    return sorted((title for title in TITLES if title in page), key=page.index)


def test_totals_that_stand_out_are_found_where_they_stand():
    """So the test below can fail."""
    assert _told("<td>216</td> en 47 %", {216, 266}) == ["216"]
    assert _told('<b title="x">45 %</b>', {216}) == ["45 %"]
    assert _told("a216f 2.216 00:103 1030", OF_OPTIONS) == []


def test_no_page_feed_or_file_tells_how_an_open_vote_goes(app, made):
    things, sessions = made
    asked = f"/stemmingen/{things['poll']}"
    before = {role: _order(_read(app, session, asked)) for role, session in sessions.items()}
    assert {len(order) for order in before.values()} == {len(TITLES)}

    _plant(app, things, PLANTED)

    everybody = re.compile(rf"(?<![\w-]){sum(PLANTED.values())}(?![\w-])")
    seen, turnout, told = 0, list[tuple[str, str]](), dict[tuple[str, str, str], list[str]]()
    for place, role, address in _pages(app, made):
        seen += 1
        text = _read(app, sessions[role], address)
        if found := _told(text, SECRET[role]):
            told[place, role, address] = found
        if everybody.search(text):
            turnout.append((role, address))
    assert seen > 250
    # The number of a plan or of a page may be one of these; it stays when more people vote.
    _plant(app, things, dict.fromkeys(PLANTED, 2))
    for (place, role, address), found in told.items():
        again = _told(_read(app, sessions[role], address), SECRET[role])
        assert {*found} <= {*again}, f"{place} as {role}"
    of = {
        role for role, where in turnout if not everybody.search(_read(app, sessions[role], where))
    }
    assert of == {"clerk"}, "who runs the vote sees how many came, so it was there to find"
    after = {role: _order(_read(app, session, asked)) for role, session in sessions.items()}
    assert after == before, "the order of the options says which is ahead"
