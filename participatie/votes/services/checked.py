"""Casting the draft that was checked: the road of every vote in a browser."""

import json
from uuid import UUID

from sqlalchemy import bindparam, select

from participatie.core.db import db
from participatie.core.errors import N_, Conflict, NotFound
from participatie.votes.keys import Keys, KeysGone, Receipt, SealBroken
from participatie.votes.models.drafts import VoteDraft
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.drafts import Draft
from participatie.votes.rules.rounds import Channel, Voter
from participatie.votes.services import casting, drafts

_WAITING = (
    select(VoteRound.rules_hash, VoteRound.seal_public, VoteDraft.kept, VoteDraft.press)
    .outerjoin(
        VoteDraft,
        (VoteDraft.round_id == VoteRound.id)
        & (VoteDraft.owner == bindparam("owner", type_=VoteDraft.owner.type)),
    )
    .where(VoteRound.id == bindparam("round", type_=VoteRound.id.type))
)
"""Made once: every cast asks it."""


class DraftChanged(Conflict):
    """What is kept now is not what was checked under this press."""

    def __init__(self) -> None:
        super().__init__(N_("Your list has changed since you checked it. Check it again."))


def cast(round_id: int, press: UUID, *, who: Voter | str, owner: bytes, keys: Keys) -> None:
    """Cast the draft of `owner` that was checked under `press`; once, however often it is sent.

    `who` is the voter, or the pseudonym of who is logged in. Raises `DraftChanged`,
    `NotFound`, and what `casting.cast` raises.
    """
    asked = {"round": round_id, "owner": owner}
    waiting = db.session.connection().execute(_WAITING, asked).one_or_none()
    if waiting is None:
        raise NotFound
    if waiting.press != press:
        return _cast_before(round_id, press, who, keys)
    try:
        voter, plain, receipt = _opened(
            round_id, who, press, owner=owner, kept=waiting.kept, keys=keys
        )
    except SealBroken:  # locked with another key, after a restored backup: the same as no draft
        return _cast_before(round_id, press, who, keys)
    box = casting.box(round_id, waiting.rules_hash, waiting.seal_public)
    draft = Draft.of(box.paper, json.loads(plain))
    given = [draft.given[question.code] for question in box.paper.questions]
    casting.put_in(box, given, voter=voter, press=press, receipt=receipt, owner=owner)
    return None


def _opened(
    round_id: int, who: Voter | str, press: UUID, *, owner: bytes, kept: bytes, keys: Keys
) -> tuple[Voter, bytes, Receipt]:
    """Who casts, what the draft holds, and the receipt that belongs to the press."""
    if isinstance(who, Voter):
        return who, keys.unwrap(owner, kept), keys.receipt(round_id, who.key, press)
    pressed = keys.pressed(round_id, who, press, owner=owner, kept=kept)
    return Voter(pressed.voter_key, Channel.LOGIN), pressed.plain, pressed.receipt


def _cast_before(round_id: int, press: UUID, who: Voter | str, keys: Keys) -> None:
    try:
        key = who.key if isinstance(who, Voter) else keys.voter_key(round_id, who)
    except KeysGone:  # not made yet, or destroyed: nothing is cast there
        raise DraftChanged from None
    if not drafts.was_cast(round_id, press, key):
        raise DraftChanged
