"""What is asked of a document, and of a photo of the municipality."""

from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import InputRequired

from participatie.core.forms import Form, Within
from participatie.media.rules import DESCRIPTION_LENGTH, TITLE_LENGTH


class DocumentForm(Form):
    """A document, by the name that readers see."""

    document = FileField(
        lazy_gettext("Choose a document"), [FileRequired(lazy_gettext("Choose a document first."))]
    )
    title = StringField(
        lazy_gettext("What is the document called?"),
        [InputRequired(lazy_gettext("Give the document a name.")), Within(TITLE_LENGTH)],
    )


class SeenForm(Form):
    """What there is to see on a photo of the municipality: it always says so."""

    description = StringField(
        lazy_gettext("What do you see on the photo?"),
        [InputRequired(lazy_gettext("Say what you see on the photo.")), Within(DESCRIPTION_LENGTH)],
    )


class PhotoForm(SeenForm):
    """A photo of the municipality, with what there is to see on it."""

    asked_first = ("image",)
    image = FileField(
        lazy_gettext("Choose a photo"), [FileRequired(lazy_gettext("Choose a photo first."))]
    )
