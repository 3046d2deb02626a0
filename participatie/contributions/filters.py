"""What a reader chooses on a list; it stands in the address and refuses nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple, Self

from participatie.contributions.lists import LONGEST_SEARCH, Asked, Since, words_of
from participatie.contributions.orders import ALWAYS, Order
from participatie.core.html import readable

SINCE = {"week": Since.WEEK, "maand": Since.MONTH, "jaar": Since.YEAR}

Options = tuple[tuple[str, str], ...]

MOST_OFFERS = 64


class Choice(NamedTuple):
    """One thing to choose: its name in the address, the options, and the one that is chosen.

    The words for them stand in the template; an area brings its own name.
    """

    name: str
    options: Options
    chosen: str


@dataclass(frozen=True, slots=True)
class Filters:
    """The words that are looked for and what is chosen, by their names in the address.

    A kind of list says by which names its orders go, the drawn one first.
    """

    orders: ClassVar[Mapping[str, Order]]
    more: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """What else such a list lets one choose: a name and its values."""

    words: str
    tag: str
    chosen: tuple[tuple[str, str], ...]
    choices: tuple[Choice, ...]

    @classmethod
    def read(
        cls,
        said: Mapping[str, str],
        *,
        areas: Iterable[Any],
        categories: Iterable[str],
        offered: Iterable[Order],
    ) -> Self:
        """What an address asks for; what is not on offer counts as not chosen."""
        words, tag = _typed(said, "zoek"), _typed(said, "trefwoord")
        words = words if words_of(words) else ""  # a mark alone looks for nothing
        choices = tuple(
            Choice(name, options, _known(said.get(name, ""), options))
            for name, options in _on_offer(
                cls._orders(bool(words), set(offered)),
                tuple(areas),
                tuple(categories),
                tuple(cls.more.items()),
            )
        )
        chosen = tuple((choice.name, choice.chosen) for choice in choices if choice.chosen)
        return cls(words, tag, chosen, choices)

    @classmethod
    def _orders(cls, searches: bool, offered: set[Order]) -> tuple[str, ...]:
        """The orders on offer; the empty one is what a reader gets who chooses none.

        That is the drawn order, or for who looks for words what fits best.
        """
        standing = tuple(
            name for name, order in cls.orders.items() if order in ALWAYS or order in offered
        )
        return ("", *(standing if searches else standing[1:]))

    @property
    def asked(self) -> Asked:
        """What of the list is asked."""
        said = dict(self.chosen)
        return Asked(
            words=self.words,
            tag=self.tag,
            category=said.get("thema", ""),
            area_id=int(said["wijk"]) if "wijk" in said else None,
            since=SINCE.get(said.get("sinds", "")),
        )

    @property
    def order(self) -> Order:
        """In which order: what fits best first for who looks for words, else as they are drawn."""
        otherwise = Order.MATCH if self.words else ALWAYS[0]
        return self.orders.get(dict(self.chosen).get("volgorde", ""), otherwise)

    @property
    def narrows(self) -> bool:
        """Whether the list may be shorter for it."""
        return bool(self.words) or self.chooses

    @property
    def chooses(self) -> bool:
        """Whether the list may be shorter for something else than words."""
        return bool(self.tag) or any(name != "volgorde" for name, _ in self.chosen)

    @property
    def address(self) -> dict[str, str]:
        """What stands in the address of this list."""
        typed = {"zoek": self.words, "trefwoord": self.tag}
        return {name: words for name, words in typed.items() if words} | dict(self.chosen)


@lru_cache(maxsize=MOST_OFFERS)
def _on_offer(
    orders: tuple[str, ...],
    areas: tuple[Any, ...],
    categories: tuple[str, ...],
    more: tuple[tuple[str, tuple[str, ...]], ...],
) -> tuple[tuple[str, Options], ...]:
    """What a list lets one choose: the same for all who read it, until the griffie changes it."""
    all_of_them: tuple[tuple[str, Options], ...] = (
        ("wijk", (("", ""), *((str(area.id), area.name) for area in areas))),
        ("thema", (("", ""), *((name, name) for name in categories))),
        *((name, _unnamed(("", *values))) for name, values in more),
        ("sinds", _unnamed(("", *SINCE))),
        ("volgorde", _unnamed(orders)),
    )
    return tuple((name, options) for name, options in all_of_them if len(options) > 1)


def _typed(said: Mapping[str, str], name: str) -> str:
    return " ".join(readable(said.get(name, "")).split())[:LONGEST_SEARCH].strip()


def _known(said: str, options: Options) -> str:
    return said if any(said == value for value, _ in options) else ""


def _unnamed(values: Iterable[str]) -> Options:
    return tuple((value, "") for value in values)
