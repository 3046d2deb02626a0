"""The form of a comment."""

from flask_babel import lazy_gettext
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired

from participatie.contributions.forms import Within
from participatie.contributions.rules import NAME_LENGTH
from participatie.core.forms import Form
from participatie.discussions.rules import TEXT_LENGTH


class CommentForm(Form):
    """What someone wants to say, and under which name."""

    text = TextAreaField(
        lazy_gettext("Your comment"),
        [InputRequired(lazy_gettext("Write your comment.")), Within(TEXT_LENGTH)],
    )
    public_name = StringField(
        lazy_gettext("Which name do others see?"),
        [InputRequired(lazy_gettext("Fill in a name.")), Within(NAME_LENGTH)],
    )
