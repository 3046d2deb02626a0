"""A budget that is open, and voters who stand at the last step: made in the database."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID, uuid4

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import insert, select

from participatie.core.db import db
from participatie.identity.current import VOTE_PSEUDONYM
from participatie.identity.models import Account, LoginSession
from participatie.identity.rules import Assurance, Role
from participatie.identity.sessions import ServerSessions, hashed
from participatie.identity.views import session_contents
from participatie.votes.rules.rounds import GREEDY
from tests import factories
from tests.factories import (
    BudgetFactory,
    OptionFactory,
    ProjectFactory,
    RoundFactory,
    question_of,
)
from tests.votes.checked import checked_draft

PLANS = 12
ON_A_LIST = 3
MOST_TIMES = 3


@dataclass(frozen=True, slots=True)
class Cast:
    """One cast of a voter: what the browser would send, and the list that it has checked before."""

    cookie: str
    form: str
    press: UUID
    codes: tuple[str, ...]
    draft: dict[str, object]


Voter = tuple[Cast, ...]
"""What one person casts, in order; each from a browser of its own, the last one counts."""


def open_budget(app: Flask) -> tuple[int, int]:
    """The numbers of a budget that is open and of its round."""
    with app.app_context():
        factories.bind(db.session, app.extensions["vote_keys"])
        vote_round = RoundFactory(counting=GREEDY, budget=300_000_00)
        budget = BudgetFactory(round=vote_round)
        for number in range(PLANS):
            option = OptionFactory(round_id=vote_round.id, code=f"chaos{number}", cost=20_000_00)
            ProjectFactory(
                budget_id=budget.id, process=budget.process, option_id=option.id, title=option.title
            )
        made = int(budget.id), int(vote_round.id)
        db.session.commit()
        db.session.remove()
        return made


def voters(app: Flask, round_id: int, *, casts: int) -> list[Voter]:
    """Voters who cast `casts` times together: they are logged in.

    The first votes once, the second twice, the third three times, the fourth once again.
    """
    times: list[int] = []
    while sum(times) < casts:
        times.append(min(len(times) % MOST_TIMES + 1, casts - sum(times)))
    with app.app_context():
        factories.bind(db.session, app.extensions["vote_keys"])
        moment = datetime.now(UTC)
        row = {
            "roles": [Role.RESIDENT],
            "assurance": Assurance.MIDDEN,
            "created_at": moment,
            "language": "nl",
            "is_test": True,
        }
        rows = [{"pseudonym": f"v1${n:064x}", **row} for n in range(len(times))]
        db.session.execute(insert(Account), rows)
        accounts = db.session.scalars(
            select(Account).where(Account.pseudonym.in_([r["pseudonym"] for r in rows]))
        )
        made = [
            [_cast(app, account, round_id, moment, turn=n) for n in range(turns)]
            for account, turns in zip(accounts, times, strict=True)
        ]
        stored = [row for casts_of_one in made for _, row in casts_of_one]
        db.session.execute(insert(LoginSession), stored)
        db.session.commit()
        db.session.remove()
        return [tuple(cast for cast, _ in casts_of_one) for casts_of_one in made]


def _cast(
    app: Flask, account: Account, round_id: int, moment: datetime, *, turn: int
) -> tuple[Cast, dict[str, object]]:
    sessions = app.session_interface
    assert isinstance(sessions, ServerSessions)
    signer = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token")
    cookie, raw, press = secrets.token_urlsafe(32), secrets.token_hex(20), uuid4()
    first = account.id + ON_A_LIST * turn
    codes = [f"chaos{(first + step) % PLANS}" for step in range(ON_A_LIST)]
    contents = {
        **session_contents(account),
        VOTE_PSEUDONYM: f"v1${account.id:064x}",
        "csrf_token": raw,
    }
    stored = {
        "id_hash": hashed(cookie),
        "account_id": account.id,
        "sealed": sessions.seal(contents),
        "created_at": moment,
        "seen_at": moment,
        "expires_at": moment + timedelta(hours=1),
    }
    form = urlencode({"csrf_token": signer.dumps(raw), "press": str(press)})
    draft = checked_draft(
        account.id,
        round_id,
        question_of(round_id).code,
        codes,
        press=press,
        keys=app.extensions["vote_keys"],
        now=moment,
    )
    return Cast(cookie, form, press, tuple(sorted(codes)), draft), stored
