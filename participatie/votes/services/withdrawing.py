"""Taking an option out of a vote of which the rules are fixed."""

from datetime import datetime

from participatie.core.db import db
from participatie.votes.models.rounds import OptionWithdrawal, VoteOption


def withdraw(option: VoteOption, *, reason: str, now: datetime) -> None:
    """Let an option win no more: every ballot stays as it is, and the count leaves it out.

    Withdrawing twice is withdrawing once.
    """
    if db.session.get(OptionWithdrawal, option.id) is None:
        row = OptionWithdrawal(option_id=option.id, reason=reason, withdrawn_at=now)
        db.session.add(row)
        db.session.flush()
