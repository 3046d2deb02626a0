"""The forms of running a vote with two people."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext
from wtforms import DateTimeLocalField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, Optional

from participatie.core.clock import AMSTERDAM
from participatie.core.forms import Form
from participatie.identity.models import Account
from participatie.votes.rules.acts import Act

NOT_FINAL, FINAL = "provisional", "final"
NOBODY = 0


class ActForm(Form):
    """What is asked of the second person; each act asks its own fields."""

    reason = TextAreaField(lazy_gettext("Why? Everybody can read this"), [Optional()])

    def terms(self) -> dict[str, Any]:
        """What is asked for, as it is kept."""
        return {}


def _reason() -> TextAreaField:
    return TextAreaField(
        lazy_gettext("Why? Everybody can read this"),
        [InputRequired(lazy_gettext("Write why. Everybody can read it."))],
    )


class ReasonForm(ActForm):
    """An act of which everybody reads the reason."""

    reason = _reason()


class ExtendForm(ReasonForm):
    """A later closing time."""

    until = DateTimeLocalField(
        lazy_gettext("Until when can people vote?"),
        [InputRequired(lazy_gettext("Fill in a date and a time."))],
        format="%Y-%m-%dT%H:%M",
    )
    reason = _reason()  # the errors stand in the order of the page

    def propose(self, until: datetime, reason: str) -> None:
        """Fill the form in, for who can still change it."""
        self.until.data, self.reason.data = until.astimezone(AMSTERDAM), reason

    @property
    def moment(self) -> datetime:
        """The moment that was filled in, by the clock of the Netherlands."""
        return _moment(self.until.data)

    def terms(self) -> dict[str, Any]:
        return {"until": self.moment.timestamp()}


class PublishForm(ActForm):
    """How and when a result is published."""

    kind = RadioField(
        lazy_gettext("What do you publish?"),
        [InputRequired(lazy_gettext("Choose what you publish."))],
        choices=[
            SelectChoice(NOT_FINAL, lazy_gettext("A provisional result")),
            SelectChoice(FINAL, lazy_gettext("The final result")),
        ],
    )
    at = DateTimeLocalField(
        lazy_gettext("When? Leave it empty for: at once"), [Optional()], format="%Y-%m-%dT%H:%M"
    )

    def terms(self) -> dict[str, Any]:
        later = {"at": _moment(self.at.data).timestamp()} if self.at.data else {}
        return {"is_final": self.kind.data == FINAL, **later}


class LotForm(ActForm):
    """The order that was drawn in public."""

    order = StringField(
        lazy_gettext("In which order were they drawn?"),
        [InputRequired(lazy_gettext("Fill in the numbers, with a comma between them."))],
    )

    tied: Sequence[str] = ()

    def terms(self) -> dict[str, Any]:
        return {"order": [self._code(place) for place in (self.order.data or "").split(",")]}

    def _code(self, typed: str) -> str:
        """The option with this number in the list; what is no number stays what it is."""
        number = typed.strip()
        is_place = number.isdecimal() and 1 <= int(number) <= len(self.tied)
        return self.tied[int(number) - 1] if is_place else ""


FORMS: dict[Act, type[ActForm]] = {
    Act.FINALISE: ActForm,
    Act.LOT: LotForm,
    Act.PUBLISH: PublishForm,
    Act.EXTEND: ExtendForm,
    Act.BREAK_OFF: ReasonForm,
    Act.RECOUNT: ReasonForm,
    Act.DESTROY: ActForm,
}


def _person_field(label: str) -> SelectField:
    return SelectField(
        label, [DataRequired(lazy_gettext("Choose a person."))], coerce=int, default=NOBODY
    )


class ClosersForm(Form):
    """Who closes a vote."""

    clerk = _person_field(lazy_gettext("Clerk: asks"))
    second = _person_field(lazy_gettext("Second person: confirms"))
    substitute = _person_field(lazy_gettext("Substitute of both"))

    def offer(self, people: Iterable[Account]) -> None:
        """Let the clerk choose among `people`."""
        names = [(one.id, one.public_name or one.email or str(one.id)) for one in people]
        for field in (self.clerk, self.second, self.substitute):
            field.choices = [(NOBODY, lazy_gettext("Choose a person")), *names]


class AnswerForm(Form):
    """Why somebody says no to what was asked."""

    reason = TextAreaField(
        lazy_gettext("What is not right?"),
        [InputRequired(lazy_gettext("Write what is not right."))],
    )


def _moment(typed: datetime | None) -> datetime:
    if typed is None:
        raise ValueError("the form was not checked")
    return typed.replace(tzinfo=AMSTERDAM).astimezone(UTC)
