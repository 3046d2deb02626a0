"""Setting up a vote that is no budget: its questions and what can be chosen, until it opens."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import count

from sqlalchemy import delete

from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, Invalid, NotAllowed
from participatie.identity.rules import Actor
from participatie.votes.models.rounds import VoteOption, VoteQuestion, VoteRound
from participatie.votes.queries.rounds import rehearsals
from participatie.votes.rules.kinds import BallotKind
from participatie.votes.rules.rounds import Grade, Publication, RollKind, RoundState
from participatie.votes.rules.setting_up import MOST_QUESTIONS, check_numbers, check_titles
from participatie.votes.services import locks

COUNTING = {"rule": "count-only"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a clerk says of a whole vote."""

    title: str
    process_id: int | None
    opens_at: datetime
    closes_at: datetime
    grade: Grade
    publication: Publication
    roll_kind: RollKind = RollKind.OPEN
    who_may_vote: str = ""
    who_decides: str = ""
    result_on: date | None = None
    shows_turnout: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a clerk says of one question. With `minimum` 0 it may be skipped."""

    title: str
    kind: BallotKind
    explanation: str = ""
    minimum: int = 1
    maximum: int | None = None
    shuffles: bool = True


def begin(facts: Facts, *, actor: Actor, now: datetime) -> VoteRound:
    """A vote that only staff sees until its rules are fixed. Raises `NotAllowed`, `Invalid`."""
    _refuse_others(actor)
    _check_times(facts)
    vote = VoteRound(state=RoundState.DRAFT, counting=COUNTING, questions=[], **asdict(facts))
    db.session.add(vote)
    db.session.flush()
    audit.record("votes.set_up", account_id=actor.id, subject=f"vote_round/{vote.id}", now=now)
    return vote


def change(vote: VoteRound, facts: Facts, *, actor: Actor) -> VoteRound:
    """Say it otherwise. Raises `NotAllowed`, `Conflict` and `Invalid`."""
    _refuse_unless_draft(vote, actor)
    _check_times(facts)
    for name, value in asdict(facts).items():
        setattr(vote, name, value)
    db.session.flush()
    return vote


def discard(vote: VoteRound, *, actor: Actor, now: datetime) -> None:
    """Throw a vote away that nobody else has seen. Raises `NotAllowed` and `Conflict`."""
    _refuse_unless_draft(vote, actor)
    if db.session.scalars(rehearsals(vote.id)).first() is not None:
        raise Conflict(N_("This vote has a rehearsal. Throw that away first, and wait a moment."))
    audit.record("votes.discard", account_id=actor.id, subject=f"vote_round/{vote.id}", now=now)
    db.session.execute(delete(VoteRound).where(VoteRound.id == vote.id))


def add_question(
    vote: VoteRound, asking: Asking, options: Sequence[str] = (), *, actor: Actor
) -> VoteQuestion:
    """Ask one thing more. Raises `NotAllowed`, `Conflict` and `Invalid`."""
    _refuse_unless_draft(vote, actor)
    if len(vote.questions) >= MOST_QUESTIONS:
        raise Conflict(N_("This vote has enough questions. More would be too much for a voter."))
    check_numbers(asking.kind, asking.minimum, asking.maximum)
    _check_options(asking.kind, options, ())
    question = VoteQuestion(
        round_id=vote.id,
        code=next(_free("v", (q.code for q in vote.questions))),
        position=max((q.position for q in vote.questions), default=0) + 1,
        options=[],
        **asdict(asking),
    )
    vote.questions.append(question)
    db.session.flush()
    add_options(vote, question, options, actor=actor)
    return question


def change_question(vote: VoteRound, code: str, asking: Asking, *, actor: Actor) -> VoteQuestion:
    """Ask it otherwise; its kind stays. Raises `NotAllowed`, `Conflict` and `Invalid`."""
    question = _question(vote, code, actor)
    check_numbers(question.kind, asking.minimum, asking.maximum)
    for name, value in asdict(asking).items():
        if name != "kind":
            setattr(question, name, value)
    db.session.flush()
    return question


def move_question(vote: VoteRound, code: str, step: int, *, actor: Actor) -> None:
    """One place up (-1) or down (1); at the end it stays. Raises `NotAllowed`, `Conflict`."""
    question = _question(vote, code, actor)
    place = vote.questions.index(question) + step
    if not 0 <= place < len(vote.questions):
        return
    other = vote.questions[place]
    there, here = other.position, question.position
    question.position = 0  # out of the way: no two questions have the same position
    db.session.flush()
    other.position = here
    db.session.flush()
    question.position = there
    db.session.flush()
    db.session.expire(vote, ["questions"])


def remove_question(vote: VoteRound, code: str, *, actor: Actor) -> None:
    """Ask it no more; its options go too. Raises `NotAllowed`, `Conflict`."""
    question = _question(vote, code, actor)
    db.session.execute(delete(VoteQuestion).where(VoteQuestion.id == question.id))
    db.session.expire(vote, ["questions"])


def add_options(
    vote: VoteRound, question: VoteQuestion, titles: Sequence[str], *, actor: Actor
) -> VoteQuestion:
    """Let voters choose among more. Raises `NotAllowed`, `Conflict` and `Invalid`."""
    _refuse_unless_draft(vote, actor)
    _check_options(question.kind, titles, question.options)
    codes = _free(f"{question.code}k", (option.code for option in question.options))
    for code, title in zip(codes, titles, strict=False):
        question.options.append(
            VoteOption(
                round_id=vote.id,
                question_id=question.id,
                code=code,
                title=title,
            )
        )
    db.session.flush()
    return question


def change_option(vote: VoteRound, code: str, *, title: str, text: str, actor: Actor) -> VoteOption:
    """Name an option otherwise. Raises `NotAllowed`, `Conflict` and `Invalid`."""
    question, option = _option(vote, code, actor)
    try:
        check_titles([title], [other.title for other in question.options if other is not option])
    except Invalid as fault:
        raise Invalid(fault.sentence, field="title", **fault.values) from None
    option.title, option.text = title, text
    db.session.flush()
    return option


def move_option(vote: VoteRound, code: str, step: int, *, actor: Actor) -> None:
    """One place up (-1) or down (1); at the end it stays. Raises `NotAllowed`, `Conflict`.

    Options stand in the order of their making: two that change places change what they say.
    """
    question, option = _option(vote, code, actor)
    place = question.options.index(option) + step
    if not 0 <= place < len(question.options):
        return
    other = question.options[place]
    option.title, other.title = other.title, option.title
    option.text, other.text = other.text, option.text
    db.session.flush()


def remove_option(vote: VoteRound, code: str, *, actor: Actor) -> None:
    """Nobody can choose it. Raises `NotAllowed`, `Conflict`."""
    question, option = _option(vote, code, actor)
    db.session.execute(delete(VoteOption).where(VoteOption.id == option.id))
    db.session.expire(question, ["options"])


def _refuse_others(actor: Actor) -> None:
    if not actor.is_clerk:
        raise NotAllowed(N_("Only the team of the municipality sets up a vote."))


def _refuse_unless_draft(vote: VoteRound, actor: Actor) -> None:
    _refuse_others(actor)
    locks.hold_draft(vote)


def _check_times(facts: Facts) -> None:
    if facts.opens_at >= facts.closes_at:
        raise Invalid(N_("A vote closes after it opens."), field="closes_at")


def _check_options(kind: BallotKind, titles: Sequence[str], known: Sequence[VoteOption]) -> None:
    if titles and kind is BallotKind.OPEN:
        raise Invalid(
            N_("To this question everybody writes an answer. Leave this empty."), field="options"
        )
    check_titles(titles, [option.title for option in known])


def _question(vote: VoteRound, code: str, actor: Actor) -> VoteQuestion:
    _refuse_unless_draft(vote, actor)
    for question in vote.questions:
        if question.code == code:
            return question
    raise Conflict(N_("This has changed in the meantime. Look at the page again."))


def _option(vote: VoteRound, code: str, actor: Actor) -> tuple[VoteQuestion, VoteOption]:
    _refuse_unless_draft(vote, actor)
    for question in vote.questions:
        for option in question.options:
            if option.code == code:
                return question, option
    raise Conflict(N_("This has changed in the meantime. Look at the page again."))


def _free(prefix: str, taken: Iterable[str]) -> Iterator[str]:
    """Codes that begin with `prefix` and that nothing has yet."""
    known = set(taken)
    return (code for n in count(1) if (code := f"{prefix}{n}") not in known)
