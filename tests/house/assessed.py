"""A budget of which plans are being assessed, for the tests of who may do what."""

from __future__ import annotations

from sqlalchemy.orm import Session

from participatie.budget.models.assessment import Assessment, AssessmentAssessor, AssessorGroup
from participatie.budget.rules.assessment import AssessmentState, Verdict
from participatie.contributions.rules import State
from participatie.identity.models import Account
from participatie.processes.rules import PhaseKind
from participatie.votes.rules.rounds import GREEDY, RoundState
from tests.factories import (
    FAR_AWAY,
    LONG_AGO,
    BudgetFactory,
    ProcessFactory,
    ProjectFactory,
    ResidentFactory,
    RoundFactory,
)

REASON = "De fontein kan niet, want er liggen kabels."


def assessed(store: Session, persons: dict[str, Account]) -> dict[str, int]:
    """A plan of the assessor, one of nobody, and two of the resident that wait for an answer."""
    process = ProcessFactory(phase=PhaseKind.ASSESS)
    vote = RoundFactory(state=RoundState.DRAFT, opened_at=None, counting=GREEDY)
    budget = BudgetFactory(process=process, round=vote, has_assessment=True)
    me = persons["resident"].id
    mine, strange, changed, refused = (
        ProjectFactory(budget_id=budget.id, process=process, author_id=author)
        for author in (None, None, me, me)
    )
    open_now = ProcessFactory(phase=PhaseKind.COLLECT)
    collecting = BudgetFactory(
        process=open_now,
        round=RoundFactory(state=RoundState.DRAFT, opened_at=None, counting=GREEDY),
        takes_plans=True,
    )
    drafts = {"state": State.DRAFT, "published_at": None, "budget_id": collecting.id}
    own, other = (
        ProjectFactory(process=open_now, author_id=author, **drafts)
        for author in (me, ResidentFactory().id)
    )
    group = AssessorGroup(name="Groen en spelen")
    told = {"reason": REASON, "changed_text": "Alleen bomen en banken.", "cost": 1_000_00}
    assigned = Assessment(project_id=mine.id)
    store.add_all(
        [
            group,
            assigned,
            Assessment(project_id=strange.id),
            Assessment(
                project_id=changed.id,
                state=AssessmentState.WITH_AUTHOR,
                verdict=Verdict.WITH_CHANGES,
                respond_by=FAR_AWAY,
                **told,
            ),
            Assessment(
                project_id=refused.id,
                state=AssessmentState.FINISHED,
                verdict=Verdict.NOT_FEASIBLE,
                finished_at=LONG_AGO,
                objection_by=FAR_AWAY,
                reason=REASON,
            ),
        ]
    )
    store.flush()
    store.add(AssessmentAssessor(assessment_id=assigned.id, account_id=persons["assessor"].id))
    store.commit()
    return {
        "assessed": budget.id,
        "to_assess": mine.id,
        "of_nobody": strange.id,
        "changed": changed.id,
        "refused": refused.id,
        "assessor_group": group.id,
        "takes_plans": collecting.id,
        "own_plan": own.id,
        "other_plan": other.id,
    }
