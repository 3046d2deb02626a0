"""Opening what was cast, and counting it: all or nothing, and the same bytes each time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from participatie.core.db import db
from participatie.core.errors import N_, Conflict, NotFound
from participatie.core.states import advance
from participatie.votes.counting.election import Election
from participatie.votes.counting.hashing import input_hash
from participatie.votes.counting.result import Result
from participatie.votes.counting.rules import Rules
from participatie.votes.counting.tally import count
from participatie.votes.counting.ties import UndecidedTie
from participatie.votes.keys import Keys
from participatie.votes.models.ballots import Tally
from participatie.votes.models.board import CountFault
from participatie.votes.models.rounds import VoteQuestion, VoteRound
from participatie.votes.queries import acts as act_queries
from participatie.votes.queries import results as result_queries
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules import outcomes
from participatie.votes.rules.acts import Act
from participatie.votes.rules.kinds import Answer
from participatie.votes.rules.rounds import (
    TRANSITIONS,
    Grade,
    RoundState,
    counting_rules,
    fingerprint,
)
from participatie.votes.services import heads, holders, locks, lots
from participatie.votes.services.elections import choices, election_of
from participatie.votes.services.emptying import empty
from participatie.votes.services.papers import question_of
from participatie.votes.services.results import seal_result
from participatie.votes.services.tags import put_tags


def tally(round_id: int, *, keys: Keys, now: datetime) -> list[Tally]:
    """Open and count a closed round; the count that is there already when it is the one asked for.

    All or nothing in one transaction, and the same bytes each time. A lot and a recount each ask
    for one more; a count that was made stays. A tie that the rules leave open is a count without
    winners, and the round stays closed. Raises `NotFound`, `IllegalTransition` before closing,
    `BoxFault`, `Conflict` while two people or key holders are waited for.
    """
    locks.have_alone(round_id)
    vote_round = db.session.scalars(round_queries.with_questions(round_id)).one_or_none()
    if vote_round is None:
        raise NotFound
    there_already = db.session.scalars(result_queries.tallies(round_id)).all()
    version = db.session.scalars(result_queries.counts_asked(round_id)).one()
    if there_already and there_already[0].version >= version:
        return list(there_already)
    db.session.execute(delete(CountFault).where(CountFault.round_id == round_id))
    state = vote_round.state
    if not there_already or state is RoundState.CLOSED:
        state = advance(TRANSITIONS, state, RoundState.COUNTED)
    if not _may_be_counted(vote_round):
        raise Conflict(N_("This cannot be done in this vote now. Look at the page again."))
    answers = choices(round_id)
    if not answers and not there_already:
        if holders.is_waited_for(vote_round, keys=keys):
            raise Conflict(N_("This vote waits for its key holders."))
        answers = empty(vote_round, keys)
    made = [
        _counted(question, vote_round, answers.get(question.id, {}), now=now)
        for question in vote_round.questions
    ]
    for one in made:
        one.version = version
    is_decided = not any("undecided" in one.result for one in made)
    if is_decided:
        vote_round.state = state
    db.session.add_all(made)
    db.session.flush()
    if is_decided and vote_round.seal_public is not None:
        put_tags(round_id, keys)
        seal_result(vote_round, made)
        heads.sign_head(round_id, keys=keys, now=now)
    return made


def _may_be_counted(vote_round: VoteRound) -> bool:
    """Whether nobody has to say so, or two people did."""
    if vote_round.grade is Grade.LIGHT:
        return True
    finalised = act_queries.confirmed(vote_round.id, Act.FINALISE)
    return db.session.scalars(finalised).first() is not None


def _counted(
    question: VoteQuestion, vote_round: VoteRound, answers: Mapping[Answer, int], *, now: datetime
) -> Tally:
    drawn = lots.drawn_for(question)
    rules = rules_of(question, vote_round, drawn)
    if question.budget is None:
        return _polled(question, rules, drawn, answers, now=now)
    election = election_of(question, answers=answers)
    try:
        result = count(election, rules)
    except UndecidedTie as tie:
        return _undecided(question, election, tie, now=now)
    return _decided(question, result, drawn, now=now)


def _polled(
    question: VoteQuestion,
    rules: Rules,
    drawn: Sequence[str],
    answers: Mapping[Answer, int],
    *,
    now: datetime,
) -> Tally:
    """What a poll says to one question: numbers, and nothing that is awarded."""
    told: dict[str, Any]
    try:
        told = outcomes.outcome(question_of(question), answers, rules=rules).to_json()
        told |= lots.told(drawn)
    except UndecidedTie as tie:
        told = {"undecided": list(tie.tied)}
    cast = [[list(answer), number] for answer, number in sorted(answers.items())]
    return Tally(
        round_id=question.round_id,
        question_id=question.id,
        ballots=sum(answers.values()),
        result=told,
        input_hash=fingerprint({"question": question.code, "answers": cast}),
        result_hash=fingerprint(told),
        counted_at=now,
    )


def rules_of(question: VoteQuestion, vote_round: VoteRound, drawn: Sequence[str]) -> Rules:
    """The frozen rules, with what was drawn since where they left a tie open."""
    rules = counting_rules(vote_round.counting)
    asked = {option.code for option in question.options}
    return replace(
        rules,
        lot=(*filter(asked.__contains__, rules.lot), *drawn),
        exclusive=tuple(group for group in rules.exclusive if group <= asked),
        withdrawn=frozenset(asked).intersection(
            db.session.scalars(round_queries.withdrawn_codes(vote_round.id))
        ),
    )


def _decided(
    question: VoteQuestion, result: Result, drawn: Sequence[str], *, now: datetime
) -> Tally:
    votes = zip(result.election.projects, result.election.votes, strict=True)
    told = {
        **result.to_json(),
        **lots.told(drawn),
        "votes": {project.id: number for project, number in votes},
        "reasons": {
            name: {"code": reason.code, "facts": dict(reason.facts)}
            for name, reason in sorted(result.rejected.items())
        },
    }
    return Tally(
        round_id=question.round_id,
        question_id=question.id,
        ballots=result.election.voters,
        result=told,
        input_hash=result.input_hash,
        result_hash=result.result_hash,
        counted_at=now,
    )


def _undecided(
    question: VoteQuestion, election: Election, tie: UndecidedTie, *, now: datetime
) -> Tally:
    result = {"undecided": list(tie.tied)}
    return Tally(
        round_id=question.round_id,
        question_id=question.id,
        ballots=election.voters,
        result=result,
        input_hash=input_hash(election),
        result_hash=fingerprint(result),
        counted_at=now,
    )
