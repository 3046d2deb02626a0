"""An administrator sets up menus, banners, the home page and statements."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import Invalid, NotFound
from participatie.core.forms import Form
from participatie.core.i18n import DEFAULT_LANGUAGE, NAMES, speaking
from participatie.core.once import once
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.pages import queries
from participatie.pages.forms import BannerForm, EntryForm, HomeForm, StatementForm
from participatie.pages.models import MenuEntry
from participatie.pages.rules import MOST_ENTRIES, Band, BannerKind, Menu, Subject
from participatie.pages.services import furnishing as services
from participatie.processes.rules import midnight
from participatie.theming.site import Link
from participatie.theming.themes import themes

bp = Blueprint(
    "furnishing_admin", __name__, url_prefix="/griffie/site", template_folder="../templates"
)
administrators = only(Role.ADMINISTRATOR)
DIRECTIONS = {"omhoog": -1, "omlaag": 1}


@bp.get("")
@administrators
def index() -> ResponseReturnValue:
    """Show what can be set up for the whole site."""
    return render_template("pages/furnishing.html")


@bp.get("/menu/<any(main, footer):menu>")
@administrators
def menu(menu: str) -> ResponseReturnValue:
    """Show a menu, and ask for one more link; the address may bring its words along."""
    offered = {"label": request.args.get("titel"), "address": request.args.get("adres")}
    return _menu(EntryForm(data=offered), Menu(menu))


@bp.post("/menu/<any(main, footer):menu>")
@administrators
@once
def add_entry(menu: str) -> ResponseReturnValue:
    """Put a link at the end of a menu."""
    form, wanted = EntryForm(), Menu(menu)
    try:
        if form.validate():
            _fill(wanted)
            services.add_entry(
                wanted,
                _language(),
                label=form.label.data or "",
                address=form.address.data or "",
                actor=actor(),
                now=now(),
            )
            db.session.commit()
            flash(gettext("The link stands in the menu."), "success")
            return redirect(url_for(".menu", menu=menu, taal=_language()), 303)
    except Invalid as error:
        db.session.rollback()
        form.refuse(error)
    return _menu(form, wanted), 422


@bp.post("/menu/<any(main, footer):menu>/eigen")
@administrators
@once
def own_menu(menu: str) -> ResponseReturnValue:
    """Make a menu the municipality's own, as it is, to move and remove its links."""
    _fill(Menu(menu))
    db.session.commit()
    return redirect(url_for(".menu", menu=menu, taal=_language()), 303)


@bp.post("/menu/<int:entry_id>/<any(omhoog, omlaag):direction>")
@administrators
def move_entry(entry_id: int, direction: str) -> ResponseReturnValue:
    """Move a link one place."""
    entry = _entry(entry_id)
    services.move_entry(entry, by=DIRECTIONS[direction], actor=actor(), now=now())
    db.session.commit()
    return redirect(url_for(".menu", menu=entry.menu, taal=entry.language), 303)


@bp.post("/menu/<int:entry_id>/weghalen")
@administrators
def remove_entry(entry_id: int) -> ResponseReturnValue:
    """Take a link out of a menu."""
    entry = _entry(entry_id)
    services.remove_entry(entry, actor=actor(), now=now())
    db.session.commit()
    flash(gettext("The link is gone."), "success")
    return redirect(url_for(".menu", menu=entry.menu, taal=entry.language), 303)


@bp.get("/meldingen")
@administrators
def banners() -> ResponseReturnValue:
    """Show the banners that are there or come."""
    return _banners(BannerForm())


@bp.post("/meldingen")
@administrators
@once
def announce() -> ResponseReturnValue:
    """Put a banner on every page for some days."""
    form = BannerForm()

    def keep() -> None:
        services.announce(
            form.text.data or "",
            kind=BannerKind(form.kind.data),
            starts_at=midnight(form.first_day.data or date.min),
            ends_at=midnight((form.last_day.data or date.min) + timedelta(days=1)),
            actor=actor(),
            now=now(),
        )

    done = gettext("The notice stands on every page, from its first day on.")
    return _save(form, keep, done, ".banners", _banners)


