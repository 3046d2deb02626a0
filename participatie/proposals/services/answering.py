"""The answer of the municipality to a proposal."""

from datetime import datetime

from participatie.contributions import services as contributions
from participatie.contributions.queries import followers
from participatie.core import audit, outbox
from participatie.core.db import db
from participatie.core.errors import N_, NotAllowed
from participatie.core.html import from_plain
from participatie.identity.rules import Actor
from participatie.proposals.models import Answer, Initiative, Proposal
from participatie.proposals.rules.initiatives import Stop
from participatie.proposals.rules.proposals import ANSWER_LENGTH, AnswerStatus, can_answer


def check_may_answer(proposal: Proposal, *, actor: Actor) -> None:
    """Raise `NotAllowed` when `actor` may not answer `proposal` for the municipality."""
    if not can_answer(proposal.state, author_id=proposal.author_id, actor=actor):
        raise NotAllowed(N_("You cannot answer this. It is your own proposal, or it is hidden."))
    initiative = db.session.get(Initiative, proposal.id)
    if initiative is not None and initiative.stop is not Stop.DECIDED:
        raise NotAllowed(N_("This is an initiative. The council decides on it."))


def answer(
    proposal: Proposal, *, status: AnswerStatus, text: str, actor: Actor, now: datetime
) -> Answer:
    """Answer for the municipality, or correct the answer.

    Author and followers are told of the first answer, and of a correction that changes its
    status. Raises `NotAllowed`, `Invalid` for the field text.
    """
    check_may_answer(proposal, actor=actor)
    text = contributions.written(text, ANSWER_LENGTH, field="text")
    db.session.refresh(proposal, ["support_count"], with_for_update=True)
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
        _tell(proposal, given, now=now)
    return given


def _tell(proposal: Proposal, given: Answer, *, now: datetime) -> None:
    to_tell = set(db.session.scalars(followers(proposal.id)))
    if proposal.author_id is not None:
        to_tell.add(proposal.author_id)
    for account_id in sorted(to_tell):
        outbox.tell(
            account_id,
            "proposals.answered",
            dedup=f"{proposal.id}/{now.isoformat()}",
            now=now,
            parameters={
                "contribution_id": proposal.id,
                "title": proposal.title,
                "status": given.status.value,
                "answer": given.text,
            },
        )
