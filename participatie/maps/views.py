"""What map pages share: the lines of the areas, the drawing without tiles, finding an address."""

from collections.abc import Iterable

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from participatie.areas.drawing import Drawing, drawing_of
from participatie.areas.queries import drawn_areas
from participatie.core.access import anyone
from participatie.core.db import db
from participatie.core.errors import N_, DomainError, Invalid
from participatie.core.page_cache import cached_page, shared
from participatie.maps import services
from participatie.maps.addresses import AddressesAway
from participatie.maps.forms import PointForm
from participatie.maps.rules import Cluster, Point, clustered
from participatie.theming.themes import themes

bp = Blueprint("maps", __name__, template_folder="templates")

CELL = 44
"""Dots that are nearer than this on the drawing become one."""


@bp.get("/kaart/wijken")
@anyone
@cached_page
def areas() -> ResponseReturnValue:
    """The lines of the areas, for the map (GeoJSON)."""
    features = [
        {
            "type": "Feature",
            "properties": {"name": area.name},
            "geometry": {"type": "MultiPolygon", "coordinates": area.polygons},
        }
        for area in db.session.scalars(drawn_areas())
        if area.polygons
    ]
    return jsonify({"type": "FeatureCollection", "features": features})


def drawing() -> Drawing | None:
    """The areas as a drawing of our own; made once for each version of what is public."""
    return shared(
        "the drawing of the areas", lambda: drawing_of(db.session.scalars(drawn_areas()).all())
    )


def spots(drawn: Drawing | None, points: Iterable[Point]) -> tuple[Cluster, ...]:
    """Points as they stand on the drawing, those that lie together as one."""
    if drawn is None:
        return ()
    places = (drawn.frame.place(one.longitude, one.latitude) for one in points)
    return clustered(places, cell=CELL)


def look_up(form: PointForm) -> None:
    """Offer the addresses that fit what was typed; else a sentence beside the field says why."""
    try:
        found = services.addresses_here(
            form.address.data or "",
            source=current_app.extensions["addresses"],
            municipality=themes().site().municipality.removeprefix("Gemeente "),
        )
    except Invalid as refusal:
        _refuse(form, refusal)
    except AddressesAway:
        sentence = N_("We cannot look for addresses now. Choose an area, or use the map.")
        _refuse(form, Invalid(sentence, field="address"))
    else:
        if not found:
            sentence = N_("No such street or address here. Write it in another way.")
            _refuse(form, Invalid(sentence, field="address"))
        form.offer_points(found)


def _refuse(form: PointForm, refusal: DomainError) -> None:
    form.offer_points()
    form.refuse(refusal)
