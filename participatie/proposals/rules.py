"""Limits of a proposal, who may support and answer it, and the answers it can get."""

from enum import StrEnum

from participatie.contributions.rules import State, is_own
from participatie.identity.rules import Actor

TITLE_LENGTH = (4, 80)
SUMMARY_LENGTH = (10, 280)
TEXT_LENGTH = (20, 6000)
ANSWER_LENGTH = (20, 6000)


class AnswerStatus(StrEnum):
    """What the municipality does with a proposal."""

    TAKEN_UP = "taken_up"
    PARTLY = "partly"
    NOT_TAKEN_UP = "not_taken_up"
    ALREADY_DONE = "already_done"


def can_support(state: State, *, actor: Actor) -> bool:
    """Whether `actor` may stand behind a proposal: residents may, their own included."""
    return actor.is_resident and state is State.PUBLISHED


def can_edit(state: State, *, author_id: int | None, actor: Actor) -> bool:
    """Whether `actor` may still change it: the author may, until it is published."""
    return state is State.DRAFT and is_own(author_id, actor)


def can_answer(state: State, *, author_id: int | None, actor: Actor) -> bool:
    """Whether `actor` may answer for the municipality: a clerk, and never one's own proposal."""
    return actor.is_clerk and state is State.PUBLISHED and not is_own(author_id, actor)
