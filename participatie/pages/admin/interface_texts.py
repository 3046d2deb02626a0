"""An administrator changes the texts of the program, each in its language."""

from collections.abc import Callable

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.core import i18n
from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import Invalid, NotFound
from participatie.core.wording import Text
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.pages import queries
from participatie.pages.forms import InterfaceTextForm
from participatie.pages.interface_texts import MOST_FOUND, found
from participatie.pages.services import interface_texts as services

bp = Blueprint(
    "interface_texts_admin",
    __name__,
    url_prefix="/griffie/site/teksten",
    template_folder="../templates",
)
administrators = only(Role.ADMINISTRATOR)


@bp.get("/<language>")
@administrators
def index(language: str) -> ResponseReturnValue:
    """Look for a text; without words, show those that were changed."""
    words = request.args.get("zoek", "").strip()[:100]
    texts = found(texts_in(language), words)
    return render_template(
        "pages/interface_texts.html",
        texts=texts[:MOST_FOUND],
        number=len(texts),
        words=words,
        most=MOST_FOUND,
        spoken=language,
        languages=i18n.NAMES,
    )


@bp.get("/<language>/<key>")
@administrators
def show(language: str, key: str) -> ResponseReturnValue:
    """Show a text beside the program's own, and what it was before."""
    text = _text(language, key)
    return _show(InterfaceTextForm(data={"text": text.said}), language, text)


@bp.post("/<language>/<key>")
@administrators
def save(language: str, key: str) -> ResponseReturnValue:
    """Say this from now on."""
    form, text = InterfaceTextForm(), _text(language, key)
    try:
        if form.validate():
            return _kept(language, text, lambda: _reword(language, text, form.text.data or ""))
    except Invalid as error:
        db.session.rollback()
        form.refuse(error)
    return _show(form, language, text), 422


@bp.post("/<language>/<key>/terug/<int:number>")
@administrators
def restore(language: str, key: str, number: int) -> ResponseReturnValue:
    """Say an earlier version again; 0 is the program's own."""
    text = _text(language, key)
    versions = db.session.scalars(queries.versions_of_text(language, text.message))
    earlier = next((one.text for one in versions if one.number == number), None)
    if number and earlier is None:
        raise NotFound
    if earlier:
        return _kept(language, text, lambda: _reword(language, text, earlier))
    return _kept(
        language,
        text,
        lambda: services.give_back([text], language, actor=actor(), now=now()),
    )


def _reword(language: str, text: Text, said: str) -> None:
    services.reword(text, language, said, actor=actor(), now=now(), field="text")


def _kept(language: str, text: Text, keep: Callable[[], None]) -> ResponseReturnValue:
    keep()
    db.session.commit()
    flash(gettext("The site says this now."), "success")
    return redirect(url_for(".show", language=language, key=text.key), 303)


def texts_in(language: str) -> list[Text]:
    """All texts of the program in a language, with what the site says instead."""
    if language not in i18n.LANGUAGES:
        raise NotFound
    own: i18n.Texts = current_app.extensions["texts"]
    rows = db.session.scalars(queries.interface_texts())
    instead = {row.message: row.text for row in rows if row.language == language}
    texts = [Text(one, said, instead.get(one, "")) for one, said in own.own(language).items()]
    return sorted(texts, key=lambda text: text.own.casefold())


def _text(language: str, key: str) -> Text:
    text = next((one for one in texts_in(language) if one.key == key), None)
    if text is None:
        raise NotFound
    return text


def _show(form: InterfaceTextForm, language: str, text: Text) -> str:
    return render_template(
        "pages/interface_text.html",
        form=form,
        text=text,
        spoken=language,
        languages=i18n.NAMES,
        versions=db.session.scalars(queries.versions_of_text(language, text.message)).all(),
    )
