"""What came out of the box as a count sees it, and as other programs read it."""

import io
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from participatie.core.db import db
from participatie.votes.counting import pabulib
from participatie.votes.counting.election import Ballots, Election, Project, VoteType
from participatie.votes.models.rounds import VoteQuestion, VoteRound
from participatie.votes.queries import results as result_queries
from participatie.votes.rules.kinds import Answer, BallotKind, points_of
from participatie.votes.rules.rounds import Publication
from participatie.votes.services import lots
from participatie.votes.services.emptying import Answers

VOTE_TYPES = {BallotKind.RANKING: VoteType.ORDINAL, BallotKind.POINTS: VoteType.CUMULATIVE}
"""How the count reads an answer that is more than a set of plans."""


def election_of(question: VoteQuestion, *, answers: Mapping[Answer, int]) -> Election:
    """A question that divides money as the count sees it; `question` comes with its options.

    `answers` as they came out of the box: each checked when it was cast, none twice. Who left the
    question empty takes no part in it: the money of one area is for who votes in that area.
    """
    projects = tuple(
        Project(id=o.code, cost=o.cost, name=o.title, columns={"name": o.title})
        for o in sorted(question.options, key=lambda option: option.code)
    )
    index = {project.id: place for place, project in enumerate(projects)}
    given = {answer: number for answer, number in answers.items() if answer}
    is_pointed = question.kind is BallotKind.POINTS
    pointed = [points_of(answer) for answer in given] if is_pointed else []
    chosen = [tuple(points) for points in pointed] if is_pointed else [*given]
    ballots = Ballots(
        offsets=np.cumsum([0, *map(len, chosen)], dtype=np.int64),
        choices=np.array([index[code] for codes in chosen for code in codes], dtype=np.int32),
        counts=np.array([*given.values()], dtype=np.int64),
        points=np.array([n for one in pointed for n in one.values()], dtype=np.int64)
        if is_pointed
        else None,
    )
    vote_type = VOTE_TYPES.get(question.kind, VoteType.APPROVAL)
    return Election(question.budget or 0, projects, ballots, vote_type)


def choices(round_id: int) -> Answers:
    """The opened answers to each question of a round; empty before it is counted."""
    found: Answers = {}
    for row in db.session.execute(result_queries.choices(round_id)):
        found.setdefault(row.question_id, {})[tuple(row.answer)] = row.weight
    return found


def published_ballots(
    vote_round: VoteRound, question: VoteQuestion, shown: Publication
) -> str | None:
    """The ballots of a question that divides money, where ballots are published."""
    is_published = question.budget is not None and shown is not Publication.COUNTS
    return ballots_text(vote_round, question) if is_published else None


def ballots_text(vote_round: VoteRound, question: VoteQuestion) -> str:
    """The answers to a knapsack, without codes, as other programs count them."""
    answers = choices(vote_round.id).get(question.id, {})
    election = election_of(question, answers=answers)
    lot = ",".join([*vote_round.counting.get("lot", []), *lots.drawn_for(question)])
    file = io.BytesIO()
    pabulib.write(replace(election, meta={**election.meta, "lot": lot}), file)
    return file.getvalue().decode()
