"""Forms with which the griffie enters what residents proposed elsewhere."""

from collections.abc import Iterable

from flask_babel import gettext, lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from participatie.contributions.forms import Named, by_number
from participatie.contributions.rules import NAME_LENGTH
from participatie.core.forms import Form, Within
from participatie.maps.forms import PointForm
from participatie.proposals.forms.proposals import EVERYWHERE, IdeaForm, neutral_words
from participatie.proposals.services.entering import Entry


class TableForm(Form):
    """A table with proposals."""

    file = FileField(lazy_gettext("The file"), [FileRequired(lazy_gettext("Choose a file."))])
    name = StringField(
        lazy_gettext("Which name do others see where a line has none?"),
        [InputRequired(lazy_gettext("Fill in a name.")), Within(NAME_LENGTH)],
    )


class OfficialForm(IdeaForm, PointForm):
    """A proposal of the municipality itself, on one page; its name is known."""

    asked_first = ("title", "summary", "text", "category", "area", "address", "point", "tags")
    title, summary, text = neutral_words()
    area = SelectField(lazy_gettext("Where is it?"))

    def offer_areas(self, areas: Iterable[Named]) -> None:
        """Let the clerk choose among `areas`, or the whole municipality."""
        named = by_number(areas)
        self.area.choices = {EVERYWHERE: gettext("The whole municipality")} | named
        self.offer_points()

    def entry(self, name: str, *, is_official: bool = False) -> Entry:
        """What was filled in, as proposed by `name`."""
        words = self.words()
        return Entry(
            title=words.title,
            summary=words.summary,
            text=words.text,
            tags=words.tags,
            category_id=words.category_id,
            area_id=int(self.area.data) if self.area.data else None,
            name=name,
            point=self.point.data or "",
            is_official=is_official,
        )


class EntryForm(OfficialForm):
    """An idea that somebody told at a meeting, on one page."""

    name = StringField(
        lazy_gettext("Which name do others see?"),
        [InputRequired(lazy_gettext("Fill in a name.")), Within(NAME_LENGTH)],
    )


class ClaimForm(Form):
    """The code on a slip."""

    code = StringField(
        lazy_gettext("The code on your slip"),
        [InputRequired(lazy_gettext("Type the code that stands on your slip."))],
    )
