"""What a resident fills in to submit a plan."""

from flask_babel import lazy_gettext
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from participatie.budget.models.budgets import Project
from participatie.budget.rules.projects import SUBMITTED_SUMMARY_LENGTH, TEXT_LENGTH, TITLE_LENGTH
from participatie.budget.services.submitting import Idea
from participatie.contributions.forms import NO_CATEGORY, RewordingForm, TagsField, chosen_category
from participatie.contributions.services import wording_of
from participatie.core.forms import Within


class IdeaForm(RewordingForm):
    """A plan in the words of a resident."""

    title = StringField(
        lazy_gettext("Name of your plan"),
        [InputRequired(lazy_gettext("Give your plan a name.")), Within(TITLE_LENGTH)],
    )
    summary = TextAreaField(
        lazy_gettext("Your plan in short"),
        [
            InputRequired(lazy_gettext("Say in one or two sentences what your plan is.")),
            Within(SUBMITTED_SUMMARY_LENGTH),
        ],
    )
    text = TextAreaField(
        lazy_gettext("Explain your plan"),
        [InputRequired(lazy_gettext("Explain what you want and why.")), Within(TEXT_LENGTH)],
    )

    category = SelectField(lazy_gettext("What is it about?"), default=NO_CATEGORY)
    tags = TagsField(lazy_gettext("Keywords"), [Optional()])

    def idea(self) -> Idea:
        """What was filled in."""
        return Idea(
            self.title.data or "",
            self.summary.data or "",
            self.text.data or "",
            self.tags.data or "",
            chosen_category(self),
        )

    @staticmethod
    def filled_in(draft: Project) -> dict[str, str]:
        """What the form shows of a draft."""
        tags = ", ".join(tag.name for tag in draft.tags)
        words = {"title": draft.title, "summary": draft.summary, "text": draft.text}
        words["category"] = str(draft.category_id or NO_CATEGORY)
        return {**words, "tags": tags, "wording": wording_of(draft)}
