"""Money to divide, and what becomes of a project."""

from enum import StrEnum

TITLE_LENGTH = (4, 80)
PITCH_LENGTH = (10, 280)
TEXT_LENGTH = (20, 6000)


class Outcome(StrEnum):
    """What the count decided about a project; why stands in the result of its round."""

    UNDECIDED = "undecided"
    AWARDED = "awarded"
    NOT_AWARDED = "not_awarded"
