"""Noticing that somebody at the desk gives out more new codes than usual."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement

from participatie.core.db import db
from participatie.votes.queries import letters as letter_queries
from participatie.votes.rules.desk import GivenOut, faster_than_usual, more_than_usual
from participatie.votes.rules.rounds import RollKind


@dataclass(frozen=True, slots=True)
class ManyCodes:
    """Of one vote: so many new codes, of one person; `is_by_speed`: how fast is what stands out."""

    round_id: int
    title: str
    person: str
    codes: int
    is_by_speed: bool = False


def many_codes(of: ColumnElement[bool]) -> list[ManyCodes]:
    """Who gave out more new codes than usual in the votes `of` which that is asked."""
    made = defaultdict[int, dict[int, GivenOut]](dict)
    rounds, names = dict[int, Any](), dict[int, str]()
    for row in db.session.execute(letter_queries.reissued().where(of)):
        made[row.round_id][row.made_by] = GivenOut(row.codes, row.in_an_hour, row.in_a_day)
        rounds[row.round_id] = row
        names[row.made_by] = row.public_name or row.email or str(row.made_by)
    return [
        ManyCodes(number, rounds[number].title, names[person], codes, _by_speed(rounds[number]))
        for number, by_person in made.items()
        for person, codes in _unusual(by_person, rounds[number]).items()
    ]


def _by_speed(of_round: Any) -> bool:
    return of_round.roll_kind is RollKind.OPEN


def _unusual(by_person: Mapping[int, GivenOut], of_round: Any) -> dict[int, int]:
    if _by_speed(of_round):
        return faster_than_usual(by_person)
    codes = {person: given.codes for person, given in by_person.items()}
    return more_than_usual(codes, letters=of_round.letters)
