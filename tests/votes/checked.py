"""Drafts that were filled in and checked, made in the database: many at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from participatie.votes import owners
from participatie.votes.keys import Keys
from participatie.votes.services.drafts import BLOCK


def checked_draft(
    account_id: int,
    round_id: int,
    question: str,
    codes: Sequence[str],
    *,
    press: UUID,
    keys: Keys,
    now: datetime,
) -> dict[str, object]:
    """The row of a draft that waits for `press`; in the context of its application."""
    owner = owners.of_account(account_id)
    plain = json.dumps({question: list(codes)}).encode()
    return {
        "owner": owner,
        "round_id": round_id,
        "kept": keys.wrap(owner, plain.ljust(BLOCK)),
        "press": press,
        "updated_at": now,
    }
