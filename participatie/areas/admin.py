"""The griffie sets the areas up."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.areas import services
from participatie.areas.colours import colour_of
from participatie.areas.drawing import drawing_of
from participatie.areas.forms import AreaForm, UploadForm
from participatie.areas.geojson import FIELD, MOST_BYTES
from participatie.areas.models import Area
from participatie.areas.queries import drawn_areas, postcodes_of
from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import N_, Invalid, NotFound
from participatie.core.once import once
from participatie.core.uploads import takes_files
from participatie.identity.current import actor
from participatie.identity.rules import Role

bp = Blueprint("areas_admin", __name__, template_folder="templates", url_prefix="/griffie/wijken")

clerks = only(Role.CLERK, Role.ADMINISTRATOR)


@bp.get("")
@clerks
def index() -> ResponseReturnValue:
    """Show all areas, on a map and in a list."""
    found = db.session.scalars(drawn_areas()).all()
    return render_template("areas/admin_index.html", areas=found, drawing=drawing_of(found))


@bp.get("/nieuw")
@clerks
def new() -> ResponseReturnValue:
    """Ask for a file with areas."""
    return render_template("areas/upload.html", form=UploadForm())


@bp.post("/nieuw")
@clerks
@takes_files(MOST_BYTES)
@once
def upload() -> ResponseReturnValue:
    """Take the areas of a file, all or none."""
    form = UploadForm()
    if not form.validate():
        return render_template("areas/upload.html", form=form), 422
    try:
        new, changed = services.take_in(_text(form), actor=actor(), now=now())
    except Invalid as error:
        form.refuse(error)
        return render_template("areas/upload.html", form=form), 422
    db.session.commit()
    flash(
        gettext("%(new)s new areas, %(changed)s with another shape.", new=new, changed=changed),
        "success",
    )
    return redirect(url_for(".index"), 303)


@bp.get("/<int:area_id>")
@clerks
def ask(area_id: int) -> ResponseReturnValue:
    """Ask what is known of an area."""
    area = _area(area_id)
    codes = db.session.scalars(postcodes_of(area_id)).all()
    data = {
        "name": area.name,
        "population": area.population,
        "colour": area.colour or colour_of(area.id),
        "postcodes": ", ".join(codes),
    }
    return render_template("areas/edit.html", form=AreaForm(data=data), area=area)


@bp.post("/<int:area_id>")
@clerks
def save(area_id: int) -> ResponseReturnValue:
    """Keep what is known of an area."""
    area, form = _area(area_id), AreaForm()
    title = area.name
    if not form.validate():
        return render_template("areas/edit.html", form=form, area=area), 422
    try:
        with db.session.no_autoflush:
            services.change(
                area,
                name=form.name.data or "",
                population=form.population.data,
                painted=form.colour.data or "",
                codes=form.postcodes.data or "",
                actor=actor(),
                now=now(),
            )
    except Invalid as error:
        db.session.rollback()
        form.refuse(error)
        return render_template("areas/edit.html", form=form, area=_area(area_id)), 422
    db.session.commit()
    flash(gettext("“%(area)s” is kept.", area=title), "success")
    return redirect(url_for(".index"), 303)


def _area(area_id: int) -> Area:
    found = db.session.get(Area, area_id)
    if found is None:
        raise NotFound
    return found


def _text(form: UploadForm) -> str:
    try:
        return str(form.file.data.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Invalid(
            N_("This is no GeoJSON. Choose a file like areas.geojson."), field=FIELD
        ) from None
