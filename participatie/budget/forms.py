"""What comes in from the pages of a budget; limits come from the rules."""

from wtforms import StringField
from wtforms.validators import AnyOf, InputRequired, Length

from participatie.core.forms import Form

PUT, TAKE = "put", "take"


class ChangeForm(Form):
    """One plan put on the list or taken off it."""

    plan = StringField(validators=[InputRequired(), Length(max=40)])
    act = StringField(validators=[InputRequired(), AnyOf([PUT, TAKE])])
