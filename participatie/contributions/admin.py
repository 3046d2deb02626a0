"""The griffie says what there is to see on a photo where its author did not."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.contributions import queries, services
from participatie.contributions.forms import DescriptionForm
from participatie.contributions.models import Contribution
from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.media.models import Image

bp = Blueprint("contributions_admin", __name__, template_folder="templates", url_prefix="/griffie")


@bp.get("/fotos/<int:image_id>")
@only(Role.CLERK, Role.ADMINISTRATOR, Role.MODERATOR)
def image(image_id: int) -> ResponseReturnValue:
    """Ask what there is to see on a photo."""
    found, contribution = _load(image_id)
    return _ask(DescriptionForm(description=found.description), found, contribution)


@bp.post("/fotos/<int:image_id>")
@only(Role.CLERK, Role.ADMINISTRATOR, Role.MODERATOR)
def describe(image_id: int) -> ResponseReturnValue:
    """Keep what there is to see on a photo."""
    found, contribution = _load(image_id)
    form = DescriptionForm()
    if not form.validate():
        return _ask(form, found, contribution), 422
    services.describe_for_author(found, form.description.data or "", actor=actor(), now=now())
    db.session.commit()
    flash(gettext("The description is saved."), "success")
    return redirect(url_for("pages_admin.worklist", _anchor="fotos"), 303)


def _load(image_id: int) -> tuple[Image, Contribution]:
    found = db.session.execute(queries.published_image(image_id)).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def _ask(form: DescriptionForm, image: Image, contribution: Contribution) -> str:
    return render_template(
        "contributions/describe.html", form=form, image=image, contribution=contribution
    )
