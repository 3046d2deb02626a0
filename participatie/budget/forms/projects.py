"""What comes in about the plans of a budget."""

from collections.abc import Iterable, Sequence

from flask_babel import gettext, lazy_gettext
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Optional

from participatie.areas.models import Area
from participatie.budget.forms.areas import Several
from participatie.budget.forms.setup import typed_amount, written_amount
from participatie.budget.models.budgets import Project
from participatie.budget.rules.projects import SUMMARY_LENGTH, TEXT_LENGTH, TITLE_LENGTH
from participatie.budget.services.projects import REASON_LENGTH, Words
from participatie.contributions.forms import (
    NO_CATEGORY,
    TagsField,
    chosen_category,
    offer_categories,
)
from participatie.contributions.models import Contribution
from participatie.core.forms import Form, Within
from participatie.maps.forms import PointForm
from participatie.processes.models import Category

EVERYWHERE = ""


def _titles(found: Iterable[Contribution]) -> list[SelectChoice]:
    return [SelectChoice(str(one.id), one.title) for one in found]


class TakeOverForm(Form):
    """Which proposals become a plan."""

    proposals = Several(
        lazy_gettext("Which proposals become a plan?"),
        [InputRequired(lazy_gettext("Choose at least one proposal."))],
    )

    def offer(self, found: Iterable[Contribution]) -> None:
        """Let the clerk choose among these."""
        self.proposals.choices = _titles(found)


class ConflictsForm(Form):
    """With which other plans a plan cannot go together."""

    conflicts = Several(lazy_gettext("Which plans cannot go together with this one?"))

    def offer(self, others: Iterable[Contribution]) -> None:
        """Let the clerk choose among these."""
        self.conflicts.choices = _titles(others)


class ProjectForm(PointForm):
    """A plan in the words of the municipality."""

    title = StringField(
        lazy_gettext("Name of the plan"),
        [InputRequired(lazy_gettext("Give the plan a name.")), Within(TITLE_LENGTH)],
    )
    summary = StringField(
        lazy_gettext("In short"),
        [
            InputRequired(lazy_gettext("Say in at most 20 words what the plan is.")),
            Within(SUMMARY_LENGTH),
        ],
    )
    text = TextAreaField(
        lazy_gettext("The whole plan"),
        [InputRequired(lazy_gettext("Describe the plan.")), Within(TEXT_LENGTH)],
    )
    tags = TagsField(lazy_gettext("Keywords"), [Optional()])
    category = SelectField(lazy_gettext("What is it about?"), default=NO_CATEGORY)
    area = SelectField(lazy_gettext("Where is it?"))
    cost = StringField(lazy_gettext("What does it cost?"), [Optional()])
    yearly_cost = StringField(lazy_gettext("What does it cost each year after that?"), [Optional()])

    def offer(
        self, areas: Iterable[Area], categories: Sequence[Category], *, asks_cost: bool
    ) -> None:
        """Let the clerk choose among `areas`, or the whole municipality, and among `categories`.

        Where plans are assessed the cost may be left out.
        """
        self.cost.flags.required = asks_cost
        everywhere = SelectChoice(EVERYWHERE, gettext("The whole municipality"))
        self.area.choices = [everywhere, *(SelectChoice(str(a.id), a.name) for a in areas)]
        offer_categories(self, categories)
        self.offer_points()

    def words(self) -> Words:
        """What was filled in. Raises `Invalid`."""
        return Words(
            title=self.title.data or "",
            summary=self.summary.data or "",
            text=self.text.data or "",
            area_id=int(self.area.data) if self.area.data else None,
            cost=typed_amount(self.cost) or 0,
            yearly_cost=typed_amount(self.yearly_cost),
            point=self.point.data or "",
            tags=self.tags.data or "",
            category_id=chosen_category(self),
        )

    @staticmethod
    def filled_in(project: Project) -> dict[str, str]:
        """What the form shows of a plan that is there."""
        return {
            "title": project.title,
            "summary": project.summary,
            "text": project.text,
            "tags": ", ".join(tag.name for tag in project.tags),
            "category": str(project.category_id or NO_CATEGORY),
            "area": str(project.area_id or EVERYWHERE),
            "point": str(project.point or ""),
            "cost": written_amount(project.cost or None),
            "yearly_cost": written_amount(project.yearly_cost),
        }


class WithdrawForm(Form):
    """Why a plan cannot go on."""

    reason = TextAreaField(
        lazy_gettext("Why can this plan not go on?"),
        [InputRequired(lazy_gettext("Write why. Everybody can read it.")), Within(REASON_LENGTH)],
    )
