"""The life of anything that is published, and who sees it when."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from participatie.core.errors import N_, Invalid
from participatie.identity.rules import Actor, is_bsn
from participatie.processes.rules import ALLOWED, Action, PhasePeriod

P = TypeVar("P", bound=PhasePeriod)

NAME_LENGTH = (2, 60)
SUMMARY_LENGTH = 280
"""How much of a contribution a list or a queue shows."""

MOST_IMAGES = 5
MOST_DOCUMENTS = 3
MOST_TAGS = 6
TAG_LENGTH = (2, 40)


class PrivateData(StrEnum):
    """What says who somebody is or where to find them, and can be recognised in a text."""

    MAIL = "mail"
    PHONE = "phone"
    ADDRESS = "address"
    IBAN = "iban"
    BSN = "bsn"


_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\w+])(?:(?:\+|00)31[ -]?(?:\(0\)[ -]?)?|\(?0(?!800|90))(?:\)?[ -]?\d){9}(?!\d)"
)
_POSTCODE = r"\b[1-9]\d{3}(?: ?[A-Z]{2}|[a-z]{2})\b"
_ADDRESS = re.compile(
    rf"{_POSTCODE}[\s,]*+(?:(?:huis)?nummer|nr\.?)?\s*+\d{{1,5}}\b"
    rf"|[^\W\d]\s+\d{{1,5}}[ -]?\w{{0,4}}[\s,]+{_POSTCODE}"
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}", re.IGNORECASE)
_DUTCH_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2} ?[A-Z]{4}(?: ?\d){10}\b", re.IGNORECASE)
_IBAN_LENGTH = {"NL": 18, "BE": 16, "DE": 22, "FR": 27, "GB": 22, "ES": 24, "PL": 28, "LU": 20}
_NINE_DIGITS = re.compile(r"(?<![\d€+])(?<!€ )\d(?:[ .]?\d){8}(?!\d)")


def private_data_in(text: str) -> tuple[PrivateData, ...]:
    """What in `text` looks like private data, each kind once: a reason to warn, never to refuse.

    A mail address; a Dutch telephone number that is not a free one; a postcode with a house number
    beside it; a bank account and a burgerservicenummer that pass their own tests.
    """
    rest = _DUTCH_ACCOUNT.sub(" ", text)  # its digits are no telephone number
    found = {
        PrivateData.MAIL: bool(_MAIL.search(text)),
        PrivateData.PHONE: bool(_PHONE.search(rest)),
        PrivateData.ADDRESS: bool(_ADDRESS.search(text)),
        PrivateData.IBAN: any(map(_is_iban, _IBAN.findall(text))),
        PrivateData.BSN: any(map(is_bsn, _numbers(rest))),
    }
    return tuple(kind for kind, is_there in found.items() if is_there)


def _numbers(text: str) -> Iterator[str]:
    for written in _NINE_DIGITS.findall(text):
        yield written.replace(" ", "").replace(".", "")


def _is_iban(written: str) -> bool:
    """Whether it begins with a bank account: the length of its country, and 1 modulo 97."""
    number = written.replace(" ", "").upper()
    number = number[: _IBAN_LENGTH.get(number[:2], len(number))]
    if len(number) != _IBAN_LENGTH.get(number[:2], len(number)):
        return False
    return int("".join(str(int(sign, 36)) for sign in number[4:] + number[:4])) % 97 == 1


class Written(StrEnum):
    """What somebody sends, as far as it is counted how often."""

    PROPOSAL = "proposal"
    DISCUSSION = "discussion"
    COMMENT = "comment"
    REPORT = "report"


MOST_IN_A_WHILE = {
    Written.PROPOSAL: 5,
    Written.DISCUSSION: 5,
    Written.COMMENT: 15,
    Written.REPORT: 15,
}
A_WHILE = timedelta(minutes=10)
"""How much of each one person can send in how long: enough for who has much to say."""


class State(StrEnum):
    """Where a contribution is on its way."""

    DRAFT = "draft"
    PUBLISHED = "published"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    ARCHIVED = "archived"


TRANSITIONS: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.PUBLISHED}),
    State.PUBLISHED: frozenset({State.HIDDEN, State.WITHDRAWN, State.MERGED, State.ARCHIVED}),
    State.HIDDEN: frozenset({State.PUBLISHED}),
    State.WITHDRAWN: frozenset(),
    State.MERGED: frozenset({State.PUBLISHED}),
    State.ARCHIVED: frozenset({State.HIDDEN}),
}

READABLE = frozenset({State.PUBLISHED, State.WITHDRAWN, State.MERGED, State.ARCHIVED})
"""What everyone may read; a hidden contribution leaves a tombstone."""


def wording(title: str, summary: str, text: str) -> str:
    """What tells this wording of a contribution from any other: 32 hexadecimal digits."""
    return hashlib.sha256("\0".join((title, summary, text)).encode()).hexdigest()[:32]


def is_own(author_id: int | None, actor: Actor) -> bool:
    """Whether `actor` made it; what has no author (any more) is nobody's own."""
    return actor.id is not None and actor.id == author_id


def can_see(state: State, *, author_id: int | None, actor: Actor) -> bool:
    """Whether `actor` may read it.

    Everyone reads what is readable, its author all of it; a clerk also what is hidden, and nobody
    else's draft.
    """
    if state in READABLE or is_own(author_id, actor):
        return True
    return state is State.HIDDEN and actor.moderates


def next_chance(action: Action, phases: Iterable[P], now: datetime) -> P | None:
    """The first phase after `now` that lets people do `action`; None when there is none."""
    coming = [phase for phase in phases if phase.starts_at > now and action in ALLOWED[phase.kind]]
    return min(coming, key=lambda phase: phase.starts_at, default=None)


def key_of_tag(name: str) -> str:
    """What makes two tags the same: «Bomen», «bomen» and «bómen» are one."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


def tags_in(typed: str) -> tuple[str, ...]:
    """The tags in a line with commas between them, each once. Raises `Invalid`.

    At most six, of 2 to 40 characters; a hash sign before one is left out.
    """
    names = (" ".join(part.split()).lstrip("# ") for part in re.split(r"[,;\n]", typed))
    tags = {key_of_tag(name): name for name in reversed([*names]) if name}
    found = tuple(reversed(tags.values()))
    if len(found) > MOST_TAGS:
        raise Invalid(
            N_("Choose at most %(most)s keywords. You have %(number)s."),
            field="tags",
            most=MOST_TAGS,
            number=len(found),
        )
    least, most = TAG_LENGTH
    for name in found:
        if not least <= len(name) <= most:
            raise Invalid(
                N_("Each keyword has %(least)s to %(most)s characters. Change “%(name)s”."),
                field="tags",
                least=least,
                most=most,
                name=shortened(name, most),
            )
    return found


def shortened(text: str, most: int = SUMMARY_LENGTH) -> str:
    """The beginning of `text` on one line, at most `most` characters, cut between words."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    words, space, _ = line[:most].rpartition(" ")
    return f"{words if space else line[: most - 1]}…"
