"""Forms of a vote."""

from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import InputRequired

from participatie.core.forms import Form


class CodeForm(Form):
    """The control code of a receipt, as somebody types it."""

    code = StringField(
        lazy_gettext("Your control code"), [InputRequired(lazy_gettext("Fill in your code."))]
    )
