"""The people of Waterlanden: those of the test log-in, and 160 others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from participatie.core.db import db
from participatie.demo.seeds.days import in_the_day
from participatie.identity import services
from participatie.identity.models import Account
from participatie.identity.providers.interface import Assertion
from participatie.identity.providers.stub import PEOPLE
from participatie.identity.pseudonyms import Pseudonyms
from participatie.identity.rules import Actor, Assurance, Role

MAIL = "waterlanden.example"
NAMED = {
    "corrie": "Corrie Blom",
    "frank": "Frank",
    "henk": "Henk T.",
    "mo": "Mo van de kaaskraam",
    "ria": "Ria de Groot",
    "snelgeld": "Snelgeld Nu",
    "wim": "Wim Zwart",
}
SILENT = 153
JOINED_DAYS_AGO = 300


@dataclass(frozen=True, slots=True)
class People:
    """Who lives here: accounts by a short key, and the numbers of all residents."""

    by_key: dict[str, Account]
    residents: Sequence[int]

    def actor(self, key: str) -> Actor:
        """This person as one who does something."""
        account = self.by_key[key]
        roles = frozenset(Role(role) for role in account.roles)
        return Actor(account.id, roles, Assurance(account.assurance))

    def name(self, key: str) -> str:
        """The name that others see; what is nobody's key is a name already."""
        return self.by_key[key].public_name or "" if key in self.by_key else key

    def account_id(self, key: str) -> int | None:
        """The number of the account; None for a name without one."""
        return self.by_key[key].id if key in self.by_key else None


def people(*, pseudonyms: Pseudonyms, now: datetime) -> People:
    """Make everybody who is not there yet."""
    joined = in_the_day(now, JOINED_DAYS_AGO)
    tested = {key: _test_person(key, pseudonyms=pseudonyms, now=joined) for key in PEOPLE}
    others = _others(joined)
    silent = [account.id for key, account in others.items() if key not in NAMED]
    named = {key: others[key] for key in NAMED}
    residents = [a.id for a in (*tested.values(), *named.values()) if a.has_role(Role.RESIDENT)]
    return People({**tested, **named}, [*residents, *silent])


def _test_person(key: str, *, pseudonyms: Pseudonyms, now: datetime) -> Account:
    """The account that this person gets at the test log-in, with a name and a fictive address."""
    person = PEOPLE[key]
    assertion = Assertion(person.bsn, Assurance.MIDDEN, person.roles, is_test=True)
    account = services.log_in(assertion, pseudonyms=pseudonyms, now=now)
    account.public_name = account.public_name or person.name
    if account.email is None:
        account.email = f"{key}@{MAIL}"
        account.email_confirmed_at = now
    return account


def _others(joined: datetime) -> dict[str, Account]:
    names = {**NAMED, **{f"resident-{number:03}": None for number in range(1, SILENT + 1)}}
    rows = [
        {
            "pseudonym": f"demo${key}",
            "roles": [Role.RESIDENT],
            "assurance": Assurance.MIDDEN,
            "public_name": name,
            "language": "nl",
            "is_test": True,
            "created_at": joined,
        }
        for key, name in names.items()
    ]
    db.session.execute(
        insert(Account).values(rows).on_conflict_do_nothing(index_elements=["pseudonym"])
    )
    found = db.session.scalars(
        select(Account).where(Account.pseudonym.startswith("demo$")).order_by(Account.pseudonym)
    )
    return {str(account.pseudonym).removeprefix("demo$"): account for account in found}
