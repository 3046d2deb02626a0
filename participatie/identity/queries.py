"""Finding accounts."""

from sqlalchemy import Select, select

from participatie.identity.models import Account


def by_pseudonym(pseudonym: str) -> Select[Account]:
    """The account with this pseudonym of purpose *account*."""
    return select(Account).where(Account.pseudonym == pseudonym)
