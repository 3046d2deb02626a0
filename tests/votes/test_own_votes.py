"""Checking one's own vote, and saying that one did not vote."""

from __future__ import annotations

import json
from base64 import b64decode
from uuid import uuid4

import pytest
from sqlalchemy import select

from participatie.core.db import db
from participatie.core.outbox import OutboxMessage
from participatie.identity.rules import VISITOR
from participatie.votes.models.complaints import VoteComplaint
from participatie.votes.rules.board import code_digest
from participatie.votes.rules.rounds import Publication, RoundState
from participatie.votes.services import checked, closing, counting, heads, publishing
from tests import moments
from tests.factories import LONG_AGO, ClerkFactory, ResidentFactory
from tests.texts import dutch
from tests.votes.polls import end
from tests.votes.steps import NOW
from tests.votes.test_polls import code_on, vote_for

NOT_ME = "Ik heb niet gestemd"


def look_up(browser, vote, code):
    return browser.get(f"/stemmingen/{vote.id}/controleer").press("Controleer deze code", code=code)


def publish(app, store, vote):
    end(store, vote)
    with app.app_context():
        closing.close(vote.id, actor=VISITOR, now=LONG_AGO)
        counting.tally(vote.id, keys=app.extensions["vote_keys"], now=LONG_AGO)
        publishing.publish_by_itself(vote.id, actor=VISITOR, now=LONG_AGO)
        db.session.commit()


def typed_ways(code):
    return [code, code.replace(" ", ""), code.lower(), code.replace(" ", "-").replace("0", "o")]


def test_before_the_result_a_code_says_only_that_the_vote_came_in(client, resident, poll):
    vote, browser = poll(), resident()
    codes = [code_on(vote_for(browser, vote, **{"q.v1": f"v1{letter}"})) for letter in "ab"]
    for code in codes:
        for typed in typed_ways(code):
            page = look_up(client, vote, typed)
            assert "Uw stem is ontvangen" in page.main
            assert "vervangen" not in page.main


def test_after_the_result_a_code_says_whether_the_vote_was_counted(
    app, store, client, resident, poll
):
    vote, browser = poll(), resident()
    codes = [code_on(vote_for(browser, vote, **{"q.v1": f"v1{letter}"})) for letter in "ab"]
    publish(app, store, vote)
    said = ["Deze stem is vervangen", "Uw stem is geteld"]
    for code, words in zip(codes, said, strict=True):
        assert words in look_up(client, vote, code).main


def test_where_too_few_voted_a_code_says_why_it_does_not_tell_what_for(
    app, store, client, resident, poll
):
    vote = poll(publication=Publication.CODES)
    code = code_on(vote_for(resident(), vote, **{"q.v1": "v1a"}))
    publish(app, store, vote)
    page = look_up(client, vote, code)
    assert "Er stemden zo weinig mensen" in page.main
    assert "Waarvoor hij telde" not in page.main
    result = client.get(f"/stemmingen/{vote.id}/uitslag")
    assert "zo weinig mensen dat alleen de totalen online komen" in result.main


@pytest.mark.parametrize("typed", ["", "K7QM", "0000 0000 0000 0000 1", "?" * 17])
def test_what_is_no_code_is_refused_beside_the_field(client, poll, typed):
    page = look_up(client, poll(), typed)
    assert page.status == 422
    assert page.errors()


def test_a_code_of_another_vote_is_not_found(client, resident, poll):
    code = code_on(vote_for(resident(), poll(), **{"q.v1": "v1a"}))
    page = look_up(client, poll(title="Het plein"), code)
    assert page.errors() == [
        "In deze stemming is er geen stem met deze code. Kijk de code nog eens na."
    ]
    assert page.all("input", name="code")[0].get("value") == code


def test_who_did_not_vote_reads_that_the_right_is_not_used(resident, poll):
    page = resident().get(f"/stemmingen/{poll().id}/stemrecht")
    assert "Nee, uw stemrecht is niet gebruikt" in page.main


def test_who_voted_reads_that_the_right_is_used_and_not_what_for(resident, poll):
    vote, account = poll(), ResidentFactory()
    vote_for(resident(account=account), vote, **{"q.v1": "v1a"})
    page = resident(account=account).get(f"/stemmingen/{vote.id}/stemrecht")
    assert "Ja, er is met uw stemrecht gestemd" in page.main
    assert "Appel" not in page.main


