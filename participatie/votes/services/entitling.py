"""Whether somebody may vote by where they live and how old they are.

A list of voters or a letter says that already; only who comes by logging in to a vote with an open
roll is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from participatie.audience.queries import audience_in, names_of
from participatie.audience.rules import Audience, Kind, stricter
from participatie.audience.services import check_in
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.identity.rules import Actor
from participatie.votes.queries.rounds import WHO_MAY
from participatie.votes.rules.rounds import RollKind


@dataclass(frozen=True, slots=True)
class RoundAudience:
    """For whom a round is, and the process whose group it asks for.

    What the process asks counts for an open roll only.
    """

    audience: Audience
    process_id: int | None
    has_open_roll: bool


def round_audience(round_id: int) -> RoundAudience:
    """For whom a round is. Raises `NotFound`."""
    row = db.session.execute(WHO_MAY, {"round": round_id}).one_or_none()
    if row is None:
        raise NotFound
    is_open = row.roll_kind is RollKind.OPEN
    of_process = audience_in(row) if is_open else Audience()
    audience = stricter(of_process, youngest=row.minimum_age, reference_date=row.on)
    return RoundAudience(audience, row.process_id, is_open)


@dataclass(frozen=True, slots=True)
class WhoMay:
    """For whom a round is, as its ballot tells it: all that casting asks, and nothing else.

    `areas` are the names of the areas where somebody must live, `is_asked` says whether who comes
    is asked: a list of voters or a letter says it already.
    """

    audience: Audience
    areas: Sequence[str]
    is_asked: bool

    @property
    def asks_home(self) -> bool:
        """Whether where somebody lives is told in words of its own."""
        return self.is_asked and self.audience != Audience()

    @property
    def can_be_tried(self) -> bool:
        """Whether somebody who wonders can find out with a postcode and a year of birth."""
        asked = self.audience
        is_more = asked.kind is not Kind.RESIDENTS or asked.asks_age or bool(asked.group)
        return self.is_asked and is_more


def who_may(round_id: int) -> WhoMay:
    """For whom a round is: by its own rule and by that of its process. Raises `NotFound`."""
    found = round_audience(round_id)
    areas: Sequence[str] = ()
    if found.has_open_roll and found.audience.area_ids:
        areas = db.session.scalars(names_of(sorted(found.audience.area_ids))).all()
    return WhoMay(found.audience, areas, found.has_open_roll)


def check_may_vote(round_id: int, *, actor: Actor, now: datetime) -> None:
    """Raise `NotAllowed` when `actor` is not in the audience of a round, `AskedFirst` when they can
    still say so."""
    of_round = round_audience(round_id)
    if of_round.has_open_roll:
        check_in(of_round.audience, of_round.process_id, actor=actor, now=now)
