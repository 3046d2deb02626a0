"""Finding the point of an address, by a service that may be slow or away."""

import json
import re
from dataclasses import dataclass
from http.client import HTTPException, HTTPSConnection
from typing import Any, Protocol
from urllib.parse import urlencode

from participatie.core.errors import N_, Invalid
from participatie.maps.rules import LONGEST_ADDRESS, Point, point_in

HOST = "api.pdok.nl"
PATH = "/bzk/locatieserver/search/v3_1/free"
SECONDS = 3
"""How long somebody waits for an address at most."""
MOST_FOUND = 8
MOST_BYTES = 200_000

_POINT = re.compile(r"POINT\(([\d.]+) ([\d.]+)\)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Address:
    """An address or a street, as it is shown, and where it is."""

    name: str
    point: Point


class AddressesAway(Exception):
    """The service that knows addresses does not answer."""


class Addresses(Protocol):
    """What knows where an address is."""

    def find(self, typed: str, *, municipality: str) -> list[Address]:
        """The addresses that fit what was typed, the best first. Raises `AddressesAway`."""


class NoAddresses:
    """Nobody is asked, and no address is found."""

    def find(self, typed: str, *, municipality: str) -> list[Address]:
        raise AddressesAway


class Pdok:
    """The Locatieserver of PDOK: all addresses and streets of the Netherlands, free and open.

    It hears what was typed, and not by whom: the site asks, not the browser.
    """

    def find(self, typed: str, *, municipality: str) -> list[Address]:
        asked = [
            ("q", typed),
            ("fq", "type:(weg OR adres OR postcode)"),
            ("fq", f'gemeentenaam:"{_bare(municipality)}"'),
            ("fl", "weergavenaam,centroide_ll"),
            ("rows", str(MOST_FOUND)),
        ]
        return addresses_in(_answer(f"{PATH}?{urlencode(asked)}"))


class StubAddresses:
    """The streets of Waterlanden, for trying out without anybody else."""

    STREETS = (
        ("Havenplein, Oude Haven", Point(52.5131, 4.9342)),
        ("Sluisweg, Oude Haven", Point(52.5102, 4.9241)),
        ("Parklaan, Parkwijk", Point(52.5149, 4.9664)),
        ("Kastanjelaan, Parkwijk", Point(52.5112, 4.9783)),
        ("Dorpsstraat, Centrum", Point(52.5038, 4.9521)),
        ("Marktplein, Centrum", Point(52.5044, 4.9468)),
        ("Polderweg, Zuiderpolder", Point(52.4953, 4.9312)),
        ("Stationsweg, Nieuwland", Point(52.4952, 4.9725)),
    )

    def find(self, typed: str, *, municipality: str) -> list[Address]:
        words = [word for word in typed.casefold().replace(",", " ").split() if word.isalpha()]
        return [
            Address(f"{name}, {municipality}", point)
            for name, point in self.STREETS
            if words and all(word in name.casefold() for word in words)
        ]


SERVICES: dict[str, type[Addresses]] = {"pdok": Pdok, "stub": StubAddresses, "none": NoAddresses}


def asked(typed: str) -> str:
    """An address to look for. Raises `Invalid`."""
    words = " ".join(typed.split())
    if not 2 <= len(words) <= LONGEST_ADDRESS:
        raise Invalid(N_("Fill in a street or an address, like Dorpsstraat 12."), field="address")
    return words


def addresses_in(answer: Any) -> list[Address]:
    """The addresses in an answer of the Locatieserver; what cannot be read is left out."""
    try:
        found = [(str(one["weergavenaam"]), str(one["centroide_ll"])) for one in _rows(answer)]
    except (KeyError, TypeError):
        raise AddressesAway from None
    places = [(name, _POINT.fullmatch(place)) for name, place in found]
    return [
        Address(name[:LONGEST_ADDRESS], point)
        for name, place in places
        if place and (point := _point(place[2], place[1]))
    ]


def _rows(answer: Any) -> list[Any]:
    rows = answer["response"]["docs"]
    if not isinstance(rows, list):
        raise TypeError
    return rows[:MOST_FOUND]


def _point(latitude: str, longitude: str) -> Point | None:
    try:
        return point_in(f"{latitude[:12]}, {longitude[:12]}")
    except Invalid:
        return None


def _answer(path: str) -> Any:
    connection = HTTPSConnection(HOST, timeout=SECONDS)
    try:
        connection.request("GET", path, headers={"Accept": "application/json"})
        response = connection.getresponse()
        if response.status != 200:
            raise AddressesAway
        return json.loads(response.read(MOST_BYTES))
    except (OSError, HTTPException, ValueError) as error:
        raise AddressesAway from error
    finally:
        connection.close()


def _bare(municipality: str) -> str:
    """The name without what would end it in a question."""
    return re.sub(r'["\\]', "", municipality)
