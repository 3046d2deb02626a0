"""Three key holders of a vote of the grade zwaar, whose pass phrases are quick to try."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from nacl import pwhash
from sqlalchemy.orm import Session

from participatie.votes.models.holders import KeyHolder
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.holders import LETTERS, Named
from participatie.votes.sealer.holders import Brought, Strength, split
from tests.factories import LONG_AGO

QUICK = Strength(pwhash.argon2id.MEMLIMIT_MIN, pwhash.argon2id.OPSLIMIT_MIN)
THREE = (
    Named("Anna de Wit", "een zachte regen valt"),
    Named("Bram Jansen", "twee grijze ganzen vliegen"),
    Named("Coby Smit", "drie rode fietsen staan"),
)


@dataclass(frozen=True, slots=True)
class Files:
    """What the holders took home."""

    files: tuple[bytes, bytes, bytes]

    def of(self, holder: int) -> Brought:
        return Brought(self.files[holder], THREE[holder].phrase)


def three_holders(
    session: Session | Any, vote_round: VoteRound, *, are_proven: bool = True
) -> Files:
    """Divide the key of `vote_round`, as if the holders had done it long ago."""
    made = split(vote_round.id, [one.phrase for one in THREE], strength=QUICK)
    vote_round.seal_public = made.public
    vote_round.head_public = vote_round.head_public or bytes(32)
    for letter, one, file in zip(LETTERS, THREE, made.files, strict=True):
        session.add(
            KeyHolder(
                round_id=vote_round.id,
                letter=letter,
                name=one.name,
                file_hash=hashlib.sha256(file).digest(),
                waiting=None,
                proven_at=LONG_AGO if are_proven else None,
            )
        )
    session.commit()
    return Files(made.files)
