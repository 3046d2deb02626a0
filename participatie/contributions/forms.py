"""What the forms of all contributions share."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from flask_babel import gettext, lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, Optional, ValidationError

from participatie.contributions.models import Contribution
from participatie.contributions.rules import tags_in
from participatie.contributions.services import WordedMeanwhile, check_seen, wording_of
from participatie.core.error_pages import say
from participatie.core.errors import DomainError, Invalid
from participatie.core.forms import Form, Within
from participatie.core.i18n import NAMES, ROAD_NAMES, language
from participatie.media.rules import DESCRIPTION_LENGTH


class Named(Protocol):
    """What somebody chooses among: a theme, an area."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...


class RewordingForm(Form):
    """Other words for a contribution; it says which words its writer has seen."""

    wording = HiddenField()
    newer: Contribution | None = None
    """What says something else now than when the form was opened."""

    def check_seen(self, contribution: Contribution) -> None:
        """Raise `WordedMeanwhile` when it reads otherwise than the writer has seen."""
        check_seen(contribution, self.wording.data or "")

    def refuse(self, error: DomainError) -> None:
        """Show `error`; who sends the form once more has seen what it says now."""
        super().refuse(error)
        if isinstance(error, WordedMeanwhile):
            self.newer = error.contribution
            self.wording.data = wording_of(error.contribution)


def by_number(rows: Iterable[Named]) -> dict[str, str]:
    """The choices of a field: the number of each, and its name."""
    return {str(one.id): one.name for one in rows}


class LanguageField(SelectField):
    """In which language somebody wrote; that of the page unless they say otherwise."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            lazy_gettext("In which language did you write this?"),
            choices=[
                SelectChoice(code, name, render_kw={"lang": code})
                for code, name in (NAMES | ROAD_NAMES).items()
            ],
            default=language,
            **options,
        )


NO_CATEGORY = ""


def offer_categories(form: Form, categories: Sequence[Named]) -> None:
    """Let somebody choose among `categories` in the field category; without any it is not asked."""
    if categories:
        none_of_these = gettext("None of these")
        form["category"].choices = {NO_CATEGORY: none_of_these} | by_number(categories)
    else:
        del form["category"]


def chosen_category(form: Form) -> int | None:
    """The number of what was chosen in the field category."""
    chosen = form["category"].data if "category" in form else NO_CATEGORY
    return int(chosen) if chosen else None


class TagsField(StringField):
    """A line of keywords with commas: what is wrong with them is said with all else."""

    def pre_validate(self, form: BaseForm) -> None:
        try:
            tags_in(self.data or "")
        except Invalid as refusal:
            raise ValidationError(say(refusal)) from None


class ImageForm(Form):
    """A photo, with what there is to see on it; who does not say it is not held up."""

    image = FileField(
        lazy_gettext("Choose a photo"), [FileRequired(lazy_gettext("Choose a photo first."))]
    )
    description = StringField(
        lazy_gettext("What do you see on the photo?"), [Optional(), Within(DESCRIPTION_LENGTH)]
    )


class DescriptionForm(Form):
    """What there is to see on a photo that is there already."""

    description = StringField(
        lazy_gettext("What do you see on the photo?"),
        [
            InputRequired(lazy_gettext("Say what there is to see on the photo.")),
            Within(DESCRIPTION_LENGTH),
        ],
    )
