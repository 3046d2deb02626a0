"""The griffie shows a photo with a process."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.error_pages import status_of
from participatie.core.errors import DomainError, NotFound
from participatie.core.forms import tried
from participatie.core.uploads import takes_files
from participatie.identity.current import actor
from participatie.media import pictures
from participatie.media.forms import PhotoForm, SeenForm
from participatie.media.models import Image
from participatie.media.rules import MOST_BYTES, MOST_SENT
from participatie.processes.admin.making import clerks, load
from participatie.processes.models import Process
from participatie.processes.services import photos

bp = Blueprint(
    "process_photo", __name__, template_folder="../templates", url_prefix="/griffie/trajecten"
)


@bp.get("/<int:process_id>/foto")
@clerks
def show(process_id: int) -> ResponseReturnValue:
    """The photo of a process, and the place to choose another."""
    return _ask(load(process_id), PhotoForm(formdata=None))


@bp.post("/<int:process_id>/foto")
@clerks
@takes_files(MOST_SENT)
def save(process_id: int) -> ResponseReturnValue:
    """Show this photo from now on; when it is refused, the one before stays."""
    process, form = load(process_id), PhotoForm()
    if not form.validate():
        return _ask(process, form), 422
    try:
        photos.show(
            process,
            pictures.read(form.image.data.stream),
            form.description.data or "",
            storage=current_app.extensions["media"],
            actor=actor(),
            now=now(),
        )
    except DomainError as error:
        form.refuse(error)
        return _ask(process, form), status_of(error)
    db.session.commit()
    flash(gettext("The process shows this photo."), "success")
    return redirect(url_for(".show", process_id=process.id), 303)


@bp.get("/<int:process_id>/foto/beschrijving")
@clerks
def ask_description(process_id: int) -> ResponseReturnValue:
    """Ask for better words for what there is to see."""
    process = load(process_id)
    return _ask(process, SeenForm(data={"description": _described(process).description}))


@bp.post("/<int:process_id>/foto/beschrijving")
@clerks
def describe(process_id: int) -> ResponseReturnValue:
    """Keep what there is to see on it."""
    process, form = load(process_id), SeenForm()
    _described(process)
    if not form.validate():
        return _ask(process, form), 422

    def act() -> bool:
        photos.describe(process, form.description.data or "", actor=actor(), now=now())
        return True

    if tried(form, act) is None:
        return _ask(process, form), 422
    db.session.commit()
    flash(gettext("The description is saved."), "success")
    return redirect(url_for(".show", process_id=process.id), 303)


@bp.post("/<int:process_id>/foto/weghalen")
@clerks
def take_away(process_id: int) -> ResponseReturnValue:
    """Show no photo any more."""
    process = load(process_id)
    photos.take_away(process, actor=actor(), now=now())
    db.session.commit()
    flash(gettext("The photo is gone."), "success")
    return redirect(url_for(".show", process_id=process.id), 303)


def _photo(process: Process) -> Image | None:
    return db.session.get(Image, process.photo_id) if process.photo_id else None


def _described(process: Process) -> Image:
    found = _photo(process)
    if found is None:
        raise NotFound
    return found


def _ask(process: Process, form: SeenForm) -> str:
    return render_template(
        "processes/photo.html",
        process=process,
        form=form,
        photo=_photo(process),
        most_megabytes=MOST_BYTES // 1_000_000,
    )
