"""Making and changing areas."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from participatie.areas.colours import colour, colour_of
from participatie.areas.geojson import DrawnArea, read_areas
from participatie.areas.models import Area, AreaPostcode
from participatie.areas.rules import postcodes
from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import N_, Invalid
from participatie.identity.rules import Actor

NAME_LENGTH = (2, 80)
_LOCK = 5_104  # of PostgreSQL: who makes or names areas waits for the other


def take_in(text: str, *, actor: Actor, now: datetime) -> tuple[int, int]:
    """Take the areas of a file: how many are new, and how many got another shape.

    An area with a known name keeps its colour, postcodes and all that lies in it. Nothing goes
    away. Raises `Invalid`.
    """
    drawn = read_areas(text)
    db.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    known = {area.name.casefold(): area for area in db.session.scalars(select(Area))}
    new = [one for one in drawn if one.name.casefold() not in known]
    for one in drawn:
        area = known.get(one.name.casefold())
        if area is not None:
            _draw(area, one)
    for place, one in enumerate(new, len(known)):
        area = Area(name=one.name, colour=colour_of(place))
        _draw(area, one)
        db.session.add(area)
    audit.record(
        "areas.take_in",
        account_id=actor.id,
        subject="areas",
        now=now,
        detail={"new": len(new), "changed": len(drawn) - len(new)},
    )
    return len(new), len(drawn) - len(new)


def change(
    area: Area,
    *,
    name: str,
    population: int | None,
    painted: str,
    codes: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Change what is known of an area. Raises `Invalid` for a field."""
    db.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    area.name = _name(name, area)
    if population is not None and population < 0:
        raise Invalid(N_("Fill in a number of 0 or more."), field="population")
    area.population = population
    area.colour = colour(painted)
    _give_postcodes(area, postcodes(codes))
    audit.record("areas.change", account_id=actor.id, subject=f"area/{area.id}", now=now)


def _name(typed: str, area: Area) -> str:
    name = " ".join(typed.split())
    if not NAME_LENGTH[0] <= len(name) <= NAME_LENGTH[1]:
        raise Invalid(
            N_("Use %(least)s to %(most)s characters."),
            field="name",
            least=NAME_LENGTH[0],
            most=NAME_LENGTH[1],
        )
    if db.session.scalar(select(Area.id).where(Area.name == name, Area.id != area.id)):
        raise Invalid(N_("Another area has this name."), field="name")
    return name


def _give_postcodes(area: Area, codes: Sequence[str]) -> None:
    taken = db.session.execute(
        select(AreaPostcode.code, Area.name)
        .join(Area, Area.id == AreaPostcode.area_id)
        .where(AreaPostcode.code.in_(codes), Area.id != area.id)
        .order_by(AreaPostcode.code)
    ).first()
    if taken is not None:
        raise Invalid(
            N_("%(code)s lies in “%(area)s” already. One postcode lies in one area."),
            field="postcodes",
            code=taken.code,
            area=taken.name,
        )
    db.session.execute(delete(AreaPostcode).where(AreaPostcode.area_id == area.id))
    if codes:
        rows = [{"code": code, "area_id": area.id} for code in codes]
        db.session.execute(insert(AreaPostcode), rows)


def _draw(area: Area, one: DrawnArea) -> None:
    area.polygons = one.polygons
    if one.population is not None:
        area.population = one.population
