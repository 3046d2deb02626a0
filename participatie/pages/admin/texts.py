"""Every text that the municipality answers for, on one page: where it stands, and whose it is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from participatie.core.access import only
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.i18n import DEFAULT_LANGUAGE
from participatie.identity.rules import Role
from participatie.pages.admin.interface_texts import texts_in
from participatie.pages.interface_texts import Text
from participatie.pages.queries import own_pages
from participatie.theming.themes import themes

bp = Blueprint(
    "texts_admin", __name__, url_prefix="/griffie/teksten", template_folder="../templates"
)
staff = only(Role.CLERK, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Subject:
    """A page or a letter of the program: the file that says it, and the page where it stands."""

    file: str
    endpoint: str | None = None


SUBJECTS: Mapping[str, Subject] = {
    "contact": Subject("pages/contact.html", "pages.contact"),
    "huisregels": Subject("pages/house_rules.html", "pages.house_rules"),
    "privacy": Subject("pages/privacy.html", "pages.privacy"),
    "toegankelijkheid": Subject("pages/accessibility.html", "pages.accessibility"),
    "vertrouwen": Subject("pages/trust.html", "pages.trust"),
    "tellen": Subject("pages/counting.html", "pages.counting"),
    "echt-van-ons": Subject("pages/genuine.html", "pages.genuine"),
    "brief": Subject("votes/letters_print.html"),
}
"""What the municipality answers for, by its name in the address; the words stand in the page."""

_VALUE = re.compile(r"%\(\w+\)s")
GIVEN = ("contact_phone", "contact_email", "desk", "desk_hours", "privacy_email")
"""What no program can know: it comes with the house style."""


@bp.get("")
@staff
def index() -> ResponseReturnValue:
    """Say of each text where it stands, and whether it is the program's own still."""
    known = {text.message: text for text in texts_in(DEFAULT_LANGUAGE)}
    site = themes().site()
    return render_template(
        "pages/texts.html",
        subjects=SUBJECTS,
        changed={name: _changed(one, known) for name, one in SUBJECTS.items()},
        given=[(name, getattr(site, name)) for name in GIVEN],
        pages=db.session.execute(own_pages()).all(),
        mails=sum(1 for _ in _mails()),
    )


@bp.get("/mails")
@staff
def mails() -> ResponseReturnValue:
    """Show what the mails say, the subject first; those are the program's own."""
    known = {text.message: text for text in texts_in(DEFAULT_LANGUAGE)}
    told = [[_VALUE.sub("…", text.own) for text in _texts(name, known)] for name in _mails()]
    return render_template("pages/texts_mails.html", mails=told)


@bp.get("/<subject>")
@staff
def show(subject: str) -> ResponseReturnValue:
    """Show the texts of one page, each with the way to change it."""
    if subject not in SUBJECTS:
        raise NotFound
    known = {text.message: text for text in texts_in(DEFAULT_LANGUAGE)}
    return render_template(
        "pages/texts_of.html",
        name=subject,
        subject=SUBJECTS[subject],
        texts=_texts(SUBJECTS[subject].file, known),
        spoken=DEFAULT_LANGUAGE,
    )


def _changed(subject: Subject, known: Mapping[str, Text]) -> tuple[int, int]:
    """How many of its texts the municipality changed, of how many."""
    texts = _texts(subject.file, known)
    return sum(bool(text.instead) for text in texts), len(texts)


def _texts(file: str, known: Mapping[str, Text]) -> list[Text]:
    """The texts that a file says, in its order, each once."""
    jinja = current_app.jinja_env
    loader = jinja.loader
    if loader is None:
        raise ValueError("the templates have no loader")
    source = loader.get_source(jinja, file)[0]
    found = jinja.extract_translations(source)  # type: ignore[attr-defined]
    said = [told if isinstance(told, str) else told[0] for _, _, told in found]  # with its values
    return [known[one] for one in dict.fromkeys(said) if one in known]


def _mails() -> Iterator[str]:
    """The files of the mails, but for what stands round each of them."""
    for name in current_app.jinja_env.list_templates():
        if name.startswith("mail/") and name.endswith(".txt") and name.count(".") > 1:
            yield name
