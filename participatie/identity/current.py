"""Who makes this request: for the edges, which pass it down as an `Actor`."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask import session
from flask_login import current_user

from participatie.core.access import only, roles_here
from participatie.core.errors import N_
from participatie.identity.models import Account
from participatie.identity.rules import VISITOR, Actor, Assurance, Facts, Role

residents = only(
    Role.RESIDENT,
    otherwise=N_("This is for residents. You are logged in for the municipality now."),
)
"""Let in residents, and tell staff why not."""

VOTE_PSEUDONYM = "vote_pseudonym"
FACTS = "facts"
"""In the session, which is sealed: what the log-in says of somebody."""
OWN_WORD = "own_word"
"""And what they say of themselves, where the log-in says nothing."""


def actor() -> Actor:
    """The actor of this request, with what they may here; a visitor when nobody is logged in."""
    if not current_user.is_authenticated:
        return VISITOR
    return Actor(
        id=current_user.id,
        roles=frozenset(Role(role) for role in roles_here()),
        assurance=Assurance(current_user.assurance),
        facts=_facts(),
    )


def by_office() -> Actor:
    """The actor of this request with what they may everywhere, whatever process the page is of."""
    return replace(actor(), roles=frozenset(Role(role) for role in current_user.roles))


def said(facts: Facts) -> dict[str, Any]:
    """Facts as a session holds them."""
    return {
        "born_on": facts.born_on and facts.born_on.isoformat(),
        "postcode": facts.postcode,
        "lives_here": facts.lives_here,
    }


def take_word(facts: Facts) -> None:
    """Let somebody say of themselves what their log-in does not: until they log out."""
    session[OWN_WORD] = said(facts)


def _facts() -> Facts:
    """What the log-in says; what it leaves out, as somebody said it themselves."""
    known, own = session.get(FACTS) or {}, session.get(OWN_WORD) or {}
    if not known and not own:
        return Facts()
    first = {key: own.get(key) if known.get(key) is None else known[key] for key in (*own, *known)}
    born = first.get("born_on")
    return Facts(
        born_on=date.fromisoformat(born) if born else None,
        postcode=first.get("postcode"),
        lives_here=first.get("lives_here"),
    )


def vote_pseudonym() -> str | None:
    """The pseudonym for votes of who is logged in; it stands in the sealed session only."""
    return session.get(VOTE_PSEUDONYM) if current_user.is_authenticated else None


def account() -> Account:
    """The account that is logged in: for pages where somebody changes their own details."""
    return current_user._get_current_object()  # type: ignore[no-any-return]
