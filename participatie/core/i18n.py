"""Languages: Dutch first, and complete; others under an address of their own, like /en.

The language is the first part of the address. So a page has one language, may be sent to somebody,
is kept in the cache for each language, and needs no cookie.

Dutch and English are spoken everywhere. The languages of the road are spoken on the way to a vote
only, and none of them until each of its texts was approved: a wrong word on a ballot is worse than
none. What they say comes from outside, by `said_instead`; no catalogue of them is kept here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import c2py
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel.messages.mofile import read_mo
from babel.messages.plurals import get_plural
from babel.numbers import format_decimal
from babel.support import Translations
from flask import Flask, current_app
from flask_babel import Babel, Domain
from flask_babel.speaklater import LazyString
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from participatie.core.wording import form_named, name_of_form

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DEFAULT_LANGUAGE = "nl"
NAMES = {DEFAULT_LANGUAGE: "Nederlands", "en": "English"}
"""The languages of the pages, each by its own name."""
LANGUAGES = tuple(NAMES)
ROAD_NAMES = {
    "fy": "Frysk",
    "de": "Deutsch",
    "pl": "Polski",
    "tr": "Türkçe",
    "ar": "العربية",
    "uk": "Українська",
}
"""The languages of the road to a vote, each by its own name."""
LOCALES = {DEFAULT_LANGUAGE: "nl", "en": "en_GB"} | {code: code for code in ROAD_NAMES}
"""How each language writes days and numbers."""
RIGHT_TO_LEFT = frozenset({"ar"})
MOST_WORDINGS = 64
MOST_NUMBERS = 4096
"""How many wordings of processes are known at once."""
TRANSLATIONS = Path(__file__).parent.parent / "translations"

Changes = Mapping[str, Mapping[str, str]]
"""Of each language: what is said instead of a text of the code."""
Forms = tuple[str, ...]
"""A text in one language: one, or as many as the language has for a number of things."""
Offered = Mapping[str, Mapping[str, Forms]]
"""Of each language of the road that readers may choose: all its texts."""

_spoken: ContextVar[str] = ContextVar("language", default=DEFAULT_LANGUAGE)
_asked: ContextVar[str] = ContextVar("asked", default=DEFAULT_LANGUAGE)
_tried: ContextVar[str] = ContextVar("tried", default="")
_editions = count(1)
_here: ContextVar["tuple[str, _Texts] | None"] = ContextVar("here", default=None)


def init_app(app: Flask) -> None:
    """Speak the language of the address, in the time of Amsterdam."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    babel = Babel(
        app,
        default_locale=DEFAULT_LANGUAGE,
        default_timezone="Europe/Amsterdam",
        locale_selector=language,
    )
    texts = Texts()
    app.extensions["texts"] = texts
    babel.domain_instance = _Domain(texts)
    _install_texts(app, texts)


def said_instead(changes: Changes, offered: Offered) -> None:
    """From now on this process says `changes`, of each language, instead of its own texts.

    It speaks the languages that are `offered` too.
    """
    texts: Texts = current_app.extensions["texts"]
    texts.change(changes, offered)


def try_out(name: str, said: Mapping[str, Forms]) -> None:
    """Speak a language that is not offered, on this page only, for who has to approve it."""
    texts: Texts = current_app.extensions["texts"]
    texts.try_out(name, said)
    _tried.set(name)


def tried() -> str:
    """The language that this page speaks for who has to approve it, or nothing."""
    return _tried.get()


def language() -> str:
    """The language of this page."""
    return _spoken.get()


def asked() -> str:
    """The language of the address. Where a page is not there in it, the page speaks another."""
    return _asked.get()


def speak(name: str) -> None:
    """Say the rest of this page in another language than that of its address."""
    _spoken.set(name)


def direction(name: str) -> str:
    """How a language is written."""
    return "rtl" if name in RIGHT_TO_LEFT else "ltr"


