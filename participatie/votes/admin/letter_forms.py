"""The forms of the roll and of letters."""

from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, NumberRange

from participatie.core.forms import Form
from participatie.votes.rules.letter_codes import MOST_CODES

LIST, LETTERS = "list", "letters"
RETURNED, LOST, NEW = "returned", "lost", "new"
PDF, PAGE = "pdf", "page"
LEFT, RIGHT = "left", "right"


class LooksForm(Form):
    """How letters look."""

    window = RadioField(
        lazy_gettext("Where is the window in your envelopes?"),
        choices=[
            SelectChoice(LEFT, lazy_gettext("Left")),
            SelectChoice(RIGHT, lazy_gettext("Right")),
        ],
        default=LEFT,
    )
    large = BooleanField(lazy_gettext("In large letters"))


class PrintingForm(LooksForm):
    """Who prints letters, and from what."""

    printer_key = StringField(lazy_gettext("Key of the printer"))
    shape = RadioField(
        lazy_gettext("Do you print the letters yourself? Then choose"),
        choices=[
            SelectChoice(PDF, lazy_gettext("A PDF")),
            SelectChoice(PAGE, lazy_gettext("A web page that you print")),
        ],
        default=PDF,
    )


class NamelessForm(PrintingForm):
    """How many letters without a name, and who prints them."""

    number = IntegerField(
        lazy_gettext("How many letters?"),
        [
            InputRequired(lazy_gettext("Fill in how many letters you need.")),
            NumberRange(1, MOST_CODES, lazy_gettext("Fill in a number from 1 to 200,000.")),
        ],
    )


class RollForm(PrintingForm):
    """A file with who may vote, and whether they get a letter."""

    file = FileField(
        lazy_gettext("File with voters"), [FileRequired(lazy_gettext("Choose a file."))]
    )
    letters = RadioField(
        lazy_gettext("Do these people get a letter with a code?"),
        [InputRequired(lazy_gettext("Choose whether they get a letter."))],
        choices=[
            SelectChoice(LIST, lazy_gettext("No, they log in")),
            SelectChoice(LETTERS, lazy_gettext("Yes, make a code for everyone")),
        ],
    )


class LetterForm(Form):
    """One letter, by the number that is printed on it, and what happened to it."""

    number = StringField(
        lazy_gettext("Number of the letter"),
        [InputRequired(lazy_gettext("Fill in the number of the letter, like 3-214."))],
    )
    act = RadioField(
        lazy_gettext("What happened?"),
        [InputRequired(lazy_gettext("Choose what happened."))],
        choices=[
            SelectChoice(RETURNED, lazy_gettext("The letter came back")),
            SelectChoice(LOST, lazy_gettext("The letter is lost")),
            SelectChoice(NEW, lazy_gettext("The voter needs a new letter")),
        ],
    )
