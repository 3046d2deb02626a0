"""Setting up a vote: what a clerk may do, and every refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from participatie.core.clock import AMSTERDAM
from participatie.core.db import db
from participatie.core.errors import Conflict, Invalid, NotAllowed
from participatie.identity.rules import VISITOR, Actor, Role
from participatie.processes.models import Phase
from participatie.processes.rules import PhaseKind, lies_in_vote_phase
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.kinds import BallotKind
from participatie.votes.rules.rounds import Grade, Publication, RoundState
from participatie.votes.rules.setting_up import (
    MOST_OPTIONS,
    MOST_QUESTIONS,
    Asked,
    in_office_hours,
    proposed,
    proposed_in,
)
from participatie.votes.services import opening, setting_up
from participatie.votes.services.setting_up import Asking, Facts
from tests.factories import soon
from tests.votes.polls import make_poll
from tests.votes.steps import CLERK, NOW, loaded

START = datetime(2024, 1, 1, tzinfo=UTC)
RESIDENT = Actor(id=2, roles=frozenset({Role.RESIDENT}))
FACTS = Facts(
    title="Het plein",
    process_id=None,
    opens_at=soon(days=-1),
    closes_at=soon(days=20),
    grade=Grade.LIGHT,
    publication=Publication.COUNTS,
)
ONE = Asking(title="Wilt u een bankje?", kind=BallotKind.SINGLE)
OPEN = Asking(title="Wat nog meer?", kind=BallotKind.OPEN)


@pytest.fixture
def vote(context) -> VoteRound:
    """A vote with one question of three answers."""
    made = setting_up.begin(FACTS, actor=CLERK, now=NOW)
    setting_up.add_question(made, ONE, ["Ja", "Nee", "Geen mening"], actor=CLERK)
    db.session.commit()
    return loaded(made.id)


def titles(vote, place=0):
    return [option.title for option in loaded(vote.id).questions[place].options]


# The rules


@given(st.integers(0, 6000 * 24).map(lambda hours: START + timedelta(hours=hours)))
def test_what_is_proposed_lies_ahead_and_within_office_hours(moment):
    opens_at, closes_at = proposed(moment, AMSTERDAM)
    assert moment < opens_at < closes_at
    assert in_office_hours(opens_at, AMSTERDAM)
    assert in_office_hours(closes_at, AMSTERDAM)


def phase(kind, first_day, day_after):
    return Phase(kind=kind, title="Stemmen", starts_at=day(first_day), ends_at=day(day_after))


def day(text):
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


@pytest.mark.parametrize(
    ("phases", "opens", "closes"),
    [
        ([("collect", "2026-06-01", "2026-06-20"), ("vote", "2026-06-20", "2026-07-06")],
         "2026-06-20T09:00", "2026-07-05T16:00"),  # a Saturday and a Sunday
        ([("vote", "2026-05-01", "2026-07-06")], "2026-06-06T09:00", "2026-07-05T16:00"),
        ([("vote", "2026-01-01", "2026-02-01"), ("vote", "2026-10-20", "2026-10-30")],
         "2026-10-20T09:00", "2026-10-29T16:00"),  # the clock goes back between them
    ],
)  # fmt: skip
def test_a_vote_of_a_process_is_proposed_on_the_days_of_its_phase(phases, opens, closes):
    planned = [phase(PhaseKind(kind), *days) for kind, *days in phases]
    found = proposed_in(planned, day("2026-06-05T12:00"), AMSTERDAM)
    assert [moment.strftime("%Y-%m-%dT%H:%M") for moment in found] == [opens, closes]
    assert lies_in_vote_phase(*found, planned)


@pytest.mark.parametrize(
    "phases",
    [
        [],
        [phase(PhaseKind.COLLECT, "2026-06-20", "2026-07-06")],
        [phase(PhaseKind.VOTE, "2026-01-01", "2026-06-06")],  # its last day is today
    ],
)
def test_without_a_phase_to_come_a_vote_is_proposed_as_any(phases):
    now = day("2026-06-05T12:00")
    assert proposed_in(phases, now, AMSTERDAM) == proposed(now, AMSTERDAM)


@pytest.mark.parametrize(
    ("moment", "is_there"),
    [
        ("2026-06-05T16:59", True),  # a Friday
        ("2026-06-05T17:01", False),
        ("2026-06-05T08:59", False),
        ("2026-06-06T12:00", False),
        ("2026-06-07T12:00", False),
        ("2026-06-08T09:00", True),
        ("2026-05-25T12:00", False),  # Whit Monday
        ("2026-04-27T12:00", False),
        ("2027-01-01T12:00", False),
        ("2027-01-04T12:00", True),
    ],
)
def test_office_hours_are_on_working_days_from_nine_to_five(moment, is_there):
    local = datetime.fromisoformat(moment).replace(tzinfo=AMSTERDAM)
    assert in_office_hours(local, AMSTERDAM) is is_there


def test_yes_or_no_is_one_answer_and_money_is_never_offered():
    assert Asked.YES_NO.kind is BallotKind.SINGLE
    assert {asked.kind for asked in Asked} == set(BallotKind) - {BallotKind.KNAPSACK}


# What happens


@pytest.mark.database
def test_a_vote_that_is_set_up_is_ready_and_opens(keys, vote):
    assert list(opening.faults(vote, now=NOW)) == []
    opening.open_round(vote, keys=keys, actor=CLERK, now=NOW)
    assert loaded(vote.id).state is RoundState.OPEN


@pytest.mark.database
def test_what_is_said_can_be_said_otherwise(vote):
    setting_up.change(vote, replace(FACTS, title="Het park"), actor=CLERK)
    setting_up.change_question(vote, "v1", replace(ONE, title="Een bank?", minimum=0), actor=CLERK)
    setting_up.change_option(vote, "v1k3", title="Weet niet", text="Dat mag.", actor=CLERK)
    again = loaded(vote.id)
    assert again.title == "Het park"
    assert (again.questions[0].title, again.questions[0].minimum) == ("Een bank?", 0)
    assert titles(vote) == ["Ja", "Nee", "Weet niet"]


@pytest.mark.database
def test_questions_and_options_change_places_and_stay_at_the_ends(vote):
    setting_up.add_question(vote, OPEN, actor=CLERK)

    def order():
        return [question.code for question in loaded(vote.id).questions]

    for code, step, wanted in (
        ("v2", -1, ["v2", "v1"]),
        ("v2", -1, ["v2", "v1"]),
        ("v2", 1, ["v1", "v2"]),
        ("v2", 1, ["v1", "v2"]),
    ):
        setting_up.move_question(loaded(vote.id), code, step, actor=CLERK)
        assert order() == wanted
    setting_up.move_option(loaded(vote.id), "v1k1", 1, actor=CLERK)
    assert titles(vote) == ["Nee", "Ja", "Geen mening"]
    for code, step in (("v1k1", -1), ("v1k3", 1)):
        setting_up.move_option(loaded(vote.id), code, step, actor=CLERK)
        assert titles(vote) == ["Nee", "Ja", "Geen mening"]


@pytest.mark.database
def test_what_is_removed_is_gone_and_what_is_added_stands_last(vote):
    setting_up.remove_option(vote, "v1k1", actor=CLERK)
    again = loaded(vote.id)
    setting_up.add_options(again, again.questions[0], ["Misschien"], actor=CLERK)
    assert titles(vote) == ["Nee", "Geen mening", "Misschien"]
    setting_up.remove_question(loaded(vote.id), "v1", actor=CLERK)
    assert loaded(vote.id).questions == []


@pytest.mark.database
def test_a_vote_is_thrown_away_with_all_that_it_asks(vote):
    setting_up.discard(vote, actor=CLERK, now=NOW)
    assert db.session.scalars(select(VoteRound)).all() == []


# What is refused


def changes(vote, actor):
    """Everything that changes a vote, not yet done."""
    question = vote.questions[0]
    return {
        "change": lambda: setting_up.change(vote, FACTS, actor=actor),
        "add_question": lambda: setting_up.add_question(vote, ONE, ["A", "B"], actor=actor),
        "change_question": lambda: setting_up.change_question(
            vote, question.code, ONE, actor=actor
        ),
        "move_question": lambda: setting_up.move_question(vote, question.code, 1, actor=actor),
        "remove_question": lambda: setting_up.remove_question(vote, question.code, actor=actor),
        "add_options": lambda: setting_up.add_options(vote, question, ["D"], actor=actor),
        "change_option": lambda: setting_up.change_option(
            vote, question.options[0].code, title="E", text="", actor=actor
        ),
        "move_option": lambda: setting_up.move_option(
            vote, question.options[0].code, 1, actor=actor
        ),
        "remove_option": lambda: setting_up.remove_option(
            vote, question.options[0].code, actor=actor
        ),
        "discard": lambda: setting_up.discard(vote, actor=actor, now=NOW),
    }


@pytest.mark.database
def test_only_staff_sets_a_vote_up(vote):
    for actor in (VISITOR, RESIDENT):
        with pytest.raises(NotAllowed):
            setting_up.begin(FACTS, actor=actor, now=NOW)
        for change in changes(vote, actor).values():
            with pytest.raises(NotAllowed):
                change()


@pytest.mark.database
@pytest.mark.parametrize(
    "settings",
    [{}, {"state": RoundState.DRAFT, "opened_at": None, "rules_hash": "0" * 64}],
    ids=["open", "fixed"],
)
def test_what_is_fixed_is_not_changed(context, settings):
    fixed = loaded(make_poll(db.session, **settings).id)
    for change in changes(fixed, CLERK).values():
        with pytest.raises(Conflict, match="fixed already"):
            change()


@pytest.mark.database
def test_a_vote_does_not_close_before_it_opens(vote):
    wrong = replace(FACTS, closes_at=FACTS.opens_at)
    for refused in (
        lambda: setting_up.begin(wrong, actor=CLERK, now=NOW),
        lambda: setting_up.change(vote, wrong, actor=CLERK),
    ):
        with pytest.raises(Invalid) as error:
            refused()
        assert error.value.field == "closes_at"


@pytest.mark.database
@pytest.mark.parametrize(
    ("added", "sentence"),
    [
        (["Ja"], "stands there twice"),
        (["Bank", "bank"], "stands there twice"),
        (["x" * 201], "too long"),
        ([str(n) for n in range(MOST_OPTIONS)], "at most 100 answers"),
    ],
)
def test_answers_that_do_not_fit_are_refused(vote, added, sentence):
    with pytest.raises(Invalid, match=sentence) as error:
        setting_up.add_options(vote, vote.questions[0], added, actor=CLERK)
    assert error.value.field == "options"
    assert titles(vote) == ["Ja", "Nee", "Geen mening"]


@pytest.mark.database
def test_an_answer_is_not_named_like_another(vote):
    with pytest.raises(Invalid, match="stands there twice") as error:
        setting_up.change_option(vote, "v1k1", title="nee", text="", actor=CLERK)
    assert error.value.field == "title"


@pytest.mark.database
def test_an_answer_in_own_words_has_nothing_to_choose_from(vote):
    with pytest.raises(Invalid, match="everybody writes"):
        setting_up.add_question(vote, OPEN, ["Ja"], actor=CLERK)
    assert len(loaded(vote.id).questions) == 1


@pytest.mark.database
@pytest.mark.parametrize(
    "asking",
    [
        Asking(title="Wat?", kind=BallotKind.MULTIPLE, minimum=3, maximum=2),
        Asking(title="Wat?", kind=BallotKind.RANKING, minimum=0, maximum=0),
        Asking(title="Wat?", kind=BallotKind.POINTS),
    ],
)
def test_numbers_that_do_not_go_together_are_refused(vote, asking):
    with pytest.raises(Invalid) as error:
        setting_up.add_question(vote, asking, ["A", "B", "C"], actor=CLERK)
    assert error.value.field == "most"


@pytest.mark.database
def test_a_ballot_does_not_grow_for_ever(vote):
    for number in range(2, MOST_QUESTIONS + 1):
        setting_up.add_question(vote, replace(OPEN, title=f"Vraag {number}"), actor=CLERK)
    with pytest.raises(Conflict, match="enough questions"):
        setting_up.add_question(vote, OPEN, actor=CLERK)


@pytest.mark.database
def test_what_somebody_else_removed_is_not_changed(vote):
    for change in (
        lambda: setting_up.move_question(vote, "v9", 1, actor=CLERK),
        lambda: setting_up.move_option(vote, "v9k1", 1, actor=CLERK),
    ):
        with pytest.raises(Conflict, match="in the meantime"):
            change()


@pytest.mark.database
def test_everything_that_must_be_mended_is_said_at_once(context):
    made = setting_up.begin(replace(FACTS, grade=Grade.COMMON, closes_at=NOW), actor=CLERK, now=NOW)
    empty = loaded(made.id)
    said = [str(fault) for fault in opening.faults(empty, now=NOW + timedelta(seconds=1))]
    assert [sentence.split(".")[0] for sentence in said] == [
        "There is no question yet",
        "The closing time is over",
        "Name who closes the vote: the clerk, a second person and a substitute",
    ]
    setting_up.add_question(empty, ONE, ["Ja"], actor=CLERK)
    assert "too few options" in str(next(opening.faults(loaded(made.id), now=NOW)))
