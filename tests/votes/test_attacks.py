"""Who attacks the box: with a press of another, at a wrong moment, or by looking from outside."""

from __future__ import annotations

import gzip
import re
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from participatie.core.audit import AuditEntry
from participatie.core.db import db
from participatie.identity.pseudonyms import Purpose
from participatie.identity.rules import Role
from participatie.processes.models import Process
from participatie.votes.models.ballots import Ballot
from participatie.votes.models.board import BoardEntry
from participatie.votes.models.rounds import Roll
from participatie.votes.rules.codes import grouped
from participatie.votes.rules.letter_codes import TRIES, new_code
from participatie.votes.rules.rounds import Channel, RoundState, Voter
from participatie.votes.services import board, casting
from participatie.votes.services import turnout as turnouts
from tests.budget.steps import cast, make_budget
from tests.conftest import visitor
from tests.factories import ClerkFactory, ProcessFactory, ResidentFactory, SecondFactory, soon
from tests.votes import polls
from tests.votes.polls import ONE, OPEN, SEVERAL
from tests.votes.test_letter_pages import CODE
from tests.votes.test_paper_pages import BSN, at_the_desk
from tests.votes.test_polls import CAST, code_on, fill_in, vote_for

pytestmark = pytest.mark.database

LONGEST = "Meer groen, minder stenen. " * 18
APPLE, BEECH = {"q.v1": "v1a"}, {"q.v1": "v1b"}


def form_of(page):
    """What the check sends when it is pressed."""
    return {
        "press": page.all("input", name="press")[0].get("value"),
        "csrf_token": page.all("input", name="csrf_token")[-1].get("value"),
    }


def sent(browser, vote, data, **options):
    return browser.raw.post(f"/stemmingen/{vote.id}/stem", data=data, **options)


def box(store):
    """How many came on the roll, and how many ballots there are."""
    count = select(select(func.count()).select_from(Roll).scalar_subquery(), func.count())
    return tuple(store.execute(count.select_from(Ballot)).one())


# The number of a press


def test_the_press_of_somebody_else_casts_nothing_before_it_is_used_and_after(
    store, resident, poll
):
    vote, mine, thief = poll(), resident("v1$een"), resident("v1$twee")
    checked = fill_in(mine, vote, **APPLE)
    own = form_of(fill_in(thief, vote, **BEECH))
    stolen = {**own, "press": form_of(checked)["press"]}
    assert sent(thief, vote, stolen).status_code == 409
    assert box(store) == (0, 0)
    code = code_on(checked.press(CAST))
    answer = sent(thief, vote, stolen)
    assert answer.status_code == 409
    assert code not in answer.text
    assert box(store) == (1, 1)
    assert sent(thief, vote, own).status_code == 303
    assert box(store) == (2, 2)


def test_the_press_of_one_vote_casts_nothing_in_another(store, resident, poll):
    vote, other, browser = poll(), poll(), resident()
    press = form_of(fill_in(browser, vote, **APPLE))["press"]
    for begun in (False, True):
        token = browser.get(f"/stemmingen/{other.id}/stembiljet").all("input", name="csrf_token")
        stolen = {"press": press, "csrf_token": token[-1].get("value")}
        assert sent(browser, other, stolen).status_code == 409, begun
        fill_in(browser, other, **BEECH)
    assert box(store) == (0, 0)


def test_a_press_that_was_used_gives_the_receipt_of_then_and_casts_nothing(store, resident, poll):
    vote, browser = poll(), resident()
    checked = fill_in(browser, vote, **APPLE)
    used = form_of(checked)
    code = code_on(checked.press(CAST))
    fill_in(browser, vote, **BEECH)
    assert code_on(browser.post(f"/stemmingen/{vote.id}/stem", data=used)) == code
    assert box(store) == (1, 1)


def test_an_answer_that_is_sent_along_with_a_press_is_not_looked_at(store, app, resident, poll):
    vote, browser = poll(), resident()
    checked = form_of(fill_in(browser, vote, **APPLE))
    assert sent(browser, vote, {**checked, **BEECH, "choice": "v1b"}).status_code == 303
    sealed = store.scalars(select(Ballot.sealed)).one()
    (opened,) = app.extensions["vote_keys"].open(vote.id, [sealed])
    assert casting.opened(opened) == (("v1a",),)


# The wrong moment


def test_after_logging_out_a_press_casts_nothing(store, resident, poll):
    vote, browser = poll(), resident()
    checked = form_of(fill_in(browser, vote, **APPLE))
    browser.get(f"/stemmingen/{vote.id}").press("Log uit")
    assert sent(browser, vote, checked).status_code in (303, 400, 403, 409)
    token = browser.get(f"/stemmingen/{vote.id}/stembiljet").all("input", name="csrf_token")
    fresh = {**checked, "csrf_token": token[-1].get("value")}
    sent(browser, vote, fresh)
    assert box(store) == (0, 0)


