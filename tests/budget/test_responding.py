"""What authors say to an assessment, and who looks at a plan once more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from participatie.budget.models.assessment import AssessmentHand
from participatie.budget.rules.assessment import (
    AssessmentState,
    Consent,
)
from participatie.budget.services import assessing, assigning, responding
from participatie.budget.tasks import take_silence_for_agreement
from participatie.contributions.models import Follow
from participatie.core.db import db
from participatie.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.budget.assessing import CHANGE, CHANGED, NO, NOW, WHY, YES, acting, give, last, told
from tests.factories import (
    LONG_AGO,
    ProjectFactory,
    ResidentFactory,
)

# The author


def test_a_change_is_for_its_author_first_and_public_when_they_agree(
    assessed, assigned, mira, author
):
    old = assigned.text
    assessing.finish(assessed, assigned, CHANGE, actor=mira, now=NOW)
    made = last(assigned)
    assert made.state is AssessmentState.WITH_AUTHOR
    assert (assigned.text, assigned.cost) == (old, 0)
    assert told("budget.assess_ask") == [author.id]
    assert told("budget.assessed") == []
    responding.agree(assessed, assigned, actor=author, now=NOW)
    assert (made.state, made.consent) == (AssessmentState.FINISHED, Consent.AGREED)
    assert (assigned.text, assigned.cost) == (CHANGED, 8_000_00)
    with pytest.raises(Conflict):
        responding.respond(assigned, WHY, actor=author, now=NOW)


def test_what_the_author_says_goes_back_to_the_assessors(assessed, assigned, mira, author, clerk):
    assessing.finish(assessed, assigned, CHANGE, actor=mira, now=NOW)
    responding.respond(assigned, WHY, actor=author, now=NOW)
    assert last(assigned).state is AssessmentState.OPEN
    assert last(assigned).response == WHY
    assert sorted(told("budget.assess_news")) == sorted([mira.id, clerk.id])
    assessing.finish(assessed, assigned, YES, actor=mira, now=NOW)


def test_silence_is_agreement_when_the_term_is_over_and_not_before(
    assessed, assigned, mira, author, monkeypatch
):
    assessing.finish(assessed, assigned, CHANGE, actor=mira, now=NOW)
    made = last(assigned)
    with pytest.raises(Conflict):
        responding.lapse(assessed, assigned, made, now=NOW)
    made.respond_by = LONG_AGO
    db.session.flush()
    with pytest.raises(Conflict):
        responding.agree(assessed, assigned, actor=author, now=NOW)
    assert str(assigned.id) in take_silence_for_agreement()
    db.session.expire_all()
    assert (made.consent, made.state) == (Consent.SILENT, AssessmentState.FINISHED)
    assert assigned.text == CHANGED
    assert take_silence_for_agreement() == ""


def test_a_plan_without_an_author_asks_nobody(assessed, clerk, mira):
    plan = ProjectFactory(budget_id=assessed.id, process=assessed.process, author_id=None)
    give(assessed, plan, mira, clerk=clerk)
    assessing.finish(assessed, plan, CHANGE, actor=mira, now=NOW)
    assert last(plan).state is AssessmentState.FINISHED
    assert plan.text == CHANGED


def test_only_the_author_answers(assessed, assigned, mira, clerk):
    assessing.finish(assessed, assigned, CHANGE, actor=mira, now=NOW)
    for other in (mira, clerk, acting(ResidentFactory())):
        with pytest.raises(NotFound):
            responding.agree(assessed, assigned, actor=other, now=NOW)
        with pytest.raises(NotFound):
            responding.respond(assigned, WHY, actor=other, now=NOW)
        with pytest.raises(NotFound):
            responding.ask_again(assigned, WHY, actor=other, now=NOW)


def test_followers_hear_a_verdict(assessed, assigned, mira, author):
    fan = ResidentFactory()
    db.session.add(Follow(contribution_id=assigned.id, account_id=fan.id, since=LONG_AGO))
    db.session.flush()
    assessing.finish(assessed, assigned, NO, actor=mira, now=NOW)
    assert sorted(told("budget.assessed")) == sorted([author.id, fan.id])


# Looked at again


def test_a_no_is_looked_at_again_by_somebody_else(assessed, assigned, people, clerk):
    mira, joost, author = people
    assessing.finish(assessed, assigned, NO, actor=mira, now=NOW)
    assert last(assigned).objection_by is not None
    responding.ask_again(assigned, WHY, actor=author, now=NOW)
    again = last(assigned)
    assert (again.number, again.objection) == (2, WHY)
    with pytest.raises(Conflict):
        responding.ask_again(assigned, WHY, actor=author, now=NOW)
    with pytest.raises(Invalid, match="somebody else"):
        give(assessed, assigned, mira, clerk=clerk)
    give(assessed, assigned, joost, clerk=clerk)
    assessing.finish(assessed, assigned, NO, actor=joost, now=NOW)
    assert last(assigned).objection_by is None
    with pytest.raises(Conflict):
        responding.ask_again(assigned, WHY, actor=author, now=NOW)


def test_no_back_door_lets_the_same_person_look_again(assessed, assigned, people, clerk):
    mira, joost, author = people
    assessing.finish(assessed, assigned, NO, actor=mira, now=NOW)
    responding.ask_again(assigned, WHY, actor=author, now=NOW)
    team = assigning.name_group(None, "Groen", [mira.id, joost.id], actor=clerk, now=NOW)
    give(assessed, assigned, clerk=clerk, groups=[team.id])
    with pytest.raises(NotAllowed, match="first time"):
        assessing.save(assigned, YES, actor=mira, now=NOW)
    hand = insert(AssessmentHand).values(project_id=assigned.id, who=f"account/{mira.id}", number=2)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(hand)


def test_another_look_is_asked_within_the_term(assessed, assigned, mira, author):
    assessing.finish(assessed, assigned, NO, actor=mira, now=NOW)
    end = last(assigned).objection_by
    with pytest.raises(Conflict, match="over"):
        responding.ask_again(assigned, WHY, actor=author, now=end)
    responding.ask_again(assigned, WHY, actor=author, now=end - timedelta(seconds=1))
