"""Forms of the administration of the site."""

from collections.abc import Iterable

from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired

from participatie.core.forms import Form
from participatie.theming.theme import Theme


class ChooseThemeForm(Form):
    """Which theme the site wears."""

    theme = RadioField(
        lazy_gettext("Which house style does the site wear?"),
        [InputRequired(lazy_gettext("Choose a house style."))],
    )

    def offer(self, themes: Iterable[Theme]) -> None:
        """Let the administrator choose among `themes`."""
        self.theme.choices = {
            theme.name: f"{theme.words['name']} ({theme.name})" for theme in themes
        }


class UploadThemeForm(Form):
    """A theme in a zip, and the name it gets here."""

    name = StringField(
        lazy_gettext("Name of the house style"),
        [InputRequired(lazy_gettext("Fill in a name, like our-town."))],
    )
    archive = FileField(
        lazy_gettext("The house style as a zip file"),
        [FileRequired(lazy_gettext("Choose a zip file."))],
    )


class SampleForm(Form):
    """The fields of the sample page; nobody sends it."""

    title = StringField(lazy_gettext("Title of your proposal"), [InputRequired()])
    answer = RadioField(
        lazy_gettext("Choose an answer"),
        [InputRequired()],
        choices={"1": "1", "2": "2"},
        default="1",
    )