def test_when_no_keys_are_left_nobody_is_told_whether_a_right_was_used(store, resident, poll):
    vote, browser = poll(state=RoundState.DRAFT, opened_at=None), resident()
    vote.rules_hash, vote.state, vote.opened_at = "f" * 64, RoundState.OPEN, LONG_AGO
    store.flush()
    moments.over(store, vote.id, at=NOW)
    vote.state, vote.closed_at = RoundState.CLOSED, NOW
    store.commit()
    answer = browser.raw.get(f"/stemmingen/{vote.id}/stemrecht")
    assert answer.status_code == 409
    assert "sleutels van deze stemming zijn vernietigd" in answer.text


def test_a_press_of_something_else_casts_nothing_where_no_keys_are(app, keys, poll):
    vote = poll(state=RoundState.DRAFT, opened_at=None)
    with app.app_context(), pytest.raises(checked.DraftChanged):
        checked.cast(vote.id, uuid4(), who="v1$vote", owner=b"a", keys=keys)


def test_who_did_not_vote_tells_the_team_and_who_closes_the_vote_once(store, resident, poll):
    clerk, closer = ClerkFactory(), ClerkFactory(roles=["resident"])
    vote, account = poll(clerk_id=clerk.id, second_id=closer.id), ResidentFactory()
    vote_for(resident(account=account), vote, **{"q.v1": "v1a"})
    browser = resident(account=account)
    page = browser.get(f"/stemmingen/{vote.id}/stemrecht").press(NOT_ME)
    assert "U meldde dat u niet hebt gestemd" in page.main
    again = page.all("form")
    assert NOT_ME not in page.main, again
    told = store.scalars(select(OutboxMessage).where(OutboxMessage.kind == "votes.complaint"))
    assert {message.account_id for message in told} == {clerk.id, closer.id}
    assert store.scalars(select(VoteComplaint.account_id)).all() == [account.id]


def test_nobody_complains_about_a_right_that_is_not_used(store, resident, poll):
    vote, browser = poll(), resident()
    page = browser.get(f"/stemmingen/{vote.id}/stemrecht")
    token = page.all("input", name="csrf_token")[0].get("value")
    page = browser.post(f"/stemmingen/{vote.id}/stemrecht", data={"csrf_token": token}, status=409)
    assert dutch()["Your right to vote is not used. You can still vote."] in page.text
    assert store.scalars(select(VoteComplaint)).all() == []


def test_who_has_the_code_downloads_a_promise_and_later_a_proof(app, store, resident, poll):
    vote = poll()
    code = code_on(vote_for(resident(), vote, **{"q.v1": "v1a"}))
    page = look_up(resident("v1$twee"), vote, code)
    assert "Uw stem komt nog in het stemregister" in page.main
    token = page.all("input", name="csrf_token")[0].get("value")
    sent = {"csrf_token": token, "code": code}
    promise = page.client.raw.post(f"/stemmingen/{vote.id}/bewijs", data=sent)
    assert "belofte.txt" in promise.headers["Content-Disposition"]
    assert promise.text.split("\n")[1] == "cast"
    end(store, vote)
    with app.app_context():
        closing.close(vote.id, actor=VISITOR, now=LONG_AGO)
        heads.sign_head(vote.id, keys=app.extensions["vote_keys"], now=LONG_AGO)
        db.session.commit()
        db.session.remove()
    assert "Uw stem komt nog in het stemregister" not in look_up(resident(), vote, code).main
    answer = page.client.raw.post(f"/stemmingen/{vote.id}/bewijs", data=sent)
    assert "bewijs.tlog-proof" in answer.headers["Content-Disposition"]
    head, note = answer.text.split("\n\n", 1)
    kind, extra, index, *_ = head.split("\n")
    assert (kind, index) == ("c2sp.org/tlog-proof@v1", "index 0")
    body = json.loads(b64decode(extra.removeprefix("extra ")))
    assert body["code"] == code_digest(vote.id, code.replace(" ", "")).hex()
    assert json.loads(b64decode(promise.text.split("\n")[2])) == body
    assert "Appel" not in answer.text
    assert note.startswith("participatie/vote/")


def test_a_resident_keeps_the_number_of_their_right_to_vote(app, resident, poll):
    vote = poll()
    link = f"/stemmingen/{vote.id}/stemrecht/nummer"
    assert link in resident().get(f"/stemmingen/{vote.id}/stemrecht").html
    keys = app.extensions["vote_keys"]
    number = keys.tag(vote.id, keys.voter_key(vote.id, "v1$vote")).hex()
    assert number in resident().raw.get(link).text
    assert number not in resident("v1$twee").raw.get(link).text