def locale() -> str:
    """How this page writes days and numbers."""
    return LOCALES[_spoken.get()]


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Say things in another language than that of the page."""
    before = _spoken.set(name)
    try:
        yield
    finally:
        _spoken.reset(before)


@contextmanager
def saying(instead: Mapping[str, str]) -> Iterator[None]:
    """Say `instead` of some texts for a while, in the language that is spoken.

    For a part of a page that a process words in its own way, and to look at words before they are
    kept. What stands round it says what it always says.
    """
    texts: Texts = current_app.extensions["texts"]
    name = language()
    worded = _worded(texts[name], frozenset(instead.items()))
    before = _here.set((name, worded) if instead else _here.get())
    try:
        yield
    finally:
        _here.reset(before)


def speak_by_address(app: Flask) -> None:
    """Take the language off the address, in front of all that looks at one."""
    app.wsgi_app = _Front(app.wsgi_app)  # type: ignore[method-assign]


class _Front:
    """`/en/contact` is the page `/contact` of an application that stands under `/en`."""

    def __init__(self, inner: "WSGIApplication") -> None:
        self._inner = inner

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        _, first, *_rest = f"{environ.get('PATH_INFO', '')}/".split("/", 2)
        spoken = first if first in LOCALES else DEFAULT_LANGUAGE
        if spoken != DEFAULT_LANGUAGE:
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{first}"
            environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix(f"/{first}") or "/"
        before, asked_before = _spoken.set(spoken), _asked.set(spoken)
        tried_before = _tried.set("")
        try:
            return self._inner(environ, start_response)
        finally:
            _spoken.reset(before)
            _asked.reset(asked_before)
            _tried.reset(tried_before)


class Texts:
    """The catalogues of a process, with what is said instead of some texts."""

    def __init__(self) -> None:
        self._own = {name: _catalogue(name) for name in LANGUAGES}
        self._said = self._own
        self._changes: Changes = {}
        self._offered: Offered = {}
        self._tried: dict[str, tuple[Mapping[str, Forms], _Texts]] = {}

    def __getitem__(self, name: str) -> "_Texts":
        """What is said in a language; Dutch where it was taken from the offer meanwhile."""
        if name == _tried.get() != "":
            return self._tried[name][1]
        here = _here.get()
        if here is not None and here[0] == name:
            return here[1]
        return self._said.get(name) or self._said[DEFAULT_LANGUAGE]

    def spoken(self) -> tuple[str, int]:
        """The language of this page, and the edition of what is said in it."""
        name = _spoken.get()
        return name, self[name].edition

    def change(self, changes: Changes, offered: Offered) -> None:
        """Say this from now on."""
        if changes == self._changes and offered == self._offered:
            return
        said = {name: _changed(own, changes.get(name, {})) for name, own in self._own.items()}
        dutch = said[DEFAULT_LANGUAGE]
        said |= {name: _of_road(name, texts, dutch) for name, texts in offered.items()}
        self._said, self._changes, self._offered = said, changes, offered

    def try_out(self, name: str, said: Mapping[str, Forms]) -> None:
        """Know a language that is not offered, as it would be said now."""
        if name not in self._tried or self._tried[name][0] != said:
            self._tried[name] = said, _of_road(name, said, self._said[DEFAULT_LANGUAGE])

    def own(self, name: str) -> dict[str, str]:
        """Each text of the code as the program says it in a language; of those that say how many,
        each form by its own name."""
        texts, found = self._own[name], {}
        for text in self._own[DEFAULT_LANGUAGE]._catalog:
            if isinstance(text, tuple):
                found[name_of_form(*text)] = texts._catalog.get(text) or _english(*text)
            elif text:
                found[text] = texts.ugettext(text)
        return found


class _Texts(Translations):
    """A catalogue that makes each text ready for templates once."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.for_pages, self.for_mails = _Ready(self, Markup), _Ready(self, str)
        self.edition = next(_editions)
        """What is kept of a text is kept of an edition: no two say other things."""


