"""What somebody may say instead of a text of the program: plain words, with what is filled in."""

import hashlib
import re
from dataclasses import dataclass

from participatie.core.errors import N_, Invalid

TEXT_LENGTH = (1, 600)
LEAVE_OUT = N_("Leave out these signs: %(signs)s. Use “ and ” for quotes, and write “percent”.")
PUT_IN = N_("Put this in your text, just as it is here: %(words)s.")
CANNOT_FILL_IN = N_("The program cannot fill this in here: %(words)s.")

_FORM = "\x1f"
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_MARKUP = frozenset('<>&"%')


def name_of_form(message: str, number: int) -> str:
    """The name of one form of a text that says how many: 0 is for one thing."""
    return f"{message}{_FORM}{number}"


def form_named(name: str) -> tuple[str, int] | None:
    """The text and the form that a name stands for; None for a text that has one form."""
    message, is_form, number = name.rpartition(_FORM)
    return (message, int(number)) if is_form else None


def placeholders(text: str) -> frozenset[str]:
    """The words of a text that the program fills in, such as «%(day)s»."""
    return frozenset(_PLACEHOLDER.findall(text))


def markup_in(text: str) -> frozenset[str]:
    """The signs in a text that mean something on a page; a text of the site has none."""
    return _MARKUP & frozenset(_PLACEHOLDER.sub("", text))


def written(names: frozenset[str]) -> str:
    """What the program fills in, as it is written."""
    return ", ".join(f"%({name})s" for name in sorted(names))


def spaced_as(own: str, text: str) -> str:
    """`text` with the space before and behind it that `own` has."""
    before = own[: len(own) - len(own.lstrip())]
    behind = own[len(own.rstrip()) :]
    return f"{before}{text.strip()}{behind}"


def check_wording(own: str, said: str, *, field: str) -> None:
    """Raise `Invalid` when `said` cannot stand in the place of `own`.

    Plain words only. What the program fills in has to stand in it, and nothing else.
    """
    if signs := markup_in(said):
        raise Invalid(LEAVE_OUT, field=field, signs=" ".join(sorted(signs)))
    if missing := placeholders(own) - placeholders(said):
        raise Invalid(PUT_IN, field=field, words=written(missing))
    if unknown := placeholders(said) - placeholders(own):
        raise Invalid(CANNOT_FILL_IN, field=field, words=written(unknown))


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the program in one language, and what is said instead, empty for nothing.

    `own` is what is said where nobody changes it.
    """

    message: str
    own: str
    instead: str

    @property
    def key(self) -> str:
        """Its name in an address."""
        return key_of(self.message)

    @property
    def field(self) -> str:
        """Its name in a form."""
        return f"text_{self.key}"

    @property
    def places(self) -> list[str]:
        """What the program fills in, as it is written."""
        return [f"%({name})s" for name in sorted(placeholders(self.own))]

    @property
    def said(self) -> str:
        return self.instead or self.own


def key_of(message: str) -> str:
    """The name of a text in an address: the text itself is too long for one."""
    return hashlib.sha256(message.encode()).hexdigest()[:16]
