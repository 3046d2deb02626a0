"""The rehearsal of a vote: the same ballot, other keys, test codes, and thrown away afterwards."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, Invalid, NotAllowed
from participatie.identity.rules import Actor
from participatie.votes.keys import Keys
from participatie.votes.models.rounds import QuestionGroup, VoteOption, VoteQuestion, VoteRound
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.kinds import Option
from participatie.votes.rules.letter_codes import BatchKind
from participatie.votes.rules.rounds import Grade, RollKind, RoundState
from participatie.votes.services import closing, letter_codes, opening
from participatie.votes.services.letter_codes import Letter

MOST_TESTERS = 50
LASTS = timedelta(days=14)

_SAME = (
    "publication",
    "who_may_vote",
    "who_decides",
    "result_on",
    "minimum_age",
    "reference_date",
    "shows_turnout",
    "most_answered",
    "clerk_id",
    "second_id",
    "substitute_id",
    "counting",
)
_SAME_QUESTION = (
    "code",
    "position",
    "kind",
    "title",
    "explanation",
    "minimum",
    "maximum",
    "budget",
    "least_money",
    "most_money",
    "shuffles",
    "group_code",
)

Plans = Mapping[str, Sequence[Option]]
"""Of each question that divides money, by its code, what comes on its ballot at the opening."""


def begin(
    vote_round: VoteRound,
    testers: int,
    *,
    title: str,
    plans: Plans | None = None,
    exclusive: Sequence[Sequence[str]] = (),
    keys: Keys,
    actor: Actor,
    now: datetime,
) -> list[Letter]:
    """Open a rehearsal of a round that is being set up; the test codes are given this once.

    It asks the same, counts the same and publishes the same; one of the grade zwaar is rehearsed as
    gewoon, because its key holders prove the keys of the vote itself. A budget gets its `plans`,
    and those that exclude each other, at the opening: so here too. `vote_round` comes with its
    questions. Raises `NotAllowed`, `Conflict` and `Invalid`.
    """
    _only_clerks(actor)
    _can_begin(vote_round)
    if not 1 <= testers <= MOST_TESTERS:
        raise Invalid(
            N_("Fill in how many people try the vote: 1 to %(most)s."),
            field="testers",
            most=MOST_TESTERS,
        )
    copy = _copy(vote_round, title, plans or {})
    if exclusive:
        copy.counting = {**copy.counting, "exclusive": [[*group] for group in exclusive]}
    codes = letter_codes.make_nameless(
        copy, testers, kind=BatchKind.LETTERS, keys=keys, actor=actor, now=now
    )
    opening.open_round(copy, keys=keys, actor=actor, now=now)
    _record("rehearse", vote_round.id, copy.id, actor=actor, now=now)
    return codes


def can_be_rehearsed(vote_round: VoteRound) -> bool:
    """Whether a round is no rehearsal itself."""
    return vote_round.rehearsal_of is None


def of(vote_round: VoteRound) -> VoteRound | None:
    """The rehearsal of a round, also while it is being thrown away."""
    return db.session.scalars(round_queries.rehearsals(vote_round.id)).one_or_none()


def close(vote_round: VoteRound, *, actor: Actor, now: datetime) -> None:
    """End the casting of the rehearsal now. Raises `NotAllowed` and `Conflict`."""
    _only_clerks(actor)
    closing.close_rehearsal(_running(vote_round).id, actor=actor, now=now)


def throw_away(vote_round: VoteRound, *, actor: Actor, now: datetime) -> None:
    """Let nothing be left of the rehearsal; a worker does it. Raises `NotAllowed`, `Conflict`."""
    _only_clerks(actor)
    copy = _running(vote_round)
    copy.discarded_at = now
    db.session.flush()
    _record("throw_rehearsal_away", vote_round.id, copy.id, actor=actor, now=now)


def remove(round_id: int, *, keys: Keys) -> None:
    """Destroy the keys of a rehearsal that was thrown away, and delete it.

    The keys go first: when the commit fails, the same again deletes the rest.
    """
    keys.destroy(round_id)
    db.session.execute(select(func.throw_rehearsal_away(round_id)))


def _can_begin(vote_round: VoteRound) -> None:
    if vote_round.rehearsal_of is not None:
        raise Conflict(N_("This is a rehearsal already."))
    if vote_round.state is not RoundState.DRAFT or vote_round.rules_hash is not None:
        raise Conflict(N_("A rehearsal is held before the rules are fixed."))
    if of(vote_round) is not None:
        raise Conflict(N_("This vote has a rehearsal. Throw that away first, and wait a moment."))


def _copy(vote_round: VoteRound, title: str, plans: Plans) -> VoteRound:
    opens_at = db.session.scalars(select(func.clock_timestamp())).one()
    copy = VoteRound(
        title=title,
        state=RoundState.DRAFT,
        grade=Grade.LIGHT if vote_round.grade is Grade.LIGHT else Grade.COMMON,
        roll_kind=RollKind.CODES,
        opens_at=opens_at,
        closes_at=opens_at + LASTS,
        rehearsal_of=vote_round.id,
        rehearsed_hash=opening.rehearsed(vote_round),
        questions=[],
        **{name: getattr(vote_round, name) for name in _SAME},
    )
    db.session.add(copy)
    db.session.flush()
    _copy_groups(vote_round, copy)
    for question in vote_round.questions:
        asked = VoteQuestion(
            round_id=copy.id,
            options=[],
            **{name: getattr(question, name) for name in _SAME_QUESTION},
        )
        copy.questions.append(asked)
        db.session.flush()
        asked.options.extend(
            VoteOption(
                round_id=copy.id,
                question_id=asked.id,
                code=option.code,
                title=option.title,
                text=option.text,
                cost=option.cost,
            )
            for option in plans.get(question.code, question.options)
        )
    db.session.flush()
    whole = round_queries.questions_anew(copy.id)
    return db.session.scalars(whole).one()


def _copy_groups(vote_round: VoteRound, copy: VoteRound) -> None:
    groups = {question.group for question in vote_round.questions if question.group}
    db.session.add_all(
        QuestionGroup(round_id=copy.id, code=group.code, title=group.title, most=group.most)
        for group in groups
    )
    db.session.flush()


def _running(vote_round: VoteRound) -> VoteRound:
    copy = of(vote_round)
    if copy is None or copy.discarded_at is not None:
        raise Conflict(N_("This vote has no rehearsal now."))
    return copy


def _only_clerks(actor: Actor) -> None:
    if not actor.is_clerk:
        raise NotAllowed(N_("Only the team of the municipality rehearses a vote."))


def _record(step: str, round_id: int, copy_id: int, *, actor: Actor, now: datetime) -> None:
    subject, detail = f"vote_round/{round_id}", {"rehearsal": copy_id}
    audit.record(f"votes.{step}", account_id=actor.id, subject=subject, now=now, detail=detail)
