"""What a reader chooses on a list of proposals."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from participatie.contributions import filters
from participatie.contributions.orders import Order
from participatie.proposals.queries import Asked
from participatie.proposals.rules.proposals import AnswerStatus

ORDERS = {
    "willekeurig": Order.RANDOM,
    "nieuwste": Order.NEWEST,
    "steun": Order.SUPPORT,
    "reacties": Order.DISCUSSED,
    "tempo": Order.PACE,
    "past": Order.MATCH,
}
ANSWERS = {
    "opgepakt": AnswerStatus.TAKEN_UP,
    "deels": AnswerStatus.PARTLY,
    "niet": AnswerStatus.NOT_TAKEN_UP,
    "gedaan": AnswerStatus.ALREADY_DONE,
}
UNANSWERED = "geen"
OF_WHOM = {"inwoners": False, "gemeente": True}


@dataclass(frozen=True, slots=True)
class Filters(filters.Filters):
    """What is asked of proposals: also which answer they have, and of whom they are."""

    orders: ClassVar[Mapping[str, Order]] = ORDERS
    more: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "antwoord": (UNANSWERED, *ANSWERS),
        "van": tuple(OF_WHOM),
    }

    @property
    def asked_of_proposals(self) -> Asked:
        """What of the list is asked."""
        answer = dict(self.chosen).get("antwoord", "")
        asked = self.asked
        return Asked(
            words=asked.words,
            area_id=asked.area_id,
            category=asked.category,
            tag=asked.tag,
            since=asked.since,
            answer=ANSWERS.get(answer),
            unanswered=answer == UNANSWERED,
            official=OF_WHOM.get(dict(self.chosen).get("van", "")),
        )
