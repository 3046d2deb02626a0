"""Reporting, and deciding."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from participatie.contributions.models import Contribution
from participatie.contributions.rules import TRANSITIONS, State
from participatie.contributions.services import hold, written
from participatie.core import audit, outbox
from participatie.core.db import db
from participatie.core.errors import N_, IllegalTransition, NotAllowed
from participatie.core.states import advance
from participatie.identity.rules import Actor
from participatie.moderation.models import Decision, Report
from participatie.moderation.rules import (
    POSSIBLE,
    REPORT_LENGTH,
    TARGET,
    Act,
    DecisionGround,
    Ground,
    can_decide,
    can_report,
    check_ground,
    explanation_length,
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
    hold(contribution)
    [decision] = decide_each(
        [contribution],
        act=act,
        ground=ground,
        explanation=explanation,
        actor=actor,
        now=now,
        tell_at=now,
    )
    return decision


def decide_each(
    contributions: Sequence[Contribution],
    *,
    act: Act,
    ground: DecisionGround,
    explanation: str,
    actor: Actor,
    now: datetime,
    tell_at: datetime,
) -> list[Decision]:
    """The same about many that the caller holds, in a few statements; nobody is told before
    `tell_at`.

    Raises as `decide` does, and then decides nothing.
    """
    check_ground(act, ground)
    limits = explanation_length(act, ground)
    if limits[0] or explanation.strip():
        explanation = written(explanation, limits, field="explanation")
    target = TARGET[act]
    for one in contributions:
        check_may_decide(one, actor=actor)
        if act not in POSSIBLE[one.state]:
            raise IllegalTransition(one.state, act)
    made = [
        Decision(
            contribution_id=one.id,
            clerk_id=actor.id,
            act=act,
            ground=ground,
            explanation=explanation,
            made_at=now,
        )
        for one in contributions
    ]
    db.session.add_all(made)
    for one in contributions:
        if target is not None:
            one.state = advance(TRANSITIONS, one.state, target)
    db.session.flush()
    by_this = (
        select(Decision.id)
        .where(Decision.id.in_([one.id for one in made]))
        .where(Decision.contribution_id == Report.contribution_id)
        .scalar_subquery()
    )
    open_ones = Report.contribution_id.in_([one.id for one in contributions])
    db.session.execute(
        update(Report).where(open_ones, Report.decision_id.is_(None)).values(decision_id=by_this)
    )
    audit.record_each(
        f"moderation.{act}",
        {
            f"contribution/{one.contribution_id}": {"decision": one.id, "ground": ground}
            for one in made
        },
        account_id=actor.id,
        now=now,
    )
    if act in TOLD:
        letters = [
            outbox.Letter(
                one.author_id,
                str(decision.id),
                notice(one, ground=ground, explanation=explanation),
            )
            for one, decision in zip(contributions, made, strict=True)
            if one.author_id is not None
        ]
        outbox.tell_all(letters, TOLD[act], now=now, at=tell_at)
    return made


def undo_each(
    decided: Sequence[tuple[Contribution, Decision]], *, actor: Actor, now: datetime
) -> None:
    """Undo decisions of a moment ago, each the last about its contribution, which the caller
    holds: nobody is told, and who reported waits again."""
    numbers = [decision.id for _, decision in decided]
    for one, decision in decided:
        check_may_decide(one, actor=actor)
        decision.undone_at = now
        if TARGET[decision.act] is not None:
            one.state = advance(TRANSITIONS, one.state, State.PUBLISHED)
    db.session.flush()
    db.session.execute(
        update(Report).where(Report.decision_id.in_(numbers)).values(decision_id=None)
    )
    for moment in {decision.made_at for _, decision in decided}:
        outbox.take_back(TOLD.values(), [one.id for one, _ in decided], told_at=moment)
    audit.record_each(
        "moderation.undo",
        {f"contribution/{one.id}": {"decision": decision.id} for one, decision in decided},
        account_id=actor.id,
        now=now,
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
