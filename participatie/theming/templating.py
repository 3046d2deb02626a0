"""What every template can use: filters for people's numbers and moments, and `asset`."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from jinja2 import Environment, Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro

from participatie.core.html import within
from participatie.core.i18n import DEFAULT_LANGUAGE, direction
from participatie.theming import formats
from participatie.theming.assets import Assets

MOST_REMEMBERED = 4096

FILTERS: dict[str, Callable[..., object]] = {
    "ago": formats.ago,
    "count_of": formats.count,
    "day": formats.day,
    "left": formats.left,
    "moment": formats.moment,
    "money": formats.money,
    "number": formats.number,
    "percent": formats.percent,
    "until": formats.until,
    "weekday": formats.weekday,
}


Spoken = tuple[str, int]
"""In which language, and of which edition its texts are."""


class _Template(Template):
    """A template that is imported is read once for each language, for as long as its texts stay.

    Jinja asks at each import whether the importing template was given globals of its own; here
    none is, and to ask costs more than the import.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        language, edition = self.environment.spoken()  # type: ignore[attr-defined]
        read = self.__dict__.setdefault("read", {})
        known = read.get(language)
        if known is None or known[0] != edition:
            known = read[language] = (edition, self.make_module())
        module: TemplateModule = known[1]
        return module


def install(
    environment: Environment,
    *,
    assets: Assets,
    locale: Callable[[], str] = lambda: "nl",
    spoken: Callable[[], Spoken] = lambda: ("nl", 0),
) -> None:
    """Give `environment` the filters and the global `asset`; `locale` is asked at each use.

    Lines that hold only a tag leave no empty line behind. Call it before any template is loaded.
    `remembered(macro)` is the macro that makes each thing once: for a small part that stands on
    page after page and depends on nothing but the numbers and words it is given, and the language;
    `spoken` says in which, and the number of the texts that are said at this moment.

    `in_dutch()` is the attribute of what the municipality wrote: on a page in another language it
    says that these words are Dutch. `title_of(thing)` is a title, and `words_of(thing, words)` are
    other words of it, in the language of the thing: for within a sentence, a link or a heading.
    `lang_of(thing)` is the attribute of an element that holds nothing else. In an attribute of HTML
    stands `thing.title`: it can hold no language of its own.

    The filter of `formats.count` is called `count_of`, because Jinja has a `count` of its own.
    """
    for name, function in FILTERS.items():
        environment.filters[name] = _in_locale(function, locale)
    environment.template_class = _Template
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    environment.filters["code_groups"] = formats.code_groups
    environment.filters["held"] = formats.held
    environment.filters["phone"] = formats.phone
    environment.filters["address_parts"] = formats.address_parts
    environment.filters["tel"] = formats.tel
    environment.globals["asset"] = assets
    environment.globals["words_of"] = lambda thing, words: _words_of(thing, words, locale())
    environment.globals["title_of"] = lambda thing: _words_of(
        thing, environment.getattr(thing, "title"), locale()
    )
    environment.globals["lang_of"] = lambda thing: _lang(_language_of(thing), locale())
    environment.globals["in_dutch"] = lambda: _lang(DEFAULT_LANGUAGE, locale())
    environment.extend(spoken=spoken)
    environment.globals["remembered"] = _remembering(spoken)


def _words_of(thing: object, words: str, locale: str) -> str:
    said = _lang(_language_of(thing), locale)
    return within("span", said, words) if said and words else words


def _language_of(thing: object) -> str:
    """Things that do not say in which language they are were written in Dutch."""
    code: str = getattr(thing, "language", DEFAULT_LANGUAGE)
    return code


def _lang(code: str, locale: str) -> str:
    """The attribute that says a language, where the page speaks another."""
    page = locale.partition("_")[0]
    if code == page:
        return ""
    turned = "" if direction(code) == direction(page) else f" dir={direction(code)}"
    return f" lang={code}{turned}"


def _remembering(
    spoken: Callable[[], Spoken],
) -> Callable[[Macro], Callable[..., str]]:
    def remembered(macro: Macro) -> Callable[..., str]:
        @lru_cache(maxsize=MOST_REMEMBERED)
        def made(_spoken: Spoken, *arguments: object, **named: object) -> str:
            return macro(*arguments, **named)

        def part(*arguments: object, **named: object) -> str:
            return made(spoken(), *arguments, **named)

        return part

    return remembered


def _in_locale(function: Callable[..., object], locale: Callable[[], str]) -> Callable[..., object]:
    def localised(value: object, *arguments: str | datetime) -> object:
        return function(value, *arguments, locale=locale())

    return localised
