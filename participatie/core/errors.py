"""What can go wrong in the rules of participation, without a word about HTTP.

Each error carries a sentence for the resident: an English message id that the edge translates,
and the values that stand in it.
"""


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for «translate this later»
    """Mark a sentence for translation where nothing may be translated yet."""
    return text


class DomainError(Exception):
    """A refusal with a sentence that says what is wrong and what helps."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence = sentence
        self.values = values


class NotAllowed(DomainError):
    """This person may not do this, now or ever."""


class NotFound(DomainError):
    """There is no such thing, or not for this person."""

    def __init__(self, sentence: str = N_("This page does not exist."), **values: object) -> None:
        super().__init__(sentence, **values)


class Conflict(DomainError):
    """It was done already, or something changed in between."""


class Invalid(DomainError):
    """What was filled in does not fit the rules; `field` names the field when there is one."""

    def __init__(self, sentence: str, *, field: str | None = None, **values: object) -> None:
        super().__init__(sentence, **values)
        self.field = field


class TooMany(DomainError):
    """Too often in a short time."""


class Unavailable(DomainError):
    """A part of the system is away for the moment; trying again helps."""


class IllegalTransition(DomainError):
    """A state cannot follow another one."""

    def __init__(self, source: str, target: str) -> None:
        super().__init__(N_("This has changed in the meantime. Look at the page again."))
        self.source = source
        self.target = target
