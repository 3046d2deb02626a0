"""Forms of areas."""

from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from participatie.core.forms import Form


class UploadForm(Form):
    """A file with the areas."""

    file = FileField(lazy_gettext("The file"), [FileRequired(lazy_gettext("Choose a file."))])


class AreaForm(Form):
    """What is known of one area."""

    name = StringField(
        lazy_gettext("What is it called?"), [InputRequired(lazy_gettext("Fill in a name."))]
    )
    population = IntegerField(lazy_gettext("How many people live there?"), [Optional()])
    colour = StringField(
        lazy_gettext("Colour on the map"), [InputRequired(lazy_gettext("Fill in a colour."))]
    )
    postcodes = TextAreaField(lazy_gettext("Postcodes"), [Optional()])
