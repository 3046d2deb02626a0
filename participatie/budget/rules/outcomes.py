"""What becomes of a plan once the votes are counted."""

from enum import StrEnum


class Outcome(StrEnum):
    """What the count decided about a project; why stands in the result of its round."""

    UNDECIDED = "undecided"
    AWARDED = "awarded"
    NOT_AWARDED = "not_awarded"
