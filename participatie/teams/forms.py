"""Forms of the team of a process."""

from collections.abc import Iterable

from flask_babel import gettext, lazy_gettext
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from participatie.core.forms import Form
from participatie.identity.models import Account
from participatie.teams.rules import TeamRole


class RoleForm(Form):
    """As what somebody is in a team; the words of each role stand on the page."""

    role = RadioField(
        lazy_gettext("What does this person do here?"),
        [InputRequired(lazy_gettext("Choose what this person does here."))],
        choices={role.value: role.value for role in TeamRole},
    )


class ColleagueForm(RoleForm):
    """A colleague who is known here."""

    person = SelectField(
        lazy_gettext("Which colleague?"),
        [InputRequired(lazy_gettext("Choose a colleague from the list."))],
    )

    def offer(self, people: Iterable[Account]) -> None:
        """Let the leader choose among who works here."""
        named = [SelectChoice(str(one.id), one.public_name or one.email or "") for one in people]
        self.person.choices = [SelectChoice("", gettext("Choose a colleague")), *named]


class InviteForm(RoleForm):
    """A colleague who is new here."""

    public_name = StringField(
        lazy_gettext("What is your colleague called?"),
        [InputRequired(lazy_gettext("Fill in a name."))],
    )
    email = StringField(
        lazy_gettext("The work address of your colleague"),
        [
            InputRequired(
                lazy_gettext("Fill in a mail address with an @ and a point, like name@example.nl.")
            )
        ],
    )
