"""What every template can use: filters for people's numbers and moments, and `asset`."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from jinja2 import Environment, Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro

from participatie.core.i18n import RIGHT_TO_LEFT
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
    edition: Callable[[], int] = lambda: 0,
) -> None:
    """Give `environment` the filters and the global `asset`; `locale` is asked at each use.

    Lines that hold only a tag leave no empty line behind. Call it before any template is loaded.
    `remembered(macro)` is the macro that makes each thing once: for a small part that stands on
    page after page and depends on nothing but the numbers and words it is given, and the language;
    `edition` is the number of the texts that are said at this moment.

    `in_dutch()` is the attribute of what people wrote: on a page in another language it says that
    their words are Dutch.

    The filter of `formats.count` is called `count_of`, because Jinja has a `count` of its own.
    """
    for name, function in FILTERS.items():
        environment.filters[name] = _in_locale(function, locale)
    environment.template_class = _Template
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    environment.filters["code_groups"] = formats.code_groups
    environment.filters["held"] = formats.held
    environment.globals["asset"] = assets
    environment.globals["in_dutch"] = lambda: _in_dutch(locale())
    environment.extend(spoken=lambda: (locale(), edition()))
    environment.globals["remembered"] = _remembering(environment.spoken)  # type: ignore[attr-defined]


def _in_dutch(locale: str) -> str:
    if locale == "nl":
        return ""
    return " lang=nl dir=ltr" if locale in RIGHT_TO_LEFT else " lang=nl"


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