@pytest.mark.parametrize("how", ["time is over", "closed", "broken off"])
def test_after_the_end_a_press_casts_nothing_and_says_so(store, resident, poll, how):
    vote, browser = poll(), resident()
    checked = form_of(fill_in(browser, vote, **APPLE))
    if how == "broken off":
        break_off(store, vote)
    else:
        polls.end(store, vote)
    if how == "closed":
        vote.state, vote.closed_at = RoundState.CLOSED, soon()
        store.commit()
    answer = sent(browser, vote, checked)
    assert answer.status_code == 409
    assert "gesloten" in answer.text or "afgebroken" in answer.text
    assert box(store) == (0, 0)


def break_off(store, vote):
    asked = {"asked_by": ClerkFactory().id, "confirmed_by": SecondFactory().id}
    store.execute(
        text(
            "INSERT INTO vote_act (round_id, act, terms, facts, subject_hash, reason, asked_by,"
            " asked_at, confirmed_by, confirmed_at, refusal) VALUES (:id, 'break_off', '{}', '{}',"
            " repeat('0', 64), 'De vraag klopt niet.', :asked_by, now(), :confirmed_by, now(), '')"
        ),
        {"id": vote.id, **asked},
    )
    body = {"kind": "amendment", "what": "broken_off", "reason": "De vraag klopt niet."}
    store.add(BoardEntry(round_id=vote.id, seq=0, kind="amendment", body=body, leaf=b"-"))
    store.flush()
    vote.state, vote.broken_off_at = RoundState.BROKEN_OFF, soon()
    store.commit()


# Another site, another road


def test_a_cast_without_the_token_of_the_form_or_by_a_link_casts_nothing(store, resident, poll):
    vote, browser = poll(), resident()
    checked = form_of(fill_in(browser, vote, **APPLE))
    press = {"press": checked["press"]}
    for wrong in (press, {**press, "csrf_token": "x"}, {**press, "csrf_token": ""}):
        assert sent(browser, vote, wrong).status_code != 200
    other_site = {"Origin": "https://evil.example", "Referer": "https://evil.example/"}
    sent(browser, vote, press, headers=other_site)
    path = f"/stemmingen/{vote.id}/stem"
    for way in (browser.raw.get, browser.raw.head, browser.raw.put, browser.raw.delete):
        assert way(path, query_string=checked).status_code in (404, 405)
    assert box(store) == (0, 0)


def test_the_token_of_another_session_casts_nothing(store, resident, poll):
    vote, browser, other = poll(), resident(), resident("v1$twee")
    checked = form_of(fill_in(browser, vote, **APPLE))
    foreign = form_of(fill_in(other, vote, **APPLE))["csrf_token"]
    sent(browser, vote, {**checked, "csrf_token": foreign})
    assert box(store) == (0, 0)


@pytest.mark.parametrize("host", ["buurgemeente.example", "localhost.evil.example", "evil:80"])
def test_a_cast_for_another_municipality_casts_nothing(store, resident, poll, host):
    vote, browser = poll(), resident()
    checked = form_of(fill_in(browser, vote, **APPLE))
    sent(browser, vote, checked, headers={"Host": host})
    sent(browser, vote, checked, base_url=f"http://{host}")
    assert box(store) == (0, 0)


def test_a_forwarded_address_gives_no_new_tries_at_a_code(app, store):
    browser, answers = visitor(app), []
    for number in range(TRIES[0] + 2):
        page = browser.raw.get("/code")
        token = page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        answer = browser.raw.post(
            "/code",
            data={"code": new_code(), "csrf_token": token},
            headers={"X-Forwarded-For": f"198.51.100.{number}", "X-Real-IP": f"192.0.2.{number}"},
        )
        answers.append(answer.status_code)
    assert answers[0] == 422
    assert answers[-1] == 429


# From outside


OF_VOTE = ("/stemmingen/{}", "/stemmingen/{}/controleer")
OF_BUDGET = ("/begrotingen/{}", "/begrotingen/{}?q=e", "/begrotingen/{}?volgorde=kosten")
NOT_YET = ("/stemmingen/{}/uitslag", "/stemmingen/{}/uitslag.json", "/stemmingen/{}/uitslag.zip")
OF_SITE = ("/", "/stemmingen", "/trajecten", "/open-data", "/vertrouwen", "/robots.txt")
HEADERS = ("ETag", "Content-Length", "Last-Modified", "Cache-Control", "Vary", "Link")


def outside(app, number, slug, pages):
    """Every byte and header that a stranger gets, who is here for the first time."""
    seen = {}
    for path in (*pages, *NOT_YET, *OF_SITE, f"/trajecten/{slug}"):
        answer = visitor(app).raw.get(path.format(number))
        assert answer.status_code == (404 if path in NOT_YET else 200), path
        headers = [(name, answer.headers.get(name)) for name in HEADERS]
        seen[path] = (headers, without_token(answer.text))
    return seen


def without_token(page):
    """A page as everybody gets it: the token of a form is of who reads it."""
    return re.sub(r'(name="csrf_token"[^>]* value=)"[^"]*"', r"\1", page)


