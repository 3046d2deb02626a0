"""Forms of a report and of a decision."""

from collections.abc import Iterable

from flask_babel import lazy_gettext
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired

from participatie.core.forms import Form, Within
from participatie.moderation.rules import EXPLANATION_LENGTH, Act, Ground, grounds_for

GROUNDS = {ground.value: ground.value for ground in Ground}  # their words stand in the template


class ReportForm(Form):
    """What is wrong with a contribution."""

    ground = RadioField(
        lazy_gettext("What is wrong?"),
        [InputRequired(lazy_gettext("Choose what is wrong."))],
        choices=GROUNDS,
    )
    explanation = TextAreaField(lazy_gettext("What should we know?"))


class DecisionForm(Form):
    """What a clerk decides, and why."""

    act = RadioField(
        lazy_gettext("What do you decide?"),
        [InputRequired(lazy_gettext("Choose what you decide."))],
    )
    ground = RadioField(
        lazy_gettext("On which ground?"),
        [InputRequired(lazy_gettext("Choose a ground."))],
    )
    explanation = TextAreaField(
        lazy_gettext("Explanation for the author"),
        [
            InputRequired(lazy_gettext("Write an explanation. The author reads it.")),
            Within(EXPLANATION_LENGTH),
        ],
    )

    def offer(self, acts: Iterable[Act]) -> None:
        """Let the clerk choose among `acts`, and what they can be founded on."""
        acts = tuple(acts)
        self.act.choices = {act.value: act.value for act in acts}
        self.ground.choices = {ground.value: ground.value for ground in grounds_for(acts)}
