"""In which order who reads the plans sees them; who votes chooses none."""

from flask_babel import gettext, lazy_gettext
from wtforms import SelectField

from participatie.core.forms import Form

MIXED, MOST_SUPPORTED = "", "steun"


class OrderForm(Form):
    """The order of a list of plans; it comes with the address."""

    class Meta(Form.Meta):
        csrf = False

    volgorde = SelectField(lazy_gettext("Order"), default=MIXED, validate_choice=False)

    def offer(self) -> None:
        """Let the reader choose."""
        mixed, supported = gettext("Mixed"), gettext("Most supported first")
        self.volgorde.choices = {MIXED: mixed, MOST_SUPPORTED: supported}

    def is_most_supported_first(self) -> bool:
        """Whether that is offered and chosen."""
        return bool(self.volgorde.choices) and self.volgorde.data == MOST_SUPPORTED
