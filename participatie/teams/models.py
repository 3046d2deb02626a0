"""The teams of processes."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.db import Base, enum_column
from participatie.teams.rules import TeamRole


class TeamMember(Base):
    """Somebody of the staff has a role in the team of a process."""

    __tablename__ = "team_member"

    process_id: Mapped[int] = mapped_column(
        ForeignKey("process.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[TeamRole] = mapped_column(enum_column(TeamRole), primary_key=True)
    since: Mapped[datetime]
    given_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class OnlyTeam(Base):
    """A process in which only its team works; of one without a row all clerks are."""

    __tablename__ = "only_team"

    process_id: Mapped[int] = mapped_column(
        ForeignKey("process.id", ondelete="CASCADE"), primary_key=True
    )
    since: Mapped[datetime]
