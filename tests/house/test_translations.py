"""Every text stands in the Dutch catalogue, complete and in plain words."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tests.texts import CATALOGUE, ROOT, dutch

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
FORBIDDEN = re.compile(
    r"\b(middels|ingezetenen?|dient|dienen te|derhalve|betreffende|inzake|teneinde|alsmede|"
    r"conform|eveneens|indien|reeds|slechts|tevens|voornoemde?)\b",
    re.IGNORECASE,
)
MOST_WORDS = 20
METHODS = [
    ("participatie/**.py", "python"),
    ("participatie/**.html", "jinja2"),
    ("participatie/**/templates/**.txt", "jinja2"),
]
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "N_": None, "ngettext": (1, 2)}


def _extracted() -> set[str]:
    found = extract_from_dir(ROOT, METHODS, keywords=KEYWORDS)
    return {m if isinstance(m, str) else m[0] for _, _, m, _, _ in found}


def _catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file)


def test_the_catalogue_holds_exactly_the_texts_of_the_program():
    known = {m.id if isinstance(m.id, str) else m.id[0] for m in _catalogue() if m.id}
    extracted = _extracted()
    assert not extracted - known, "run `make messages` and translate what is new"
    assert not known - extracted, "run `make messages`: these are no longer used"


def test_every_text_has_its_dutch():
    missing = [m.id for m in _catalogue() if m.id and (not m.string or m.fuzzy)]
    assert not missing


def test_a_translation_keeps_the_values():
    for message in _catalogue():
        if not message.id or not isinstance(message.id, str):
            continue
        wanted = set(PLACEHOLDER.findall(message.id))
        assert set(PLACEHOLDER.findall(str(message.string))) == wanted, message.id


@pytest.mark.parametrize("text", sorted(set(dutch().values())))
def test_a_text_is_plain_dutch(text):
    assert not FORBIDDEN.search(text)
    for sentence in re.split(r"(?<=[.!?:])\s+", text):
        assert len(sentence.split()) <= MOST_WORDS, sentence
