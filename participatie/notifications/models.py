"""What went out by mail, kept only where a demo shows it."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.db import Base, Id


class DemoMail(Base):
    """A copy of a mail of the demo, shown on its post page; nothing is kept elsewhere."""

    __tablename__ = "demo_mail"

    id: Mapped[Id]
    message_id: Mapped[str] = mapped_column(unique=True)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    sent_at: Mapped[datetime]
