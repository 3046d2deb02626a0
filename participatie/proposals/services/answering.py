"""The answer of the municipality to a proposal."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from participatie.contributions import services as contributions
from participatie.contributions.models import Follow
from participatie.core import audit, outbox
from participatie.core.db import db, hold_row
from participatie.core.errors import N_, NotAllowed
from participatie.core.html import from_plain
from participatie.identity.rules import Actor
from participatie.processes.models import Process
from participatie.processes.rules import check_not_archived
from participatie.proposals.models import Answer, Initiative, Proposal
from participatie.proposals.rules.initiatives import Stop
from participatie.proposals.rules.proposals import ANSWER_LENGTH, AnswerStatus, can_answer

ANSWERED = "proposals.answered"


def check_may_answer(proposal: Proposal, *, actor: Actor) -> None:
    """Raise `NotAllowed` when `actor` may not answer `proposal` for the municipality.

    In an archived process nobody may: `Conflict`.
    """
    _check_whose(proposal, actor=actor)
    check_not_archived(db.session.get_one(Process, proposal.process_id).archived_at)
    initiative = db.session.get(Initiative, proposal.id)
    if initiative is not None and initiative.stop is not Stop.DECIDED:
        raise NotAllowed(N_("This is an initiative. The council decides on it."))


def _check_whose(proposal: Proposal, *, actor: Actor) -> None:
    if proposal.is_official:
        raise NotAllowed(N_("This is of the municipality itself. Tell news about it instead."))
    if not can_answer(
        proposal.state, author_id=proposal.author_id, official=proposal.is_official, actor=actor
    ):
        raise NotAllowed(N_("You cannot answer this. It is your own proposal, or it is hidden."))


def answer(
    proposal: Proposal, *, status: AnswerStatus, text: str, actor: Actor, now: datetime
) -> Answer:
    """Answer for the municipality, or correct the answer.

    Author and followers are told of the first answer, and of a correction that changes its
    status. Raises `NotAllowed`, `Invalid` for the field text.
    """
    check_may_answer(proposal, actor=actor)
    text = contributions.written(text, ANSWER_LENGTH, field="text")
    hold_row(proposal, "support_count")
    given = db.session.get(Answer, proposal.id, populate_existing=True)
    is_news = given is None or given.status is not status
    if given is None:
        given = Answer(proposal_id=proposal.id, answered_at=now)
        db.session.add(given)
    else:
        given.corrected_at = now
    given.status, given.text, given.html = status, text, from_plain(text)
    given.clerk_id = actor.id
    audit.record(
        "proposals.answer",
        account_id=actor.id,
        subject=f"contribution/{proposal.id}",
        now=now,
        detail={"status": status},
    )
    if is_news:
        _tell([proposal], status, text, now=now, at=now)
    return given


def answer_each(
    proposals: Sequence[Proposal],
    *,
    status: AnswerStatus,
    text: str,
    actor: Actor,
    now: datetime,
    tell_at: datetime,
) -> None:
    """Give many proposals without an answer the same one, in a few statements; the caller holds
    them, and nobody is told before `tell_at`. Raises as `answer` does, and then answers nothing.
    """
    text = contributions.written(text, ANSWER_LENGTH, field="text")
    html = from_plain(text)
    for one in proposals:
        _check_whose(one, actor=actor)
    db.session.add_all(
        Answer(
            proposal_id=one.id,
            status=status,
            text=text,
            html=html,
            clerk_id=actor.id,
            answered_at=now,
        )
        for one in proposals
    )
    db.session.flush()
    audit.record_each(
        "proposals.answer",
        {f"contribution/{one.id}": {"status": status} for one in proposals},
        account_id=actor.id,
        now=now,
    )
    _tell(proposals, status, text, now=now, at=tell_at)


def take_back_each(
    proposals: Sequence[Proposal], *, given_at: datetime, actor: Actor, now: datetime
) -> None:
    """Take the answers of a moment ago back, before anybody was told; the caller holds them."""
    numbers = [one.id for one in proposals]
    db.session.execute(
        delete(Answer).where(Answer.proposal_id.in_(numbers), Answer.answered_at == given_at)
    )
    outbox.take_back([ANSWERED], numbers, told_at=given_at)
    audit.record_each(
        "proposals.take_answer_back",
        {f"contribution/{number}": {} for number in numbers},
        account_id=actor.id,
        now=now,
    )


def _who_wait(proposals: Sequence[Proposal]) -> list[tuple[Proposal, int]]:
    """Author and followers of each of `proposals`, each once."""
    by_number = {one.id: one for one in proposals}
    rows = db.session.execute(
        select(Follow.contribution_id, Follow.account_id).where(
            Follow.contribution_id.in_(by_number)
        )
    ).all()
    waiting = {(row.contribution_id, row.account_id) for row in rows} | {
        (one.id, one.author_id) for one in proposals if one.author_id is not None
    }
    return [(by_number[number], account_id) for number, account_id in sorted(waiting)]


def _tell(
    proposals: Sequence[Proposal], status: AnswerStatus, text: str, *, now: datetime, at: datetime
) -> None:
    letters = [
        outbox.Letter(
            account_id,
            f"{one.id}/{now.isoformat()}",
            {
                "contribution_id": one.id,
                "title": one.title,
                "language": one.language,
                "status": status.value,
                "answer": text,
            },
        )
        for one, account_id in _who_wait(proposals)
    ]
    outbox.tell_all(letters, ANSWERED, now=now, at=at)
