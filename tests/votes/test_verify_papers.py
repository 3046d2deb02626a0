"""The checking program on votes with paper: what the board gave out, and what was counted."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from participatie.core.db import db
from participatie.votes.models.paper_ballots import PaperBallot, PaperPile
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.rounds import Channel
from participatie.votes.services import board
from tests.factories import ClerkFactory
from tests.votes.folders import checks, finish, opened_round, unpack
from tests.votes.steps import NOW, cast

pytestmark = [pytest.mark.usefixtures("context"), pytest.mark.database]


def to_paper(vote_round: VoteRound, keys, voter: str) -> None:
    """The desk gave this voter, who has voted, a paper."""
    key = keys.voter_key(vote_round.id, voter)
    on_paper = {"channel": Channel.PAPER, "version": Roll.version + 1}
    db.session.execute(update(Roll).where(Roll.voter_key == key).values(on_paper))
    board.write(vote_round.id, EntryKind.PAPER, {"overrides": True})
    db.session.commit()


def counted_paper(vote_round: VoteRound) -> None:
    """One paper came out of the box, and both who typed it found the same."""
    people = {"first_id": ClerkFactory().id, "second_id": ClerkFactory().id}
    pile = PaperPile(round_id=vote_round.id, number=1, papers=1, **people)
    db.session.add(pile)
    db.session.flush()
    db.session.add(PaperBallot(pile_id=pile.id, turn=1, number=1, answers=[["1"]]))
    db.session.flush()
    pile.agreed_at = NOW
    db.session.commit()


def voted(keys, number: int = 3) -> VoteRound:
    vote_round = opened_round()
    for voter in range(number):
        cast(vote_round, ["0"], keys=keys, voter=f"v1${voter}")
    board.take_up(vote_round.id, all_of_them=True)
    return vote_round


def test_a_vote_that_was_annulled_and_then_went_on_paper_checks(keys, few, tmp_path, capsys):
    vote_round = voted(keys)
    board.write(vote_round.id, EntryKind.ANNUL, {"entry": 2, "reason": "Niet zelf gestemd"})
    to_paper(vote_round, keys, "v1$1")
    counted_paper(vote_round)
    finish(vote_round, keys)
    unpack(vote_round.id, tmp_path)
    assert checks(tmp_path) == 0, capsys.readouterr().out


def test_a_paper_instead_of_a_vote_checks_and_without_its_entry_it_does_not(
    keys, few, tmp_path, capsys
):
    vote_round = voted(keys)
    to_paper(vote_round, keys, "v1$1")
    counted_paper(vote_round)
    finish(vote_round, keys)
    unpack(vote_round.id, tmp_path)
    assert checks(tmp_path) == 0, capsys.readouterr().out

    unseen = voted(keys)
    key = keys.voter_key(unseen.id, "v1$1")
    on_paper = update(Roll).where(Roll.voter_key == key)
    db.session.execute(on_paper.values(channel=Channel.PAPER, version=Roll.version + 1))
    db.session.commit()
    finish(unseen, keys)
    unpack(unseen.id, tmp_path / "unseen")
    assert checks(tmp_path / "unseen") == 1
    assert "overridden without paper" in capsys.readouterr().out


def test_more_votes_on_paper_than_papers_were_given_out_are_named(keys, few, tmp_path, capsys):
    vote_round = voted(keys)
    counted_paper(vote_round)
    finish(vote_round, keys)
    unpack(vote_round.id, tmp_path)
    assert checks(tmp_path) == 1
    assert "1 papers of 0 on the board" in capsys.readouterr().out
