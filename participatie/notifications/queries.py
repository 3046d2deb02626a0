"""Where a message goes, and the post of the demo."""

from datetime import datetime

from sqlalchemy import Select, select

from participatie.identity.codes import hash_of
from participatie.identity.models import OneTimeCode
from participatie.notifications.models import DemoMail


def code_to_mail(code: str, now: datetime) -> Select[str]:
    """The address that `code` was made for, while the code works."""
    return select(OneTimeCode.email).where(
        OneTimeCode.code_hash == hash_of(code),
        OneTimeCode.used_at.is_(None),
        OneTimeCode.expires_at > now,
    )


def demo_post() -> Select[DemoMail]:
    """The mails of the demo, the newest first."""
    return select(DemoMail).order_by(DemoMail.id.desc())
