"""What a clerk fills in for the report to the council."""

from flask_babel import lazy_gettext
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional

from participatie.budget.forms.setup import typed_amount, written_amount
from participatie.budget.models.budgets import Budget
from participatie.budget.rules.reports import MOST_HOURS, Costs
from participatie.budget.services.reporting import NEXT_LENGTH
from participatie.core.forms import Form, Within


class CostsForm(Form):
    """What it cost, and how it goes on."""

    letters_cost = StringField(lazy_gettext("What did the letters and papers cost?"), [Optional()])
    hours = IntegerField(
        lazy_gettext("How many hours did the staff work on it?"),
        [
            Optional(),
            NumberRange(0, MOST_HOURS, lazy_gettext("Fill in a number of hours, or nothing.")),
        ],
    )
    hour_cost = StringField(lazy_gettext("What does one hour cost?"), [Optional()])
    next_steps = TextAreaField(
        lazy_gettext("What happens next?"), [Optional(), Within(NEXT_LENGTH)]
    )

    def costs(self) -> Costs:
        """What was filled in. Raises `Invalid`."""
        return Costs(typed_amount(self.letters_cost), self.hours.data, typed_amount(self.hour_cost))

    @staticmethod
    def filled_in(budget: Budget) -> dict[str, object]:
        """What the form shows of what is kept."""
        return {
            "letters_cost": written_amount(budget.letters_cost),
            "hours": budget.hours,
            "hour_cost": written_amount(budget.hour_cost),
            "next_steps": budget.next_steps,
        }
