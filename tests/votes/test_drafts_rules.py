from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.core.errors import Invalid
from participatie.votes.rules.drafts import Act, Draft
from participatie.votes.rules.kinds import BallotKind, Option, Question
from participatie.votes.rules.papers import Paper


def asked(code, kind, letters="abcd", **settings):
    settings = {"minimum": 1, "maximum": None, "budget": None, **settings}
    options = {f"{code}{letter}": Option(f"{code}{letter}", letter) for letter in letters}
    return Question(code, BallotKind(kind), "Wat wilt u?", options=options, **settings)


PAPER = Paper(
    (
        asked("r", "ranking", maximum=3),
        asked("p", "points", maximum=10, minimum=0),
        asked("o", "open", "", minimum=0),
    )
)


def order(draft):
    return "".join(code.removeprefix("r") for code in draft.given["r"])


@pytest.mark.parametrize(
    ("act", "option", "after"),
    [
        (Act.PUT, "rd", "abcd"),
        (Act.PUT, "ra", "abc"),
        (Act.TAKE, "rb", "ac"),
        (Act.TAKE, "rd", "abc"),
        (Act.UP, "rc", "acb"),
        (Act.UP, "ra", "abc"),
        (Act.DOWN, "ra", "bac"),
        (Act.DOWN, "rc", "abc"),
        (Act.UP, "elsewhere", "abc"),
        (Act.PUT, "elsewhere", "abc"),
    ],
)
def test_a_press_beside_an_option_changes_the_order(act, option, after):
    draft = Draft.of(PAPER, {"r": ["ra", "rb", "rc"]})
    assert order(draft.change("r", act, option)) == after


def test_a_press_at_a_question_that_is_not_there_changes_nothing():
    draft = Draft.of(PAPER, {"r": ["ra"]})
    assert draft.change("elsewhere", Act.PUT, "ra") == draft


def test_what_does_not_fit_stays_and_is_told_beside_its_question():
    draft = Draft.of(PAPER, {"r": ["ra", "rb", "rc", "rd"], "p": ["pa=12"], "o": ["Fijn"]})
    assert order(draft) == "abcd"
    assert {code: str(fault) for code, fault in draft.faults().items()} == {
        "r": "You chose 4. You may choose 3. Take 1 off.",
        "p": "You gave 12 points. You have 10. Take 2 away.",
    }
    with pytest.raises(Invalid):
        draft.choice()
    assert draft.left(PAPER.questions[1]) == -2


def test_what_is_no_longer_on_the_ballot_is_left_out():
    kept = {"r": ["rx", "ra", "ra"], "p": ["px=3", "pa=4", "pb=veel"], "x": ["xa"]}
    draft = Draft.of(PAPER, kept)
    assert draft.given == {"r": ("ra",), "p": ("pa=4", "pb=veel"), "o": ()}
    assert draft.points("p") == {"pa": "4", "pb": "veel"}
    assert draft.left(PAPER.questions[1]) == 6


def test_a_draft_that_fits_is_a_ballot():
    draft = Draft.of(PAPER, {"r": ["rb", "ra"], "p": ["pb=2", "pa=1"]})
    assert draft.choice() == (("rb", "ra"), ("pa=1", "pb=2"), ())
    assert not draft.faults()
    assert not draft.is_empty
    assert Draft.of(PAPER, {}).is_empty


ACTS = st.tuples(st.sampled_from(Act), st.sampled_from(["ra", "rb", "rc", "rd", "elsewhere"]))


@given(st.lists(ACTS, max_size=20))
def test_no_row_of_presses_makes_an_order_that_cannot_be_written(presses):
    draft = Draft.of(PAPER, {})
    for act, option in presses:
        before = draft.given["r"]
        draft = draft.change("r", act, option)
        assert len(set(draft.given["r"])) == len(draft.given["r"])
        if act in {Act.UP, Act.DOWN}:
            assert sorted(draft.given["r"]) == sorted(before)
