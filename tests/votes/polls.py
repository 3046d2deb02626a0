"""What the tests of polls do again and again."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from participatie.votes.models.acts import PublishedResult
from participatie.votes.models.board import BoardCounter
from participatie.votes.models.rounds import VoteOption, VoteQuestion, VoteRound
from participatie.votes.rules.kinds import BallotKind
from participatie.votes.rules.rounds import Grade, Publication, RoundState
from tests import moments
from tests.factories import FAR_AWAY, LONG_AGO, bound_keys

ONE: dict[str, Any] = {"code": "v1", "kind": "single", "title": "Wilt u een bankje?"}
SEVERAL: dict[str, Any] = {
    "code": "v2",
    "kind": "multiple",
    "title": "Wat moet er in het park?",
    "maximum": 2,
    "minimum": 0,
}
ORDER: dict[str, Any] = {"code": "v3", "kind": "ranking", "title": "Wat eerst?", "minimum": 0}
POINTS: dict[str, Any] = {
    "code": "v4",
    "kind": "points",
    "title": "Verdeel uw punten",
    "maximum": 10,
    "minimum": 0,
}
OPEN: dict[str, Any] = {"code": "v5", "kind": "open", "title": "Wat nog meer?", "minimum": 0}
TITLES = ("Appel", "Beuk", "Conifeer")


def make_poll(store: Session | Any, *questions: dict[str, Any], **settings: Any) -> VoteRound:
    """A vote with these questions, three options each; open unless `settings` say otherwise."""
    settings = {
        "title": "Het park",
        "state": RoundState.OPEN,
        "grade": Grade.LIGHT,
        "publication": Publication.CODES,
        "opens_at": LONG_AGO,
        "closes_at": FAR_AWAY,
        "opened_at": LONG_AGO,
        "counting": {"rule": "count-only"},
        **settings,
    }
    rules_hash = settings.pop("rules_hash", None)
    vote = VoteRound(**settings)
    store.add(vote)
    store.flush()
    for position, facts in enumerate(questions or (ONE,), 1):
        question = VoteQuestion(**facts, round_id=vote.id, position=position)
        question.kind = BallotKind(facts["kind"])
        store.add(question)
        store.flush()
        for letter, title in zip("abc", TITLES, strict=True):
            if question.kind is not BallotKind.OPEN:
                option = {"round_id": vote.id, "question_id": question.id}
                store.add(VoteOption(code=f"{facts['code']}{letter}", title=title, **option))
    vote.rules_hash = rules_hash
    if vote.state is RoundState.PUBLISHED:
        shown = {"round_id": vote.id, "number": 1, "version": 1, "is_final": True}
        store.add(PublishedResult(**shown, published_at=LONG_AGO))
    if vote.state is not RoundState.DRAFT:
        vote.seal_public, vote.head_public = bound_keys().make(vote.id)
        store.add(BoardCounter(round_id=vote.id, size=0))
    store.commit()
    return vote


def end(store: Session | Any, vote: VoteRound) -> None:
    """The closing time is over."""
    moments.over(store, vote.id)
    store.commit()
