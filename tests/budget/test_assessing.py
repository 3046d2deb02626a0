"""Plans are assigned, assessed, answered and looked at again; what the services refuse."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from participatie.budget.models.assessment import Assessment, AssessmentNote
from participatie.budget.queries.assessments import assigned_to, history
from participatie.budget.queries.budgets import publishable
from participatie.budget.rules.assessment import (
    AssessmentState,
    Findings,
    Verdict,
)
from participatie.budget.services import assessing, assigning, opening
from participatie.budget.services.assigning import Assessors, Terms
from participatie.core.db import db
from participatie.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.budget.assessing import CHANGE, NO, NOW, WHY, YES, give, last, told
from tests.factories import (
    ProjectFactory,
)

# Assigning


def test_31_an_assessor_sees_only_what_is_assigned_to_them_or_their_group(
    assessed, plan, clerk, mira, joost
):
    give(assessed, plan, mira, clerk=clerk)
    other = ProjectFactory(budget_id=assessed.id, process=assessed.process)
    team = assigning.name_group(None, "Groen", [joost.id], actor=clerk, now=NOW)
    give(assessed, other, clerk=clerk, groups=[team.id])
    for person, own, strange in ((mira, plan, other), (joost, other, plan)):
        rows = db.session.execute(assigned_to(person.id)).all()
        assert [row.Project.id for row in rows] == [own.id]
        assert assessing.read_by(own, actor=person) is not None
        for act in (
            lambda p=person, s=strange: assessing.read_by(s, actor=p),
            lambda p=person, s=strange: assessing.save(s, YES, actor=p, now=NOW),
            lambda p=person, s=strange: assessing.write_note(s, "Dag", actor=p, now=NOW),
        ):
            with pytest.raises(NotFound):
                act()


def test_what_is_due_first_stands_on_top(assessed, clerk, mira):
    days = {"later": NOW.date() + timedelta(9), "late": NOW.date() - timedelta(1), "none": None}
    for title, day in days.items():
        one = ProjectFactory(budget_id=assessed.id, process=assessed.process, title=f"Plan {title}")
        give(assessed, one, mira, clerk=clerk, due_on=day)
    rows = db.session.execute(assigned_to(mira.id)).all()
    assert [row.Project.title for row in rows] == ["Plan late", "Plan later", "Plan none"]


def test_who_is_new_to_a_plan_hears_it_once(assessed, assigned, clerk, mira, joost):
    give(assessed, assigned, mira, joost, clerk=clerk)
    assert told("budget.assess_assigned") == [mira.id, joost.id]


def test_a_resident_is_no_assessor_and_only_a_clerk_assigns(assessed, plan, clerk, mira, author):
    with pytest.raises(Conflict, match="changed"):
        give(assessed, plan, author, clerk=clerk)
    with pytest.raises(Invalid, match="at least one"):
        give(assessed, plan, clerk=clerk)
    for other in (mira, author):
        with pytest.raises(NotAllowed):
            give(assessed, plan, mira, clerk=other)
    assessed.has_assessment = False
    with pytest.raises(Conflict, match="not assessed"):
        give(assessed, plan, mira, clerk=clerk)


def test_a_group_has_a_name_of_its_own(context, clerk, mira):
    green = assigning.name_group(None, "Groen", [mira.id], actor=clerk, now=NOW)
    assert assigning.name_group(green, "Groen en spelen", [], actor=clerk, now=NOW) is green
    with pytest.raises(Invalid, match="already"):
        assigning.name_group(None, "groen EN spelen", [], actor=clerk, now=NOW)


# The verdict


def test_a_verdict_is_kept_half_done_and_closed_when_it_is_finished(assessed, assigned, mira):
    assessing.save(assigned, Findings(cost=5), actor=mira, now=NOW)
    assert last(assigned).state is AssessmentState.OPEN
    assessing.finish(assessed, assigned, YES, actor=mira, now=NOW)
    made = last(assigned)
    assert (made.state, made.finished_at) == (AssessmentState.FINISHED, NOW)
    assert (assigned.cost, assigned.yearly_cost) == (9_000_00, 500_00)
    with pytest.raises(Conflict, match="finished"):
        assessing.save(assigned, NO, actor=mira, now=NOW)


def test_what_is_not_complete_is_not_finished(assessed, assigned, mira):
    with pytest.raises(Invalid) as refused:
        assessing.finish(assessed, assigned, Findings(), actor=mira, now=NOW)
    assert refused.value.field == "verdict"


def test_the_history_says_who_changed_what(assessed, assigned, mira, clerk):
    assessing.save(assigned, Findings(cost=5), actor=mira, now=NOW)
    assessing.finish(assessed, assigned, YES, actor=mira, now=NOW)
    rows = db.session.execute(history(assigned.id)).all()
    acts = [(row.AuditEntry.act, row.public_name) for row in reversed(rows)]
    assert acts == [
        ("assessment.assign", "Karin"),
        ("assessment.save", "Mira"),
        ("assessment.save", "Mira"),
        ("assessment.finish", "Mira"),
    ]
    assert rows[1].AuditEntry.detail["changed"]["cost"] == [5, 9_000_00]


def test_a_clerk_enters_the_advice_of_a_colleague_by_name(assessed, plan, clerk):
    with pytest.raises(Invalid) as refused:
        assessing.save(plan, YES, actor=clerk, now=NOW)
    assert refused.value.field == "adviser"
    assessing.finish(assessed, plan, YES, adviser="Wim, Waterschap", actor=clerk, now=NOW)
    assert last(plan).adviser == "Wim, Waterschap"


def test_a_clerk_opens_an_assessment_again_with_a_reason(assessed, assigned, mira, clerk):
    assessing.finish(assessed, assigned, YES, actor=mira, now=NOW)
    with pytest.raises(NotAllowed):
        assigning.reopen(assessed, assigned, WHY, actor=mira, now=NOW)
    with pytest.raises(Invalid):
        assigning.reopen(assessed, assigned, "", actor=clerk, now=NOW)
    assigning.reopen(assessed, assigned, WHY, actor=clerk, now=NOW)
    assert last(assigned).state is AssessmentState.OPEN
    assert told("budget.assess_news") == [mira.id]
    assessing.finish(assessed, assigned, NO, actor=mira, now=NOW)


def test_nothing_changes_once_the_vote_is_fixed(assessed, assigned, mira, clerk):
    assessing.finish(assessed, assigned, YES, actor=mira, now=NOW)
    assessed.round.rules_hash = "0" * 64
    for act in (
        lambda: assigning.reopen(assessed, assigned, WHY, actor=clerk, now=NOW),
        lambda: assigning.assign(
            assessed, [assigned], Assessors(frozenset({mira.id}), frozenset()), actor=clerk, now=NOW
        ),
    ):
        with pytest.raises(Conflict, match="fixed"):
            act()


# The terms


def test_terms_are_frozen_once_an_author_has_heard(assessed, assigned, mira, clerk):
    terms = Terms(True, False, 21, 10)
    assigning.set_terms(assessed, terms, actor=clerk, now=NOW)
    assessing.finish(assessed, assigned, NO, actor=mira, now=NOW)
    with pytest.raises(Conflict, match="stay as they are"):
        assigning.set_terms(assessed, Terms(True, False, 7, 10), actor=clerk, now=NOW)
    assigning.set_terms(assessed, Terms(True, True, 21, 10), actor=clerk, now=NOW)
    assert assessed.takes_plans


@pytest.mark.parametrize(("agree", "objection"), [(6, 14), (14, 61)])
def test_a_term_is_a_week_at_least(assessed, clerk, agree, objection):
    with pytest.raises(Invalid):
        assigning.set_terms(assessed, Terms(True, False, agree, objection), actor=clerk, now=NOW)


# The ballot


def test_only_what_can_be_done_comes_on_the_ballot(assessed, assigned, mira, author, clerk):
    other = ProjectFactory(budget_id=assessed.id, process=assessed.process, author_id=author.id)
    said = [str(fault) for fault in opening.faults_of_assessment(assessed, now=NOW)]
    assert len(said) == 2
    assert all("not assessed yet" in one for one in said)
    assessing.finish(assessed, assigned, YES, actor=mira, now=NOW)
    give(assessed, other, mira, clerk=clerk)
    assessing.finish(assessed, other, NO, actor=mira, now=NOW)
    [waits] = opening.faults_of_assessment(assessed, now=NOW)
    assert "another look" in str(waits)
    assert not list(
        opening.faults_of_assessment(assessed, now=last(other).objection_by + timedelta(1))
    )
    assert db.session.scalars(publishable(assessed.id)).all() == [assigned]


def test_what_waits_for_its_author_is_not_decided(assessed, assigned, mira):
    assessing.finish(assessed, assigned, CHANGE, actor=mira, now=NOW)
    [waits] = opening.faults_of_assessment(assessed, now=NOW)
    assert "waits for its maker" in str(waits)


def test_a_budget_without_assessment_has_all_its_plans_on_the_ballot(assessed, plan):
    assessed.has_assessment = False
    db.session.flush()
    assert list(opening.faults_of_assessment(assessed, now=NOW)) == []
    assert db.session.scalars(publishable(assessed.id)).all() == [plan]


# The thread


def test_a_note_is_mailed_to_those_who_work_on_the_plan(assessed, assigned, mira, clerk, author):
    assessing.write_note(assigned, "Wie weet van de kabels?", actor=mira, now=NOW)
    assert told("budget.assess_news") == [clerk.id]
    with pytest.raises(NotFound):
        assessing.write_note(assigned, "Mag ik dit lezen?", actor=author, now=NOW)
    with pytest.raises(Invalid):
        assessing.write_note(assigned, " ", actor=mira, now=NOW)


def test_a_note_is_never_changed(assessed, assigned, mira):
    assessing.write_note(assigned, "Wie weet van de kabels?", actor=mira, now=NOW)
    for act in (update(AssessmentNote).values(text="Niets"), delete(AssessmentNote)):
        with (
            pytest.raises(DBAPIError, match=r"only added|permission denied"),
            db.session.begin_nested(),
        ):
            db.session.execute(act)


# The database


def _twice(project_id):
    values = {
        "number": 1,
        "state": "open",
        "verdict": "undecided",
        "consent": "not_asked",
        **dict.fromkeys(("explanation", "duration", "reason", "changed_text", "adviser"), ""),
        **dict.fromkeys(("response", "objection"), ""),
    }
    return insert(Assessment).values(project_id=project_id, **values)


@pytest.mark.parametrize(
    "values",
    [
        {"state": AssessmentState.FINISHED},
        {"state": AssessmentState.FINISHED, "finished_at": NOW},
        {"state": AssessmentState.FINISHED, "finished_at": NOW, "verdict": Verdict.FEASIBLE},
        {"state": AssessmentState.FINISHED, "finished_at": NOW, "verdict": Verdict.NOT_FEASIBLE},
        {"state": AssessmentState.WITH_AUTHOR, "verdict": Verdict.WITH_CHANGES, "cost": 1},
        {"number": 3},
        {"cost": 0},
        {"objection_by": NOW},
    ],
)
def test_the_database_refuses_what_cannot_be(plan, values):
    db.session.add(Assessment(project_id=plan.id, **values))
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.flush()


def test_a_plan_has_each_look_once(assigned):
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(_twice(assigned.id))
