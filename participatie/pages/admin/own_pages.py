"""Staff write the municipality's own pages, look at them first, and publish them."""

from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.contributions.forms import ImageForm
from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.error_pages import status_of
from participatie.core.errors import DomainError, Invalid, NotFound
from participatie.core.forms import Form
from participatie.core.i18n import NAMES
from participatie.core.limits import count_try
from participatie.core.once import once
from participatie.core.uploads import takes_files
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.media import pictures
from participatie.media.rules import MOST_BYTES, MOST_SENT
from participatie.pages import queries
from participatie.pages.forms import NewPageForm, PageForm
from participatie.pages.models import OwnPage, PageVersion
from participatie.pages.own_pages import page_contents
from participatie.pages.services import own_pages as services

MOST_PHOTOS_SENT = 60
PHOTOS_SENT_WITHIN = timedelta(hours=1)

bp = Blueprint(
    "own_pages_admin", __name__, url_prefix="/griffie/paginas", template_folder="../templates"
)
clerks = only(Role.CLERK, Role.ADMINISTRATOR)


@bp.get("")
@clerks
def index() -> ResponseReturnValue:
    """List the own pages, public or not."""
    pages = db.session.execute(queries.own_pages()).all()
    return render_template("pages/own_pages.html", pages=pages, languages=NAMES)


@bp.get("/nieuw")
@clerks
def new() -> ResponseReturnValue:
    """Ask for a page."""
    return _ask_new(NewPageForm())


@bp.post("/nieuw")
@clerks
@once
def create() -> ResponseReturnValue:
    """Keep a page that nobody else sees yet."""
    form = NewPageForm()
    form.offer(NAMES)
    try:
        if form.validate():
            page = services.begin(
                form.slug.data or "",
                form.language.data,
                title=form.title.data or "",
                text=form.text.data or "",
                actor=actor(),
                now=now(),
            )
            db.session.commit()
            return redirect(url_for(".show", page_id=page.id), 303)
    except Invalid as error:
        form.refuse(error)
    return _ask_new(form), 422


@bp.get("/<int:page_id>")
@clerks
def show(page_id: int) -> ResponseReturnValue:
    """Show a page as it would be read, with its history."""
    page = _load(page_id)
    number = request.args.get("versie", type=int) or page.versions[0].number
    version = _version(page, number)
    return render_template("pages/own_page_show.html", **page_contents(page, version))


@bp.get("/<int:page_id>/wijzigen")
@clerks
def edit(page_id: int) -> ResponseReturnValue:
    """Ask for the words of a page; they are those of its newest version."""
    page = _load(page_id)
    newest = page.versions[0]
    return _ask(PageForm(data={"title": newest.title, "text": newest.text}), page)


@bp.post("/<int:page_id>/wijzigen")
@clerks
@once
def save(page_id: int) -> ResponseReturnValue:
    """Keep a new version; what is public stays what it was."""
    page, form = _load(page_id), PageForm()
    try:
        if form.validate():
            services.save(
                page,
                title=form.title.data or "",
                text=form.text.data or "",
                actor=actor(),
                now=now(),
            )
            db.session.commit()
            flash(gettext("This version is kept. Look at it, then publish it."), "success")
            return redirect(url_for(".show", page_id=page.id), 303)
    except Invalid as error:
        form.refuse(error)
    return _ask(form, page), 422


@bp.post("/<int:page_id>/versies/<int:number>/publiceren")
@clerks
@once
def publish(page_id: int, number: int) -> ResponseReturnValue:
    """Show a version to everyone."""
    page = _load(page_id)
    services.publish(page, number, actor=actor(), now=now())
    db.session.commit()
    flash(gettext("Everybody reads this version now."), "success")
    return redirect(url_for(".show", page_id=page.id, versie=number), 303)


@bp.post("/<int:page_id>/versies/<int:number>/terugzetten")
@clerks
def restore(page_id: int, number: int) -> ResponseReturnValue:
    """Begin a new version with the words of an older one."""
    page = _load(page_id)
    services.restore(page, number, actor=actor(), now=now())
    db.session.commit()
    flash(gettext("The older words are the newest version now. Publish it to show it."), "success")
    return redirect(url_for(".show", page_id=page.id), 303)


@bp.post("/<int:page_id>/weghalen")
@clerks
def take_offline(page_id: int) -> ResponseReturnValue:
    """Show a page to nobody any more."""
    page = _load(page_id)
    services.take_offline(page, actor=actor(), now=now())
    db.session.commit()
    flash(gettext("Nobody sees this page now. Its versions are still here."), "success")
    return redirect(url_for(".show", page_id=page.id), 303)


@bp.get("/<int:page_id>/fotos")
@clerks
def photos(page_id: int) -> ResponseReturnValue:
    """Show the photos of a page, and ask for one more."""
    return _ask_photo(ImageForm(), _load(page_id))


@bp.post("/<int:page_id>/fotos")
@clerks
@takes_files(MOST_SENT)
@once
def add_photo(page_id: int) -> ResponseReturnValue:
    """Keep one more photo."""
    page, form = _load(page_id), ImageForm()
    if not form.validate():
        return _ask_photo(form, page), 422
    try:
        count_try(
            f"photo:{actor().id}", most=MOST_PHOTOS_SENT, window=PHOTOS_SENT_WITHIN, now=now()
        )
        services.add_photo(
            page,
            pictures.read(form.image.data.stream),
            form.description.data or "",
            storage=current_app.extensions["media"],
            actor=actor(),
            now=now(),
        )
    except DomainError as error:
        form.refuse(error)
        return _ask_photo(form, page), status_of(error)
    db.session.commit()
    flash(gettext("The photo is added."), "success")
    return redirect(url_for(".photos", page_id=page.id), 303)


def _load(page_id: int) -> OwnPage:
    found = db.session.scalars(queries.own_page(page_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def _version(page: OwnPage, number: int) -> PageVersion:
    found = next((one for one in page.versions if one.number == number), None)
    if found is None:
        raise NotFound
    return found


def _ask_new(form: NewPageForm) -> str:
    form.offer(NAMES)
    return render_template("pages/own_page_new.html", form=form)


def _ask(form: Form, page: OwnPage) -> str:
    return render_template("pages/own_page_edit.html", form=form, page=page)


def _ask_photo(form: Form, page: OwnPage) -> str:
    megabytes = MOST_BYTES // 1_000_000
    return render_template(
        "pages/own_page_photos.html", form=form, page=page, most_megabytes=megabytes
    )