def test_no_byte_outside_changes_when_somebody_votes_whatever_they_choose(app, resident, poll):
    process = ProcessFactory()
    vote = poll(ONE, SEVERAL, OPEN, shows_turnout=True, process_id=process.id)
    before = outside(app, vote.id, process.slug, OF_VOTE)
    voters: list[dict[str, Any]] = [
        {"q.v1": "v1a"},
        {"q.v1": "v1c", "q.v2": ["v2a", "v2b"], "q.v5": "Meer groen. " * 20},
        {"q.v1": "v1b", "q.v5": "x"},
    ]
    for number, chosen in enumerate(voters):
        vote_for(resident(f"v1${number}"), vote, **chosen)
        assert outside(app, vote.id, process.slug, OF_VOTE) == before, chosen


def test_no_byte_outside_changes_when_somebody_votes_on_plans(app, store, resident):
    budget = make_budget()
    slug = store.get_one(Process, budget.process_id).slug
    before = outside(app, budget.id, slug, OF_BUDGET)
    for number, plan in enumerate(("Speeltuin", "Bankjes")):
        cast(resident(f"v1${number}"), budget, plan)
        assert outside(app, budget.id, slug, OF_BUDGET) == before, plan


def alike(text, vote, *codes):
    """A page without what is another one for each vote and each code."""
    for kept in (f"/stemmingen/{vote.id}", f"stem-{vote.id}", *codes):
        text = text.replace(kept, "#" * len(kept.replace(str(vote.id), "")))
    return without_token(text)


def test_what_is_told_of_a_vote_is_as_long_whatever_was_chosen(app, store, poll):
    """The shortest answers in one vote, the longest in another of the same kind."""
    short, long = (poll(ONE, OPEN, title="Het park", shows_turnout=True) for _ in range(2))
    keys = app.extensions["vote_keys"]
    codes = {}
    with app.app_context():
        for vote, chosen in ((short, [["v1a"], []]), (long, [["v1c"], [LONGEST]])):
            for number in range(12):
                voter = Voter(keys.voter_key(vote.id, f"v1${number}"), Channel.LOGIN)
                codes[vote.id] = casting.cast(
                    vote.id, chosen, voter=voter, press=uuid4(), keys=keys, owner=None
                ).code
            board.take_up(vote.id, all_of_them=True)
        turnouts.count_hourly(now=soon())
        db.session.commit()
        db.session.remove()
    sizes = "SELECT length(sealed), length(code), length(leaf), length(digest) FROM ballot"
    assert len({*store.execute(text(sizes))}) == 1
    sizes = "SELECT length(body::text), length(leaf) FROM board_entry WHERE kind = 'cast'"
    assert len({*store.execute(text(sizes))}) == 1
    for page in ("", "/controleer"):
        one, other = (
            alike(visitor(app).raw.get(f"/stemmingen/{vote.id}{page}").text, vote)
            for vote in (short, long)
        )
        assert one == other
    checks = [checked(app, vote, codes[vote.id]) for vote in (short, long)]
    assert checks[0] == checks[1]
    assert "Uw stem is ontvangen" in checks[0]
    assert len({len(gzip.compress(page.encode(), mtime=0)) for page in checks}) == 1
    proofs = [checked(app, vote, codes[vote.id], "bewijs") for vote in (short, long)]
    assert len({len(proof) for proof in proofs}) == 1


def checked(app, vote, code, act="controleer"):
    """What a stranger gets who types a control code."""
    browser = visitor(app)
    page = browser.get(f"/stemmingen/{vote.id}/controleer")
    token = page.all("input", name="csrf_token")[-1].get("value")
    sent = {"code": code, "csrf_token": token}
    answer = browser.raw.post(f"/stemmingen/{vote.id}/{act}", data=sent)
    assert answer.status_code == 200
    return alike(answer.text, vote, code, grouped(code))


# At the desk


def test_a_helper_who_votes_in_the_place_of_a_voter_is_seen_and_undone_by_that_voter(
    app, store, poll, resident, log_in
):
    """With the number of somebody who voted, a dishonest helper makes a code and votes with it."""
    vote, account = poll(), ResidentFactory()
    pseudonym = app.extensions["pseudonyms"].pseudonym(Purpose.VOTE, BSN)
    vote_for(resident(pseudonym, account), vote, **APPLE)
    desk = log_in(ClerkFactory(roles=[Role.DESK]))
    (code,) = {*CODE.findall(at_the_desk(desk, vote, act="code").text)}
    thief = visitor(app)
    token = thief.get("/code").all("input", name="csrf_token")[0].get("value")
    thief.raw.post("/code", data={"code": code, "csrf_token": token})
    vote_for(thief, vote, **BEECH)
    assert box(store) == (1, 2)
    page = resident(pseudonym, account).get(f"/stemmingen/{vote.id}/stemrecht")
    assert "Er is 2 keer gestemd" in page.main
    assert "Ik heb niet gestemd" in page.text
    vote_for(resident(pseudonym, account), vote, **APPLE)
    assert store.scalars(select(Roll.version)).all() == [3]
    made = select(AuditEntry.account_id).where(AuditEntry.act == "votes.make_codes")
    assert store.scalars(made).one() is not None, "who made the code is on record"
