"""What holds for every pile of papers, however it is taken in: when, by whom, and by two."""

from sqlalchemy import select

from participatie.core.db import db, hold_row
from participatie.core.errors import N_, Conflict, NotAllowed
from participatie.identity.rules import Actor
from participatie.votes.models.paper_ballots import PaperPile
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import acts as act_queries
from participatie.votes.rules.acts import Act
from participatie.votes.rules.rounds import Grade, RoundState
from participatie.votes.services import locks

MOST_PAPERS = 500  # in a pile: what two people type in an hour or two


def only_after_closing(vote_round: VoteRound, actor: Actor) -> None:
    """And before two people finalise: they see how much there is to count. Holds the round."""
    if not actor.is_clerk:
        raise NotAllowed(N_("Only the team of the municipality types paper ballots."))
    if vote_round.grade is Grade.LIGHT:
        raise Conflict(N_("This vote is counted by itself when it closes, so it has no paper."))
    if vote_round.rehearsal_of is not None:
        raise Conflict(N_("A rehearsal has no paper ballots."))
    locks.have_alone(vote_round.id)
    state = select(VoteRound.state).where(VoteRound.id == vote_round.id)
    is_closed = db.session.scalars(state).one() is RoundState.CLOSED
    finalised = act_queries.confirmed(vote_round.id, Act.FINALISE)
    if not is_closed or db.session.scalars(finalised).first() is not None:
        raise Conflict(N_("Papers are typed after the vote has closed and before it is counted."))


def hold(pile: PaperPile) -> None:
    """Keep others from changing a pile until the commit. Raises `Conflict` for one that is done."""
    hold_row(pile)
    if pile.agreed_at is not None:
        raise Conflict(N_("Both found the same on this pile, so nobody changes it."))


def turn_of(pile: PaperPile, actor: Actor) -> int:
    """Whether somebody takes this pile in first or second; the first free turn is theirs.

    Raises `NotAllowed` when two others do.
    """
    if actor.id == pile.first_id:
        return 1
    if actor.id == pile.second_id:
        return 2
    if pile.first_id is None:
        return 1
    if pile.second_id is None:
        return 2
    raise NotAllowed(N_("Two others type this pile. Take another one."))


def turn_held(pile: PaperPile, actor: Actor) -> int | None:
    """The turn that somebody has taken already; None before that."""
    return {pile.first_id: 1, pile.second_id: 2}.get(actor.id) if actor.id else None


def take_turn(pile: PaperPile, actor: Actor) -> int:
    """The turn of `actor`, which is theirs from now on."""
    turn = turn_of(pile, actor)
    if turn == 1:
        pile.first_id = actor.id
    else:
        pile.second_id = actor.id
    db.session.flush()
    return turn
