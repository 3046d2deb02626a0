"""The part of a form that asks for a point on the map."""

from collections.abc import Sequence

from flask import request
from flask_babel import gettext, lazy_gettext
from wtforms import RadioField, StringField
from wtforms.validators import Optional

from participatie.core.forms import Form
from participatie.maps.addresses import Address

SEARCH = "search"
"""The name of the button that looks for an address and keeps nothing."""
NO_POINT = ""


class PointForm(Form):
    """A point on the map, found by an address or put there; nobody has to."""

    address = StringField(lazy_gettext("Look for a street or an address"), [Optional()])
    point = RadioField(
        lazy_gettext("Where is the dot?"), [Optional()], default=NO_POINT, validate_choice=False
    )

    @property
    def searches(self) -> bool:
        """Whether the button was pressed that only looks for an address."""
        return SEARCH in request.form

    def offer_points(self, found: Sequence[Address] = ()) -> None:
        """Let somebody choose no point, the one that is there, or one of the addresses."""
        chosen = (self.point.data or NO_POINT).strip()
        names = {str(one.point): one.name for one in found}
        here = {} if chosen in {NO_POINT, *names} else {chosen: gettext("Your dot on the map")}
        self.point.choices = {NO_POINT: gettext("No dot")} | here | names
        self.point.data = chosen
