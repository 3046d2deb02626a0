"""What a reader chooses on a list of proposals."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

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


@dataclass(frozen=True, slots=True)
class Filters(filters.Filters):
    """What is asked of proposals: also which answer they have."""

    orders: ClassVar[Mapping[str, Order]] = ORDERS

    @property
    def asked_of_proposals(self) -> Asked:
        """What of the list is asked."""
        answer = dict(self.chosen).get("antwoord", "")
        return Asked(
            **asdict(self.asked),
            answer=ANSWERS.get(answer),
            unanswered=answer == UNANSWERED,
        )


def read(
    said: Mapping[str, str],
    *,
    areas: Iterable[Any],
    categories: Iterable[str],
    offered: Iterable[Order],
) -> Filters:
    """What an address asks for; what is not on offer counts as not chosen."""
    return filters.read(
        Filters,
        said,
        areas=areas,
        categories=categories,
        offered=offered,
        more={"antwoord": (UNANSWERED, *ANSWERS)},
    )
