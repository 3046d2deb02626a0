"""Piles that two people count by hand, each on a form of their own."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import delete, insert, select

from participatie.core.db import db
from participatie.core.errors import N_, Conflict
from participatie.identity.rules import Actor
from participatie.votes.models.paper_ballots import HandCount, PaperPile
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.hand_counts import (
    BLANK,
    INVALID,
    Totals,
    TotalsDifference,
    check,
    total_differences,
)
from participatie.votes.rules.kinds import Answer
from participatie.votes.rules.papers import Paper
from participatie.votes.services import piles
from participatie.votes.services.casting import paper as paper_of

Counts = Mapping[str, Totals]
"""What one person found of each question, by its code."""


def enter(pile: PaperPile, vote_round: VoteRound, counts: Counts, *, actor: Actor) -> None:
    """Store what `actor` counted; again replaces it. Raises `Invalid`, `NotAllowed`, `Conflict`."""
    piles.only_after_closing(vote_round, actor)
    piles.hold(pile)
    if not pile.by_hand:
        raise Conflict(N_("The papers of this pile are typed one by one."))
    for question in paper_of(vote_round.id).questions:
        check(counts[question.code], question)
    turn = piles.take_turn(pile, actor)
    of_turn = {"pile_id": pile.id, "turn": turn}
    db.session.execute(delete(HandCount).filter_by(**of_turn))
    rows = [
        {**of_turn, "question": code, "line": line, "number": number}
        for code, totals in counts.items()
        for line, number in _lines(totals)
    ]
    db.session.execute(insert(HandCount), rows)


def entered(pile: PaperPile, turn: int, ballot_paper: Paper) -> dict[str, Totals]:
    """What the first or the second person found of each question; nothing before they did."""
    rows = db.session.scalars(select(HandCount).filter_by(pile_id=pile.id, turn=turn)).all()
    if not rows:
        return {}
    numbers = {(row.question, row.line): row.number for row in rows}
    return {
        question.code: Totals(
            pile.papers,
            invalid=numbers[question.code, INVALID],
            blank=numbers[question.code, BLANK],
            votes={code: numbers[question.code, f"option/{code}"] for code in question.options},
        )
        for question in ballot_paper.questions
    }


def compare(pile: PaperPile, ballot_paper: Paper) -> dict[str, list[TotalsDifference]] | None:
    """By question the lines on which two people differ; None while one has not counted yet."""
    first, second = (entered(pile, turn, ballot_paper) for turn in (1, 2))
    if not first or not second:
        return None
    found = {code: total_differences(first[code], second[code]) for code in first}
    return {code: lines for code, lines in found.items() if lines}


def answers(pile: PaperPile, ballot_paper: Paper) -> list[Counter[Answer]]:
    """What a pile on which both agree says of each question."""
    found = entered(pile, 1, ballot_paper)
    return [found[question.code].answers for question in ballot_paper.questions]


def _lines(totals: Totals) -> list[tuple[str, int]]:
    options = [(f"option/{code}", number) for code, number in totals.votes.items()]
    return [(INVALID, totals.invalid), (BLANK, totals.blank), *options]
