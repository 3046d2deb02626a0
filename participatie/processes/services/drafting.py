"""A process in the making: from a recipe or an older process, in steps that can be left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from participatie.audience import services as audiences
from participatie.audience.rules import Audience
from participatie.core import audit
from participatie.core.db import db, hold_row
from participatie.core.errors import N_, Conflict, Invalid
from participatie.core.html import from_plain, readable
from participatie.core.refusals import refused_as
from participatie.identity.rules import Actor, mail_address
from participatie.processes.models import Category, Phase, Process
from participatie.processes.queries import categories_of
from participatie.processes.recipes.reading import Recipe, spans
from participatie.processes.rules import (
    LONGEST_ADDRESS,
    SUMMARY_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Level,
    ProcessState,
    Starters,
    address_of,
    days_later,
    first_day_of,
    midnight,
    proposed_start,
)
from participatie.processes.services import own_words, regulations
from participatie.teams import services as teams

MOST_WEEKS = 52
ARCHIVE_WEEKS = (4, 104)
"""How long a proposal can wait for support: at least so long that its end can be told before."""
LONGEST_CONTACT = 80
LONGEST_PHONE = 40


@dataclass(frozen=True, slots=True)
class Words:
    """What a process says about itself; `slug` is None when its address stays."""

    title: str
    summary: str
    text: str
    slug: str | None


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom residents can ask."""

    name: str
    email: str
    phone: str


def begin(recipe: Recipe, *, title: str, first_day: date, actor: Actor, now: datetime) -> Process:
    """A draft with all that `recipe` proposes. Raises `Invalid` for the title."""
    title = line(title, TITLE_LENGTH, field="title")
    draft = Process(
        slug=_free_address(title),
        title=title,
        summary=recipe.summary,
        text=recipe.text,
        html=from_plain(recipe.text),
        level=recipe.level,
        support_threshold=recipe.support_threshold,
        discussion_starters=recipe.discussion_starters,
        answers_discussions=recipe.answers_discussions,
        contact_name="",
        contact_email="",
        contact_phone="",
        phases=[
            Phase(
                kind=span.step.kind,
                title=span.step.title,
                starts_at=midnight(span.first_day),
                ends_at=midnight(span.ends),
            )
            for span in spans(recipe, first_day)
        ],
    )
    _keep(draft, act="processes.begin", detail={"recipe": recipe.name}, actor=actor, now=now)
    if recipe.regulation:
        db.session.add(regulations.of(draft.id, recipe.regulation))
    return draft


def copy(process: Process, *, actor: Actor, now: datetime) -> Process:
    """A draft with the texts, rules and phases of `process`, moved to begin after now."""
    title = process.title
    phases = sorted(process.phases, key=lambda phase: phase.starts_at)
    first = first_day_of(phases) or proposed_start(now)
    later = (proposed_start(now) - first).days
    draft = Process(
        slug=_free_address(title),
        title=title,
        summary=process.summary,
        text=process.text,
        html=process.html,
        level=process.level,
        support_threshold=process.support_threshold,
        answer_weeks=process.answer_weeks,
        discussion_starters=process.discussion_starters,
        answers_discussions=process.answers_discussions,
        archive_weeks=process.archive_weeks,
        contact_name=process.contact_name,
        contact_email=process.contact_email,
        contact_phone=process.contact_phone,
        phases=[
            Phase(
                kind=phase.kind,
                title=phase.title,
                starts_at=days_later(phase.starts_at, later),
                ends_at=days_later(phase.ends_at, later),
            )
            for phase in phases
        ],
        categories=[
            Category(name=one.name, position=one.position)
            for one in db.session.scalars(categories_of(process.id))
        ],
    )
    _keep(draft, act="processes.copy", detail={"of": process.id}, actor=actor, now=now)
    audiences.copy(process.id, draft.id)
    teams.copy(process.id, draft.id, now=now)
    regulations.copy(process.id, draft.id)
    own_words.copy(process.id, draft.id, actor=actor, now=now)
    return draft


def write(process: Process, words: Words, *, actor: Actor, now: datetime) -> None:
    """Change what a process says about itself.

    Its address stays what it is once people know it. Raises `Conflict` for what is archived, and
    `Invalid` for a field.
    """
    hold(process)
    process.title = line(words.title, TITLE_LENGTH, field="title")
    process.summary = line(words.summary, SUMMARY_LENGTH, field="summary")
    process.text = _within(readable(words.text).strip(), TEXT_LENGTH, field="text")
    process.html = from_plain(process.text)
    if words.slug is not None and words.slug != process.slug:
        process.slug = _address(process, words.slug)
    note("processes.write", process, actor=actor, now=now)


def name_contact(process: Process, contact: Contact, *, actor: Actor, now: datetime) -> None:
    """Say whom residents can ask. Raises `Conflict`, and `Invalid` for a field."""
    hold(process)
    process.contact_name = line(contact.name, (2, LONGEST_CONTACT), field="contact_name")
    try:
        process.contact_email = mail_address(contact.email)
    except Invalid as error:
        raise Invalid(error.sentence, field="contact_email") from None
    process.contact_phone = line(contact.phone, (2, LONGEST_PHONE), field="contact_phone")
    note("processes.contact", process, actor=actor, now=now)


