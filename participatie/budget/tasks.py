"""What runs by itself: a count becomes outcomes and mails, and unfinished lists are reminded of."""

from celery import shared_task

from participatie.budget.models.assessment import Assessment
from participatie.budget.models.budgets import Budget, Project
from participatie.budget.queries import assessments
from participatie.budget.queries import budgets as queries
from participatie.budget.queries.comparisons import due_to_compare
from participatie.budget.queries.lists import owners_of_drafts
from participatie.budget.services import awarding, comparing, reminding, responding
from participatie.core.clock import now
from participatie.core.db import db
from participatie.identity.queries import with_address
from participatie.votes import owners
from participatie.votes.queries.results import visible_tallies

_NEXT = queries.due_to_award().limit(1).with_for_update(of=Budget, skip_locked=True)


@shared_task  # type: ignore[untyped-decorator]
def award_counted() -> str:
    """Award each budget that is counted and not awarded yet."""
    awarded: list[int] = []
    while budget := db.session.scalars(_NEXT).first():
        tallies = db.session.scalars(visible_tallies(budget.round_id or 0)).all()
        awarding.award(budget, tallies, now=now())
        db.session.commit()
        awarded.append(budget.id)
    return f"awarded {awarded}" if awarded else ""


@shared_task  # type: ignore[untyped-decorator]
def compare_decided() -> str:
    """Count by the other rules what the council has decided about, once for each count."""
    compared: list[int] = []
    due = due_to_compare().limit(1).with_for_update(of=Budget, skip_locked=True)
    while budget := db.session.scalars(due).first():
        comparing.compare(budget)
        db.session.commit()
        compared.append(budget.id)
    return f"compared {compared}" if compared else ""


@shared_task  # type: ignore[untyped-decorator]
def remind_unfinished() -> str:
    """Remind who left an address and a list that is not cast, two days and half a day before."""
    reminded = []
    for budget in db.session.scalars(queries.open_now()).all():
        before = reminding.due(budget.round.closes_at, now()) if budget.round else None
        if before is None:
            continue
        waiting = set(db.session.scalars(owners_of_drafts(budget.round_id or 0)))
        accounts = db.session.scalars(with_address()) if waiting else ()
        unfinished = [number for number in accounts if owners.of_account(number) in waiting]
        reminding.remind(budget, unfinished, before=before, now=now())
        db.session.commit()
        reminded += [budget.id] if unfinished else []
    return f"reminded {reminded}" if reminded else ""


@shared_task  # type: ignore[untyped-decorator]
def take_silence_for_agreement() -> str:
    """Let each changed plan go on of which the author did not answer in time."""
    moment, lapsed = now(), []
    due = assessments.over_time(moment).limit(1).with_for_update(of=Assessment, skip_locked=True)
    while assessment := db.session.scalars(due).first():
        project = db.session.get_one(Project, assessment.project_id)
        budget = db.session.get_one(Budget, project.budget_id)
        responding.lapse(budget, project, assessment, now=moment)
        db.session.commit()
        lapsed.append(project.id)
    return f"agreed by silence {lapsed}" if lapsed else ""
