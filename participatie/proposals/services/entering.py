"""The griffie enters what residents proposed elsewhere: one idea, or a whole table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from participatie.areas.models import Area
from participatie.contributions import services as contributions
from participatie.contributions.rules import NAME_LENGTH, State, tags_in
from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, Invalid, NotAllowed
from participatie.core.html import from_plain
from participatie.identity.rules import Actor
from participatie.maps.services import Municipality
from participatie.processes.models import Category, Process, Regulation
from participatie.processes.queries import phases_of
from participatie.processes.rules import ProcessState, holds_proposals
from participatie.proposals import queries
from participatie.proposals.models import Proposal
from participatie.proposals.rules.proposals import SUMMARY_LENGTH, TEXT_LENGTH, TITLE_LENGTH
from participatie.proposals.rules.tables import (
    AREA,
    CATEGORY,
    LATITUDE,
    LONGITUDE,
    NAME,
    SUMMARY,
    TAGS,
    TEXT,
    TITLE,
    Line,
)

FIELDS = {
    "title": TITLE,
    "summary": SUMMARY,
    "text": TEXT,
    "tags": TAGS,
    "category": CATEGORY,
    "area": AREA,
    "name": NAME,
    "point": LATITUDE,
}
"""Each field of an entry by the column of a table that holds it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody proposed elsewhere; `name` is whom others see."""

    title: str
    summary: str
    text: str
    name: str
    tags: str = ""
    category_id: int | None = None
    area_id: int | None = None
    point: str = ""
    is_official: bool = False
    """Whether the municipality itself proposes it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a line: all is well, or what is wrong and in which column."""

    line: Line
    refusal: Invalid | None = None

    @property
    def column(self) -> str:
        """The column that is wrong."""
        return FIELDS.get(self.refusal.field or "", "") if self.refusal else ""


def check_may_enter(process: Process, *, actor: Actor) -> None:
    """Raise `NotAllowed` or `Conflict` when `actor` may enter nothing in `process`."""
    if not actor.is_clerk:
        raise NotAllowed(N_("Only the griffie can do this."))
    if process.state is not ProcessState.PUBLISHED:
        raise Conflict(N_("This is possible in a process that is open, and not archived."))
    if db.session.get(Regulation, process.id) is not None:
        raise Conflict(N_("A resident files an initiative. Nobody can do that for them."))
    if not holds_proposals(db.session.scalars(phases_of(process.id))):
        raise Conflict(N_("This process has no phase for proposals."))


def enter(process: Process, entry: Entry, *, actor: Actor, now: datetime) -> Proposal:
    """Publish an idea of somebody who has no account, or of the municipality itself.

    Raises `NotAllowed`, `Conflict`, and `Invalid` for a field.
    """
    check_may_enter(process, actor=actor)
    proposal = _made(process, entry, Municipality(), now=now)
    _keep(process, [(proposal, entry.tags)], actor=actor, now=now)
    return proposal


def take_in(
    process: Process, lines: Sequence[Line], *, name: str, actor: Actor, now: datetime
) -> list[Outcome]:
    """Publish the proposals of a table, all of them or none; what became of each line.

    A line without a name gets `name`. Raises `NotAllowed`, `Conflict`.
    """
    check_may_enter(process, actor=actor)
    categories = dict(
        db.session.execute(
            select(Category.name, Category.id).filter_by(process_id=process.id)
        ).all()
    )
    areas = dict(db.session.execute(select(Area.name, Area.id)).all())
    titles = {row.title.casefold() for row in db.session.execute(queries.titles_in(process.id))}
    here = Municipality()
    outcomes: list[Outcome] = []
    made: list[tuple[Proposal, str]] = []
    for line in lines:
        try:
            entry = _entry(line, name, categories, areas)
            _check_is_new(entry.title, titles)
            made.append((_made(process, entry, here, now=now), entry.tags))
        except Invalid as refusal:
            outcomes.append(Outcome(line, refusal))
        else:
            titles.add(made[-1][0].title.casefold())
            outcomes.append(Outcome(line))
    if len(made) == len(lines):
        _keep(process, made, actor=actor, now=now)
    return outcomes


def _entry(line: Line, name: str, categories: dict[str, int], areas: dict[str, int]) -> Entry:
    return Entry(
        title=line.get(TITLE),
        summary=line.get(SUMMARY),
        text=line.get(TEXT),
        tags=line.get(TAGS),
        name=line.get(NAME) or name,
        category_id=_named(line.get(CATEGORY), categories, "category"),
        area_id=_named(line.get(AREA), areas, "area"),
        point=_point(line),
    )


def _named(name: str, known: dict[str, int], field: str) -> int | None:
    if not name:
        return None
    if name not in known:
        raise Invalid(N_("“%(name)s” is not in the list of this site."), field=field, name=name)
    return known[name]


def _point(line: Line) -> str:
    """The point of a line as it is typed; half of one is no point, and is refused as such."""
    latitude, longitude = line.get(LATITUDE), line.get(LONGITUDE)
    return f"{latitude}; {longitude}" if latitude or longitude else ""


def _check_is_new(title: str, titles: set[str]) -> None:
    if " ".join(title.split()).casefold() in titles:
        raise Invalid(N_("There is a proposal with this title already."), field="title")


def _made(process: Process, entry: Entry, here: Municipality, *, now: datetime) -> Proposal:
    text = contributions.written(entry.text, TEXT_LENGTH, field="text")
    tags_in(entry.tags)
    point, area_id = here.placed(entry.point, entry.area_id)
    made = Proposal(
        state=State.PUBLISHED,
        process_id=process.id,
        title=contributions.written_line(entry.title, TITLE_LENGTH, field="title"),
        summary=contributions.written_line(entry.summary, SUMMARY_LENGTH, field="summary"),
        text=text,
        html=from_plain(text),
        author_name=contributions.written_line(entry.name, NAME_LENGTH, field="name"),
        category_id=entry.category_id,
        area_id=area_id,
        support_count=0,
        is_official=entry.is_official,
        created_at=now,
        published_at=now,
    )
    made.point = point
    return made


def _keep(
    process: Process, made: Sequence[tuple[Proposal, str]], *, actor: Actor, now: datetime
) -> None:
    """All at once: a thousand lines are a few statements."""
    db.session.add_all([proposal for proposal, _ in made])
    db.session.flush()
    for proposal, tags in made:
        if tags:
            contributions.set_tags(proposal, tags_in(tags))
    audit.record(
        "proposals.enter",
        account_id=actor.id,
        subject=f"process/{process.id}",
        now=now,
        detail={"proposals": len(made)},
    )
