"""A result as somebody may see it: what was published, or what two people are about to publish."""

from collections.abc import Sequence
from dataclasses import dataclass

from participatie.core.db import db
from participatie.core.errors import N_, NotAllowed, NotFound
from participatie.identity.rules import Actor
from participatie.votes.models.acts import PublishedResult
from participatie.votes.models.ballots import Tally
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import results as result_queries
from participatie.votes.rules.acts import may_see_count
from participatie.votes.rules.rounds import RoundState
from participatie.votes.rules.versions import Difference, differences
from participatie.votes.services import acts, closers

NO_RESULT = N_("There is no result yet.")


@dataclass(frozen=True, slots=True)
class Version:
    """One count of a round: `published` is None while only who closes the vote may see it.

    `others` are the other versions that everybody can read, `changes` what differs from the
    version before this one, of all questions together; None for the first.
    """

    tallies: Sequence[Tally]
    published: PublishedResult | None
    others: Sequence[PublishedResult]
    changes: Sequence[Difference] | None


def version(round_id: int, number: int | None = None) -> Version:
    """The version with this number, else the newest. Raises `NotFound` before publishing."""
    tallies = db.session.scalars(result_queries.visible_tallies(round_id, number)).all()
    if not tallies:
        raise NotFound(NO_RESULT)
    shown = _newest_of_each(round_id)
    this = next(one for one in shown if number in {None, one.number})
    others = [one for one in shown if one.number != this.number]
    return Version(tallies, this, others, _since(round_id, this.number - 1, tallies))


def to_publish(vote_round: VoteRound, *, actor: Actor) -> Version:
    """The newest count as everybody will see it. Raises `NotAllowed` and `NotFound`."""
    if not may_see_count(actor, closers=closers.named(vote_round)):
        raise NotAllowed(N_("Only who closes this vote sees the result before everybody does."))
    tallies = acts.counts(vote_round.id)
    is_counted = vote_round.state in {RoundState.COUNTED, RoundState.PUBLISHED}
    if not is_counted or not tallies or acts.undecided(tallies):
        raise NotFound(NO_RESULT)
    shown = _newest_of_each(vote_round.id)
    last = shown[0].number if shown else 0
    return Version(tallies, None, shown, _since(vote_round.id, last, tallies))


def _newest_of_each(round_id: int) -> list[PublishedResult]:
    """What was published, the newest version first; final instead of provisional."""
    newest: dict[int, PublishedResult] = {}
    for one in db.session.scalars(result_queries.published_results(round_id)):
        newest.setdefault(one.number, one)
    return list(newest.values())


def _since(round_id: int, number: int, tallies: Sequence[Tally]) -> list[Difference] | None:
    if number < 1:
        return None
    before = db.session.scalars(result_queries.visible_tallies(round_id, number)).all()
    return [
        difference
        for old, new in zip(before, tallies, strict=True)
        for difference in differences(old.result, new.result)
    ]
