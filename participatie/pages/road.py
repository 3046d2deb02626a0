"""The texts of the road to a vote in the languages of the road, as translated and as approved."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from gettext import c2py

from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po
from babel.support import Translations

from participatie.core.i18n import TRANSLATIONS, Changes, Forms
from participatie.core.wording import key_of, name_of_form, placeholders

CATALOGUES = TRANSLATIONS / "road"

ROAD = frozenset(
    {
        "budget.of_round",
        "budget.show",
        "budget_list.begin",
        "budget_list.cast",
        "budget_list.change",
        "budget_list.check",
        "budget_list.clear",
        "budget_list.received",
        "identity.begin",
        "identity.finish",
        "identity.login",
        "identity.logout",
        "identity.stay",
        "pages.home",
        "pages.process",
        "vote_audience.ask",
        "vote_checks.check_code",
        "vote_checks.own_check",
        "vote_checks.proof",
        "vote_codes.arrive",
        "vote_codes.ask",
        "vote_codes.done",
        "vote_codes.fill_in",
        "votes.cast",
        "votes.check",
        "votes.fill_in",
        "votes.keep",
        "votes.received",
        "votes.show",
    }
)
"""The endpoints that speak a language of the road; all others answer in Dutch."""


class Standing(StrEnum):
    """How far a text of the road is."""

    WAITS = "waits"
    APPROVED = "approved"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Approval:
    """What somebody approved, of which source, and when; no forms mean that it was taken back."""

    source: str
    forms: Forms
    by: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Translated:
    """A text of the road in a language, as the program proposes it."""

    message: str
    plural: str
    forms: Forms

    @property
    def key(self) -> str:
        """Its name in an address."""
        return key_of(self.message)

    @property
    def places(self) -> list[str]:
        """What the program fills in, as it is written."""
        return [f"%({name})s" for name in sorted(placeholders(self.english[-1]))]

    @property
    def english(self) -> Forms:
        return (self.message, self.plural) if self.plural else (self.message,)


@dataclass(frozen=True, slots=True)
class RoadText:
    """A text of the road beside its Dutch, and what became of it."""

    translated: Translated
    dutch: Forms
    approval: Approval | None

    @property
    def source(self) -> str:
        """Stands for the words that were translated; with other words an approval lapses."""
        return source_of(self.translated, self.dutch)

    @property
    def standing(self) -> Standing:
        if self.approval is None or not self.approval.forms:
            return Standing.WAITS
        return Standing.APPROVED if self.approval.source == self.source else Standing.LAPSED

    @property
    def shown(self) -> str:
        """Stands for the words that somebody sees who approves them."""
        return hashlib.sha256(json.dumps(self.forms).encode()).hexdigest()[:16]

    @property
    def forms(self) -> Forms:
        """What was approved last, else what the program proposes."""
        if self.approval is not None and self.approval.forms:
            return self.approval.forms
        return self.translated.forms


def source_of(text: Translated, dutch: Forms) -> str:
    """A short name for what a translation was made from."""
    words = json.dumps([text.english, dutch], ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()[:32]


@lru_cache(maxsize=1)
def translated(language: str) -> tuple[Translated, ...]:
    """Every text of the road as the program proposes it in `language`, in the order of the road.

    One language is kept, for who goes through it page after page.
    """
    return tuple(_read(language))


def _read(language: str) -> Iterator[Translated]:
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    for one in catalogue:
        if one.id:
            message, plural = (one.id, "") if isinstance(one.id, str) else one.id
            forms = (one.string,) if isinstance(one.string, str) else tuple(one.string or ())
            yield Translated(message, plural, forms)


def dutch_of(text: Translated, own: Translations, changes: Changes) -> Forms:
    """The Dutch of a text as the site says it."""
    said = changes.get("nl", {})
    if text.plural:
        return tuple(
            said.get(name_of_form(text.message, form))
            or str(own.ungettext(text.message, text.plural, form + 1))
            for form in (0, 1)
        )
    return (said.get(text.message) or str(own.ugettext(text.message)),)


def with_approvals(
    language: str, own: Translations, changes: Changes, approvals: Mapping[str, Approval]
) -> list[RoadText]:
    """The texts of the road in `language`, each with what was approved last."""
    return [
        RoadText(text, dutch_of(text, own, changes), approvals.get(text.message))
        for text in translated(language)
    ]


def examples(language: str) -> list[str]:
    """Of each form that a text with a number has in `language`: some numbers that take it."""
    plural = get_plural(language)
    form_of, found = c2py(plural.plural_expr), [list[str]() for _ in range(plural.num_plurals)]
    for number in range(201):
        found[form_of(number)].append(str(number))
    return [", ".join(numbers[:4]) for numbers in found]


def as_said(texts: Iterable[RoadText]) -> dict[str, Forms]:
    """What a language would say now, with the texts that nobody approved yet."""
    return {text.translated.message: text.forms for text in texts}


def all_approved(texts: Iterable[RoadText]) -> dict[str, Forms] | None:
    """What a language says when each of its texts is approved; None while one is not."""
    known = list(texts)
    if any(text.standing is not Standing.APPROVED for text in known):
        return None
    return as_said(known)
