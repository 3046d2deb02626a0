"""Who makes this request: for the edges, which pass it down as an `Actor`."""

from flask import session
from flask_login import current_user

from participatie.core.access import only
from participatie.core.errors import N_
from participatie.identity.models import Account
from participatie.identity.rules import VISITOR, Actor, Assurance, Role

residents = only(
    Role.RESIDENT,
    otherwise=N_("This is for residents. You are logged in for the municipality now."),
)
"""Let in residents, and tell staff why not."""

VOTE_PSEUDONYM = "vote_pseudonym"


def actor() -> Actor:
    """The actor of this request; a visitor when nobody is logged in."""
    if not current_user.is_authenticated:
        return VISITOR
    return Actor(
        id=current_user.id,
        roles=frozenset(Role(role) for role in current_user.roles),
        assurance=Assurance(current_user.assurance),
    )


def vote_pseudonym() -> str | None:
    """The pseudonym for votes of who is logged in; it stands in the sealed session only."""
    return session.get(VOTE_PSEUDONYM) if current_user.is_authenticated else None


def account() -> Account:
    """The account that is logged in: for pages where somebody changes their own details."""
    return current_user._get_current_object()  # type: ignore[no-any-return]
