"""Forms of a process: a few questions a page."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, NumberRange, Optional, StopValidation

from participatie.core.clock import AMSTERDAM
from participatie.core.forms import Form
from participatie.processes.models import Phase, Process
from participatie.processes.recipes.reading import Asked, recipes
from participatie.processes.rules import (
    MINUTE,
    Level,
    PhaseKind,
    PlannedPhase,
    Reader,
    Starters,
    at,
)
from participatie.processes.services.drafting import Contact, Words

MIDNIGHT = time()
LAST_MINUTE = time(23, 59)


class DayField(DateField):
    """A day; typed by hand it may be written the Dutch way."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%d", "%d-%m-%Y"], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Fill in a day, like 14-03-2027.")) from None


class ClockField(TimeField):
    """A time of the day."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, format=["%H:%M", "%H.%M"], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Fill in a time, like 17.00.")) from None


class NumberField(IntegerField):
    """A whole number."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Fill in a whole number, like 100.")) from None

    def pre_validate(self, form: BaseForm) -> None:
        """Say only that it is no number: how large it is cannot be asked then."""
        if self.process_errors and "".join(self.raw_data or ()).strip():
            raise StopValidation


def _weeks(label: Any, most: int) -> NumberField:
    words = lazy_gettext("Fill in a number of weeks from 1 to %(most)s.", most=most)
    return NumberField(label, [InputRequired(words), NumberRange(1, most, words)])


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)


class ChangeForm(Form):
    """A change of a process; it says which version its maker has seen."""

    version = HiddenField(filters=[_as_text])

    def seen(self) -> int | None:
        """The version that was on the page; None when the form does not say."""
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 18 else None


class NewProcessForm(Form):
    """What a new process begins with."""

    recipe = RadioField(
        lazy_gettext("What do you want to do?"),
        [InputRequired(lazy_gettext("Choose what you want to do."))],
    )
    title = StringField(
        lazy_gettext("What is it called?"), [InputRequired(lazy_gettext("Fill in a name."))]
    )
    first_day = DayField(
        lazy_gettext("On which day does it begin?"),
        [InputRequired(lazy_gettext("Fill in a day, like 14-03-2027."))],
    )

    def offer_recipes(self) -> None:
        """Let the clerk choose among all recipes."""
        self.recipe.choices = {name: recipe.label for name, recipe in recipes().items()}


class WordsForm(ChangeForm):
    """What a process says about itself."""

    title = StringField(
        lazy_gettext("What is it called?"), [InputRequired(lazy_gettext("Fill in a name."))]
    )
    summary = TextAreaField(
        lazy_gettext("What do you ask, in one or two sentences?"),
        [InputRequired(lazy_gettext("Say in one or two sentences what you ask."))],
    )
    text = TextAreaField(
        lazy_gettext("What is it about?"),
        [InputRequired(lazy_gettext("Explain what it is about."))],
    )
    slug = StringField(lazy_gettext("Short address"), [Optional()])

    def words(self) -> Words:
        """What was filled in."""
        return Words(
            title=self.title.data or "",
            summary=self.summary.data or "",
            text=self.text.data or "",
            slug=self.slug.data or None,
        )


class RulesForm(ChangeForm):
    """What residents decide."""

    level = RadioField(
        lazy_gettext("How much do residents have to say?"),
        [InputRequired(lazy_gettext("Choose how much residents have to say."))],
        choices={level.value: level.value for level in Level},
    )
    support_threshold = NumberField(
        lazy_gettext("How many people must support a proposal?"), [Optional()]
    )
    answer_weeks = NumberField(
        lazy_gettext("Within how many weeks do you answer proposals?"), [Optional()]
    )
    discussion_starters = RadioField(
        lazy_gettext("Who can start a discussion?"),
        [Optional()],
        choices={starters.value: starters.value for starters in Starters},
        default=Starters.NOBODY.value,
    )
    answers_discussions = BooleanField(lazy_gettext("We answer each discussion"))
    archive_weeks = NumberField(
        lazy_gettext("After how many weeks does a proposal without enough support end?"),
        [Optional()],
    )


class RegulationForm(Form):
    """What the regulation asks of an initiative."""

    conditions = TextAreaField(
        lazy_gettext("The conditions, one on each line"),
        [InputRequired(lazy_gettext("Write at least one condition."))],
    )
    address = StringField(lazy_gettext("Web address of the regulation"), [Optional()])
    test_weeks = _weeks(lazy_gettext("Weeks for the test"), 52)
    support_weeks = _weeks(lazy_gettext("Weeks to collect support"), 104)
    check_weeks = _weeks(lazy_gettext("Weeks for the check"), 52)
    agenda_weeks = _weeks(lazy_gettext("Weeks until the council decides"), 52)

    def asked(self) -> Asked:
        """What was filled in."""
        return Asked(
            address=self.address.data or "",
            conditions=tuple((self.conditions.data or "").splitlines()),
            test_weeks=self.test_weeks.data or 0,
            support_weeks=self.support_weeks.data or 0,
            check_weeks=self.check_weeks.data or 0,
            agenda_weeks=self.agenda_weeks.data or 0,
        )


class CategoriesForm(ChangeForm):
    """What proposals can be about."""

    categories = TextAreaField(lazy_gettext("Themes, one on each line"), [Optional()])

    def names(self) -> list[str]:
        """The lines that are not empty."""
        return [line for line in (self.categories.data or "").splitlines() if line.strip()]


