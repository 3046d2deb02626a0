"""What a process says in its own words, instead of what the site says."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from participatie.core.db import db
from participatie.core.i18n import language
from participatie.core.page_cache import shared
from participatie.identity.rules import Actor
from participatie.processes.models import ProcessText
from participatie.processes.queries import texts_of


def own_words(process_id: int) -> Mapping[str, str]:
    """Each text of the program → what a process says instead, in the language that is spoken.

    Asked once for each version of what is public.
    """
    kept = shared(f"words of process {process_id}", lambda: _read(process_id))
    return kept.get(language(), {})


def keep(
    process_id: int, language: str, message: str, said: str, *, actor: Actor, now: datetime
) -> None:
    """Let a process say this from now on; nothing to say what the site says."""
    place = (
        ProcessText.process_id == process_id,
        ProcessText.language == language,
        ProcessText.message == message,
    )
    last = db.session.scalar(select(func.max(ProcessText.number)).where(*place)) or 0
    db.session.add(
        ProcessText(
            process_id=process_id,
            language=language,
            message=message,
            number=last + 1,
            text=said,
            saved_at=now,
            account_id=actor.id,
        )
    )
    db.session.flush()


def copy(process_id: int, draft_id: int, *, actor: Actor, now: datetime) -> None:
    """Let a draft say what another process says."""
    for one in db.session.scalars(texts_of(process_id)).all():
        if one.text:
            keep(draft_id, one.language, one.message, one.text, actor=actor, now=now)


def _read(process_id: int) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for one in db.session.scalars(texts_of(process_id)):
        if one.text:
            found.setdefault(one.language, {})[one.message] = one.text
    return found
