"""Which categories have money of their own."""

from collections.abc import Sequence

from wtforms import StringField
from wtforms.validators import Optional

from participatie.budget.forms.setup import typed_amounts, written_amount
from participatie.budget.models.budgets import Budget
from participatie.core.forms import Form
from participatie.processes.models import Category

CATEGORY = "category_"
"""How the fields with the money of a category begin."""


class CategoriesForm(Form):
    """How much each category has; `categories_form` makes it with a field for each."""

    def amounts(self) -> dict[int, int]:
        """The money of each category that has some, in cents. Raises `Invalid`."""
        return typed_amounts(self, CATEGORY)


def categories_form(categories: Sequence[Category], budget: Budget) -> CategoriesForm:
    """The form with a field for each category of the process."""
    fields = {f"{CATEGORY}{one.id}": StringField(one.name, [Optional()]) for one in categories}
    given = {f"{CATEGORY}{part.category_id}": written_amount(part.amount) for part in budget.parts}
    made: CategoriesForm = type("CategoriesOfProcess", (CategoriesForm,), fields)(data=given)
    return made