class ContactForm(ChangeForm):
    """Whom residents can ask."""

    contact_name = StringField(
        lazy_gettext("Who answers questions of residents?"),
        [InputRequired(lazy_gettext("Fill in the name of a person."))],
    )
    contact_email = StringField(
        lazy_gettext("On which mail address?"),
        [InputRequired(lazy_gettext("Fill in a mail address."))],
    )
    contact_phone = StringField(
        lazy_gettext("On which telephone number?"),
        [InputRequired(lazy_gettext("Fill in a telephone number."))],
    )

    def contact(self) -> Contact:
        """What was filled in."""
        return Contact(
            name=self.contact_name.data or "",
            email=self.contact_email.data or "",
            phone=self.contact_phone.data or "",
        )


class PhaseForm(ChangeForm):
    """One phase more."""

    kind = RadioField(
        lazy_gettext("What can people do?"),
        [InputRequired(lazy_gettext("Choose what people can do."))],
        choices={kind.value: kind.value for kind in PhaseKind},
    )
    title = StringField(
        lazy_gettext("What is the phase called?"),
        [InputRequired(lazy_gettext("Fill in a name."))],
    )
    first_day = DayField(
        lazy_gettext("First day"), [InputRequired(lazy_gettext("Fill in the first day."))]
    )
    last_day = DayField(
        lazy_gettext("Last day"), [InputRequired(lazy_gettext("Fill in the last day."))]
    )

    def planned(self) -> PlannedPhase:
        """What was filled in."""
        starts_at, ends_at = _from_day_to_day(self.first_day.data, self.last_day.data)
        return PlannedPhase(None, self.title.data or "", starts_at, ends_at)


class PlanningForm(ChangeForm):
    """The dates of all phases; `planning_form` adds the fields of each."""

    phases: Sequence[Phase] = ()

    def planned(self) -> list[PlannedPhase]:
        """What was filled in, in the order of the road."""
        return [self._planned(phase) for phase in self.phases]

    def _planned(self, phase: Phase) -> PlannedPhase:
        typed = {
            name: self[f"{name}_{phase.id}"].data
            for name in ("first_day", "first_time", "last_day", "last_time")
        }
        title = self[f"title_{phase.id}"].data if f"title_{phase.id}" in self else phase.title
        starts_at, ends_at = _from_day_to_day(
            typed["first_day"],
            typed["last_day"],
            typed["first_time"] or MIDNIGHT,
            typed["last_time"] or LAST_MINUTE,
        )
        return PlannedPhase(phase.id, title or "", starts_at, ends_at)


def planning_form(process: Process) -> PlanningForm:
    """A form with the fields of each phase of `process`; of an open one it asks the reason."""
    is_open = process.published_at is not None
    fields: dict[str, Any] = {"phases": tuple(process.phases)}
    for phase in process.phases:
        fields |= _fields_of(phase, with_title=not is_open)
    if is_open:
        fields["reason"] = TextAreaField(
            lazy_gettext("Why do the dates change?"),
            [InputRequired(lazy_gettext("Say why the dates change."))],
        )
    form: PlanningForm = type("PlanningFormOfProcess", (PlanningForm,), fields)()
    return form


def _fields_of(phase: Phase, *, with_title: bool) -> dict[str, Any]:
    first = phase.starts_at.astimezone(AMSTERDAM)
    last = (phase.ends_at - MINUTE).astimezone(AMSTERDAM)
    required = [InputRequired(lazy_gettext("Fill in a day, like 14-03-2027."))]
    labels = {"phase": phase.title}
    fields: dict[str, Any] = {
        f"first_day_{phase.id}": DayField(
            lazy_gettext("First day of “%(phase)s”", **labels), required, default=first.date()
        ),
        f"last_day_{phase.id}": DayField(
            lazy_gettext("Last day of “%(phase)s”", **labels), required, default=last.date()
        ),
        f"first_time_{phase.id}": ClockField(
            lazy_gettext("Time at which “%(phase)s” begins", **labels),
            [Optional()],
            default=first.time(),
        ),
        f"last_time_{phase.id}": ClockField(
            lazy_gettext("Last minute of “%(phase)s”", **labels), [Optional()], default=last.time()
        ),
    }
    if with_title:
        fields[f"title_{phase.id}"] = StringField(
            lazy_gettext("Name of this phase"),
            [InputRequired(lazy_gettext("Fill in a name."))],
            default=phase.title,
        )
    return fields


def _from_day_to_day(
    first_day: date | None,
    last_day: date | None,
    first: time = MIDNIGHT,
    last: time = LAST_MINUTE,
) -> tuple[datetime, datetime]:
    if first_day is None or last_day is None:
        raise ValueError("a form is asked for its days before it is valid")
    return at(first_day, first), at(last_day, last) + MINUTE


class PreviewForm(Form):
    """On which day and as whom a process is looked at; it comes with the address."""

    class Meta(Form.Meta):
        csrf = False

    dag = DayField(lazy_gettext("On which day?"), [Optional()])
    als = SelectField(
        lazy_gettext("As whom?"), choices={reader.value: reader.value for reader in Reader}
    )

    def reader(self) -> Reader:
        """As whom; as a resident when the address names nobody we know."""
        known = {reader.value for reader in Reader}
        return Reader(self.als.data) if self.als.data in known else Reader.RESIDENT