@bp.post("/meldingen/<int:banner_id>/weghalen")
@administrators
def withdraw(banner_id: int) -> ResponseReturnValue:
    """Take a banner away."""
    services.withdraw(banner_id, actor=actor(), now=now())
    db.session.commit()
    flash(gettext("The notice is gone."), "success")
    return redirect(url_for(".banners"), 303)


@bp.get("/voorpagina")
@administrators
def home() -> ResponseReturnValue:
    """Ask which bands the home page shows."""
    hidden = db.session.scalars(queries.hidden_bands()).all()
    return _home(HomeForm(data={"bands": [band.value for band in Band if band not in hidden]}))


@bp.post("/voorpagina")
@administrators
def choose_bands() -> ResponseReturnValue:
    """Show these bands on the home page."""
    form = HomeForm()

    def keep() -> None:
        shown = {Band(one) for one in form.bands.data or ()}
        services.choose_bands(shown, actor=actor(), now=now())

    return _save(form, keep, gettext("This is kept."), ".home", _home)


@bp.get("/verklaringen/<any(accessibility, privacy):subject>")
@administrators
def statement(subject: str) -> ResponseReturnValue:
    """Ask what the municipality declares."""
    known = db.session.scalars(queries.statement(Subject(subject))).one_or_none()
    return _statement(StatementForm(obj=known), subject)


@bp.post("/verklaringen/<any(accessibility, privacy):subject>")
@administrators
def declare(subject: str) -> ResponseReturnValue:
    """Keep what the municipality declares."""
    form = StatementForm()

    def keep() -> None:
        services.declare(
            Subject(subject),
            status=form.status.data or "",
            declared_on=form.declared_on.data or date.max,
            address=form.address.data or "",
            actor=actor(),
            now=now(),
        )

    done = gettext("The statement stands on its page now.")
    return _save(form, keep, done, ".index", lambda form: _statement(form, subject))


def _save(
    form: Form,
    keep: Callable[[], None],
    done: str,
    then: str,
    ask: Callable[[Form], str],
) -> ResponseReturnValue:
    try:
        if form.validate():
            keep()
            db.session.commit()
            flash(done, "success")
            return redirect(url_for(then), 303)
    except Invalid as error:
        db.session.rollback()
        form.refuse(error)
    return ask(form), 422


def _fill(menu: Menu) -> None:
    links = [(link.label, link.url) for link in _shown(menu)]
    services.fill_menu(menu, _language(), links, actor=actor(), now=now())


def _entry(entry_id: int) -> MenuEntry:
    found = db.session.get(MenuEntry, entry_id)
    if found is None:
        raise NotFound
    return found


def _language() -> str:
    """The language of the menu that the page is about."""
    asked = request.args.get("taal", DEFAULT_LANGUAGE)
    return asked if asked in NAMES else DEFAULT_LANGUAGE


def _menu(form: Form, menu: Menu) -> str:
    own = db.session.scalars(queries.entries_of(menu, _language())).all()
    return render_template(
        "pages/menu.html",
        form=form,
        menu=menu,
        own=own,
        spoken=_language(),
        languages=NAMES,
        shown=_shown(menu),
        most=MOST_ENTRIES[menu],
    )


def _shown(menu: Menu) -> Sequence[Link]:
    """What a menu holds that is not the municipality's own yet."""
    site = themes().site()
    with speaking(_language()):
        return site.links if menu is Menu.MAIN else site.own_footer_links


def _banners(form: Form) -> str:
    banners = db.session.scalars(queries.banners_after(now())).all()
    return render_template("pages/banners.html", form=form, banners=banners, now=now())


def _home(form: Form) -> str:
    return render_template("pages/home_set_up.html", form=form)


def _statement(form: Form, subject: str) -> str:
    return render_template("pages/statement.html", form=form, subject=subject)
