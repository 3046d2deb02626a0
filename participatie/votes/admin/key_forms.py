"""Forms of the keys of a vote."""

from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from participatie.core.forms import Form
from participatie.votes.rules.holders import LONGEST_NAME, Named
from participatie.votes.sealer.holders import Brought


def _name(letter: str) -> StringField:
    too_long = lazy_gettext("This name is too long. Use %(max)d characters at most.")
    return StringField(
        lazy_gettext("Name of key holder %(letter)s", letter=letter),
        [
            InputRequired(lazy_gettext("Fill in who holds this key.")),
            Length(max=LONGEST_NAME, message=too_long),
        ],
    )


def _phrase(label: str) -> PasswordField:
    return PasswordField(label, [InputRequired(lazy_gettext("Type the pass phrase."))])


def _file(label: str) -> FileField:
    return FileField(label, [FileRequired(lazy_gettext("Choose the key file."))])


class MakeKeysForm(Form):
    """Three people who become key holders, each with a pass phrase that they type themselves."""

    name_a = _name("A")
    phrase_a = _phrase(lazy_gettext("Pass phrase of key holder %(letter)s", letter="A"))
    name_b = _name("B")
    phrase_b = _phrase(lazy_gettext("Pass phrase of key holder %(letter)s", letter="B"))
    name_c = _name("C")
    phrase_c = _phrase(lazy_gettext("Pass phrase of key holder %(letter)s", letter="C"))

    def named(self) -> list[Named]:
        """The three, in order."""
        pairs = (
            (self.name_a, self.phrase_a),
            (self.name_b, self.phrase_b),
            (self.name_c, self.phrase_c),
        )
        return [Named(name.data or "", phrase.data or "") for name, phrase in pairs]


class ProveKeyForm(Form):
    """What one key holder brings."""

    file = _file(lazy_gettext("Key file"))
    phrase = _phrase(lazy_gettext("Pass phrase"))

    def brought(self) -> Brought:
        """The file as bytes, and the pass phrase."""
        return Brought(self.file.data.read(), self.phrase.data or "")


class OpenKeysForm(Form):
    """What two key holders bring."""

    file_1 = _file(lazy_gettext("Key file of the first key holder"))
    phrase_1 = _phrase(lazy_gettext("Pass phrase of the first key holder"))
    file_2 = _file(lazy_gettext("Key file of the second key holder"))
    phrase_2 = _phrase(lazy_gettext("Pass phrase of the second key holder"))

    def pair(self) -> tuple[Brought, Brought]:
        """The files as bytes, and the pass phrases."""
        return (
            Brought(self.file_1.data.read(), self.phrase_1.data or ""),
            Brought(self.file_2.data.read(), self.phrase_2.data or ""),
        )
