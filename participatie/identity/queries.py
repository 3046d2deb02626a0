"""Finding accounts, their sessions, and codes that still work."""

from datetime import datetime

from sqlalchemy import Select, func, select

from participatie.identity.codes import hash_of
from participatie.identity.models import Account, LoginSession, OneTimeCode
from participatie.identity.rules import STAFF, LinkPurpose


def by_pseudonym(pseudonym: str) -> Select[Account]:
    """The account with this pseudonym of purpose *account*."""
    return select(Account).where(Account.pseudonym == pseudonym)


def staff_at(address: str) -> Select[int]:
    """The number of the member of staff who may log in by a link to `address`."""
    return select(Account.id).where(
        Account.email == address,
        Account.email_confirmed_at.is_not(None),
        Account.blocked_at.is_(None),
        Account.roles.overlap(sorted(STAFF)),
    )


def staff() -> Select[Account]:
    """Who works here and is known by a name or an address, by name."""
    return (
        select(Account)
        .where(
            Account.roles.overlap(sorted(STAFF)),
            Account.blocked_at.is_(None),
            func.coalesce(Account.public_name, Account.email).is_not(None),
        )
        .order_by(func.lower(func.coalesce(Account.public_name, Account.email)), Account.id)
    )


def with_address() -> Select[int]:
    """The accounts that left an address and confirmed it."""
    return select(Account.id).where(Account.email_confirmed_at.is_not(None))


def good_code(code: str, purpose: LinkPurpose, now: datetime) -> Select[OneTimeCode]:
    """The row of `code`, while it works."""
    return select(OneTimeCode).where(
        OneTimeCode.code_hash == hash_of(code),
        OneTimeCode.purpose == purpose,
        OneTimeCode.used_at.is_(None),
        OneTimeCode.expires_at > now,
    )


def open_sessions(account_id: int, now: datetime) -> Select[int]:
    """In how many places an account is logged in."""
    return select(func.count()).where(
        LoginSession.account_id == account_id, LoginSession.expires_at > now
    )
