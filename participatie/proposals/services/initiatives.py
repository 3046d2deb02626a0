"""The road of an initiative: from a resident who files it to a decision of the council."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from participatie.contributions import services as contributions
from participatie.contributions.queries import followers
from participatie.contributions.rules import State
from participatie.core import audit, outbox
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, NotAllowed
from participatie.core.states import advance
from participatie.identity.rules import Actor
from participatie.processes.models import Process, Regulation
from participatie.processes.rules import MINUTE
from participatie.proposals import queries
from participatie.proposals.models import (
    ConditionFinding,
    Initiative,
    InitiativeStep,
    MeetingMove,
    Proposal,
)
from participatie.proposals.rules.initiatives import (
    REASON_LENGTH,
    TRANSITIONS,
    Finding,
    Signatures,
    Stop,
    Terms,
    can_lead,
    check_decided,
    check_may_check,
    check_meeting,
    check_moved,
    due_at,
    outcome_of_check,
    outcome_of_test,
    year_of,
)
from participatie.proposals.rules.proposals import AnswerStatus
from participatie.proposals.services import answering
from participatie.theming import formats

_LOCK = 0x696E6974  # «init»: two that are filed at once get two numbers


def file(proposal: Proposal, *, now: datetime) -> None:
    """Put a proposal on the road to the council, when the regulation of its process asks it."""
    regulation = db.session.get(Regulation, proposal.process_id)
    if regulation is None:
        return
    db.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    year = year_of(now)
    last = db.session.scalar(select(func.max(Initiative.number)).where(Initiative.year == year))
    filed = Initiative(
        proposal_id=proposal.id,
        year=year,
        number=(last or 0) + 1,
        stop=Stop.TEST,
        due_at=due_at(Stop.TEST, _terms(regulation), now),
    )
    db.session.add(filed)
    db.session.flush()
    _keep_step(filed, "", None, actor=None, now=now)
    parameters = {"name": filed.name, "day": _day(filed.due_at)}
    _tell(proposal, filed, parameters, now=now)


def test(
    proposal: Proposal, findings: Sequence[Finding], *, reason: str, actor: Actor, now: datetime
) -> None:
    """Keep what was found of each condition; with every «yes» support can be collected.

    Raises `NotAllowed`, `Conflict`, and `Invalid` for a field.
    """
    initiative = hold(proposal, Stop.TEST, actor=actor)
    stop = outcome_of_test(findings)
    for number, one in enumerate(findings):
        said = one.reason and contributions.written(
            one.reason, REASON_LENGTH, field=f"reason_{number}"
        )
        row = {"condition": one.condition, "is_met": one.is_met, "reason": said}
        db.session.add(ConditionFinding(proposal_id=proposal.id, position=number + 1, **row))
    said = contributions.written(reason, REASON_LENGTH, field="reason") if reason else ""
    _go(proposal, initiative, stop, reason=said, actor=actor, now=now)


def begin_check(proposal: Proposal, *, actor: Actor, now: datetime) -> None:
    """Collect no more support, and look at what is on paper. Raises `NotAllowed`, `Conflict`."""
    initiative = hold(proposal, Stop.SUPPORT, actor=actor)
    check_may_check(signatures_of(proposal), _threshold(proposal), initiative.due_at, now)
    _go(proposal, initiative, Stop.CHECK, reason="", actor=actor, now=now)


def finish_check(
    proposal: Proposal, *, meeting_on: date | None, actor: Actor, now: datetime
) -> None:
    """With enough support it goes to a meeting of the council on that day, else the road ends.

    Raises `NotAllowed`, `Conflict` while something is not checked, `Invalid` for the field day.
    """
    initiative = hold(proposal, Stop.CHECK, actor=actor)
    stop = outcome_of_check(signatures_of(proposal), _threshold(proposal))
    if stop is Stop.TOO_LITTLE:
        _go(proposal, initiative, stop, reason="", actor=actor, now=now)
        return
    day = check_meeting(meeting_on, now)
    _go(proposal, initiative, stop, reason="", meeting_on=day, actor=actor, now=now)


def move_meeting(
    proposal: Proposal, *, day: date | None, reason: str, actor: Actor, now: datetime
) -> None:
    """The council talks about it on another day; everybody reads which it was, and why.

    Raises `NotAllowed`, `Conflict`, and `Invalid` for the fields day and reason.
    """
    initiative = hold(proposal, Stop.AGENDA, actor=actor)
    step = db.session.scalars(queries.steps_of(proposal.id)).all()[-1]
    if step.meeting_on is None:
        raise ValueError("an initiative on the agenda has no meeting")
    new = check_moved(step.meeting_on, day, now)
    move = MeetingMove(
        proposal_id=proposal.id,
        moved_at=now,
        old_on=step.meeting_on,
        new_on=new,
        reason=contributions.written(reason, REASON_LENGTH, field="reason"),
        clerk_id=actor.id,
    )
    db.session.add(move)
    step.meeting_on = new
    db.session.flush()
    days = {"day": formats.day(move.new_on), "old_day": formats.day(move.old_on)}
    audit.record(
        "initiatives.move_meeting",
        account_id=actor.id,
        subject=f"contribution/{proposal.id}",
        now=now,
        detail={"from": move.old_on.isoformat(), "to": move.new_on.isoformat()},
    )
    words = {"name": initiative.name, "reason": move.reason, **days}
    _tell_all(proposal, "proposals.meeting_moved", f"{proposal.id}/{move.id}", words, now=now)


def decide(
    proposal: Proposal, *, status: AnswerStatus, text: str, actor: Actor, now: datetime
) -> None:
    """Publish what the council decided: it is the answer to the proposal.

    Raises `NotAllowed`, `Conflict`, and `Invalid` for the fields status and text.
    """
    initiative = hold(proposal, Stop.AGENDA, actor=actor)
    steps = db.session.scalars(queries.steps_of(proposal.id)).all()
    check_decided(steps[-1].meeting_on, now)
    _go(proposal, initiative, Stop.DECIDED, reason="", actor=actor, now=now, is_told=False)
    answering.answer(proposal, status=status, text=text, actor=actor, now=now)


def signatures_of(proposal: Proposal) -> Signatures:
    """How many stand behind an initiative, online and on paper."""
    found = db.session.execute(queries.flaws(proposal.id))
    numbers = db.session.execute(queries.signatures(proposal.id)).one()
    return Signatures(
        online=numbers.supporters - numbers.on_paper,
        on_paper=numbers.on_paper,
        received=numbers.received,
        checked=numbers.checked,
        rejected={flaw: count for flaw, count in found if flaw is not None},
    )


def hold(proposal: Proposal, stop: Stop, *, actor: Actor) -> Initiative:
    """Let nobody else bring it further in this transaction; it has to be at `stop`.

    Raises `NotAllowed`, `Conflict`.
    """
    if not can_lead(actor):
        raise NotAllowed(N_("Only the griffie can do this."))
    contributions.hold(proposal)
    found = db.session.get(Initiative, proposal.id, populate_existing=True, with_for_update=True)
    if proposal.state is not State.PUBLISHED or found is None or found.stop is not stop:
        raise Conflict(N_("This has changed in the meantime. Look at the page again."))
    return found


def _go(
    proposal: Proposal,
    initiative: Initiative,
    stop: Stop,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    meeting_on: date | None = None,
    is_told: bool = True,
) -> None:
    regulation = db.session.get_one(Regulation, proposal.process_id)
    initiative.stop = advance(TRANSITIONS, initiative.stop, stop)
    initiative.due_at = due_at(stop, _terms(regulation), now)
    _keep_step(initiative, reason, meeting_on, actor=actor, now=now)
    detail = {"stop": stop}
    subject = f"contribution/{proposal.id}"
    audit.record("initiatives.go", account_id=actor.id, subject=subject, now=now, detail=detail)
    if is_told:
        day = formats.day(meeting_on) if meeting_on else _day(initiative.due_at)
        _tell(proposal, initiative, {"name": initiative.name, "day": day}, now=now)


def _keep_step(
    initiative: Initiative,
    reason: str,
    meeting_on: date | None,
    *,
    actor: Actor | None,
    now: datetime,
) -> None:
    db.session.add(
        InitiativeStep(
            proposal_id=initiative.proposal_id,
            stop=initiative.stop,
            reached_at=now,
            reason=reason,
            meeting_on=meeting_on,
            clerk_id=actor.id if actor else None,
        )
    )


def _tell(
    proposal: Proposal, initiative: Initiative, words: dict[str, str], *, now: datetime
) -> None:
    stop = initiative.stop.value
    dedup = f"{proposal.id}/{stop}"
    _tell_all(proposal, "proposals.initiative", dedup, {"stop": stop, **words}, now=now)


def _tell_all(
    proposal: Proposal, kind: str, dedup: str, words: dict[str, str], *, now: datetime
) -> None:
    """The author and everybody who follows it."""
    to_tell = set(db.session.scalars(followers(proposal.id)))
    if proposal.author_id is not None:
        to_tell.add(proposal.author_id)
    about = {
        "contribution_id": proposal.id,
        "title": proposal.title,
        "language": proposal.language,
    }
    for account_id in sorted(to_tell):
        outbox.tell(account_id, kind, dedup=dedup, now=now, parameters={**about, **words})


def _terms(regulation: Regulation) -> Terms:
    return Terms(
        regulation.test_weeks,
        regulation.support_weeks,
        regulation.check_weeks,
        regulation.agenda_weeks,
    )


def _threshold(proposal: Proposal) -> int:
    threshold = db.session.scalar(
        select(Process.support_threshold).where(Process.id == proposal.process_id)
    )
    return threshold or 1


def _day(moment: datetime | None) -> str:
    """The last day of a term that ends at `moment`."""
    return formats.day(moment - MINUTE) if moment else ""
