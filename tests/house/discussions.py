"""A process that holds discussions, for the tests of who may do what."""

from __future__ import annotations

from typing import Any

from participatie.contributions.rules import State
from participatie.identity.models import Account
from participatie.processes.rules import Starters
from tests.factories import DiscussionFactory, ProcessFactory


def discussions(other: Account, me: Account) -> dict[str, Any]:
    """A process that holds discussions, which the municipality answers."""
    process = ProcessFactory(discussion_starters=Starters.EVERYONE, answers_discussions=True)
    theirs, own, hidden = (
        DiscussionFactory(process=process, author_id=author.id, state=state)
        for author, state in (
            (other, State.PUBLISHED),
            (me, State.PUBLISHED),
            (other, State.HIDDEN),
        )
    )
    return {
        "process_talks": process.slug,
        "discussion": theirs.id,
        "own_discussion": own.id,
        "hidden_discussion": hidden.id,
    }
