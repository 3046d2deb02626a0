"""The forms of log-in and of one's own details."""

from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import InputRequired

from participatie.core.forms import Form


class AddressForm(Form):
    """Where mail goes."""

    email = StringField(
        lazy_gettext("Your mail address"),
        [InputRequired(lazy_gettext("Fill in your mail address."))],
    )


class NameForm(Form):
    """What others see."""

    public_name = StringField(
        lazy_gettext("The name that others see"),
        [InputRequired(lazy_gettext("Fill in a name."))],
    )
