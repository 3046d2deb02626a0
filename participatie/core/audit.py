"""The log of every act of staff: rows that are only added, each chained to the one before."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.db import Base, Id, db

_LOCK = 0x6175646974  # «audit»: one writer at a time, so that the chain has no forks
_NOTHING_BEFORE = b"\x00" * 32


class AuditEntry(Base):
    """One act: who did what to what, when, and the hash that ties it to all entries before."""

    __tablename__ = "audit_entry"

    id: Mapped[Id]
    at: Mapped[datetime]
    account_id: Mapped[int | None]  # no foreign key: the log outlives the account
    act: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


def record(
    act: str,
    *,
    account_id: int | None,
    subject: str,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add one entry, in the transaction of the act itself."""
    record_each(act, {subject: detail or {}}, account_id=account_id, now=now)


def record_each(
    act: str,
    subjects: Mapping[str, Mapping[str, Any]],
    *,
    account_id: int | None,
    now: datetime,
) -> None:
    """The same for each of `subjects`, with its own detail."""
    db.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    last = select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    before = db.session.execute(last).scalar() or _NOTHING_BEFORE
    for subject, detail in subjects.items():
        entry = AuditEntry(
            at=now, account_id=account_id, act=act, subject=subject, detail=dict(detail)
        )
        entry.hash = before = _hash(before, entry)
        db.session.add(entry)
    db.session.flush()


def broken_entries() -> Iterator[int]:
    """The numbers of entries that do not follow from the one before: changed, or one is gone.

    The chain alone cannot show that its last entries are gone; the database refuses to delete.
    """
    before = _NOTHING_BEFORE
    entries = select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)
    for entry in db.session.scalars(entries):
        if entry.hash != _hash(before, entry):
            yield entry.id
        before = entry.hash


def _hash(before: bytes, entry: AuditEntry) -> bytes:
    body = [entry.at.timestamp(), entry.account_id, entry.act, entry.subject, entry.detail]
    text = json.dumps(body, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(before + text.encode()).digest()