def set_rules(
    process: Process,
    *,
    level: Level,
    support_threshold: int | None,
    answer_weeks: int | None = None,
    discussion_starters: Starters = Starters.NOBODY,
    answers_discussions: bool = False,
    archive_weeks: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Say what residents decide, how much support brings an answer, and the terms of both.

    Only in a draft: the rules do not change under who takes part. Raises `Conflict`, `Invalid`.
    """
    hold_draft(process)
    if support_threshold is not None and support_threshold < 1:
        raise Invalid(N_("Fill in a number of 1 or more."), field="support_threshold")
    if answer_weeks is not None and not 1 <= answer_weeks <= MOST_WEEKS:
        raise Invalid(
            N_("Fill in a number of weeks from 1 to %(most)s."),
            field="answer_weeks",
            most=MOST_WEEKS,
        )
    if archive_weeks is not None and not ARCHIVE_WEEKS[0] <= archive_weeks <= ARCHIVE_WEEKS[1]:
        raise Invalid(
            N_("Fill in a number of weeks from %(least)s to %(most)s."),
            field="archive_weeks",
            least=ARCHIVE_WEEKS[0],
            most=ARCHIVE_WEEKS[1],
        )
    if archive_weeks is not None and support_threshold is None:
        raise Invalid(
            N_("Fill in how many people must support a proposal. Who has enough stays."),
            field="support_threshold",
        )
    process.level, process.support_threshold = level, support_threshold
    process.answer_weeks, process.archive_weeks = answer_weeks, archive_weeks
    process.discussion_starters = discussion_starters
    process.answers_discussions = answers_discussions
    note("processes.rules", process, actor=actor, now=now)


def set_audience(
    process: Process, audience: Audience, members: Sequence[str], *, actor: Actor, now: datetime
) -> None:
    """Say for whom it is, and who is in its group.

    Only in a draft: nobody is shut out who took part already. Raises `Conflict`, `Invalid`.
    """
    hold_draft(process)
    with refused_as(
        N_("The rules of a vote of this process are fixed. So for whom it is stays as it is.")
    ):
        audiences.set_audience(process.id, audience, members)
    note("processes.audience", process, actor=actor, now=now)


def discard(draft: Process, *, actor: Actor, now: datetime) -> None:
    """Throw a draft away. Raises `Conflict` for what is no draft any more, or is used."""
    hold_draft(draft)
    note("processes.discard", draft, actor=actor, now=now)
    with refused_as(
        N_("This draft has a vote, a budget or something else. Throw that away first.")
    ):
        db.session.delete(draft)


def hold(process: Process) -> None:
    """Let nobody else change `process` in this transaction. Raises `Conflict` when archived."""
    hold_row(process, "published_at", "archived_at")
    if process.state is ProcessState.ARCHIVED:
        raise Conflict(N_("This process is archived. Take it out of the archive to change it."))


def check_unchanged(process: Process, seen: int | None) -> None:
    """Let a change follow only on what its maker has seen, and count it.

    Raises `Conflict` when somebody else changed the process in between; None is not asked.
    """
    hold_row(process, "version")
    if seen is not None and seen != process.version:
        raise Conflict(
            N_(
                "Somebody else changed this process while you typed. What you typed still stands "
                "here. Open this page in a second tab to see what it says now. Save again if yours "
                "is right."
            )
        )
    process.version += 1


def hold_draft(process: Process) -> None:
    """Let nobody else change a draft in this transaction. Raises `Conflict` when it is open."""
    hold(process)
    if process.state is not ProcessState.DRAFT:
        raise Conflict(N_("This process is open. This cannot change any more."))


def note(act: str, process: Process, *, actor: Actor, now: datetime, **detail: object) -> None:
    """Write an act of staff in the log."""
    subject = f"process/{process.id}"
    audit.record(act, account_id=actor.id, subject=subject, now=now, detail=detail)


def line(text: str, limits: tuple[int, int], *, field: str) -> str:
    """`text` on one line, as it is kept. Raises `Invalid` when it is too short or too long."""
    return _within(" ".join(readable(text).split()), limits, field=field)


def _within(text: str, limits: tuple[int, int], *, field: str) -> str:
    least, most = limits
    if not least <= len(text) <= most:
        raise Invalid(
            N_("Use %(least)s to %(most)s characters; these are %(number)s."),
            field=field,
            least=least,
            most=most,
            number=len(text),
        )
    return text


def _keep(
    draft: Process, *, act: str, detail: dict[str, object], actor: Actor, now: datetime
) -> None:
    db.session.add(draft)
    db.session.flush()
    note(act, draft, actor=actor, now=now, **detail)


def _address(process: Process, typed: str) -> str:
    if process.state is not ProcessState.DRAFT:
        raise Conflict(N_("This process is open. Its address cannot change any more."))
    slug = address_of(typed)
    if slug != typed or slug in _taken(slug):
        raise Invalid(
            N_("Use small letters, digits and hyphens, in a way that no other process has."),
            field="slug",
        )
    return slug


def _free_address(title: str) -> str:
    wanted = address_of(title)
    taken = _taken(wanted)
    room = wanted[: LONGEST_ADDRESS - 4]
    numbered = (f"{room}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (wanted, *numbered) if one not in taken)


def _taken(wanted: str) -> set[str]:
    begins = f"{wanted[: LONGEST_ADDRESS - 4]}%"
    return set(db.session.scalars(select(Process.slug).where(Process.slug.like(begins))))
