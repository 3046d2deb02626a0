"""Reading what was changed in a vote since it opened, as everybody may read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from participatie.core.db import db
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import board as board_queries
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.amendments import Amendment, Change, in_force
from participatie.votes.rules.papers import Paper

QUESTION, OPTION = "question", "option"


@dataclass(frozen=True, slots=True)
class Text:
    """One explanation on the ballot: where it stands, of what, and what it says now."""

    place: str
    title: str
    text: str


def amendments_of(vote_round: VoteRound | None) -> Sequence[Amendment]:
    """What changed in a round, in order. Of a vote that never changed this asks nothing."""
    if vote_round is None or vote_round.amended_at is None:
        return ()
    asked = db.session.scalars(round_queries.with_questions(vote_round.id)).one()
    titles = {text.place: text.title for text in _written(asked)}
    bodies = db.session.scalars(board_queries.amendments(vote_round.id))
    return [_read(body, titles) for body in bodies]


def explanations(vote_round: VoteRound) -> list[Text]:
    """The explanations of a round as they hold now; it comes with its questions."""
    now = in_force(amendments_of(vote_round))
    return [replace(one, text=now.get(one.place, one.text)) for one in _written(vote_round)]


def with_amendments(paper: Paper, amendments: Sequence[Amendment]) -> Paper:
    """The ballot with the texts of its options as they hold now."""
    now = in_force(amendments)
    if not now:
        return paper
    questions = tuple(
        replace(
            question,
            options={
                code: replace(option, text=now.get(place_of(OPTION, code), option.text))
                for code, option in question.options.items()
            },
        )
        for question in paper.questions
    )
    return replace(paper, questions=questions)


def place_of(kind: str, code: str) -> str:
    """Where a text stands: at a question or at an option."""
    return f"{kind}-{code}"


def _written(vote_round: VoteRound) -> list[Text]:
    """The explanations that were fixed."""
    texts = []
    for question in vote_round.questions:
        if question.explanation:
            texts.append(
                Text(place_of(QUESTION, question.code), question.title, question.explanation)
            )
        texts += [
            Text(place_of(OPTION, option.code), option.title, option.text)
            for option in question.options
            if option.text
        ]
    return texts


def _read(body: Mapping[str, Any], titles: Mapping[str, str]) -> Amendment:
    what, place = body["what"], body.get("place", "")
    if what == Change.CLOSES_AT:
        return Amendment(
            what=what,
            reason=body["reason"],
            at=_moment(body.get("at")),
            moment_before=_moment(body["from"]),
            moment_after=_moment(body["until"]),
        )
    return Amendment(
        what=what,
        reason=body["reason"],
        at=_moment(body.get("at")),
        place=place,
        title=titles.get(place, ""),
        before=body.get("before", ""),
        after=body.get("after", ""),
    )


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
