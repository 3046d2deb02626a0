"""Logging in, and what an account is given."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from participatie.core.db import db
from participatie.core.errors import N_, NotAllowed
from participatie.identity.models import Account
from participatie.identity.providers.interface import Assertion
from participatie.identity.pseudonyms import Pseudonyms, Purpose
from participatie.identity.queries import by_pseudonym


def log_in(assertion: Assertion, *, pseudonyms: Pseudonyms, now: datetime) -> Account:
    """The account of who came back from a provider, made at the first log-in.

    Two first log-ins at once make one account. Raises `NotAllowed` for a blocked account.
    """
    pseudonym = pseudonyms.pseudonym(Purpose.ACCOUNT, assertion.bsn)
    db.session.execute(
        insert(Account)
        .values(
            pseudonym=pseudonym,
            roles=sorted(assertion.roles),
            assurance=assertion.assurance,
            is_test=assertion.is_test,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["pseudonym"])
    )
    account = db.session.scalars(by_pseudonym(pseudonym)).one()
    if not account.is_active:
        raise NotAllowed(N_("This account is blocked. Call the municipality if that is wrong."))
    account.assurance = assertion.assurance
    return account
