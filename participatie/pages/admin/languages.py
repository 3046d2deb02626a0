"""Who speaks a language approves what the road to a vote says in it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, Invalid, NotFound
from participatie.core.forms import Form
from participatie.core.i18n import ROAD_NAMES, direction
from participatie.core.paging import page_of
from participatie.identity.current import actor
from participatie.identity.rules import STAFF, Role
from participatie.pages import queries
from participatie.pages.forms import ApproverForm, wording_form
from participatie.pages.furniture import kept
from participatie.pages.languages import texts as texts_in
from participatie.pages.models import LanguageApprover
from participatie.pages.road import RoadText, Standing, examples
from participatie.pages.rules import can_approve
from participatie.pages.services import languages as services

bp = Blueprint(
    "languages_admin",
    __name__,
    url_prefix="/griffie/site/talen",
    template_folder="../templates",
)
administrators = only(Role.ADMINISTRATOR)
staff = only(*sorted(STAFF))

ALL = "all"
PER_PAGE = 15


@bp.get("")
@staff
def index() -> ResponseReturnValue:
    """Show each language, who approves it, and how far that is."""
    named = {one.language: name for one, name in db.session.execute(queries.approvers())}
    return render_template(
        "pages/languages.html",
        names=ROAD_NAMES,
        named=named,
        offered=kept().offered,
        counts={code: _counts(_texts(code)) for code in ROAD_NAMES},
    )


@bp.get("/<language>")
@staff
def show(language: str) -> ResponseReturnValue:
    """Show texts in Dutch, in English and in this language: first what has to be approved."""
    texts, done = _texts(language), request.args.get("toon") == "goedgekeurd"
    approved, total = _counts(texts)
    return render_template(
        "pages/language.html",
        approved=approved,
        total=total,
        done=done,
        page=page_of(
            [text for text in texts if (text.standing is Standing.APPROVED) == done], PER_PAGE
        ),
        is_offered=language in kept().offered,
        **_named(language),
    )


@bp.post("/<language>")
@staff
def approve(language: str) -> ResponseReturnValue:
    """Approve one text or all of this page, in the words that stood there."""
    pressed, texts = request.form.get("act", ""), _texts(language)
    wanted = [
        text
        for text in texts
        if text.translated.key in request.form and pressed in {ALL, text.translated.key}
    ]
    for text in wanted:
        if request.form[text.translated.key] != text.shown:
            raise Conflict(N_("Somebody changed a text on this page. Read it again."))
        services.approve(language, text, text.forms, actor=actor(), now=now())
    services.note_approvals(language, len(wanted), actor=actor(), now=now())
    db.session.commit()
    flash(
        ngettext("%(num)s text is approved.", "%(num)s texts are approved.", len(wanted)), "success"
    )
    return redirect(url_for(".show", language=language), 303)


@bp.route("/<language>/<key>", methods=["GET", "POST"])
@staff
def correct(language: str, key: str) -> ResponseReturnValue:
    """Say it in other words, and approve those."""
    text = _text(language, key)
    words = {f"form_{place}": form for place, form in enumerate(text.forms)}
    form = wording_form(examples(language) if text.translated.plural else ())(data=words)
    if form.validate_on_submit():
        try:
            services.approve(
                language,
                text,
                [form[name].data or "" for name in words],
                actor=actor(),
                now=now(),
            )
        except Invalid as error:
            form.refuse(error)
        else:
            services.note_approvals(language, 1, actor=actor(), now=now())
            db.session.commit()
            flash(gettext("This text is approved in your words."), "success")
            return redirect(url_for(".show", language=language), 303)
    return _ask(form, language, text), 422 if form.errors else 200


@bp.post("/<language>/<key>/terug")
@staff
def take_back(language: str, key: str) -> ResponseReturnValue:
    """Approve a text no longer."""
    services.take_back(language, _text(language, key), actor=actor(), now=now())
    db.session.commit()
    flash(gettext("The approval is taken back. Readers no longer get this language."), "success")
    return redirect(url_for(".show", language=language), 303)


@bp.route("/<language>/wie", methods=["GET", "POST"])
@administrators
def name(language: str) -> ResponseReturnValue:
    """Name who approves the texts of a language."""
    form, named = ApproverForm(), _named(language)
    if form.validate_on_submit():
        try:
            services.name_approver(language, form.address.data or "", actor=actor(), now=now())
        except Invalid as error:
            form.refuse(error)
        else:
            db.session.commit()
            flash(gettext("The name is kept. Tell your colleague to begin."), "success")
            return redirect(url_for(".show", language=language), 303)
    page = render_template("pages/language_approver.html", form=form, **named)
    return page, 422 if form.errors else 200


def _named(language: str) -> dict[str, object]:
    """The language, and who approves it."""
    if language not in ROAD_NAMES:
        raise NotFound
    found = {one.language: (one, name) for one, name in db.session.execute(queries.approvers())}
    approver: LanguageApprover | None
    approver, name = found.get(language, (None, ""))
    return {
        "code": language,
        "own_name": ROAD_NAMES[language],
        "direction": direction(language),
        "approver": name,
        "may_approve": can_approve(actor(), approver.account_id if approver else None),
    }


def _texts(language: str) -> list[RoadText]:
    if language not in ROAD_NAMES:
        raise NotFound
    return texts_in(language, kept().texts)


def _text(language: str, key: str) -> RoadText:
    text = next((one for one in _texts(language) if one.translated.key == key), None)
    if text is None:
        raise NotFound
    return text


def _counts(texts: list[RoadText]) -> tuple[int, int]:
    return sum(text.standing is Standing.APPROVED for text in texts), len(texts)


def _ask(form: Form, language: str, text: RoadText) -> str:
    return render_template("pages/language_text.html", form=form, text=text, **_named(language))
