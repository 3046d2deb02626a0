"""The forms of the roll and of letters."""

from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, NumberRange

from participatie.core.forms import Form
from participatie.votes.rules.letter_codes import MOST_CODES

LIST, LETTERS = "list", "letters"
RETURNED, LOST, NEW = "returned", "lost", "new"


class NamelessForm(Form):
    """How many letters without a name, and who prints them."""

    number = IntegerField(
        lazy_gettext("How many letters?"),
        [
            InputRequired(lazy_gettext("Fill in how many letters you need.")),
            NumberRange(1, MOST_CODES, lazy_gettext("Fill in a number from 1 to 200,000.")),
        ],
    )
    printer_key = StringField(lazy_gettext("Key of the printer"))


class RollForm(Form):
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
    printer_key = StringField(lazy_gettext("Key of the printer"))


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
