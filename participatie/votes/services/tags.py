"""The tags of a roll: who has one can see whether their right to vote was used, and nobody else."""

from typing import Any

from sqlalchemy import bindparam, select, update

from participatie.core.db import db
from participatie.votes.keys import Keys
from participatie.votes.models.rounds import Roll
from participatie.votes.rules import tree


def put_tags(round_id: int, keys: Keys) -> None:
    """A tag for every row of a roll that has none."""
    without = select(Roll.voter_key).where(Roll.round_id == round_id, Roll.tag.is_(None))
    rows = [
        {"round": round_id, "key": key, "new": keys.tag(round_id, key)}
        for key in db.session.scalars(without)
    ]
    if rows:
        table: Any = Roll.__table__
        put = update(table).where(
            table.c.round_id == bindparam("round"), table.c.voter_key == bindparam("key")
        )
        db.session.connection().execute(put.values(tag=bindparam("new")), rows)


def commitment(round_id: int) -> dict[str, Any]:
    """How many are on a roll, and the root over their tags in order: what opening fixes."""
    tags = select(Roll.tag).where(Roll.round_id == round_id, Roll.tag.is_not(None))
    ordered = db.session.scalars(tags.order_by(Roll.tag))
    number, root = tree.root_of(tree.leaf_of(tag or b"") for tag in ordered)
    return {"count": number, "root": root.hex()}
