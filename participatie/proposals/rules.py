"""Limits of a proposal, and the answers it can get."""

from enum import StrEnum

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
