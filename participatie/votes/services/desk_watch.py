"""Noticing that somebody at the desk gives out more new codes than usual."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import ColumnElement

from participatie.core.db import db
from participatie.votes.queries import letters as letter_queries
from participatie.votes.rules.desk import more_than_usual


@dataclass(frozen=True, slots=True)
class ManyCodes:
    """Of one vote: so many new codes, of one person."""

    round_id: int
    title: str
    person: str
    codes: int


def many_codes(of: ColumnElement[bool]) -> list[ManyCodes]:
    """Who gave out more new codes than usual in the votes `of` which that is asked."""
    made = defaultdict[int, dict[int, int]](dict)
    letters, titles, names = dict[int, int](), dict[int, str](), dict[int, str]()
    for row in db.session.execute(letter_queries.reissued().where(of)):
        made[row.round_id][row.made_by] = row.codes
        letters[row.round_id], titles[row.round_id] = row.letters, row.title
        names[row.made_by] = row.public_name or row.email or str(row.made_by)
    return [
        ManyCodes(number, titles[number], names[person], codes)
        for number, by_person in made.items()
        for person, codes in more_than_usual(by_person, letters=letters[number]).items()
    ]
