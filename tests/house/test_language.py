"""The Dutch of the whole catalogue: short sentences and easy words, measured.

A measure is a proxy: B1 is a judgement of people. It does notice when a text turns official.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from babel.messages.pofile import read_po

from tests.texts import CATALOGUE

MEAN_WORDS = 12
EASY = 60
LONG_TEXT = 20  # words; of a shorter text one hard word says nothing

VALUE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
MARKUP = re.compile(r"<[^>]+>")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
VOWELS = re.compile(r"aai|ooi|oei|eeu|ieu|aa|ee|oo|uu|ie|oe|eu|ui|ou|au|ij|ei|[aeiouyáéíóúàèëïöüê]")


@dataclass(frozen=True)
class Measured:
    """A text in numbers."""

    sentences: int
    words: int
    syllables: int

    def __add__(self, other: Measured) -> Measured:
        return Measured(
            self.sentences + other.sentences,
            self.words + other.words,
            self.syllables + other.syllables,
        )

    @property
    def ease(self) -> float:
        """The score of Flesch-Douma: 100 is very easy, 0 is for lawyers."""
        return 206.84 - 0.93 * self.words / self.sentences - 77 * self.syllables / self.words


def syllables(word: str) -> int:
    """How many syllables a Dutch word has, by its groups of vowels."""
    return max(1, len(VOWELS.findall(word.lower())))


def measured(text: str) -> Measured:
    """The numbers of a text; a value that is filled in counts as one easy word."""
    plain = MARKUP.sub("", VALUE.sub("dit", text))
    sentences = [part for part in re.split(r"[.!?:;]+(?:\s|$)|\n", plain) if WORD.search(part)]
    words = WORD.findall(plain)
    return Measured(len(sentences), len(words), sum(syllables(word) for word in words))


def texts() -> list[str]:
    """Every Dutch text, plurals apart."""
    with CATALOGUE.open("rb") as file:
        messages = [m for m in read_po(file) if m.id]
    found = [
        text
        for m in messages
        for text in ([m.string] if isinstance(m.string, str) else m.string or ())
    ]
    return [text for text in found if measured(text).words]


def sentences() -> list[str]:
    """The texts that are sentences, not labels."""
    return [text for text in texts() if text.rstrip().endswith((".", "!", "?"))]


@pytest.mark.parametrize(
    ("word", "number"),
    [("stem", 1), ("gemeente", 3), ("bewonersbegroting", 6), ("voorstel", 2), ("idee", 2)],
)
def test_syllables_are_counted_as_spoken(word, number):
    assert syllables(word) == number


def test_plain_words_score_high_and_official_words_low():
    plain = "U kiest de plannen. U ziet wat het kost. Daarna stemt u."
    official = (
        "Middels de onderhavige beschikking wordt de participatieverordening geëffectueerd "
        "conform de gemeentelijke inspraakprocedures en aanverwante beleidsdocumenten."
    )
    assert measured(plain).ease > 90
    assert measured(official).ease < 0


def test_a_sentence_has_twelve_words_at_most_on_average():
    every = [measured(text) for text in sentences()]
    assert sum(m.words for m in every) / sum(m.sentences for m in every) <= MEAN_WORDS


def test_all_texts_together_are_easy_to_read():
    total = sum((measured(text) for text in sentences()), Measured(0, 0, 0))
    assert total.ease >= EASY, f"{total.ease:.1f}"


@pytest.mark.parametrize("text", [t for t in sentences() if measured(t).words >= LONG_TEXT])
def test_no_longer_text_is_hard(text):
    assert measured(text).ease >= EASY
