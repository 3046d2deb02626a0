"""What the site says instead of the texts of the program."""

from datetime import datetime

from sqlalchemy import func, select

from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import N_, Invalid
from participatie.identity.rules import Actor
from participatie.pages.models import InterfaceText
from participatie.pages.rules import TEXT_LENGTH, markup_in, placeholders
from participatie.pages.services.typed import in_place_of

LEAVE_OUT = N_("Leave out these signs: %(signs)s. Use “ and ” for quotes, and write “percent”.")
PUT_IN = N_("Put this in your text, just as it is here: %(words)s.")
CANNOT_FILL_IN = N_("The program cannot fill this in here: %(words)s.")


def reword(
    message: str, language: str, text: str, *, own: str, actor: Actor, now: datetime
) -> None:
    """Say `text` instead of `own`, the program's own words for `message`. Raises `Invalid`.

    Plain words only. What the program fills in has to stand in it, and nothing else.
    """
    said = in_place_of(own, text, TEXT_LENGTH, field="text")
    if signs := markup_in(said):
        raise Invalid(
            LEAVE_OUT,
            field="text",
            signs=" ".join(sorted(signs)),
        )
    if missing := placeholders(own) - placeholders(said):
        raise Invalid(
            PUT_IN,
            field="text",
            words=written(missing),
        )
    if unknown := placeholders(said) - placeholders(own):
        raise Invalid(
            CANNOT_FILL_IN,
            field="text",
            words=written(unknown),
        )
    _keep(message, language, "" if said == own else said, actor=actor, now=now)


def give_back(message: str, language: str, *, actor: Actor, now: datetime) -> None:
    """Say the program's own words for `message` again."""
    _keep(message, language, "", actor=actor, now=now)


def written(names: frozenset[str]) -> str:
    return ", ".join(f"%({name})s" for name in sorted(names))


def _keep(message: str, language: str, text: str, *, actor: Actor, now: datetime) -> None:
    place = (InterfaceText.language == language, InterfaceText.message == message)
    last = db.session.scalar(select(func.max(InterfaceText.number)).where(*place)) or 0
    db.session.add(
        InterfaceText(language=language, message=message, number=last + 1, text=text, saved_at=now)
    )
    db.session.flush()
    audit.record(
        "texts.reword",
        account_id=actor.id,
        subject=f"texts/{language}",
        now=now,
        detail={"message": message[:200]},
    )
