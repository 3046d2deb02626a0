"""Forms that bring an initiative further on its road."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from participatie.core.forms import Form, Within
from participatie.core.i18n import lazy_number
from participatie.processes.forms import DayField, NumberField
from participatie.proposals.rules.initiatives import (
    MOST_AT_ONCE,
    MOST_RECEIVED,
    REASON_LENGTH,
    Finding,
    Flaw,
    numbers_in,
)
from participatie.proposals.rules.proposals import ANSWER_LENGTH, AnswerStatus

YES, NO = "yes", "no"
FLAW_LABELS = {
    Flaw.NOT_FOUND: lazy_gettext("Nobody found with this name and address"),
    Flaw.LIVES_ELSEWHERE: lazy_gettext("Does not live in the municipality"),
    Flaw.TOO_YOUNG: lazy_gettext("Too young"),
    Flaw.UNREADABLE: lazy_gettext("Not readable"),
    Flaw.NOT_SIGNED: lazy_gettext("No signature"),
}
"""What the griffie sees itself; that somebody supports twice is found by the program."""


class TestForm(Form):
    """What was found of each condition; `test_form` adds a question for each."""

    conditions: Sequence[str] = ()

    reason = TextAreaField(
        lazy_gettext("What do you want to say to the resident?"),
        [Optional(), Within(REASON_LENGTH)],
    )

    def findings(self) -> list[Finding]:
        """What was filled in, in the order of the regulation."""
        return [
            Finding(
                condition,
                is_met=self[f"met_{number}"].data == YES,
                reason=self[f"reason_{number}"].data or "",
            )
            for number, condition in enumerate(self.conditions)
        ]


def test_form(conditions: Sequence[str]) -> TestForm:
    """A form with a question for each condition."""
    fields: dict[str, Any] = {"conditions": tuple(conditions)}
    for number, condition in enumerate(conditions):
        fields[f"met_{number}"] = RadioField(
            condition, [InputRequired(lazy_gettext("Choose yes or no."))]
        )
        fields[f"reason_{number}"] = StringField(
            lazy_gettext("If not: why not?"), [Optional(), Within(REASON_LENGTH)]
        )
    form: TestForm = type("TestFormOfRegulation", (TestForm,), fields)()
    for number in range(len(conditions)):
        form[f"met_{number}"].choices = {YES: gettext("Yes"), NO: gettext("No")}
    return form


class DeliveryForm(Form):
    """How many signatures on paper were handed in."""

    signatures = NumberField(
        lazy_gettext("How many signatures are on the paper?"),
        [
            InputRequired(lazy_gettext("Fill in a whole number, like 100.")),
            NumberRange(
                1,
                MOST_RECEIVED,
                lazy_gettext(
                    "Fill in a number from 1 to %(most)s.", most=lazy_number(MOST_RECEIVED)
                ),
            ),
        ],
    )


class PaperForm(Form):
    """Signatures that were looked at; `paper_form` adds a number for each flaw."""

    numbers = TextAreaField(lazy_gettext("BSNs of who signed, one on each line"), [Optional()])

    def typed(self) -> tuple[str, ...]:
        """The BSNs. Raises `Invalid` for the field numbers."""
        return numbers_in(self.numbers.data or "")

    def flaws(self) -> dict[Flaw, int]:
        """How many do not count, by what is wrong with them."""
        return {flaw: self[flaw.value].data for flaw in FLAW_LABELS if self[flaw.value].data}


def paper_form() -> PaperForm:
    """A form that asks for each flaw how often it was seen."""
    too_many = lazy_gettext("Fill in a number from 0 to %(most)s.", most=lazy_number(MOST_AT_ONCE))
    fields: dict[str, IntegerField] = {
        flaw.value: NumberField(label, [Optional(), NumberRange(0, MOST_AT_ONCE, too_many)])
        for flaw, label in FLAW_LABELS.items()
    }
    form: PaperForm = type("PaperFormWithFlaws", (PaperForm,), fields)()
    return form


class MeetingForm(Form):
    """On which day the council talks about it."""

    day = DayField(
        lazy_gettext("On which day is the meeting of the council?"),
        [InputRequired(lazy_gettext("Fill in a day, like 14-03-2027."))],
    )


class MoveForm(MeetingForm):
    """To which other day the meeting moves, and why."""

    reason = TextAreaField(
        lazy_gettext("Why does the meeting move?"),
        [InputRequired(lazy_gettext("Say why the meeting moves.")), Within(REASON_LENGTH)],
    )


class NothingForm(Form):
    """An act that asks nothing."""


class DecisionForm(Form):
    """What the council decided: an answer, asked in its words."""

    status = RadioField(
        lazy_gettext("What does the council do with the initiative?"),
        [InputRequired(lazy_gettext("Choose what the council does with it."))],
        choices={status.value: status.value for status in AnswerStatus},
    )
    text = TextAreaField(
        lazy_gettext("The decision"),
        [InputRequired(lazy_gettext("Write the decision.")), Within(ANSWER_LENGTH)],
    )
