"""Who approves a language of the road, and what they approve."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, Invalid, NotAllowed
from participatie.core.wording import (
    CANNOT_FILL_IN,
    LEAVE_OUT,
    PUT_IN,
    TEXT_LENGTH,
    markup_in,
    written,
)
from participatie.identity.queries import staff_at
from participatie.identity.rules import Actor
from participatie.pages.models import LanguageApprover, TextApproval
from participatie.pages.queries import approver_of
from participatie.pages.road import RoadText
from participatie.pages.rules import (
    can_approve,
    fixed_marks,
    misplaced,
    without_marks,
)
from participatie.pages.services.typed import in_place_of


def name_approver(language: str, address: str, *, actor: Actor, now: datetime) -> None:
    """Let a member of staff approve the texts of `language`. Raises `Invalid`.

    What somebody else approved before stays approved.
    """
    found = db.session.scalars(staff_at(address.strip().lower())).one_or_none()
    if found is None:
        raise Invalid(
            N_("Nobody of the staff logs in with this address. Look whether it is right."),
            field="address",
        )
    named = {"account_id": found, "named_at": now}
    db.session.execute(
        insert(LanguageApprover)
        .values(language=language, **named)
        .on_conflict_do_update(index_elements=["language"], set_=named)
    )
    _note("languages.name_approver", language, actor, now, approver=found)


def approve(
    language: str, text: RoadText, forms: Sequence[str], *, actor: Actor, now: datetime
) -> None:
    """Approve a text in these words, for readers to get. Raises `Invalid` and `NotAllowed`.

    What the program fills in has to stand in it; each form of a number is there.
    """
    approver = _approver(language, actor)
    own = text.translated.message
    said = [
        in_place_of(own, form, TEXT_LENGTH, field=f"form_{place}")
        for place, form in enumerate(forms)
    ]
    if len(said) != len(text.translated.forms):
        raise Conflict(N_("This has changed in the meantime. Look at the page again."))
    for place, form in enumerate(said):
        _check(form, text, field=f"form_{place}", is_last=form is said[-1])
    _keep(language, text, said, by=approver, now=now)


def take_back(language: str, text: RoadText, *, actor: Actor, now: datetime) -> None:
    """Approve a text no longer; the language is not offered until somebody does again."""
    _keep(language, text, [], by=_approver(language, actor), now=now)


def note_approvals(language: str, number: int, *, actor: Actor, now: datetime) -> None:
    """Put in the log how many texts were approved at once. Raises `NotAllowed`, `Conflict`."""
    _approver(language, actor)
    if not number:
        raise Conflict(N_("This has changed in the meantime. Look at the page again."))
    _note("languages.approve", language, actor, now, number=number)


def _check(form: str, text: RoadText, *, field: str, is_last: bool) -> None:
    """Refuse what would break a page or say less than the program wants to say."""
    own = text.translated.english
    if signs := markup_in(without_marks(form)):
        raise Invalid(LEAVE_OUT, field=field, signs=" ".join(sorted(signs)))
    wanted, there = Counter(fixed_marks(own[-1])), Counter(fixed_marks(form))
    if lost := wanted - there:
        raise Invalid(PUT_IN, field=field, words=", ".join(lost))
    if added := there - wanted:
        raise Invalid(LEAVE_OUT, field=field, signs=" ".join(added))
    missing, unknown = misplaced(own, form, is_last=is_last)
    if missing:
        raise Invalid(PUT_IN, field=field, words=written(missing))
    if unknown:
        raise Invalid(CANNOT_FILL_IN, field=field, words=written(unknown))


def _approver(language: str, actor: Actor) -> int:
    """The account of who may approve, and does. Raises `NotAllowed`."""
    approver = db.session.scalar(approver_of(language))
    if approver is None or not can_approve(actor, approver):
        raise NotAllowed(N_("Only who was named for this language may approve its texts."))
    return approver


def _keep(language: str, text: RoadText, forms: list[str], *, by: int, now: datetime) -> None:
    db.session.add(
        TextApproval(
            language=language,
            message=text.translated.message,
            source=text.source,
            forms=forms,
            account_id=by,
            approved_at=now,
        )
    )
    db.session.flush()


def _note(act: str, language: str, actor: Actor, now: datetime, **detail: object) -> None:
    audit.record(act, account_id=actor.id, subject=f"languages/{language}", now=now, detail=detail)
