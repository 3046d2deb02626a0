"""Forms of a discussion, of its answer, and of a comment."""

from collections.abc import Iterable, Sequence

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Optional

from participatie.contributions.forms import (
    LanguageField,
    Named,
    RewordingForm,
    TagsField,
    by_number,
)
from participatie.contributions.rules import NAME_LENGTH, PrivateData, private_data_in
from participatie.contributions.services import wording_of
from participatie.core.forms import Form, Within
from participatie.discussions.models import Discussion
from participatie.discussions.rules import (
    ANSWER_LENGTH,
    OPENING_LENGTH,
    SUBJECT_LENGTH,
    TEXT_LENGTH,
    Stance,
)
from participatie.discussions.services.discussions import Opening

NONE = ""
"""What is chosen of a list by who chooses nothing from it."""


class CommentForm(Form):
    """What someone wants to say, and under which name."""

    text = TextAreaField(
        lazy_gettext("Your comment"),
        [InputRequired(lazy_gettext("Write your comment.")), Within(TEXT_LENGTH)],
    )
    stance = RadioField(
        lazy_gettext("Is this an argument for it or against it?"),
        [Optional()],
        choices=[
            SelectChoice("", lazy_gettext("Neither, I just want to say something")),
            SelectChoice(Stance.FOR.value, lazy_gettext("For: this is why it should happen")),
            SelectChoice(Stance.AGAINST.value, lazy_gettext("Against: this is why it should not")),
        ],
        default="",
    )
    warned = HiddenField()
    """The private data in the text that the writer was warned about."""
    public_name = StringField(
        lazy_gettext("Which name do others see?"),
        [InputRequired(lazy_gettext("Fill in a name.")), Within(NAME_LENGTH)],
    )
    language = LanguageField()

    def side(self) -> Stance | None:
        """On which side the comment stands; it need not take one."""
        return Stance(self.stance.data) if self.stance.data else None

    def written(self) -> str:
        """All that readers will see of it."""
        return self.text.data or ""


class OpeningForm(RewordingForm):
    """With what somebody starts a discussion, or how it reads from now on."""

    title = StringField(
        lazy_gettext("What is the discussion about?"),
        [InputRequired(lazy_gettext("Say what it is about.")), Within(SUBJECT_LENGTH)],
    )
    text = TextAreaField(
        lazy_gettext("What do you think of it, or what do you want to ask?"),
        [
            InputRequired(lazy_gettext("Write what you think of it, or what you want to ask.")),
            Within(OPENING_LENGTH),
        ],
    )
    category = SelectField(lazy_gettext("Theme"))
    area = SelectField(lazy_gettext("Where is it?"))
    tags = TagsField(lazy_gettext("Keywords"), [Optional()])
    language = LanguageField()
    warned = HiddenField()

    def offer(self, categories: Sequence[Named], areas: Iterable[Named]) -> None:
        """Let somebody choose among these; without any theme none is asked."""
        self.area.choices = {NONE: gettext("The whole municipality")} | by_number(areas)
        if categories:
            self.category.choices = {NONE: gettext("None of these")} | by_number(categories)
        else:
            del self.category

    def opening(self) -> Opening:
        """What was filled in."""
        category = self.category.data if "category" in self else NONE
        return Opening(
            title=self.title.data or "",
            text=self.text.data or "",
            tags=self.tags.data or "",
            category_id=int(category) if category else None,
            area_id=int(self.area.data) if self.area.data else None,
            language=self.language.data,
        )

    def written(self) -> str:
        """All that readers will see of it."""
        return f"{self.title.data or ''}\n{self.text.data or ''}"


class StartForm(OpeningForm):
    """A new discussion, and under which name it stands there."""

    seen = HiddenField()
    """The discussions that resemble it, which the writer was shown."""

    public_name = StringField(
        lazy_gettext("Which name do others see?"),
        [InputRequired(lazy_gettext("Fill in a name.")), Within(NAME_LENGTH)],
    )


class AnswerForm(Form):
    """What the municipality says."""

    text = TextAreaField(
        lazy_gettext("The answer"),
        [InputRequired(lazy_gettext("Write the answer.")), Within(ANSWER_LENGTH)],
    )


def unwarned(form: CommentForm | OpeningForm) -> tuple[PrivateData, ...]:
    """The private data in what is written, unless the writer was warned of all of it already."""
    found = private_data_in(form.written())
    if set(found) <= set((form.warned.data or "").split()):
        return ()
    form.warned.data = " ".join(found)
    return found


def unseen(form: StartForm, similar: Sequence[tuple[int, str]]) -> Sequence[tuple[int, str]]:
    """The discussions that resemble it, unless the writer was shown all of them already."""
    numbers = [str(number) for number, _ in similar]
    if set(numbers) <= set((form.seen.data or "").split()):
        return ()
    form.seen.data = " ".join(numbers)
    return similar


def filled_in(discussion: Discussion) -> dict[str, str]:
    """What the form shows of a discussion."""
    return {
        "title": discussion.title,
        "text": discussion.text,
        "category": str(discussion.category_id or NONE),
        "area": str(discussion.area_id or NONE),
        "tags": ", ".join(tag.name for tag in discussion.tags),
        "language": discussion.language,
        "wording": wording_of(discussion),
    }
