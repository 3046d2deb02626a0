"""Who stands behind a plan that was submitted for a budget."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.db import Base


class ProjectSupport(Base):
    """One resident stands behind one plan; the key makes it once."""

    __tablename__ = "project_support"

    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime]
