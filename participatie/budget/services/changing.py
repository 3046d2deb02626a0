"""What becomes of plans after the result, otherwise than the count says.

It takes two people who close the vote: one asks with a reason that everybody reads, another
confirms. The count stays as it was published.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from participatie.budget.models.budgets import Budget, Project
from participatie.budget.models.changes import OutcomeChange
from participatie.budget.queries import budgets as queries
from participatie.budget.queries import changes as change_queries
from participatie.budget.rules.changes import (
    DOCUMENT_LENGTH,
    LEADS_TO,
    OF_COUNCIL,
    REASON_LENGTH,
    ChangeKind,
    Said,
    Standing,
    possible,
)
from participatie.budget.rules.outcomes import Outcome
from participatie.contributions.services import written, written_line
from participatie.core import audit, outbox
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, NotAllowed, NotFound
from participatie.identity.models import Account
from participatie.identity.rules import Actor
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries.results import visible_tallies
from participatie.votes.queries.rounds import with_questions
from participatie.votes.rules.acts import can_ask, can_confirm
from participatie.votes.services import closers

CHANGED = N_("Something changed since this was asked. Ask for it again.")


def standings(budget: Budget) -> list[tuple[str, Standing]]:
    """Where the plans of each pot of money stand now, with the name of the pot; newest count.

    Nothing before a result is published.
    """
    vote = _vote(budget)
    tallies = db.session.scalars(visible_tallies(vote.id)).all()
    going = set(db.session.scalars(queries.codes_that_go_ahead(budget.id)))
    gone = set(_fell_out(budget.id))
    rules = vote.counting
    return [
        (
            question.title,
            Standing(
                result=tally.result,
                costs={option.code: option.cost for option in question.options},
                money=question.budget or 0,
                going=frozenset(o.code for o in question.options if o.code in going),
                apart=[set(group) for group in rules.get("exclusive", ())],
                lot=list(rules.get("lot", ())),
                fell_out=frozenset(gone),
            ),
        )
        for question, tally in zip(vote.questions, tallies, strict=False)
    ]


def can_be_asked(budget: Budget, project: Project) -> list[ChangeKind]:
    """What can be asked for a plan now."""
    code = project.option.code if project.option else None
    next_up = [c for _, pot in standings(budget) for c in pot.next_up(budget.reserve)]
    return possible(project.outcome, is_next_up=code in next_up)


def ask(
    budget: Budget, project: Project, said: Said, *, today: date, actor: Actor, now: datetime
) -> OutcomeChange:
    """Ask that a plan ends otherwise than it stands; nothing happens until another confirms it.

    Raises `NotAllowed`, `Invalid` and `Conflict`.
    """
    vote = _vote(budget)
    if actor.id is None or not can_ask(actor, closers=closers.named(vote)):
        raise NotAllowed(N_("Only a clerk who closes this vote can ask for this."))
    reason = written(said.reason, REASON_LENGTH, field="reason")
    document = said.document and written_line(said.document, DOCUMENT_LENGTH, field="document")
    said.check(today=today)
    db.session.scalars(change_queries.held(budget.id)).one()
    _check_possible(budget, project, said.kind)
    asked = OutcomeChange(
        project_id=project.id,
        kind=said.kind,
        reason=reason,
        decided_on=said.decided_on,
        document=document,
        asked_by=actor.id,
        asked_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(asked)
    except IntegrityError as error:
        if "uq_outcome_change_pending" not in str(error.orig):
            raise
        raise Conflict(N_("This is asked already. It waits for a second person.")) from None
    _note("budget.ask_change", asked, actor=actor, now=now, kind=said.kind, reason=reason)
    _tell_others(vote, budget, project, asked, now=now)
    return asked


def confirm(change_id: int, *, actor: Actor, now: datetime) -> OutcomeChange:
    """Confirm what somebody else asked; it holds at once, and who follows the plan hears it.

    Raises `NotFound`, `NotAllowed` and `Conflict`.
    """
    asked, budget = _pending(change_id)
    if not can_confirm(actor, asked_by=asked.asked_by, closers=closers.named(_vote(budget))):
        raise NotAllowed(N_("Somebody else than who asked must confirm this."))
    project = asked.project
    _check_possible(budget, project, asked.kind)
    asked.confirmed_by, asked.confirmed_at = actor.id, now
    project.outcome = LEADS_TO[asked.kind]
    db.session.flush()
    _note("budget.confirm_change", asked, actor=actor, now=now, kind=asked.kind)
    _tell_followers(project, asked, now=now)
    return asked


def drop(change_id: int, *, actor: Actor, now: datetime) -> int:
    """Say no to what was asked, or take it back; the number of the budget.

    Raises `NotFound`, `NotAllowed`, `Conflict`.
    """
    asked, budget = _pending(change_id)
    named = closers.named(_vote(budget))
    if actor.id != asked.asked_by and not can_confirm(
        actor, asked_by=asked.asked_by, closers=named
    ):
        raise NotAllowed(N_("Somebody else than who asked must confirm this."))
    asked.dropped_at = now
    db.session.flush()
    _note("budget.drop_change", asked, actor=actor, now=now)
    return budget.id


def _vote(budget: Budget) -> VoteRound:
    found = db.session.scalars(with_questions(budget.round_id or 0)).one_or_none()
    if found is None:
        raise NotFound
    return found


def _pending(change_id: int) -> tuple[OutcomeChange, Budget]:
    asked = db.session.scalars(change_queries.change(change_id)).one_or_none()
    if asked is None:
        raise NotFound
    budget = db.session.scalars(change_queries.held(asked.project.budget_id)).one()
    db.session.refresh(asked.project, ["outcome"])
    if not asked.is_pending:
        raise Conflict(N_("This was answered already."))
    return asked, budget


def _check_possible(budget: Budget, project: Project, kind: ChangeKind) -> None:
    if kind not in can_be_asked(budget, _with_option(project)):
        raise Conflict(CHANGED)


def _with_option(project: Project) -> Project:
    """The plan with what stood on the ballot."""
    return db.session.scalars(
        queries.on_ballot(project.budget_id).where(Project.id == project.id)
    ).one()


def _fell_out(budget_id: int) -> Sequence[str]:
    """The codes of the plans that cannot be carried out, or that the council does not want."""
    last: dict[int, OutcomeChange] = {}
    for one in db.session.scalars(change_queries.confirmed(budget_id)):
        last[one.project_id] = one
    gone = [p for p, one in last.items() if LEADS_TO[one.kind] is Outcome.NOT_AWARDED]
    return db.session.scalars(queries.codes_of(gone)).all()


def _tell_others(
    vote: VoteRound, budget: Budget, project: Project, asked: OutcomeChange, *, now: datetime
) -> None:
    """Mail the others who are named: something waits for them."""
    others = closers.named(vote) - {asked.asked_by}
    outbox.tell_each(
        select(Account.id).where(Account.id.in_(others)),
        "budget.to_confirm",
        dedup=f"budget.to_confirm/{asked.id}",
        now=now,
        parameters={
            "title": project.title,
            "language": project.language,
            "path": f"/griffie/begrotingen/{budget.id}/na-de-uitslag",
        },
    )


def _tell_followers(project: Project, asked: OutcomeChange, *, now: datetime) -> None:
    outbox.tell_each(
        queries.interested_in(project),
        "budget.changed",
        dedup=f"budget.changed/{asked.id}",
        now=now,
        parameters={
            "project_id": project.id,
            "title": project.title,
            "language": project.language,
            "reason": asked.reason,
            "goes_ahead": LEADS_TO[asked.kind] is Outcome.AWARDED,
            "by_council": asked.kind in OF_COUNCIL,
            "path": f"/plannen/{project.id}",
        },
    )


def _note(act: str, asked: OutcomeChange, *, actor: Actor, now: datetime, **detail: Any) -> None:
    subject = f"project/{asked.project_id}"
    audit.record(
        act, account_id=actor.id, subject=subject, now=now, detail={"change": asked.id, **detail}
    )
