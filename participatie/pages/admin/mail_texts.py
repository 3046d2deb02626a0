"""What the mails say, each with made-up data; an administrator says it in other words."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.core import i18n
from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.forms import Form
from participatie.core.html import as_html
from participatie.core.i18n import DEFAULT_LANGUAGE
from participatie.core.wording import Text
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.notifications.examples import examples_in, kinds
from participatie.pages import queries
from participatie.pages.admin.interface_texts import texts_in
from participatie.pages.admin.several_texts import (
    TOLD_AT_ONCE,
    are_kept,
    can_be_said,
    texts_of_file,
    typed_in,
)
from participatie.pages.forms import texts_form
from participatie.pages.services import interface_texts as services

bp = Blueprint(
    "mail_texts_admin",
    __name__,
    url_prefix="/griffie/teksten/mails",
    template_folder="../templates",
)
staff = only(Role.CLERK, Role.ADMINISTRATOR)
administrators = only(Role.ADMINISTRATOR)


@bp.get("")
@staff
def index() -> ResponseReturnValue:
    """Show which mails there are, by their subject."""
    known = {text.message: text for text in texts_in(DEFAULT_LANGUAGE)}
    mails = []
    for kind in kinds():
        texts = texts_of_file(f"mail/{kind}.txt", known)
        subject = _examples(kind, DEFAULT_LANGUAGE, texts, {})[0][0]
        mails.append((kind, subject, any(text.instead for text in texts)))
    mails.sort(key=lambda mail: mail[1].casefold())
    return render_template("pages/mail_texts.html", mails=mails, spoken=DEFAULT_LANGUAGE)


@bp.get("/<language>/<kind>")
@staff
def show(language: str, kind: str) -> ResponseReturnValue:
    """Show a mail with made-up data, and each of its texts."""
    texts = _texts(language, kind)
    return _page(texts_form(texts)(), language, kind, texts)


@bp.post("/<language>/<kind>")
@administrators
def save(language: str, kind: str) -> ResponseReturnValue:
    """Say this in the mail from now on; or only look at it."""
    texts = _texts(language, kind)
    form = texts_form(texts)()
    if "look" in request.form:
        if can_be_said(form, texts):
            return _page(form, language, kind, texts, is_look=True)
    elif are_kept(
        form,
        texts,
        lambda text, typed: services.reword(
            text, language, typed, actor=actor(), now=now(), field=text.field
        ),
    ):
        flash(gettext("This mail says this now."), "success")
        return redirect(url_for(".show", language=language, kind=kind), 303)
    return _page(form, language, kind, texts), 422


@bp.post("/<language>/<kind>/terug")
@administrators
def restore(language: str, kind: str) -> ResponseReturnValue:
    """Let a mail say again what the program says."""
    services.give_back(_texts(language, kind), language, actor=actor(), now=now())
    db.session.commit()
    flash(gettext("This mail says this now."), "success")
    return redirect(url_for(".show", language=language, kind=kind), 303)


def _texts(language: str, kind: str) -> list[Text]:
    if kind not in set(kinds()):
        raise NotFound
    known = {text.message: text for text in texts_in(language)}
    return texts_of_file(f"mail/{kind}.txt", known)


def _examples(
    kind: str, language: str, texts: list[Text], typed: Mapping[str, str]
) -> list[tuple[str, str]]:
    kept = {text.message: text.said for text in texts}
    return examples_in(kind, language, {**kept, **typed})


def _page(form: Form, language: str, kind: str, texts: list[Text], *, is_look: bool = False) -> str:
    looks = _examples(kind, language, texts, typed_in(form, texts) if is_look else {})
    asked = queries.versions_of_texts(language, [text.message for text in texts])
    return render_template(
        "pages/mail_text.html",
        form=form,
        kind=kind,
        texts=texts,
        looks=[(subject, as_html(text)) for subject, text in looks],
        is_look=is_look,
        spoken=language,
        languages=i18n.NAMES,
        history=db.session.execute(asked.limit(TOLD_AT_ONCE)).all(),
    )
