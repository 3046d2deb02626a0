"""What the forms of all contributions share."""

from wtforms import Field, Form
from wtforms.validators import ValidationError

from participatie.contributions.rules import check_length
from participatie.core.error_pages import say
from participatie.core.errors import Invalid


class Within:
    """The text of a field has a length within `limits`: said with all else that is not right."""

    def __init__(self, limits: tuple[int, int]) -> None:
        self.limits = limits

    def __call__(self, form: Form, field: Field) -> None:
        try:
            check_length(field.data or "", self.limits, field=field.name)
        except Invalid as refusal:
            raise ValidationError(say(refusal)) from None
