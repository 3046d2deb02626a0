"""Whose is it: an assessment is read by its assessors, the griffie, and once done by its author."""

from __future__ import annotations

from participatie.budget.models.assessment import Assessment, AssessmentAssessor
from participatie.votes.rules.rounds import RoundState
from tests.factories import (
    AssessorFactory,
    BudgetFactory,
    ProcessFactory,
    ProjectFactory,
    ResidentFactory,
    RoundFactory,
)
from tests.house.test_whose import SECRET, status


def test_an_assessor_reaches_only_what_is_assigned_to_them(store, log_in):
    process = ProcessFactory()
    vote = RoundFactory(state=RoundState.DRAFT, opened_at=None)
    budget = BudgetFactory(process=process, round=vote, has_assessment=True)
    mira, joost, author = AssessorFactory(), AssessorFactory(), ResidentFactory()
    plan = ProjectFactory(
        budget_id=budget.id, process=process, author_id=author.id, title="Bankjes bij de vijver"
    )
    assessment = Assessment(project_id=plan.id, explanation=SECRET)
    store.add(assessment)
    store.flush()
    store.add(AssessmentAssessor(assessment_id=assessment.id, account_id=mira.id))
    store.commit()
    pages = [f"/beoordelen/{plan.id}", f"/beoordelen/{plan.id}/overleg"]
    for path in pages:
        assert status(log_in(mira), "GET", path) == 200
        assert status(log_in(joost), "GET", path) == 404
        assert status(log_in(joost), "POST", path, text="Dag", act="save") == 404
        assert status(log_in(author), "GET", path) == 403
    assert plan.title in log_in(mira).get("/beoordelen").main
    assert plan.title not in log_in(joost).get("/beoordelen").main
    assert SECRET in log_in(mira).get(pages[0]).main
    for reader in (log_in(author), log_in(joost)):
        assert SECRET not in reader.get(f"/plannen/{plan.id}").main
    assert SECRET not in log_in(author).get(f"/plannen/{plan.id}/beoordeling").main
    for other in (ResidentFactory(), author):
        wanted = 200 if other is author else 404
        assert status(log_in(other), "GET", f"/plannen/{plan.id}/beoordeling") == wanted
