"""How often something may be tried, counted in the database so that it holds in every process."""

import hashlib
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from flask import current_app, request
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from participatie.core.db import Base, db
from participatie.core.errors import N_, TooMany

TOO_OFTEN = N_("You tried this too often. Wait a few minutes and try again.")


class TryCount(Base):
    """How often `bucket` was tried in the window that began at `since`; it names nobody."""

    __tablename__ = "try_count"

    bucket: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(primary_key=True)
    tries: Mapped[int]


HOME = 64
"""How many bits of an IPv6 address name the network of a home or an office."""


def network() -> str:
    """The network that the visitor comes from: what is counted where nobody is known yet."""
    return network_of(request.remote_addr or "")


def network_of(address: str) -> str:
    """An IPv4 address is a network by itself; of an IPv6 address the first half is one.

    Who has a line at home has all 18 quintillion addresses of that half to choose from. What is no
    address, as on a unix socket, stays what it is.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((int(found), HOME), strict=False))


def count_try(bucket: str, *, most: int, window: timedelta, now: datetime) -> None:
    """Count one try. Raises `TooMany` when there were `most` in this window already.

    `bucket` is what is tried and by whom or what: `login:192.0.2.7`, `login:2001:db8::/64`; what
    follows the first colon is stored hashed, with the secret key. Commits by itself, apart from the
    caller's transaction: a try counts also when it fails.
    """
    since = _start(window, now)
    row = insert(TryCount).values(bucket=_hashed(bucket), since=since, tries=1)
    add_one = row.on_conflict_do_update(
        index_elements=["bucket", "since"], set_={"tries": TryCount.tries + 1}
    ).returning(TryCount.tries)
    with Session(db.engine, join_transaction_mode="create_savepoint") as own, own.begin():
        tries = own.execute(add_one).scalar_one()
    if tries > most:
        raise TooMany(TOO_OFTEN)


def refuse_beyond(bucket: str, *, most: int, window: timedelta, now: datetime) -> None:
    """Count nothing, and raise `TooMany` when `bucket` was tried `most` times in this window.

    For what counts only when it fails: without this the try that succeeds would be let in.
    """
    tries = db.session.get(TryCount, (_hashed(bucket), _start(window, now)))
    if tries is not None and tries.tries >= most:
        raise TooMany(TOO_OFTEN)


def forget_tries(before: datetime) -> int:
    """Delete the counts of windows that began before `before`. The caller commits."""
    return int(db.session.execute(delete(TryCount).where(TryCount.since < before)).rowcount)  # type: ignore[attr-defined]


def _start(window: timedelta, now: datetime) -> datetime:
    """When the window began that `now` is in."""
    seconds = window.total_seconds()
    return datetime.fromtimestamp(now.timestamp() // seconds * seconds, now.tzinfo)


def _hashed(bucket: str) -> str:
    what, _, whom = bucket.partition(":")
    key = hashlib.blake2b(current_app.config["SECRET_KEY"].encode()).digest()
    return f"{what}:{hashlib.blake2b(whom.encode(), key=key, digest_size=16).hexdigest()}"
