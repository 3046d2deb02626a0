"""The form of a comment."""

from flask_babel import lazy_gettext
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired

from participatie.contributions.forms import Within
from participatie.contributions.rules import NAME_LENGTH, PrivateData, private_data_in
from participatie.core.forms import Form
from participatie.discussions.rules import TEXT_LENGTH


class CommentForm(Form):
    """What someone wants to say, and under which name."""

    text = TextAreaField(
        lazy_gettext("Your comment"),
        [InputRequired(lazy_gettext("Write your comment.")), Within(TEXT_LENGTH)],
    )
    warned = HiddenField()
    """The private data in the text that the writer was warned about."""
    public_name = StringField(
        lazy_gettext("Which name do others see?"),
        [InputRequired(lazy_gettext("Fill in a name.")), Within(NAME_LENGTH)],
    )

    def unwarned(self) -> tuple[PrivateData, ...]:
        """The private data in the text, unless the writer was warned of all of it already."""
        found = private_data_in(self.text.data or "")
        if set(found) <= set((self.warned.data or "").split()):
            return ()
        self.warned.data = " ".join(found)
        return found
