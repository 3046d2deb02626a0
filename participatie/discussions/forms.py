"""The form of a comment."""

from flask_babel import lazy_gettext
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Optional

from participatie.contributions.forms import Within
from participatie.contributions.rules import NAME_LENGTH, PrivateData, private_data_in
from participatie.core.forms import Form
from participatie.discussions.rules import TEXT_LENGTH, Stance


class CommentForm(Form):
    """What someone wants to say, and under which name."""

    text = TextAreaField(
        lazy_gettext("Your comment"),
        [InputRequired(lazy_gettext("Write your comment.")), Within(TEXT_LENGTH)],
    )
    stance = RadioField(
        lazy_gettext("Is this an argument for it or against it?"),
        [Optional()],
        choices=[
            SelectChoice("", lazy_gettext("Neither, I just want to say something")),
            SelectChoice(Stance.FOR.value, lazy_gettext("For: this is why it should happen")),
            SelectChoice(Stance.AGAINST.value, lazy_gettext("Against: this is why it should not")),
        ],
        default="",
    )
    warned = HiddenField()
    """The private data in the text that the writer was warned about."""
    public_name = StringField(
        lazy_gettext("Which name do others see?"),
        [InputRequired(lazy_gettext("Fill in a name.")), Within(NAME_LENGTH)],
    )

    def side(self) -> Stance | None:
        """On which side the comment stands; it need not take one."""
        return Stance(self.stance.data) if self.stance.data else None

    def unwarned(self) -> tuple[PrivateData, ...]:
        """The private data in the text, unless the writer was warned of all of it already."""
        found = private_data_in(self.text.data or "")
        if set(found) <= set((self.warned.data or "").split()):
            return ()
        self.warned.data = " ".join(found)
        return found