class _Ready(dict[str, str]):
    """The texts that need nothing filled in, as a template shows them; `open` has the others."""

    def __init__(self, texts: _Texts, kind: Callable[[str], str]) -> None:
        super().__init__()
        self._texts = texts
        self._kind = kind
        self._open: dict[str, str] = {}

    def __missing__(self, text: str) -> str:
        said = self[text] = self.open(text) % {}
        return said

    def open(self, text: str) -> str:
        """The text with its places still to be filled."""
        said = self._open.get(text)
        if said is None:
            said = self._open[text] = self._kind(self._texts.ugettext(text))
        return said


def _catalogue(name: str) -> _Texts:
    found = _Texts.load(str(TRANSLATIONS), [name])
    return found if isinstance(found, _Texts) else _Texts()


def _english(message: str, form: int) -> str:
    """What the code itself says for one thing, and for more."""
    return message if form == 0 else _plurals()[message]


@lru_cache(maxsize=1)
def _plurals() -> dict[str, str]:
    """Of each text that says how many: what the code says for more. A catalogue that is in use
    does not know it."""
    name = TRANSLATIONS / DEFAULT_LANGUAGE / "LC_MESSAGES" / "messages.mo"
    with name.open("rb") as file:
        return {one.id[0]: one.id[1] for one in read_mo(file) if not isinstance(one.id, str)}


@lru_cache(maxsize=MOST_WORDINGS)
def _worded(own: _Texts, instead: frozenset[tuple[str, str]]) -> _Texts:
    """Made once for each wording: what is kept of a text is kept for who says it again."""
    return _changed(own, dict(instead))


def _changed(own: _Texts, changes: Mapping[str, str]) -> _Texts:
    said = _Texts()
    said.plural = own.plural
    for name, instead in changes.items():
        said._catalog[form_named(name) or name] = instead
    said.add_fallback(own)
    return said


def _of_road(name: str, texts: Mapping[str, Forms], dutch: _Texts) -> _Texts:
    said = _Texts()
    said.plural = c2py(get_plural(name).plural_expr)  # type: ignore[assignment]
    for message, forms in texts.items():
        said._catalog[message] = forms[0]
        said._catalog |= {(message, number): form for number, form in enumerate(forms)}
    said.add_fallback(dutch)
    return said


class _Domain(Domain):  # type: ignore[misc]
    """Gives the code the same texts as the templates."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts

    def get_translations(self) -> _Texts:
        return self._texts[language()]

    def ngettext(self, singular: str, plural: str, num: int, **variables: Any) -> str:
        """How many, `num`, has its thousands apart, as in a template."""
        text = self.get_translations().ungettext(singular, plural, num)
        return text % {"num": _number(num, locale()), **variables}


def lazy_number(value: int) -> LazyString:
    """A number in a sentence that is still to be said, as the language of its reader writes it."""
    return LazyString(lambda: _number(value, locale()))


@lru_cache(maxsize=MOST_NUMBERS)
def _number(value: int, of: str) -> str:
    return str(format_decimal(value, locale=of))


def _saying(instead: Mapping[str, str], *, caller: Callable[[], str]) -> str:
    """`{% call saying(instead) %}…{% endcall %}`: a part of a page in other words."""
    with saying(instead):
        return caller()


def _install_texts(app: Flask, texts: Texts) -> None:
    """Give templates the catalogues directly: a page asks for some hundred texts.

    As in Jinja's own, what fills a place is escaped, and a percent sign is written twice. A number
    of things, `num`, has its thousands apart.
    """

    @pass_eval_context
    def said(context: EvalContext, text: str, /, **values: object) -> str:
        spoken = texts[_spoken.get()]
        ready = spoken.for_pages if context.autoescape else spoken.for_mails
        return ready.open(text) % values if values else ready[text]

    @pass_eval_context
    def counted(
        context: EvalContext, single: str, plural: str, number: int, /, **values: object
    ) -> str:
        text = texts[_spoken.get()].ungettext(single, plural, number)
        if "num" not in values:
            values["num"] = _number(number, locale())
        kind = Markup if context.autoescape else str
        return kind(text) % values

    app.jinja_env.globals["saying"] = _saying
    app.jinja_env.globals["gettext"] = app.jinja_env.globals["_"] = said
    app.jinja_env.globals["ngettext"] = counted
