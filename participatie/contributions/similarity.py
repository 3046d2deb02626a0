"""Which titles resemble one that is being typed: the only user of rapidfuzz.

Loaded where it is asked for, and nowhere else: other pages need no room for it.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process, utils

FIRST_LOOK = 40
ROUGHLY, ALIKE = 45.0, 64.0
INSIDE = 0.9
"""How much it counts that all words of the one stand in the other, which may say far more."""

_SMALL = frozenset(
    {
        *(
            "aan",
            "bij",
            "dat",
            "de",
            "deze",
            "die",
            "dit",
            "door",
            "een",
            "en",
            "er",
            "graag",
            "het",
        ),
        *(
            "hier",
            "ik",
            "in",
            "is",
            "kom",
            "maar",
            "meer",
            "met",
            "mijn",
            "niet",
            "nog",
            "ook",
            "of",
        ),
        *(
            "om",
            "onze",
            "op",
            "over",
            "te",
            "tot",
            "uit",
            "van",
            "veel",
            "voor",
            "wat",
            "we",
            "wij",
        ),
        *("zijn", "zo"),
    }
)
_ENDINGS = re.compile(r"(?:tjes|jes|tje|je|heid|ingen|ing|eren|en|ers|er|es|e|s)$")


def most_similar(title: str, titles: Sequence[str], *, most: int) -> list[int]:
    """The places in `titles` of those that resemble `title` most, the nearest first.

    Words count by their stems, in any order: «Bomen op het plein» resembles «Een plein met boom».
    """
    rough = process.extract(
        title,
        titles,
        scorer=fuzz.token_ratio,
        processor=utils.default_process,
        score_cutoff=ROUGHLY,
        limit=FIRST_LOOK,
    )
    wanted = _stems(title)
    scored = [(_score(wanted, _stems(found)), -at) for found, _, at in rough]
    return [-at for score, at in sorted(scored, reverse=True) if score >= ALIKE][:most]


def _score(wanted: str, found: str) -> float:
    return max(fuzz.token_sort_ratio(wanted, found), INSIDE * fuzz.token_set_ratio(wanted, found))


def _stems(text: str) -> str:
    words = utils.default_process(text).split()
    return " ".join(sorted({_stem(word) for word in words if word not in _SMALL}))


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    """A word without accents and endings: enough to let «bomen» meet «boom»."""
    plain = unicodedata.normalize("NFKD", word)
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    stem = _ENDINGS.sub("", plain) if len(plain) > 4 else plain
    return re.sub(r"(.)\1+", r"\1", stem)
