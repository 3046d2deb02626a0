"""The griffie says it in the words of one process: house rules, privacy, what happens next."""

from collections.abc import Sequence
from datetime import datetime

from participatie.core.errors import N_, Invalid
from participatie.core.html import readable
from participatie.core.wording import TEXT_LENGTH, Text, check_wording, spaced_as
from participatie.identity.rules import Actor
from participatie.processes.models import Process
from participatie.processes.services.drafting import hold, note
from participatie.processes.services.own_words import keep


def reword(
    process: Process, text: Text, language: str, typed: str, *, actor: Actor, now: datetime
) -> None:
    """Say what was typed instead of what the site says.

    Nothing is kept where the process says it already. Raises `Conflict` for what is archived, and
    `Invalid` for the field of the text.
    """
    hold(process)
    said = spaced_as(text.own, " ".join(readable(typed).split()))
    _check_length(said, text.field)
    check_wording(text.own, said, field=text.field)
    if said != text.said:
        kept = "" if said == text.own else said
        _keep(process, text.message, language, kept, actor=actor, now=now)


def give_back(
    process: Process, texts: Sequence[Text], language: str, *, actor: Actor, now: datetime
) -> None:
    """Say what the site says in each of these again. Raises `Conflict` for what is archived."""
    hold(process)
    for text in texts:
        if text.instead:
            _keep(process, text.message, language, "", actor=actor, now=now)


def _keep(
    process: Process, message: str, language: str, said: str, *, actor: Actor, now: datetime
) -> None:
    keep(process.id, language, message, said, actor=actor, now=now)
    note("processes.reword", process, actor=actor, now=now, message=message[:200])


def _check_length(said: str, field: str) -> None:
    least, most = TEXT_LENGTH
    if not least <= len(said) <= most:
        raise Invalid(
            N_("Use %(least)s to %(most)s characters; these are %(number)s."),
            field=field,
            least=least,
            most=most,
            number=len(said),
        )
