"""The form to propose that proposals become one."""

import re

from flask_babel import gettext, lazy_gettext
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from participatie.core.forms import Within
from participatie.proposals.forms.proposals import WordsForm, neutral_words
from participatie.proposals.rules.merging import MERGER_REASON_LENGTH, MOST_MERGED
from participatie.proposals.services.merging import Joint

_NUMBER = re.compile(r"\d{1,15}")


class MergerForm(WordsForm):
    """Which proposals become one, how it would read, and why."""

    asked_first = ("numbers", "reason")
    numbers = StringField(
        lazy_gettext("The numbers of the proposals"),
        [InputRequired(lazy_gettext("Fill in the numbers of the proposals."))],
    )
    reason = TextAreaField(
        lazy_gettext("Why should they become one?"),
        [InputRequired(lazy_gettext("Say why.")), Within(MERGER_REASON_LENGTH)],
    )
    title, summary, text = neutral_words()

    def validate_numbers(self, field: StringField) -> None:
        """Only numbers, with commas or spaces between them."""
        if re.sub(r"[\d\s,;#]", "", field.data or ""):
            raise ValidationError(gettext("Fill in numbers only, with commas between them."))

    def chosen(self) -> list[int]:
        """The numbers that were filled in."""
        return [int(one) for one in _NUMBER.findall(self.numbers.data or "")][: MOST_MERGED + 1]

    def joint(self) -> Joint:
        """How the joint proposal would read, and why there should be one."""
        return Joint(
            title=self.title.data or "",
            summary=self.summary.data or "",
            text=self.text.data or "",
            reason=self.reason.data or "",
        )
