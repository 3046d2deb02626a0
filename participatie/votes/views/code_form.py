"""The form for the code of a letter."""

from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import InputRequired

from participatie.core.forms import Form


class CodeForm(Form):
    """The code of a letter; `read_code` says what is wrong with it."""

    code = StringField(
        lazy_gettext("Your code"),
        [InputRequired(lazy_gettext("Fill in the code from your letter."))],
    )
