"""Forms of a proposal and of its answer."""

from collections.abc import Iterable, Sequence

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from participatie.contributions.forms import (
    NO_CATEGORY,
    LanguageField,
    Named,
    RewordingForm,
    TagsField,
    by_number,
    chosen_category,
    offer_categories,
)
from participatie.contributions.orders import ON_CHOICE, Order
from participatie.contributions.rules import NAME_LENGTH
from participatie.contributions.services import wording_of
from participatie.core.forms import Form, Within
from participatie.maps.forms import PointForm
from participatie.proposals.models import Proposal
from participatie.proposals.rules.proposals import (
    ANSWER_LENGTH,
    REASON_LENGTH,
    SUMMARY_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    UPDATE_LENGTH,
    AnswerStatus,
)
from participatie.proposals.services.writing import Words

EVERYWHERE = ""
OTHER_NAME = "other"


def neutral_words() -> tuple[StringField, TextAreaField, TextAreaField]:
    """Title, summary and text of what is not the idea of who fills it in."""
    return (
        StringField(
            lazy_gettext("Title"),
            [InputRequired(lazy_gettext("Fill in a title.")), Within(TITLE_LENGTH)],
        ),
        TextAreaField(
            lazy_gettext("In short"),
            [
                InputRequired(lazy_gettext("Say it in one or two sentences.")),
                Within(SUMMARY_LENGTH),
            ],
        ),
        TextAreaField(
            lazy_gettext("Explanation"),
            [InputRequired(lazy_gettext("Explain what it is and why.")), Within(TEXT_LENGTH)],
        ),
    )


class WordsForm(RewordingForm):
    """The words of a proposal."""

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


class IdeaForm(WordsForm):
    """An idea in the words of a resident."""

    category = SelectField(lazy_gettext("What is it about?"), default=NO_CATEGORY)
    tags = TagsField(lazy_gettext("Keywords"), [Optional()])

    def offer(self, categories: Sequence[Named]) -> None:
        """Let the resident choose among `categories`; without any nothing is asked."""
        offer_categories(self, categories)

    def words(self) -> Words:
        """What was filled in."""
        return Words(
            title=self.title.data or "",
            summary=self.summary.data or "",
            text=self.text.data or "",
            tags=self.tags.data or "",
            category_id=chosen_category(self),
        )


class UpdateForm(Form):
    """What an author tells followers."""

    text = TextAreaField(
        lazy_gettext("What do you want to tell?"),
        [InputRequired(lazy_gettext("Write what you want to tell.")), Within(UPDATE_LENGTH)],
    )


class WithdrawForm(Form):
    """Why a proposal is taken back."""

    reason = TextAreaField(
        lazy_gettext("Why do you take it back?"),
        [InputRequired(lazy_gettext("Say why you take it back.")), Within(REASON_LENGTH)],
    )


class FilmForm(Form):
    """Where a film about the idea is."""

    film = StringField(lazy_gettext("Address of the film"), [Optional()])


class PlaceForm(PointForm):
    """Where an idea belongs: an area, and perhaps a dot on the map."""

    area = SelectField(lazy_gettext("Where is it?"))

    def offer(self, areas: Iterable[Named]) -> None:
        """Let the resident choose among `areas`, or the whole municipality."""
        self.area.choices = _choices(gettext("The whole municipality"), areas)

    def area_id(self) -> int | None:
        """What was chosen; None is the whole municipality."""
        return None if self.area.data == EVERYWHERE else int(self.area.data)


class PublishForm(Form):
    """By which name something is published, and in which language it was written."""

    name = RadioField(lazy_gettext("Which name do others see?"), [DataRequired()])
    public_name = StringField(lazy_gettext("Another name"))
    language = LanguageField()

    def offer(self, names: Sequence[str]) -> None:
        """Let the author choose among `names`, the first unless said otherwise, or type one."""
        self.name.choices = {name: name for name in names} | {OTHER_NAME: gettext("Another name")}
        if not self.name.data:
            self.name.data = names[0]

    def validate_public_name(self, field: StringField) -> None:
        """Another name has to be typed, and counts only when it is chosen."""
        if self.name.data != OTHER_NAME:
            return
        if not field.data:
            raise ValidationError(gettext("Fill in a name."))
        Within(NAME_LENGTH)(self, field)

    def chosen(self) -> str:
        """The name that was chosen or typed."""
        typed = self.public_name.data or ""
        return typed if self.name.data == OTHER_NAME else str(self.name.data)


def _choices(everywhere: str, areas: Iterable[Named]) -> dict[str, str]:
    return {EVERYWHERE: everywhere} | by_number(areas)


def filled_in(draft: Proposal) -> dict[str, str]:
    """What the first step shows of a draft."""
    return {
        "title": draft.title,
        "summary": draft.summary,
        "text": draft.text,
        "category": str(draft.category_id or NO_CATEGORY),
        "tags": ", ".join(tag.name for tag in draft.tags),
        "wording": wording_of(draft),
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


class OrdersForm(Form):
    """Which orders the lists of a process offer beside those that every list has."""

    discussed = BooleanField(lazy_gettext("Most comments first"))
    pace = BooleanField(lazy_gettext("Most supporters a day first"))
    lately = BooleanField(lazy_gettext("Most talked about lately first"))
    surely = BooleanField(lazy_gettext("Surely agreed with first"))

    def chosen(self) -> frozenset[Order]:
        """The orders that are switched on."""
        return frozenset(order for order in ON_CHOICE if self[order.value].data)
