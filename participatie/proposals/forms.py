"""Forms of a proposal and of its answer."""

from collections.abc import Iterable
from typing import Protocol

from flask_babel import gettext, lazy_gettext
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from participatie.contributions.forms import Within
from participatie.contributions.rules import NAME_LENGTH
from participatie.core.forms import Form
from participatie.proposals.models import Proposal
from participatie.proposals.rules import (
    ANSWER_LENGTH,
    SUMMARY_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    AnswerStatus,
    Order,
)
from participatie.proposals.services import Words

EVERYWHERE = ""


class Named(Protocol):
    """What can be chosen from a list: a row of the areas."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...


class ProposalForm(Form):
    """An idea in the words of a resident."""

    title = StringField(
        lazy_gettext("Title of your proposal"),
        [InputRequired(lazy_gettext("Fill in a title.")), Within(TITLE_LENGTH)],
    )
    summary = TextAreaField(
        lazy_gettext("Your idea in short"),
        [
            InputRequired(lazy_gettext("Say in one or two sentences what your idea is.")),
            Within(SUMMARY_LENGTH),
        ],
    )
    text = TextAreaField(
        lazy_gettext("Explain your idea"),
        [InputRequired(lazy_gettext("Explain what you want and why.")), Within(TEXT_LENGTH)],
    )
    area = SelectField(lazy_gettext("Where is it?"), validate_choice=True)
    public_name = StringField(
        lazy_gettext("Which name do others see?"),
        [InputRequired(lazy_gettext("Fill in a name.")), Within(NAME_LENGTH)],
    )

    def offer(self, areas: Iterable[Named]) -> None:
        """Let the resident choose among `areas`, or the whole municipality."""
        self.area.choices = _choices(gettext("The whole municipality"), areas)

    def words(self) -> Words:
        """What was filled in."""
        return Words(
            title=self.title.data or "",
            summary=self.summary.data or "",
            text=self.text.data or "",
            area_id=None if self.area.data == EVERYWHERE else int(self.area.data),
            public_name=self.public_name.data or "",
        )


def _choices(everywhere: str, areas: Iterable[Named]) -> dict[str, str]:
    return {EVERYWHERE: everywhere} | {str(area.id): area.name for area in areas}


def filled_in(draft: Proposal) -> dict[str, str]:
    """What a form shows of a draft."""
    return {
        "title": draft.title,
        "summary": draft.summary,
        "text": draft.text,
        "area": str(draft.area_id or EVERYWHERE),
        "public_name": draft.author_name,
    }


class AnswerForm(Form):
    """What the municipality says."""

    status = RadioField(
        lazy_gettext("What does the municipality do?"),
        [InputRequired(lazy_gettext("Choose what the municipality does."))],
        choices={status.value: status.value for status in AnswerStatus},
    )
    text = TextAreaField(
        lazy_gettext("The answer"),
        [InputRequired(lazy_gettext("Write the answer.")), Within(ANSWER_LENGTH)],
    )


class FilterForm(Form):
    """Which proposals a list shows, in which order; it comes with the address."""

    class Meta(Form.Meta):
        csrf = False

    wijk = SelectField(lazy_gettext("Where"), default=EVERYWHERE)
    volgorde = SelectField(lazy_gettext("Order"), default="nieuwste")

    def offer(self, areas: Iterable[Named]) -> None:
        """Let the reader choose among `areas`."""
        self.wijk.choices = _choices(gettext("Everywhere"), areas)
        self.volgorde.choices = {
            "nieuwste": gettext("Newest first"),
            "steun": gettext("Most supported first"),
        }

    def is_used(self) -> bool:
        """Whether the reader chose something."""
        return bool(self.wijk.data) or self.chosen_order() is not Order.NEWEST

    def area_id(self) -> int | None:
        """The chosen area; None for all, also when the address names one that is not there."""
        known = [value for value, *_ in self.wijk.iter_choices()]
        return int(self.wijk.data) if self.wijk.data and self.wijk.data in known else None

    def chosen_order(self) -> Order:
        """The chosen order; the newest first when the address names another."""
        return Order.SUPPORT if self.volgorde.data == "steun" else Order.NEWEST
