"""Forms about who may take part."""

from collections.abc import Iterable

from flask_babel import lazy_gettext
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from participatie.areas.models import Area
from participatie.audience.rules import Audience, Kind
from participatie.core.forms import Form


class MayIForm(Form):
    """Where somebody lives and how old they are: the names keep both out of what is remembered."""

    who_postcode = StringField(
        lazy_gettext("Your postcode"), [InputRequired(lazy_gettext("Fill in your postcode."))]
    )
    who_birth_year = StringField(
        lazy_gettext("Your year of birth"),
        [InputRequired(lazy_gettext("Fill in your year of birth."))],
    )

    def ask_only(self, audience: Audience) -> None:
        """Leave out what does not matter."""
        if not audience.asks_address:
            del self.who_postcode
        if not audience.asks_age:
            del self.who_birth_year


class AudienceForm(Form):
    """For whom a process is."""

    kind = RadioField(
        lazy_gettext("Where must people live?"),
        [InputRequired(lazy_gettext("Choose where people must live."))],
        choices={kind.value: kind.value for kind in Kind},
    )
    areas = SelectMultipleField(
        lazy_gettext("Which areas?"),
        [Optional()],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    youngest = IntegerField(lazy_gettext("From which age?"), [Optional()])
    oldest = IntegerField(lazy_gettext("Up to and including which age?"), [Optional()])
    reference_date = DateField(
        lazy_gettext("On which day do we look at the age?"),
        [Optional()],
        format=["%Y-%m-%d", "%d-%m-%Y"],
    )
    group = StringField(lazy_gettext("Name of the group"), [Optional()])
    members = TextAreaField(lazy_gettext("Mail addresses of the members"), [Optional()])

    def offer(self, areas: Iterable[Area]) -> None:
        """Let the clerk choose among `areas`."""
        self.areas.choices = [(area.id, area.name) for area in areas]

    def audience(self) -> Audience:
        """What was filled in."""
        kind = Kind(self.kind.data)
        return Audience(
            kind=kind,
            area_ids=frozenset(self.areas.data or ()) if kind is Kind.AREAS else frozenset(),
            youngest=self.youngest.data,
            oldest=self.oldest.data,
            reference_date=self.reference_date.data,
            group=" ".join((self.group.data or "").split()),
        )

    def addresses(self) -> list[str]:
        """The lines with a mail address."""
        return [line.strip() for line in (self.members.data or "").splitlines() if line.strip()]


def filled_in(audience: Audience, members: Iterable[str]) -> dict[str, object]:
    """What a form shows of an audience."""
    return {
        "kind": audience.kind.value,
        "areas": sorted(audience.area_ids),
        "youngest": audience.youngest,
        "oldest": audience.oldest,
        "reference_date": audience.reference_date,
        "group": audience.group,
        "members": "\n".join(members),
    }
