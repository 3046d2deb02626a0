"""A published result stays readable; a newer one says why it is there and what is different."""

from __future__ import annotations

import pytest

from participatie.core.errors import IllegalTransition
from participatie.core.states import advance
from participatie.identity.rules import Role
from participatie.votes.models.acts import PublishedResult
from participatie.votes.models.ballots import Tally
from participatie.votes.rules.acts import POSSIBLE, Act
from participatie.votes.rules.rounds import TRANSITIONS, Grade, RoundState
from participatie.votes.rules.versions import Difference, differences
from tests.factories import LONG_AGO, ClerkFactory, SecondFactory, question_of
from tests.votes.polls import make_poll

WHY = "Een stapel papier was twee keer geteld."


def told(a, b, first):
    return {
        "method": "votes",
        "answered": a + b,
        "blank": 0,
        "scores": {"v1a": a, "v1b": b, "v1c": 0},
        "first": [first],
        "dropped": {},
    }


def test_differences_name_each_option_that_is_judged_otherwise():
    assert differences(told(3, 2, "v1a"), told(3, 4, "v1b")) == [
        Difference("v1a", 3, 3, won_before=True, wins_now=False),
        Difference("v1b", 2, 4, won_before=False, wins_now=True),
    ]
    assert differences(told(3, 2, "v1a"), told(3, 2, "v1a")) == []


def test_of_a_budget_votes_and_winners_are_compared():
    before = {"votes": {"7": 2, "8": 1}, "winners": ["7", "8"]}
    after = {"votes": {"7": 2, "8": 1}, "winners": ["7"]}
    (one,) = differences(before, after)
    assert (one.code, one.won_before, one.wins_now) == ("8", True, False)


@pytest.mark.parametrize("state", [RoundState.COUNTED, RoundState.PUBLISHED, RoundState.BROKEN_OFF])
def test_what_is_counted_or_broken_off_never_opens_again(state):
    with pytest.raises(IllegalTransition):
        advance(TRANSITIONS, state, RoundState.OPEN)
    assert state not in POSSIBLE[Act.EXTEND]


@pytest.fixture
def closers(store):
    return ClerkFactory(), SecondFactory(), ClerkFactory(roles=[Role.CLERK, Role.SECOND])


def tally(store, vote, version, result):
    row = {"round_id": vote.id, "question_id": question_of(vote.id).id, "version": version}
    hashes = {"input_hash": "0" * 64, "result_hash": f"{version}" * 64}
    ballots = result["answered"]
    store.add(Tally(**row, **hashes, ballots=ballots, result=result, counted_at=LONG_AGO))
    store.commit()


@pytest.fixture
def counted(store, closers):
    """A vote of the grade gewoon that is counted and that nobody sees yet."""
    names = ("clerk_id", "second_id", "substitute_id")
    ids = dict(zip(names, (one.id for one in closers), strict=True))
    vote = make_poll(store, grade=Grade.COMMON, state=RoundState.COUNTED, closed_at=LONG_AGO, **ids)
    tally(store, vote, 1, told(3, 2, "v1a"))
    return vote


def test_who_closes_a_vote_sees_the_page_that_everybody_will_see(client, log_in, counted, closers):
    address = f"/stemmingen/{counted.id}/uitslag"
    clerk, second, _ = map(log_in, closers)
    for reader in (clerk, second):
        page = reader.get(f"{address}/voorbeeld")
        assert "Alleen wie deze stemming sluit, ziet nu deze bladzijde" in page.main
        assert "Bovenaan staat: Appel." in page.main
    assert log_in(ClerkFactory()).raw.get(f"{address}/voorbeeld").status_code == 403
    client.get(address, status=404)
    asking = clerk.get(f"/griffie/stemmingen/{counted.id}/stap/publish")
    assert "Bekijk de uitslag zoals iedereen die straks ziet" in asking.links()


def test_version_1_stays_readable_beside_version_2(store, client, counted):
    counted.state = RoundState.PUBLISHED
    tally(store, counted, 2, told(3, 4, "v1b"))
    shown = {"round_id": counted.id, "is_final": True, "published_at": LONG_AGO}
    store.add(PublishedResult(**shown, number=1, version=1))
    store.add(PublishedResult(**shown, number=2, version=2, reason=WHY))
    store.commit()
    address = f"/stemmingen/{counted.id}/uitslag"
    page = client.get(address)
    assert "Dit is versie 2." in page.main
    assert f"Waarom er een versie 2 is: {WHY}" in page.main
    assert "Beuk24nu wel" in page.main
    assert "Appel33niet meer" in page.main
    first = page.follow("Versie 1, definitief")
    assert first.response.request.path == f"{address}/1"
    assert "Bovenaan staat: Appel." in first.main
    assert "Er is een nieuwere versie van deze uitslag." in first.main
    client.get(f"{address}/3", status=404)
