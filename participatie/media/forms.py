"""What is asked of a document."""

from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import InputRequired

from participatie.core.forms import Form, Within
from participatie.media.rules import TITLE_LENGTH


class DocumentForm(Form):
    """A document, by the name that readers see."""

    document = FileField(
        lazy_gettext("Choose a document"), [FileRequired(lazy_gettext("Choose a document first."))]
    )
    title = StringField(
        lazy_gettext("What is the document called?"),
        [InputRequired(lazy_gettext("Give the document a name.")), Within(TITLE_LENGTH)],
    )
