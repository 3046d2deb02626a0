"""What every form shares: our own field filters, and errors that say what to do."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from gettext import GNUTranslations
from typing import Any, ClassVar, TypeVar

from flask import request
from flask_babel import get_locale
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, StringField
from wtforms import Form as AnyForm
from wtforms.fields.core import UnboundField
from wtforms.i18n import get_builtin_gnu_translations
from wtforms.validators import ValidationError

from participatie.core.db import db
from participatie.core.error_pages import say
from participatie.core.errors import Conflict, DomainError, Invalid
from participatie.core.html import readable
from participatie.core.i18n import DEFAULT_LANGUAGE
from participatie.core.kept_forms import forget_form, kept_fields, writer
from participatie.core.lengths import check_length

T = TypeVar("T")


class Within:
    """The text of a field has a length within `limits`: said with all else that is not right."""

    def __init__(self, limits: tuple[int, int]) -> None:
        self.limits = limits

    def __call__(self, form: AnyForm, field: Field) -> None:
        try:
            check_length(field.data or "", self.limits, field=field.name)
        except Invalid as refusal:
            raise ValidationError(say(refusal)) from None


def trimmed(value: str | None) -> str | None:
    """What was typed, without what cannot be seen and without space around it."""
    return readable(value).strip() if value else value


def _readable(sent: "MultiDict[str, Any] | None") -> "MultiDict[str, Any] | None":
    """What was sent, without what cannot be seen: a field of a number comes back as it was typed,
    and no page holds what no page may hold. Files stay as they are.
    """
    if not sent:
        return sent
    return MultiDict(
        (name, readable(value) if isinstance(value, str) and not value.isprintable() else value)
        for name, value in sent.items(multi=True)
    )


@lru_cache
def _words_of_wtforms(language: str) -> GNUTranslations:
    """The sentences of the library itself: its catalogue is read once, not at each form.

    They are in Dutch where it does not speak the language: Frisian.
    """
    return get_builtin_gnu_translations([language, DEFAULT_LANGUAGE])


class Form(FlaskForm):  # type: ignore[misc]
    """A form of one page. Its texts are trimmed; a refusal of a service lands beside its field."""

    writer = HiddenField(default=writer)
    asked_first: ClassVar[tuple[str, ...]] = ()
    """What the page asks before the fields of the form that this one is made of; a field that is
    left out of a form is skipped."""

    def __iter__(self) -> Iterator[Field]:
        """The fields as the page asks them: in this order it tells what is wrong."""
        yield from (self._fields[name] for name in self.asked_first if name in self._fields)
        yield from (field for name, field in self._fields.items() if name not in self.asked_first)

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def get_translations(self, form: FlaskForm) -> GNUTranslations:
            return _words_of_wtforms(str(get_locale()))

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            sent = _readable(super().wrap_formdata(form, formdata))
            if request.method == "POST":
                forget_form()
            elif sent is None and self.csrf:  # what comes with an address is not kept
                sent = kept_fields()
            return sent

        def bind_field(
            self, form: FlaskForm, unbound_field: "UnboundField[Any]", options: Any
        ) -> Any:
            if issubclass(unbound_field.field_class, StringField):
                own = unbound_field.kwargs.get("filters", ())
                options = {**options, "filters": [*own, trimmed]}
            return unbound_field.bind(form=form, **options)

    def refuse(self, error: DomainError) -> None:
        """Show `error` beside the field it names, or above the form."""
        name = error.field if isinstance(error, Invalid) else None
        field = self._fields.get(name) if name else None
        if field is None:
            self.form_errors.append(say(error))
        else:
            field.errors = [*field.errors, say(error)]


def tried(form: Form, act: Callable[[], T]) -> T | None:
    """What `act` gives; None when it was refused and undone, and then the form says why."""
    try:
        with db.session.begin_nested():
            done = act()
    except (Invalid, Conflict) as refusal:
        form.refuse(refusal)
        return None
    return done
