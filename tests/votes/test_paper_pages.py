"""Paper at the desk and on the table: who gets one, and how a pile is typed twice."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participatie.identity.pseudonyms import Purpose
from participatie.votes.models.acts import VoteAct
from participatie.votes.models.letter_codes import LetterCode
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.rules.acts import Act
from participatie.votes.rules.letter_codes import CodeState
from participatie.votes.rules.rounds import Channel, Grade, RollKind, RoundState
from tests.factories import LONG_AGO, ClerkFactory, OptionFactory, ResidentFactory, RoundFactory
from tests.votes.steps import NOW

BSN = "999990019"


def make_round(**settings) -> VoteRound:
    people = {role: ClerkFactory().id for role in ("clerk_id", "second_id", "substitute_id")}
    settings = {"grade": Grade.COMMON, **people, **settings}
    vote_round = RoundFactory(title="Buurtbudget", **settings)
    for code, title in {"a": "Bomen", "b": "Bankjes"}.items():
        OptionFactory(round_id=vote_round.id, code=code, title=title, cost=30_000_00)
    return vote_round


@pytest.fixture
def clerk(log_in):
    return log_in(ClerkFactory())


def at_the_desk(clerk, vote_round, who=BSN, act="paper"):
    return clerk.get(f"/balie/{vote_round.id}").press("Ga verder", who=who, act=act)


def test_the_desk_lists_the_votes_that_are_open(clerk):
    assert "Er is nu geen stemming" in clerk.get("/balie").main
    make_round()
    assert clerk.get("/balie").follow("Buurtbudget").h1 == "Help een kiezer"


def test_the_desk_gives_one_paper_to_a_person(clerk, store):
    vote_round = make_round()
    page = at_the_desk(clerk, vote_round, "9999.90.019")
    assert "Geef deze persoon een stembiljet." in page.main
    assert store.scalars(select(Roll.channel)).all() == [Channel.PAPER]
    assert at_the_desk(clerk, vote_round).errors() == [
        "Deze persoon heeft al een stembiljet op papier."
    ]


@pytest.mark.parametrize("who", ["999990018", "abc", "0"])
def test_what_is_no_bsn_is_told_at_its_field(clerk, who):
    page = at_the_desk(clerk, make_round(), who)
    assert page.errors() == [
        "Dit is geen BSN: dat heeft negen cijfers. Een briefnummer is bijvoorbeeld 3-214."
    ]


def test_who_is_not_on_a_closed_roll_gets_no_letter(clerk):
    page = at_the_desk(clerk, make_round(roll_kind=RollKind.UPLOAD), act="code")
    assert "Deze persoon staat niet op de deelnemerslijst" in page.errors()[0]


@pytest.mark.parametrize("grade", [Grade.LIGHT, Grade.COMMON])
def test_who_cannot_log_in_gets_a_letter_at_the_desk_where_everybody_may_vote(clerk, store, grade):
    vote_round = make_round(grade=grade)
    for _ in range(2):
        assert at_the_desk(clerk, vote_round, act="code").errors() == []
    assert [(row.version, row.channel) for row in store.scalars(select(Roll))] == [
        (0, Channel.CODE)
    ]
    states = select(LetterCode.state).order_by(LetterCode.id)
    assert store.scalars(states).all() == [CodeState.REVOKED, CodeState.OUT]


def test_who_has_a_paper_ballot_gets_no_letter_and_no_ballot_online(app, clerk, resident, poll):
    vote = poll(grade=Grade.COMMON)
    voter = resident(app.extensions["pseudonyms"].pseudonym(Purpose.VOTE, BSN))
    assert at_the_desk(clerk, vote).errors() == []
    assert at_the_desk(clerk, vote, act="code").errors() == [
        "Deze persoon heeft al een stembiljet op papier."
    ]
    ballot = voter.raw.get(f"/stemmingen/{vote.id}/stembiljet")
    assert (ballot.status_code, "U kreeg voor deze stemming" in ballot.text) == (409, True)
    right = voter.get(f"/stemmingen/{vote.id}/stemrecht").main
    assert "Aan de balie kreeg iemand een stembiljet op papier" in right


@pytest.fixture
def piles(clerk):
    """The page of the piles of a closed vote, with a pile of two papers."""
    vote_round = make_round(state=RoundState.CLOSED, closed_at=LONG_AGO)
    path = f"/griffie/stemmingen/{vote_round.id}/papier"
    clerk.get(path).press("Begin deze stapel", papers="2")
    return path


def type_both(browser, path, first, second=None):
    page = browser.get(f"{path}/1/1").press("Bewaar dit stembiljet", **{"q-plans": first})
    assert page.h1 == "Stembiljet 2 van 2"
    return page.press("Bewaar dit stembiljet", **({"q-plans": second} if second else {}))


def test_a_pile_is_typed_by_two_people_compared_and_closed(clerk, log_in, piles):
    page = type_both(clerk, piles, "a")
    assert "Nu voert iemand anders deze stapel in." in page.main
    second = log_in(ClerkFactory())
    page = type_both(second, piles, "b")
    again = page.follow("Stembiljet 1")
    assert [box.get("value") for box in again.all("input", checked="")][:1] == ["b"]
    again.press("Bewaar dit stembiljet", **{"q-plans": "a"})
    closed = second.get(f"{piles}/1").press("Sluit deze stapel af")
    assert "Stapel 1 is afgesloten. Hij gaat naar de telling." in closed.main
    assert "Deze stapel gaat naar de telling." in clerk.get(f"{piles}/1").main


def test_nobody_sees_what_the_other_typed(clerk, log_in, piles):
    type_both(clerk, piles, "a")
    blank = log_in(ClerkFactory()).get(f"{piles}/1/1")
    assert [box.get("value") for box in blank.all("input", checked="")] == [""]


def test_a_paper_that_does_not_count_is_told_at_once(clerk, piles):
    page = clerk.get(f"{piles}/1/1").press("Bewaar dit stembiljet", fault="named")
    assert "Stembiljet 1 telt niet." in page.main
    page = clerk.get(f"{piles}/1/2").press("Bewaar dit stembiljet", unclear="plans")
    assert "Stembiljet 2 telt niet." in page.main


def test_a_paper_outside_the_pile_is_not_there(clerk, piles):
    clerk.get(f"{piles}/1/3", status=404)
    clerk.get(f"{piles}/2", status=404)


def test_an_open_vote_has_no_papers_to_type_yet(clerk):
    page = clerk.get(f"/griffie/stemmingen/{make_round().id}/papier")
    assert "U voert de stembiljetten in als de stemming gesloten is" in page.main


def test_residents_have_no_business_at_the_desk(log_in, piles):
    resident = log_in(ResidentFactory())
    for path in ("/balie", piles, f"{piles}/1", f"{piles}/1/1"):
        resident.get(path, status=403)


def test_the_page_of_the_piles_says_what_becomes_of_a_paper_that_comes_late(clerk, store):
    vote_round = make_round(state=RoundState.CLOSED, closed_at=LONG_AGO)
    piles = f"/griffie/stemmingen/{vote_round.id}/papier"
    page = clerk.get(piles)
    assert "De stemmen laten tellen …" in page.links()
    one, other = ClerkFactory().id, ClerkFactory().id
    said = {"act": Act.FINALISE, "terms": {}, "facts": {}, "subject_hash": "0" * 64}
    who = {"asked_by": one, "asked_at": NOW, "confirmed_by": other, "confirmed_at": NOW}
    store.add(VoteAct(round_id=vote_round.id, **said, **who))
    store.commit()
    page = clerk.get(piles)
    assert "telt niet meer mee" in page.main
    assert "Begin deze stapel" not in page.main
