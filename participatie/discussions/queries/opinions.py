"""Finding who agrees with what, and counting them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Update, func, or_, select, update

from participatie.discussions.models import GivenOpinion, Weighed
from participatie.discussions.rules import Opinion


def opinions_of(account_id: int, said: Sequence[int]) -> Select[int, Opinion]:
    """What someone thinks of each of these contributions: its number and the opinion."""
    return select(GivenOpinion.contribution_id, GivenOpinion.opinion).where(
        GivenOpinion.account_id == account_id, GivenOpinion.contribution_id.in_(said)
    )


def opinions_counted_anew(kind: type[Weighed]) -> Update:
    """Mend all of a kind whose numbers are not those of its opinions; gives which they were."""
    table: Any = kind.__table__
    found = {
        opinion: select(func.count())
        .where(GivenOpinion.contribution_id == table.c.id, GivenOpinion.opinion == opinion)
        .scalar_subquery()
        for opinion in Opinion
    }
    agree, disagree = found[Opinion.AGREE], found[Opinion.DISAGREE]
    return (
        update(table)
        .where(or_(table.c.agree_count != agree, table.c.disagree_count != disagree))
        .values(agree_count=agree, disagree_count=disagree)
        .returning(table.c.id)
    )
