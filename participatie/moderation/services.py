"""Reporting, and deciding."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from participatie.contributions.models import Contribution
from participatie.contributions.rules import TRANSITIONS
from participatie.contributions.services import hold, written
from participatie.core import audit, outbox
from participatie.core.db import db
from participatie.core.errors import N_, IllegalTransition, NotAllowed
from participatie.core.states import advance
from participatie.identity.rules import Actor
from participatie.moderation import queries
from participatie.moderation.models import Decision, Report
from participatie.moderation.rules import (
    EXPLANATION_LENGTH,
    POSSIBLE,
    REPORT_LENGTH,
    TARGET,
    Act,
    DecisionGround,
    Ground,
    can_decide,
    can_report,
    check_ground,
)

TOLD = {Act.HIDE: "moderation.hidden", Act.RESTORE: "moderation.restored"}


def report(
    contribution: Contribution, *, ground: Ground, explanation: str, actor: Actor, now: datetime
) -> None:
    """Tell the griffie that something breaks the house rules; the same person counts once.

    Raises `NotAllowed`, `Invalid` for the field explanation.
    """
    check_may_report(contribution, actor=actor)
    least = 1 if ground is Ground.OTHER else 0
    row = insert(Report).values(
        contribution_id=contribution.id,
        account_id=actor.id,
        ground=ground,
        explanation=_explained(explanation, least),
        made_at=now,
    )
    db.session.execute(row.on_conflict_do_nothing())


def _explained(explanation: str, least: int) -> str:
    if not explanation.strip() and not least:
        return ""
    return written(explanation, (1, REPORT_LENGTH), field="explanation")


def check_may_report(contribution: Contribution, *, actor: Actor) -> None:
    """Raise `NotAllowed` when `actor` may not report `contribution`."""
    if not can_report(contribution.state, author_id=contribution.author_id, actor=actor):
        raise NotAllowed(N_("You cannot report this. It is your own, or it is gone already."))


def check_may_decide(contribution: Contribution, *, actor: Actor) -> None:
    """Raise `NotAllowed` when `actor` may not decide about `contribution`."""
    if not can_decide(author_id=contribution.author_id, actor=actor):
        raise NotAllowed(N_("You cannot decide about this. A colleague can."))


def decide(
    contribution: Contribution,
    *,
    act: Act,
    ground: DecisionGround,
    explanation: str,
    actor: Actor,
    now: datetime,
) -> Decision:
    """Hide, restore or keep; this closes the open reports and tells the author what changed.

    Raises `NotAllowed`, `Invalid` for the fields ground and explanation, `IllegalTransition` when
    a colleague was first.
    """
    check_may_decide(contribution, actor=actor)
    check_ground(act, ground)
    explanation = written(explanation, EXPLANATION_LENGTH, field="explanation")
    hold(contribution)
    if act not in POSSIBLE[contribution.state]:
        raise IllegalTransition(contribution.state, act)
    decision = Decision(
        contribution_id=contribution.id,
        clerk_id=actor.id,
        act=act,
        ground=ground,
        explanation=explanation,
        made_at=now,
    )
    db.session.add(decision)
    db.session.flush()
    target = TARGET[act]
    if target is not None:
        contribution.state = advance(TRANSITIONS, contribution.state, target)
    for one in db.session.scalars(queries.open_reports(contribution.id)):
        one.decision_id = decision.id
    _write_down(decision, now=now)
    _tell_author(contribution, decision, now=now)
    return decision


def _write_down(decision: Decision, *, now: datetime) -> None:
    audit.record(
        f"moderation.{decision.act}",
        account_id=decision.clerk_id,
        subject=f"contribution/{decision.contribution_id}",
        now=now,
        detail={"decision": decision.id, "ground": decision.ground},
    )


def _tell_author(contribution: Contribution, decision: Decision, *, now: datetime) -> None:
    if contribution.author_id is None or decision.act not in TOLD:
        return
    outbox.tell(
        contribution.author_id,
        TOLD[decision.act],
        dedup=str(decision.id),
        now=now,
        parameters=notice(contribution, ground=decision.ground, explanation=decision.explanation),
    )


def notice(
    contribution: Contribution, *, ground: DecisionGround, explanation: str
) -> dict[str, object]:
    """What the author is told: never the text itself, which may be why it is hidden."""
    return {
        "contribution_id": contribution.id,
        "kind": contribution.kind,
        "ground": ground.value,
        "explanation": explanation,
    }
