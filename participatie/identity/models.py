"""Accounts, their sessions, and codes that work once."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.db import Base, Id, enum_column
from participatie.identity.rules import STAFF, Assurance, Role

_ROLES = ", ".join(f"'{role}'" for role in Role)


class Account(Base):
    """A person, or a shell of one after erasure: a pseudonym, never a BSN or a name from DigiD."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint(f"roles <@ ARRAY[{_ROLES}]::varchar[]", name="known_roles"),
        CheckConstraint("email = lower(email)", name="email_is_lower"),
        CheckConstraint("email IS NOT NULL OR email_confirmed_at IS NULL", name="email_to_confirm"),
    )

    id: Mapped[Id]
    pseudonym: Mapped[str | None] = mapped_column(unique=True)
    roles: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    assurance: Mapped[Assurance] = mapped_column(enum_column(Assurance))
    public_name: Mapped[str | None] = mapped_column(String(60))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    email_confirmed_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(String(10), default="nl")
    is_test: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    blocked_at: Mapped[datetime | None]
    logged_in_at: Mapped[datetime | None]  # of staff only: who closes a vote must have been here

    # What Flask-Login asks of a user.
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.blocked_at is None

    @property
    def is_staff(self) -> bool:
        return not STAFF.isdisjoint(self.roles)

    @property
    def is_colleague_only(self) -> bool:
        """Whether this is somebody who works in teams only."""
        return set(self.roles) - {Role.RESIDENT} == {Role.COLLEAGUE}

    @property
    def is_second_only(self) -> bool:
        """Whether this is a second person with no other work here."""
        return list(self.roles) == [Role.SECOND]

    @property
    def is_desk_only(self) -> bool:
        """Whether this is somebody of the desk with no other work here."""
        return list(self.roles) == [Role.DESK]

    @property
    def is_assessor_only(self) -> bool:
        """Whether this is an assessor who has no other work here; they may live here too."""
        return set(self.roles) - {Role.RESIDENT} == {Role.ASSESSOR}

    def get_id(self) -> str:
        return str(self.id)

    def has_role(self, role: Role) -> bool:
        return role in self.roles


class LoginSession(Base):
    """A session on the server: its number stored hashed, its contents sealed."""

    __tablename__ = "login_session"

    id_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class OneTimeCode(Base):
    """A code sent to an address: logs in, or confirms that address; stored hashed, works once."""

    __tablename__ = "one_time_code"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[str] = mapped_column(String(40))
    email: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
