"""What every way of logging in has in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from participatie.core.errors import NotAllowed
from participatie.identity.rules import NO_FACTS, Assurance, Facts, Role


class LoginRefused(NotAllowed):
    """The log-in did not succeed: cancelled, too low a level, or out of order."""


class ProviderAway(LoginRefused):
    """The provider itself is out of order: an outage, for which a vote may close later.

    Raised only for what the server found itself, or the provider signed. What a browser brings
    along unsigned anybody can bring: that is a `LoginRefused`, as a log-in that was cancelled is.
    """


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a provider says of a person. The BSN lives in this object only, for one request."""

    bsn: str = field(repr=False)
    assurance: Assurance
    roles: frozenset[Role] = frozenset({Role.RESIDENT})
    is_test: bool = False
    facts: Facts = NO_FACTS


class Provider(Protocol):
    """A way to log in: it sends the browser away, and reads what comes back."""

    @property
    def name(self) -> str: ...

    def begin(self, *, state: str) -> str:
        """The address to send the browser to; `state` comes back with the answer."""
        ...

    def finish(self, answer: Mapping[str, str]) -> Assertion:
        """Who came back with `answer`. Raises `LoginRefused`."""
        ...
