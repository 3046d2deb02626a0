"""What map pages share: the lines of the areas, the drawing without tiles, finding an address."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from participatie.areas.drawing import Drawing, drawing_of
from participatie.areas.queries import drawn_areas
from participatie.core.access import anyone
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import N_, DomainError, Invalid, TooMany
from participatie.core.limits import TOO_OFTEN, count_try, network
from participatie.core.page_cache import cached_page, shared
from participatie.maps import services
from participatie.maps.addresses import AddressesAway
from participatie.maps.forms import PointForm
from participatie.maps.rules import Cluster, Point, clustered
from participatie.maps.tiles import Tiles, tiles
from participatie.theming.themes import themes

bp = Blueprint("maps", __name__, template_folder="templates")

CELL = 44
"""Dots that are nearer than this on the drawing become one."""
MOST_LOOK_UPS, WINDOW = 60, timedelta(minutes=10)
"""Each waits for a service elsewhere, up to seconds; how many one network address may ask."""


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


@dataclass(frozen=True, slots=True)
class OnMap:
    """What `maps/map.html` shows: the drawing with its spots, and the map for who opens it.

    `dots` are there where the page brings them along; else the script asks for them.
    """

    tiles: Tiles | None
    drawing: Drawing | None = None
    spots: tuple[Cluster, ...] = ()
    dots: tuple[dict[str, object], ...] = ()


def on_map(points: Iterable[Point], dots: Iterable[dict[str, object]] = ()) -> OnMap:
    """Points on the drawing of the areas, those that lie together as one."""
    places = list(points)
    if not places:
        return OnMap(tiles())
    drawn = shared(
        "the drawing of the areas", lambda: drawing_of(db.session.scalars(drawn_areas()).all())
    )
    drawn_at = [drawn.frame.place(one.longitude, one.latitude) for one in places] if drawn else []
    return OnMap(tiles(), drawn, clustered(drawn_at, cell=CELL), tuple(dots))


def dot(point: Point, title: str, address: str) -> dict[str, object]:
    """A point with what it is, as the script takes it."""
    return {"at": [point.latitude, point.longitude], "title": title, "url": address}


def looked_up(form: PointForm) -> bool:
    """Whether only an address was looked for. The form then offers what fits, or says why not."""
    if not form.searches:
        return False
    try:
        count_try(f"address:{network()}", most=MOST_LOOK_UPS, window=WINDOW, now=now())
        found = services.addresses_here(
            form.address.data or "",
            source=current_app.extensions["addresses"],
            municipality=themes().site().municipality.removeprefix("Gemeente "),
        )
    except Invalid as refusal:
        _refuse(form, refusal)
    except TooMany:
        _refuse(form, Invalid(TOO_OFTEN, field="address"))
    except AddressesAway:
        sentence = N_("We cannot look for addresses now. Choose an area, or use the map.")
        _refuse(form, Invalid(sentence, field="address"))
    else:
        if not found:
            sentence = N_("No such street or address here. Write it in another way.")
            _refuse(form, Invalid(sentence, field="address"))
        form.offer_points(found)
    return True


def _refuse(form: PointForm, refusal: DomainError) -> None:
    form.offer_points()
    form.refuse(refusal)
