"""What the site says instead of the texts of the program."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from participatie.core import audit
from participatie.core.db import db
from participatie.core.wording import TEXT_LENGTH, Text, check_wording
from participatie.identity.rules import Actor
from participatie.pages.models import InterfaceText
from participatie.pages.services.typed import in_place_of


def reword(
    text: Text, language: str, typed: str, *, actor: Actor, now: datetime, field: str
) -> None:
    """Say what was typed instead of the program's own words. Raises `Invalid` for the field.

    Nothing is kept where the site says it already.
    """
    said = in_place_of(text.own, typed, TEXT_LENGTH, field=field)
    check_wording(text.own, said, field=field)
    if said != text.said:
        _keep(text.message, language, "" if said == text.own else said, actor=actor, now=now)


def give_back(texts: Sequence[Text], language: str, *, actor: Actor, now: datetime) -> None:
    """Say the program's own words for each of these again."""
    for text in texts:
        if text.instead:
            _keep(text.message, language, "", actor=actor, now=now)


def _keep(message: str, language: str, text: str, *, actor: Actor, now: datetime) -> None:
    place = (InterfaceText.language == language, InterfaceText.message == message)
    last = db.session.scalar(select(func.max(InterfaceText.number)).where(*place)) or 0
    db.session.add(
        InterfaceText(
            language=language,
            message=message,
            number=last + 1,
            text=text,
            saved_at=now,
            account_id=actor.id,
        )
    )
    db.session.flush()
    audit.record(
        "texts.reword",
        account_id=actor.id,
        subject=f"texts/{language}",
        now=now,
        detail={"message": message[:200]},
    )
