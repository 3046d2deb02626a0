"""Every text that the municipality answers for, on one page: where it stands, and whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from participatie.core.access import only
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.i18n import DEFAULT_LANGUAGE
from participatie.core.wording import Text
from participatie.identity.rules import Role
from participatie.notifications.examples import kinds
from participatie.pages.admin.interface_texts import texts_in
from participatie.pages.admin.several_texts import texts_of_file
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

GIVEN = ("contact_phone", "contact_email", "desk", "desk_hours", "privacy_email")
"""What no program can know: it comes with the house style."""


@bp.get("")
@staff
def index() -> ResponseReturnValue:
    """Say of each text where it stands, and whether it is the program's own still."""
    known = {text.message: text for text in texts_in(DEFAULT_LANGUAGE)}
    site = themes().site()
    mails = [texts_of_file(f"mail/{kind}.txt", known) for kind in kinds()]
    return render_template(
        "pages/texts.html",
        subjects=SUBJECTS,
        changed={name: _changed(one, known) for name, one in SUBJECTS.items()},
        given=[(name, getattr(site, name)) for name in GIVEN],
        pages=db.session.execute(own_pages()).all(),
        mails=len(mails),
        changed_mails=sum(any(text.instead for text in texts) for texts in mails),
    )


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
        texts=texts_of_file(SUBJECTS[subject].file, known),
        spoken=DEFAULT_LANGUAGE,
    )


def _changed(subject: Subject, known: Mapping[str, Text]) -> tuple[int, int]:
    """How many of its texts the municipality changed, of how many."""
    texts = texts_of_file(subject.file, known)
    return sum(bool(text.instead) for text in texts), len(texts)
