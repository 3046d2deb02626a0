"""The order of the board says nothing of when somebody voted."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from participatie.core.db import db
from participatie.core.errors import Conflict
from participatie.identity.rules import VISITOR
from participatie.votes import tasks
from participatie.votes.models.ballots import Ballot
from participatie.votes.models.board import BoardEntry, OpenedBallot
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules import board as rules
from participatie.votes.rules import publication
from participatie.votes.rules.acts import Act
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.rounds import Publication
from participatie.votes.services import amending, board, closing, counting, own_votes
from tests.factories import soon
from tests.votes.folders import checks, finish, opened_round, published, unpack
from tests.votes.steps import NOW, cast, end, loaded, make_round, rows
from tests.votes.two_people import agreed

pytestmark = [pytest.mark.usefixtures("context"), pytest.mark.database]


def on_the_board() -> list[bytes]:
    told = select(BoardEntry.leaf).where(BoardEntry.kind == EntryKind.CAST)
    return [*db.session.scalars(told.order_by(BoardEntry.seq))]


def voters_on_the_board() -> set[bytes]:
    told = select(Ballot.voter_key).where(Ballot.leaf.in_(on_the_board()))
    return {*db.session.scalars(told)}


def test_casts_wait_and_go_on_the_board_together_in_an_order_that_says_nothing(keys, monkeypatch):
    monkeypatch.setattr(rules, "GROUP", 3)
    vote_round = make_round()
    for voter in range(5):
        cast(vote_round, ["0"], keys=keys, voter=f"v1${voter}")
        assert board.take_up(vote_round.id, all_of_them=False) == 0
    for chosen in "12":
        cast(vote_round, [chosen], keys=keys, voter="v1$5")
    taken = board.take_up(vote_round.id, all_of_them=False)
    first = on_the_board()
    assert len(voters_on_the_board()) == 3
    assert taken == len(first) in {3, 4}
    assert first == sorted(first)
    end(vote_round)
    closing.close(vote_round.id, actor=VISITOR, now=NOW)
    rest = on_the_board()[taken:]
    assert len(rest) == 7 - taken
    assert rest == sorted(rest)


def test_a_lot_draws_who_stays_behind(keys, monkeypatch):
    monkeypatch.setattr(rules, "GROUP", 1)
    vote_round, newest_stayed = make_round(), set()
    cast(vote_round, ["0"], keys=keys, voter="v1$0")
    for voter in range(1, 25):
        name = f"v1${voter}"
        cast(vote_round, ["0"], keys=keys, voter=name)
        assert board.take_up(vote_round.id, all_of_them=False) == 1
        newest = keys.voter_key(vote_round.id, name)
        newest_stayed.add(newest not in voters_on_the_board())
    assert newest_stayed == {True, False}


def test_the_worker_takes_up_what_waits_in_open_votes(app, keys, monkeypatch):
    monkeypatch.setattr(rules, "GROUP", 1)
    told, over = (make_round(publication=Publication.CODES) for _ in range(2))
    silent = make_round(publication=Publication.CHOICES)
    for voter in range(3):
        for one in (told, over, silent):
            cast(one, ["0"], keys=keys, voter=f"v1${voter}")
    end(over)
    db.session.commit()
    assert tasks.take_up(with_codes=True) == f"round {told.id}: 2 taken up"
    assert tasks.take_up(with_codes=False) == f"round {silent.id}: 3 taken up"
    assert {tasks.take_up(with_codes=True), tasks.take_up(with_codes=False)} == {""}


def test_a_cast_that_waits_has_a_signed_promise_that_the_board_must_keep(
    keys, few, tmp_path, capsys
):
    vote_round = opened_round()
    receipt = cast(vote_round, ["0"], keys=keys, voter="v1$een")
    found = own_votes.proof(loaded(vote_round.id), receipt.code, keys=keys)
    assert found.is_promise
    kept = tmp_path / "belofte.txt"
    kept.write_text(found.text)
    cast(vote_round, ["1"], keys=keys, voter="v1$twee")
    finish(vote_round, keys)
    unpack(vote_round.id, tmp_path / "echt")
    assert checks(tmp_path / "echt", str(kept)) == 0, capsys.readouterr().out
    kept.write_text(found.text.replace("\ncast\n", "\n1\n"))
    assert checks(tmp_path / "echt", str(kept)) == 1

    published(keys, tmp_path / "zonder")
    kept.write_text(found.text)
    assert checks(tmp_path / "zonder", str(kept)) == 1
    assert "belofte.txt head 1" in capsys.readouterr().out


def test_a_board_that_leaves_out_a_promised_vote_is_refuted(keys, few, tmp_path, capsys):
    """As who has the keys could: everything fits, and only the promise says otherwise."""
    vote_round = opened_round()
    receipt = cast(vote_round, ["0"], keys=keys, voter="v1$een")
    lost = own_votes.proof(loaded(vote_round.id), receipt.code, keys=keys).text
    promised = lost.split("\n")[2]
    other = cast(vote_round, ["1"], keys=keys, voter="v1$twee")
    text = own_votes.proof(loaded(vote_round.id), other.code, keys=keys).text
    assert promised not in text
    finish(vote_round, keys)
    unpack(vote_round.id, tmp_path)
    forged = tmp_path / "belofte.txt"
    forged.write_text(lost.replace(promised, text.split("\n")[2]))
    assert checks(tmp_path, str(forged)) == 1
    assert "the signature is not of the key" in capsys.readouterr().out


def test_nothing_is_promised_of_a_vote_that_was_broken_off(keys):
    settings: dict[str, Any] = {"closes_at": soon(hours=1)}
    vote_round = make_round(**settings)
    receipt = cast(vote_round, ["0"], keys=keys)
    fresh = loaded(vote_round.id)
    amending.break_off(fresh, agreed(fresh, Act.BREAK_OFF), now=NOW)
    db.session.commit()
    with pytest.raises(Conflict, match="broken off"):
        own_votes.proof(loaded(vote_round.id), receipt.code, keys=keys)


@pytest.mark.parametrize(("few_are", "ballots"), [(1, 3), (2, 0)])
def test_few_votes_in_a_time_that_was_added_are_published_without_codes(
    keys, monkeypatch, few_are, ballots
):
    monkeypatch.setattr(publication, "FEW", few_are)
    vote_round = make_round(publication=Publication.CODES)
    for voter in range(2):
        cast(vote_round, ["0"], keys=keys, voter=f"v1${voter}")
    close(vote_round)
    fresh = loaded(vote_round.id)
    amending.reopen(fresh, agreed(fresh, Act.EXTEND, until=soon(minutes=5).timestamp()))
    db.session.commit()
    cast(vote_round, ["1"], keys=keys, voter="v1$2")
    close(vote_round)
    counting.tally(vote_round.id, keys=keys, now=NOW)
    assert rows(OpenedBallot) == ballots


def close(vote_round: VoteRound) -> None:
    end(vote_round)
    closing.close(vote_round.id, actor=VISITOR, now=NOW)
