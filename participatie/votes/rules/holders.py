"""Who holds the key of a vote of the grade zwaar: three people, of whom any two open it."""

from collections.abc import Sequence
from dataclasses import dataclass

from participatie.core.errors import N_, Invalid

LETTERS = "ABC"
LEAST_PHRASE = 16
"""Characters of a pass phrase: four short words."""
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who becomes key holder, with the pass phrase that they chose."""

    name: str
    phrase: str


def check_named(named: Sequence[Named]) -> None:
    """Three people with a name and a long pass phrase of their own, no two the same.

    Raises `Invalid` with the field: `name_a`, `phrase_a` and so on.
    """
    names, phrases = set[str](), set[str]()
    for letter, one in zip(LETTERS.lower(), named, strict=True):
        name, phrase = " ".join(one.name.split()).casefold(), " ".join(one.phrase.split())
        if not name:
            raise Invalid(N_("Fill in who holds this key."), field=f"name_{letter}")
        if name in names:
            raise Invalid(
                N_("Two key holders have the same name. Choose three people."),
                field=f"name_{letter}",
            )
        if len(phrase) < LEAST_PHRASE:
            raise Invalid(
                N_("This pass phrase is too short. Use at least %(least)s characters."),
                field=f"phrase_{letter}",
                least=LEAST_PHRASE,
            )
        if phrase in phrases:
            raise Invalid(
                N_("Two key holders have the same pass phrase. Each must choose their own."),
                field=f"phrase_{letter}",
            )
        names.add(name)
        phrases.add(phrase)
