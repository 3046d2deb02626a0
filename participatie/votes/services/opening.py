"""Fixing the rules of a vote, and opening it on time."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import N_, Invalid, NotAllowed
from participatie.identity.rules import Actor
from participatie.votes.keys import Keys, PublicKeys
from participatie.votes.models.rounds import VoteQuestion, VoteRound
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.rounds import Grade, RollKind, RoundState, counting_rules, fingerprint
from participatie.votes.services import board, closers, holders, locks, tags
from participatie.votes.services.papers import paper_of


def open_round(vote_round: VoteRound, *, keys: Keys, actor: Actor, now: datetime) -> None:
    """Freeze the rules of a round that is set up, and open it as soon as it is time.

    `vote_round` comes with its questions. Raises `NotAllowed`, `Invalid` and `Conflict`.
    """
    if not actor.is_clerk:
        raise NotAllowed(N_("Only the team of the municipality opens a vote."))
    locks.hold_draft(vote_round)
    whole = round_queries.questions_anew(vote_round.id)
    db.session.scalars(whole).one()  # as it is now that nobody changes it
    for fault in faults(vote_round, now=now):
        raise fault
    vote_round.rules_hash = fingerprint(frozen_facts(vote_round))
    db.session.execute(
        update(VoteRound)
        .where(VoteRound.rehearsal_of == vote_round.id, VoteRound.discarded_at.is_(None))
        .values(discarded_at=now)
    )
    subject, detail = f"vote_round/{vote_round.id}", {"rules_hash": vote_round.rules_hash}
    audit.record("votes.freeze", account_id=actor.id, subject=subject, now=now, detail=detail)
    open_due(keys=keys, now=now)


def open_due(*, keys: Keys, now: datetime) -> list[int]:
    """Open every round with fixed rules whose time has come; the numbers of those opened."""
    due = db.session.scalars(round_queries.due_to_open().with_for_update()).all()
    for vote_round in due:
        _open(vote_round, keys, now=now)
    return [vote_round.id for vote_round in due]


def faults(vote_round: VoteRound, *, now: datetime) -> Iterator[Invalid]:
    """What must be mended before a round can be opened; nothing when it can.

    `vote_round` comes with its questions.
    """
    yield from faults_of_questions(vote_round)
    yield from faults_beside_questions(vote_round, now=now)


def faults_of_questions(vote_round: VoteRound) -> Iterator[Invalid]:
    """What must be mended of what it asks; the code of a question is the field."""
    if not vote_round.questions:
        yield Invalid(N_("There is no question yet."))
    for question in paper_of(vote_round).questions:
        yield from question.faults()


def faults_beside_questions(vote_round: VoteRound, *, now: datetime) -> Iterator[Invalid]:
    """What must be mended of its times and its people, whatever it asks."""
    if vote_round.closes_at <= now:
        yield Invalid(N_("The closing time is over. Choose a later one."), field="closes_at")
    if vote_round.grade is not Grade.LIGHT:
        try:
            closers.check(vote_round)
        except Invalid as fault:
            yield Invalid(fault.sentence, field="closers", **fault.values)
    try:
        holders.check_proven(vote_round)
    except Invalid as fault:
        yield Invalid(fault.sentence, field="keys", **fault.values)
    if must_be_rehearsed(vote_round) and vote_round.rehearsed_hash != rehearsed(vote_round):
        yield Invalid(
            N_(
                "Hold a rehearsal to its end first: vote with test codes, close, count and publish."
                " Who changes a question after that, rehearses again."
            ),
            field="rehearsal",
        )
    counting_rules(vote_round.counting)


def must_be_rehearsed(vote_round: VoteRound) -> bool:
    """Whether a round cannot open before a rehearsal; of a budget, that is for the team."""
    divides_money = any(question.budget is not None for question in vote_round.questions)
    return vote_round.grade is Grade.HEAVY and not divides_money


def rehearsed(vote_round: VoteRound) -> str:
    """The fingerprint of what a rehearsal tries: the questions, the count, what is published."""
    return fingerprint(
        {
            "counting": vote_round.counting,
            **_limits(vote_round),
            "publication": vote_round.publication,
            "questions": [_asked(question) for question in vote_round.questions],
        }
    )


def frozen_facts(vote_round: VoteRound) -> dict[str, Any]:
    """Everything about a round that nobody may change once it is open."""
    result_on, reference = vote_round.result_on, vote_round.reference_date
    return {
        **_limits(vote_round),
        "title": vote_round.title,
        "grade": vote_round.grade,
        "publication": vote_round.publication,
        "roll_kind": vote_round.roll_kind,
        "opens_at": vote_round.opens_at.timestamp(),
        "closes_at": (vote_round.extended_from or vote_round.closes_at).timestamp(),
        "who_may_vote": vote_round.who_may_vote,
        "who_decides": vote_round.who_decides,
        "result_on": result_on.isoformat() if result_on else None,
        "minimum_age": vote_round.minimum_age,
        "reference_date": reference.isoformat() if reference else None,
        "shows_turnout": vote_round.shows_turnout,
        "counting": vote_round.counting,
        "questions": [_asked(question) for question in vote_round.questions],
    }


def _open(vote_round: VoteRound, keys: Keys, *, now: datetime) -> None:
    made = keys.make(vote_round.id)
    public = PublicKeys(vote_round.seal_public or made.seal, made.head)
    moment = db.session.scalars(select(func.clock_timestamp())).one()
    vote_round.state, vote_round.opened_at = RoundState.OPEN, moment
    vote_round.seal_public, vote_round.head_public = public
    db.session.flush()
    board.begin(vote_round.id)
    facts: dict[str, Any] = {
        "round": vote_round.id,
        "rules": vote_round.rules_hash,
        "seal": public.seal.hex(),
        "head": public.head.hex(),
    }
    if vote_round.roll_kind is not RollKind.OPEN:
        tags.put_tags(vote_round.id, keys)
        facts["roll"] = tags.commitment(vote_round.id)
    board.write(vote_round.id, EntryKind.OPENING, facts)
    audit.record("votes.open", account_id=None, subject=f"vote_round/{vote_round.id}", now=now)


def _limits(vote_round: VoteRound) -> dict[str, Any]:
    """In how many areas one ballot chooses; nothing of a round without areas."""
    if vote_round.most_answered is None:
        return {}
    groups = [
        {"title": group.title, "most": group.most, "questions": list(group.asked)}
        for group in paper_of(vote_round).groups
    ]
    return {"most_answered": vote_round.most_answered, **({"groups": groups} if groups else {})}


def _asked(question: VoteQuestion) -> dict[str, Any]:
    money = {"least_money": question.least_money, "most_money": question.most_money}
    return {
        **{name: amount for name, amount in money.items() if amount is not None},
        "code": question.code,
        "kind": question.kind,
        "title": question.title,
        "explanation": question.explanation,
        "minimum": question.minimum,
        "maximum": question.maximum,
        "budget": question.budget,
        "shuffles": question.shuffles,
        "options": [
            {"code": o.code, "title": o.title, "text": o.text, "cost": o.cost}
            for o in sorted(question.options, key=lambda option: option.code)
        ],
    }
