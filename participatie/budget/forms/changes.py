"""What staff fills in to let a plan end otherwise than the count says."""

from collections.abc import Iterable

from flask_babel import lazy_gettext
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from participatie.budget.rules.changes import DOCUMENT_LENGTH, REASON_LENGTH, ChangeKind, Said
from participatie.budget.rules.comparisons import DECISION_LENGTH
from participatie.core.forms import Form, Within
from participatie.processes.forms import DayField


class ChangeForm(Form):
    """What happens with a plan, and why."""

    kind = RadioField(
        lazy_gettext("What happens?"), [InputRequired(lazy_gettext("Choose what happens."))]
    )
    reason = TextAreaField(
        lazy_gettext("Why?"),
        [InputRequired(lazy_gettext("Write why. Everybody can read it.")), Within(REASON_LENGTH)],
    )
    decided_on = DayField(lazy_gettext("When did the council decide?"), [Optional()])
    document = StringField(
        lazy_gettext("Where can the decision be found?"), [Optional(), Within(DOCUMENT_LENGTH)]
    )

    def offer(self, kinds: Iterable[ChangeKind]) -> None:
        """Let the clerk choose among what is possible."""
        self.kind.choices = [(kind.value, kind.value) for kind in kinds]

    def said(self) -> Said:
        """What was filled in."""
        return Said(
            ChangeKind(self.kind.data),
            self.reason.data or "",
            self.decided_on.data,
            self.document.data or "",
        )


class DecisionForm(Form):
    """When the council decided about the result as a whole, and where that is found."""

    decided_on = DayField(lazy_gettext("When did the council decide?"), [Optional()])
    decision = StringField(
        lazy_gettext("Where can the decision be found?"), [Optional(), Within(DECISION_LENGTH)]
    )
