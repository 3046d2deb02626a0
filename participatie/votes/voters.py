"""Who casts in this request: for the edges, which pass it down as a `Voter`."""

from flask import current_app, session

from participatie.core.db import db
from participatie.core.errors import N_, Conflict
from participatie.identity.current import vote_pseudonym
from participatie.identity.sessions import LETTER
from participatie.votes.keys import Keys, KeysGone
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import letters as letter_queries
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.rounds import Channel, Voter


def vote_keys() -> Keys:
    """Who holds the keys of the votes of this site."""
    keys: Keys = current_app.extensions["vote_keys"]
    return keys


def caster(round_id: int) -> Voter | str | None:
    """Who casts in a round in this request: who holds a letter, else the pseudonym of who is
    logged in.

    None when nobody is there who can vote. A code that was revoked meanwhile is no code.
    """
    by_letter = _by_letter(round_id)
    return Voter(by_letter, Channel.CODE) if by_letter is not None else vote_pseudonym()


def voter_of(round_id: int) -> Voter | None:
    """The voter of this request in a round; None when nobody is there who can vote.

    Raises `Conflict` when there are no keys any more by which the roll knows who is logged in.
    """
    who = caster(round_id)
    if not isinstance(who, str):
        return who
    try:
        return Voter(vote_keys().voter_key(round_id, who), Channel.LOGIN)
    except KeysGone:
        raise Conflict(
            N_("The keys of this vote are destroyed. Nobody can look up any more who voted.")
        ) from None


def holds_letter(round_id: int) -> bool:
    """Whether who makes this request came in with a letter of this round."""
    return _by_letter(round_id) is not None


def rehearsal_here(round_id: int | None) -> VoteRound | None:
    """The open rehearsal of a round, for who holds one of its test codes; else nothing.

    A vote that is rehearsed is not open itself, so what is done here never reaches its box.
    """
    of_round, _ = session.get(LETTER, (None, None))
    if of_round is None or round_id is None or not holds_letter(of_round):
        return None
    return db.session.scalars(round_queries.open_rehearsal(of_round, of=round_id)).one_or_none()


def _by_letter(round_id: int) -> bytes | None:
    of_round, code_id = session.get(LETTER, (None, None))
    if of_round != round_id:
        return None
    return db.session.scalars(letter_queries.code_that_works(round_id, code_id)).one_or_none()
