"""Forms of the administration of the site."""

from collections.abc import Iterable, Sequence

from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from participatie.contributions.forms import TagsField
from participatie.core.forms import Form, Within
from participatie.core.wording import Text
from participatie.moderation.rules import EXPLANATION_LENGTH, GROUNDS, Act
from participatie.pages.rules import Band, BannerKind
from participatie.processes.forms import DayField
from participatie.theming.theme import Theme


class ChooseThemeForm(Form):
    """Which theme the site wears."""

    theme = RadioField(
        lazy_gettext("Which house style does the site wear?"),
        [InputRequired(lazy_gettext("Choose a house style."))],
    )

    def offer(self, themes: Iterable[Theme]) -> None:
        """Let the administrator choose among `themes`."""
        self.theme.choices = {
            theme.name: f"{theme.words['name']} ({theme.name})" for theme in themes
        }


class UploadThemeForm(Form):
    """A theme in a zip, and the name it gets here."""

    name = StringField(
        lazy_gettext("Name of the house style"),
        [InputRequired(lazy_gettext("Fill in a name, like our-town."))],
    )
    archive = FileField(
        lazy_gettext("The house style as a zip file"),
        [FileRequired(lazy_gettext("Choose a zip file."))],
    )


class SampleForm(Form):
    """The fields of the sample page; nobody sends it."""

    title = StringField(lazy_gettext("Title of your proposal"), [InputRequired()])
    answer = RadioField(
        lazy_gettext("Choose an answer"),
        [InputRequired()],
        choices={"1": "1", "2": "2"},
        default="1",
    )


class NewPageForm(Form):
    """An own page that begins."""

    title = StringField(lazy_gettext("Title"), [InputRequired(lazy_gettext("Fill in a title."))])
    slug = StringField(lazy_gettext("Address of the page"), [Optional()])
    language = SelectField(
        lazy_gettext("Language"), [InputRequired(lazy_gettext("Choose a language."))], choices=[]
    )
    text = TextAreaField(lazy_gettext("Text"), [InputRequired(lazy_gettext("Write the text."))])

    def offer(self, languages: dict[str, str]) -> None:
        """Let the writer choose among languages."""
        self.language.choices = languages


class PageForm(Form):
    """The words of an own page."""

    title = StringField(lazy_gettext("Title"), [InputRequired(lazy_gettext("Fill in a title."))])
    text = TextAreaField(lazy_gettext("Text"), [InputRequired(lazy_gettext("Write the text."))])


class EntryForm(Form):
    """A link in a menu."""

    label = StringField(
        lazy_gettext("What the link is called"),
        [InputRequired(lazy_gettext("Fill in what the link is called."))],
    )
    address = StringField(
        lazy_gettext("Where it leads"), [InputRequired(lazy_gettext("Fill in an address."))]
    )


class BannerForm(Form):
    """A notice on every page for some days."""

    text = TextAreaField(
        lazy_gettext("What does it say?"), [InputRequired(lazy_gettext("Write the notice."))]
    )
    kind = RadioField(
        lazy_gettext("How urgent is it?"),
        [InputRequired(lazy_gettext("Choose how urgent it is."))],
        choices={kind.value: kind.value for kind in BannerKind},
        default=BannerKind.INFO.value,
    )
    first_day = DayField(
        lazy_gettext("First day"),
        [InputRequired(lazy_gettext("Fill in a day, like 14-03-2027."))],
    )
    last_day = DayField(
        lazy_gettext("Last day"),
        [InputRequired(lazy_gettext("Fill in a day, like 14-03-2027."))],
    )


class HomeForm(Form):
    """The bands of the home page."""

    bands = SelectMultipleField(
        lazy_gettext("What does the home page show?"),
        choices={band.value: band.value for band in Band},
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class StatementForm(Form):
    """What the municipality declares about one subject."""

    status = StringField(
        lazy_gettext("What does the municipality declare?"),
        [InputRequired(lazy_gettext("Fill in what you declare."))],
    )
    declared_on = DayField(
        lazy_gettext("On which day?"),
        [InputRequired(lazy_gettext("Fill in a day, like 14-03-2027."))],
    )
    address = StringField(lazy_gettext("Address of the whole statement"))


class InterfaceTextForm(Form):
    """What the site says instead of a text of the program."""

    text = TextAreaField(
        lazy_gettext("What the site says"),
        [InputRequired(lazy_gettext("Fill in a text, or take the text of the program."))],
    )


def texts_form(texts: Sequence[Text]) -> type[Form]:
    """A form with a field for each text."""
    filled = [InputRequired(lazy_gettext("Fill in a text, or take the text of the program."))]
    fields = {
        text.field: TextAreaField(
            lazy_gettext("Text %(number)s", number=number), filled, default=text.said
        )
        for number, text in enumerate(texts, start=1)
    }
    return type("TextsForm", (Form,), fields)


class ApproverForm(Form):
    """Who approves the texts of a language."""

    address = StringField(
        lazy_gettext("Mail address with which this person logs in"),
        [InputRequired(lazy_gettext("Fill in a mail address."))],
    )


def wording_form(numbers: Sequence[str]) -> type[Form]:
    """A form with the words of one text; where a number stands in it, a field for each kind of
    number. `numbers` are examples of each."""
    filled = [InputRequired(lazy_gettext("Fill in a text."))]
    if not numbers:
        fields = {"form_0": TextAreaField(lazy_gettext("Translation"), filled)}
    else:
        fields = {
            f"form_{place}": TextAreaField(
                lazy_gettext("Translation for numbers like %(numbers)s", numbers=examples), filled
            )
            for place, examples in enumerate(numbers)
        }
    return type("WordingForm", (Form,), fields)


class PostcodeForm(Form):
    """Where somebody lives: the name keeps it out of what is remembered."""

    who_postcode = StringField(
        lazy_gettext("Your postcode"), [InputRequired(lazy_gettext("Fill in your postcode."))]
    )


class HideSeveralForm(Form):
    """On which ground several contributions are hidden, and what their authors read."""

    ground = RadioField(
        lazy_gettext("On which ground?"),
        [InputRequired(lazy_gettext("Choose a ground."))],
        choices={one.value: one.value for one in GROUNDS[Act.HIDE]},
    )
    explanation = TextAreaField(
        lazy_gettext("Explanation for the author"),
        [
            InputRequired(lazy_gettext("Write an explanation. The author reads it.")),
            Within(EXPLANATION_LENGTH),
        ],
    )


class KeepSeveralForm(HideSeveralForm):
    """On which ground several contributions are left as they are."""

    ground = RadioField(
        lazy_gettext("On which ground?"),
        [InputRequired(lazy_gettext("Choose a ground."))],
        choices={one.value: one.value for one in GROUNDS[Act.KEEP]},
    )
    explanation = TextAreaField(
        lazy_gettext("Explanation for your colleagues"),
        [Optional(), Within((1, EXPLANATION_LENGTH[1]))],
    )


class TagSeveralForm(Form):
    """Keywords that several proposals get."""

    tags = TagsField(
        lazy_gettext("Keywords"), [InputRequired(lazy_gettext("Write at least one keyword."))]
    )


class CategorySeveralForm(Form):
    """The theme that several proposals get."""

    category = SelectField(
        lazy_gettext("What are they about?"),
        [InputRequired(lazy_gettext("Choose a theme from the list."))],
    )
