"""What two people drew where the frozen rules left a tie open: it is published with the count."""

from collections.abc import Sequence

from participatie.core.db import db
from participatie.votes.models.rounds import VoteQuestion
from participatie.votes.queries import acts as act_queries
from participatie.votes.rules.acts import Act


def drawn_for(question: VoteQuestion) -> list[str]:
    """The options of a question in the order in which they were drawn; `question` comes with them.

    What was drawn later comes later.
    """
    asked = {option.code for option in question.options}
    lots = db.session.scalars(act_queries.confirmed(question.round_id, Act.LOT))
    return [code for lot in lots for code in lot.facts["order"] if code in asked]


def told(drawn: Sequence[str]) -> dict[str, list[str]]:
    """What a result says of it, so that everybody can count again; nothing where nobody drew."""
    return {"drawn": list(drawn)} if drawn else {}
