"""What would be a page or a script in a title, an answer or a reason stays words."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from participatie.core.db import db
from participatie.identity.rules import VISITOR, Actor, Role
from participatie.votes.models.rounds import VoteOption
from participatie.votes.rules.rounds import Channel, Voter
from participatie.votes.services import amending, casting, closing, counting, publishing
from tests.factories import LONG_AGO, ClerkFactory, soon
from tests.votes.polls import ONE, OPEN, end
from tests.votes.test_polls import CAST, RECEIVED, fill_in

pytestmark = pytest.mark.database

MARK = "boos-7431"
SCRIPT = f"</title></script><script>{MARK}()</script>"
WORDS = f"""{SCRIPT}"'><img src=x onerror={MARK}>&lt;{{{{8**9}}}} {MARK}\\"}}]"""
CLERK = Actor(id=1, roles=frozenset({Role.CLERK}))


@pytest.fixture
def vote(store, poll):
    """An open poll in which every word is hostile."""
    made = poll(
        {**ONE, "title": WORDS, "explanation": WORDS},
        {**OPEN, "title": WORDS},
        title=WORDS[:80],
        who_may_vote=WORDS,
        who_decides=WORDS,
    )
    for option in store.scalars(select(VoteOption).where(VoteOption.round_id == made.id)):
        option.title, option.text = f"{option.code} {WORDS}", WORDS
    store.commit()
    return made


def harmless(page):
    """A page on which the words are to be read, and are nothing else."""
    assert MARK in page.text
    for element in page.root.iter():
        if element.tag in {"script", "style"}:
            assert MARK not in "".join(element.itertext())
        assert not [name for name in element.attrib if name.startswith("on")], element.tag
    assert not page.all("img", src="x")
    assert str(8**9) not in page.main
    return page


def test_hostile_titles_and_answers_are_only_read_from_ballot_to_receipt(resident, vote):
    browser = resident()
    for page in ("", "/stembiljet"):
        harmless(browser.get(f"/stemmingen/{vote.id}{page}"))
    page = fill_in(browser, vote, **{"q.v1": "v1a", "q.v5": WORDS})
    assert harmless(page).press(CAST).h1 == RECEIVED
    harmless(fill_in(browser, vote, **{"q.v1": "v1a", "q.v5": WORDS * 20}))


def test_hostile_reasons_and_texts_are_only_read_by_everybody(app, client, log_in, vote):
    with app.app_context():
        now, until = soon(), vote.closes_at.replace(year=vote.closes_at.year + 1)
        change: dict[str, Any] = {
            "text": f"{WORDS} anders",
            "reason": WORDS,
            "actor": CLERK,
            "now": now,
        }
        amending.mend(vote.id, "question-v1", **change)
        amending.mend(vote.id, "contact", **change)
        amending.extend(vote.id, until=until, reason=WORDS, actor=CLERK, now=now)
        db.session.commit()
    harmless(client.get(f"/stemmingen/{vote.id}"))
    clerk = log_in(ClerkFactory())
    for page in ("draaiboek", "wijzigen"):
        harmless(clerk.get(f"/griffie/stemmingen/{vote.id}/{page}"))


@pytest.mark.usefixtures("few")
def test_hostile_words_in_a_result_are_words_in_every_form(app, client, store, vote, tmp_path):
    keys = app.extensions["vote_keys"]
    with app.app_context():
        for number in range(3):
            voter = Voter(keys.voter_key(vote.id, f"v1${number}"), Channel.LOGIN)
            given = [["v1a"], [WORDS]]
            casting.cast(vote.id, given, voter=voter, press=uuid4(), keys=keys, owner=None)
            db.session.commit()
    end(store, vote)
    with app.app_context():
        closing.close(vote.id, actor=VISITOR, now=LONG_AGO)
        counting.tally(vote.id, keys=keys, now=LONG_AGO)
        publishing.publish_by_itself(vote.id, actor=VISITOR, now=LONG_AGO)
        db.session.commit()
    harmless(client.get(f"/stemmingen/{vote.id}/uitslag"))
    answer = client.raw.get(f"/stemmingen/{vote.id}/uitslag.json")
    assert answer.mimetype == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert json.loads(answer.text)["results"]["v1"]["scores"] == {"v1a": 3, "v1b": 0, "v1c": 0}
    folder = client.raw.get(f"/stemmingen/{vote.id}/uitslag.zip")
    with zipfile.ZipFile(io.BytesIO(folder.get_data())) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path)
    assert not [name for name in names if name.startswith("/") or ".." in name]
    for path in tmp_path.rglob("*.json"):
        json.loads(path.read_text("utf-8"))
