"""A poll that is open, and one with its result."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import exists, insert, select

from participatie.core.db import db
from participatie.demo.seeds.days import midnight
from participatie.demo.seeds.people import People
from participatie.identity.rules import Actor
from participatie.votes.keys import Keys
from participatie.votes.models.ballots import Choice
from participatie.votes.models.rounds import VoteOption, VoteQuestion, VoteRound
from participatie.votes.queries.rounds import questions_anew
from participatie.votes.rules.kinds import Answer, BallotKind
from participatie.votes.rules.rounds import Grade, Publication, RoundState
from participatie.votes.services import counting, opening, publishing
from participatie.votes.services.papers import question_of

CLERK = "karin"
LASTS = timedelta(days=21)


def poll(
    text: Mapping[str, Any], *, people: People, keys: Keys, chance: Random, now: datetime
) -> None:
    """A poll as its text says, opened; counted and published when it has ballots."""
    if db.session.scalar(select(exists().where(VoteRound.title == text["title"]))):
        return
    vote = _set_up(text, now=now)
    opening.open_round(vote, keys=keys, actor=people.actor(CLERK), now=vote.opens_at)
    if "ballots" in text:
        _finish(vote, text, keys=keys, chance=chance)


def _set_up(text: Mapping[str, Any], *, now: datetime) -> VoteRound:
    closes_at = midnight(now, text["closes_in_days"] + 1)
    vote = VoteRound(
        title=text["title"],
        state=RoundState.DRAFT,
        grade=Grade.LIGHT,
        publication=Publication.COUNTS,
        opens_at=closes_at - LASTS,
        closes_at=closes_at,
        who_decides=text["who_decides"],
        minimum_age=text["minimum_age"],
        result_on=midnight(now, text["result_in_days"]).date(),
        shows_turnout=True,
        counting={"rule": "count-only"},
    )
    db.session.add(vote)
    db.session.flush()
    for position, asked in enumerate(text["questions"], 1):
        _ask(vote, asked, position)
    db.session.flush()
    return db.session.scalars(questions_anew(vote.id)).one()


def _ask(vote: VoteRound, asked: Mapping[str, Any], position: int) -> None:
    question = VoteQuestion(
        round_id=vote.id,
        code=f"v{position}",
        position=position,
        kind=BallotKind(asked["kind"]),
        title=asked["title"],
        explanation=asked.get("explanation", ""),
        minimum=asked.get("minimum", 1),
        maximum=asked.get("maximum"),
        shuffles=asked.get("shuffles", True),
    )
    db.session.add(question)
    db.session.flush()
    for number, option in enumerate(asked["options"], 1):
        db.session.add(
            VoteOption(
                round_id=vote.id,
                question_id=question.id,
                code=f"v{position}k{number}",
                title=option["title"],
                text=option.get("text", ""),
            )
        )


def _finish(vote: VoteRound, text: Mapping[str, Any], *, keys: Keys, chance: Random) -> None:
    """The vote was over before this database was made, so its choices come without ballots."""
    vote.state, vote.opened_at = RoundState.OPEN, vote.opens_at
    db.session.flush()
    vote.state, vote.closed_at = RoundState.CLOSED, vote.closes_at
    for question, asked in zip(vote.questions, text["questions"], strict=True):
        cast = _answers(question, asked["options"], text["ballots"], chance=chance)
        rows = [
            {
                "round_id": vote.id,
                "question_id": question.id,
                "answer": list(answer),
                "weight": number,
            }
            for answer, number in sorted(cast.items())
        ]
        db.session.execute(insert(Choice), rows)
    db.session.flush()
    counted_at = vote.closes_at + timedelta(hours=10)
    counting.tally(vote.id, keys=keys, now=counted_at)
    publishing.publish_by_itself(vote.id, actor=Actor(), now=counted_at)


def _answers(
    question: VoteQuestion, options: Sequence[Mapping[str, Any]], voters: int, *, chance: Random
) -> Counter[Answer]:
    """What `voters` answer to one question: as many options as they may choose, or fewer."""
    asked, liking = question_of(question), [option["drawn"] for option in options]
    codes = [option.code for option in question.options]
    cast: Counter[Answer] = Counter()
    for _ in range(voters):
        chosen = chance.choices(codes, liking, k=chance.randint(question.minimum, asked.most))
        cast[asked.check(list(dict.fromkeys(chosen)))] += 1
    return cast
