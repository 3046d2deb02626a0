"""What the tests of assessments say and do."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from participatie.budget.queries.assessments import last_of
from participatie.budget.rules.assessment import Findings, Verdict
from participatie.budget.services import assigning
from participatie.budget.services.assigning import Assessors
from participatie.core.db import db
from participatie.core.outbox import OutboxMessage
from participatie.identity.rules import Actor, Role

NOW = datetime(2027, 3, 14, 12, tzinfo=UTC)
WHY = "De grond is van het waterschap, en daar mag niemand bouwen."
CHANGED = "Acht bomen en twee banken op het plein, en geen fontein."
YES = Findings(verdict=Verdict.FEASIBLE, cost=9_000_00, yearly_cost=500_00)
NO = Findings(verdict=Verdict.NOT_FEASIBLE, reason=WHY)
CHANGE = Findings(verdict=Verdict.WITH_CHANGES, cost=8_000_00, reason=WHY, changed_text=CHANGED)


def acting(account):
    return Actor(account.id, frozenset(Role(role) for role in account.roles))


def give(budget, plan, *people, clerk, groups=(), due_on=None):
    chosen = Assessors(frozenset(one.id for one in people), frozenset(groups), due_on)
    assigning.assign(budget, [plan], chosen, actor=clerk, now=NOW)
    db.session.flush()


def last(plan):
    return db.session.scalars(last_of(plan.id)).one()


def told(kind):
    rows = select(OutboxMessage).where(OutboxMessage.kind == kind)
    return [message.account_id for message in db.session.scalars(rows)]
