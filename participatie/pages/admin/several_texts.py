"""Several texts that are changed on one page: those of a file of the program, in its order."""

from collections.abc import Callable, Mapping, Sequence

from flask import current_app

from participatie.core.db import db
from participatie.core.errors import Conflict, Invalid
from participatie.core.forms import Form
from participatie.core.wording import Text, check_wording, name_of_form

TOLD_AT_ONCE = 20
"""How much of its history a page shows."""


def texts_of_file(file: str, known: Mapping[str, Text]) -> list[Text]:
    """The texts that a file of the program says, in its order, each once."""
    jinja = current_app.jinja_env
    if jinja.loader is None:
        raise ValueError("the templates have no loader")
    source = jinja.loader.get_source(jinja, file)[0]
    found = jinja.extract_translations(source)  # type: ignore[attr-defined]
    said = [one for _, function, told in found for one in _names(function, told)]
    return [known[one] for one in dict.fromkeys(said) if one in known]


def _names(function: str, told: str | tuple[str, ...]) -> list[str]:
    """The names of what is said: of a text that says how many, of each of its forms."""
    text = told if isinstance(told, str) else told[0]  # with its values
    return [name_of_form(text, form) for form in (0, 1)] if function == "ngettext" else [text]


def typed_in(form: Form, texts: Sequence[Text]) -> dict[str, str]:
    """What was typed in the place of each text that says something else."""
    typed = {text.message: form[text.field].data or "" for text in texts}
    return {text.message: typed[text.message] for text in texts if typed[text.message] != text.said}


def can_be_said(form: Form, texts: Sequence[Text]) -> bool:
    """Whether everything that was typed can stand in its place; else the form says what not."""
    return _each(form, texts, lambda text, typed: check_wording(text.own, typed, field=text.field))


def are_kept(form: Form, texts: Sequence[Text], reword: Callable[[Text, str], None]) -> bool:
    """Keep each text that was changed: all of them, or none, and then the form says why."""
    if _each(form, texts, reword):
        db.session.commit()
        return True
    db.session.rollback()
    return False


def _each(form: Form, texts: Sequence[Text], act: Callable[[Text, str], None]) -> bool:
    if not form.validate():
        return False
    refused = False
    typed = typed_in(form, texts)
    for text in texts:
        if text.message in typed:
            try:
                act(text, typed[text.message])
            except (Invalid, Conflict) as error:
                form.refuse(error)
                refused = True
    return not refused
