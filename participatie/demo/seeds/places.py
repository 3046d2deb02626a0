"""The areas of Waterlanden, and processes with their phases."""

from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from participatie.areas.models import Area, AreaPostcode
from participatie.areas.services import take_in
from participatie.audience.rules import Audience
from participatie.audience.services import set_audience
from participatie.core.db import db
from participatie.core.html import from_plain
from participatie.demo.seeds.days import in_the_day, midnight
from participatie.demo.seeds.drawings import drawn
from participatie.demo.seeds.texts import HERE
from participatie.identity.rules import Actor
from participatie.media import documents as reading
from participatie.media.storage import Storage
from participatie.processes.models import Category, Phase, Process
from participatie.processes.recipes.reading import recipes
from participatie.processes.rules import Level, PhaseKind, Starters
from participatie.processes.services import documents, photos, regulations

POSTCODES = {
    "Oude Haven": "1441",
    "Parkwijk": "1442",
    "Centrum": "1443",
    "Zuiderpolder": "1444",
    "Nieuwland": "1445",
}


def areas(*, now: datetime) -> dict[str, int]:
    """The number of each area by its name, made when it is not there."""
    if db.session.scalar(select(Area.id).where(Area.polygons.is_not(None)).limit(1)) is None:
        drawn = resources.files(__package__ or "") / "areas.geojson"
        take_in(drawn.read_text(encoding="utf-8"), actor=Actor(), now=now)
        db.session.flush()
    by_name = {area.name: area.id for area in db.session.scalars(select(Area))}
    codes = [{"code": code, "area_id": by_name[name]} for name, code in POSTCODES.items()]
    db.session.execute(insert(AreaPostcode).values(codes).on_conflict_do_nothing())
    return by_name


def is_there(text: Mapping[str, Any]) -> bool:
    """Whether the process of this text was made before."""
    return db.session.scalar(select(Process.id).where(Process.slug == text["slug"])) is not None


def process(text: Mapping[str, Any], *, now: datetime) -> Process:
    """A published process with its phases."""
    made = Process(
        slug=text["slug"],
        title=text["title"],
        summary=text["summary"],
        text=text["text"].strip(),
        html=from_plain(text["text"]),
        level=Level(text["level"]),
        contact_name=text["contact_name"],
        contact_email=text["contact_email"],
        contact_phone=text["contact_phone"],
        support_threshold=text.get("support_threshold"),
        answer_weeks=text.get("answer_weeks"),
        archive_weeks=text.get("archive_weeks"),
        discussion_starters=Starters(text.get("discussion_starters", Starters.NOBODY)),
        answers_discussions=text.get("answers_discussions", False),
        published_at=in_the_day(now, text["published_days_ago"]),
        phases=[
            Phase(
                kind=PhaseKind(phase["kind"]),
                title=phase["title"],
                starts_at=midnight(now, phase["from"]),
                ends_at=midnight(now, phase["to"]),
            )
            for phase in text["phases"]
        ],
    )
    made.categories = [
        Category(name=name, position=position)
        for position, name in enumerate(text.get("categories", []), start=1)
    ]
    db.session.add(made)
    db.session.flush()
    set_audience(made.id, Audience(youngest=text.get("youngest")), [])
    if asked := text.get("recipe") and recipes()[text["recipe"]].regulation:
        db.session.add(regulations.of(made.id, asked))
    return made


def photo(process: Process, text: Mapping[str, Any], *, storage: Storage, now: datetime) -> None:
    """Show the drawing of a process, when there is one."""
    if "photo" in text:
        picture, shows = drawn(text["photo"]["drawing"]), text["photo"]["shows"]
        photos.show(process, picture, shows, storage=storage, actor=Actor(), now=now)


def document(process: Process, text: Mapping[str, Any], *, storage: Storage, now: datetime) -> None:
    """Show the document that stands beside the texts, when there is one."""
    if "document" in text:
        with (HERE / text["document"]["file"]).open("rb") as stream:
            checked = reading.read(stream)
        documents.add(
            process, checked, text["document"]["title"], storage=storage, actor=Actor(), now=now
        )
