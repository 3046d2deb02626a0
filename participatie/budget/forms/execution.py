"""What staff fills in about a plan that goes ahead."""

from dataclasses import replace

from flask_babel import lazy_gettext
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from participatie.budget.forms.setup import written_amount
from participatie.budget.models.execution import Milestone
from participatie.budget.rules.execution import MILESTONE_LENGTH, ExecutionStatus, Standing, Step
from participatie.core.errors import N_, Invalid
from participatie.core.forms import Form, Within
from participatie.core.money import cents
from participatie.processes.forms import DayField


class StandingForm(Form):
    """How it stands with a plan."""

    status = RadioField(
        lazy_gettext("How does it stand?"),
        [InputRequired(lazy_gettext("Choose how it stands."))],
        choices={status.value: status.value for status in ExecutionStatus},
    )
    reason = TextAreaField(lazy_gettext("Why did it stop?"), [Optional()])
    spent = StringField(
        lazy_gettext("How much was spent so far?"),
        [InputRequired(lazy_gettext("Fill in what was spent so far. 0 is fine too."))],
    )

    def standing(self) -> Standing:
        """What was filled in. Raises `Invalid`."""
        return Standing(
            ExecutionStatus(self.status.data),
            cents(self.spent.data or "", field="spent"),
            self.reason.data or "",
        )

    @staticmethod
    def filled_in(standing: Standing) -> dict[str, str]:
        """What the form shows of what was told before."""
        return {
            "status": standing.status.value,
            "reason": standing.reason,
            "spent": written_amount(standing.spent),
        }


class MilestoneForm(Form):
    """A step that is planned."""

    title = StringField(
        lazy_gettext("What is the step?"),
        [InputRequired(lazy_gettext("Give the step a name.")), Within(MILESTONE_LENGTH)],
    )
    planned_on = DayField(
        lazy_gettext("When is it planned?"),
        [InputRequired(lazy_gettext("Fill in the day on which it is planned."))],
    )

    def step(self) -> Step:
        """What was filled in. Raises `Invalid`."""
        if self.planned_on.data is None:
            raise Invalid(N_("Fill in the day on which it is planned."), field="planned_on")
        return Step(self.title.data or "", self.planned_on.data)


class MilestoneDoneForm(MilestoneForm):
    """A step that is planned, and perhaps done."""

    done_on = DayField(lazy_gettext("When was it done?"), [Optional()])

    def step(self) -> Step:
        """What was filled in. Raises `Invalid`."""
        return replace(super().step(), done_on=self.done_on.data)

    @staticmethod
    def filled_in(milestone: Milestone) -> dict[str, object]:
        """What the form shows of a step that is there."""
        return {
            "title": milestone.title,
            "planned_on": milestone.planned_on,
            "done_on": milestone.done_on,
        }
