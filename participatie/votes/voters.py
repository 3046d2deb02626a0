"""Who casts in this request: for the edges, which pass it down as a `Voter`."""

from flask import current_app

from participatie.identity.current import vote_pseudonym
from participatie.votes.keys import Keys
from participatie.votes.rules.rounds import Channel, Voter


def vote_keys() -> Keys:
    """Who holds the keys of the votes of this site."""
    keys: Keys = current_app.extensions["vote_keys"]
    return keys


def voter_of(round_id: int) -> Voter | None:
    """The voter of this request in a round; None when nobody is logged in who can vote."""
    pseudonym = vote_pseudonym()
    if pseudonym is None:
        return None
    return Voter(vote_keys().voter_key(round_id, pseudonym), Channel.LOGIN)
