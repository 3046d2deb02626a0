"""What comes in from the list of a resident."""

from collections.abc import Mapping
from typing import Protocol

from flask_babel import gettext, lazy_gettext
from wtforms import SelectField, StringField

from participatie.core.forms import Form

PUT, TAKE, LEAVE = "put", "take", "leave"
"""What a button does: with one plan, or (the last) with all plans of an area."""
EVERYWHERE = ""


def pressed(sent: str) -> tuple[str, str] | None:
    """What a button does, and with what; nothing when no page of ours has such a button.

    No form: it has no fields that somebody fills in, and it comes in hundreds of times a second.
    """
    act, _, code = sent.partition(":")
    return (act, code) if act in {PUT, TAKE, LEAVE} and code else None


class Found(Protocol):
    """A plan as far as it is looked for: a row of the plans."""

    @property
    def title(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def area(self) -> str | None: ...
    @property
    def category(self) -> str | None: ...


def asked_in(address: Mapping[str, str]) -> dict[str, str]:
    """Which plans an address asks for, to ask the same again; nothing for all."""
    return {name: address[name][:80] for name in ("wijk", "thema", "zoek") if address.get(name)}


class FoundForm(Form):
    """Which plans a list shows; it comes with the address."""

    class Meta(Form.Meta):
        csrf = False

    wijk = SelectField(lazy_gettext("Where"), default=EVERYWHERE, validate_choice=False)
    thema = SelectField(lazy_gettext("Theme"), default=EVERYWHERE, validate_choice=False)
    zoek = StringField(lazy_gettext("Search in the plans"))

    def offer(self, areas: set[str], categories: set[str]) -> None:
        """Let the reader choose among `areas` and `categories`."""
        self.wijk.choices = {EVERYWHERE: gettext("Everywhere"), **{a: a for a in sorted(areas)}}
        every = gettext("All themes")
        self.thema.choices = {EVERYWHERE: every, **{c: c for c in sorted(categories)}}

    def asked(self) -> dict[str, str]:
        """What was asked for, for an address; nothing for all."""
        return asked_in({name: field.data or "" for name, field in self._fields.items()})

    def finds(self, plan: Found) -> bool:
        """Whether a plan is asked for."""
        if self.wijk.data and plan.area != self.wijk.data:
            return False
        if self.thema.data and plan.category != self.thema.data:
            return False
        wanted = (self.zoek.data or "").casefold().split()
        text = f"{plan.title} {plan.summary}".casefold()
        return all(word in text for word in wanted)
