"""A lot that two people drew stands in the folder: from it alone everybody counts the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from participatie.core.db import db
from participatie.identity.rules import VISITOR
from participatie.votes import verify_count, verify_poll
from participatie.votes.counting.cli import tally as tally_command
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules import publication
from participatie.votes.rules.acts import Act
from participatie.votes.rules.rounds import GREEDY, Grade, Publication
from participatie.votes.services import closing, counting, heads
from tests import moments
from tests.votes.folders import CLOSES, checks, opened, unpack
from tests.votes.polls import ORDER, make_poll
from tests.votes.steps import NOW, cast_answers, loaded
from tests.votes.two_people import both

TIED = {"costs": (60_000_00, 60_000_00), "counting": {**GREEDY, "lot": []}}

pytestmark = pytest.mark.usefixtures("context", "few")


def drawn_and_published(vote: VoteRound, order: list[str], people, keys, into: Path) -> None:
    """Close, count without winners, draw, count again, publish, unpack."""
    moments.over(db.session, vote.id, at=CLOSES)
    db.session.expire_all()
    closing.close(vote.id, actor=VISITOR, now=NOW)
    both(vote, Act.FINALISE, people)
    counting.tally(vote.id, keys=keys, now=NOW)
    both(vote, Act.LOT, people, order=order)
    counting.tally(vote.id, keys=keys, now=NOW)
    heads.sign_head(vote.id, keys=keys, now=NOW)
    both(vote, Act.PUBLISH, people, is_final=True)
    db.session.commit()
    unpack(vote.id, into)


def names(people) -> dict[str, int]:
    return dict(
        zip(("clerk_id", "second_id", "substitute_id"), (p.id for p in people), strict=True)
    )


@pytest.mark.parametrize("order", [["0", "1"], ["1", "0"]])
def test_a_budget_is_counted_again_with_the_lot_out_of_the_folder(
    keys, common, people, tmp_path, order
):
    vote = opened(loaded(common(**TIED).id))
    for number in range(4):
        cast_answers(vote, [[str(number % 2)]], keys=keys, voter=f"v1${number}")
    drawn_and_published(vote, order, people, keys, tmp_path)
    stated = json.loads((tmp_path / "uitslag.json").read_text())
    assert (stated["result"]["drawn"], stated["result"]["winners"]) == (order, order[:1])
    assert checks(tmp_path) == 0
    files = [str(tmp_path / name) for name in ("stemmen.pb", "uitslag.json")]
    assert verify_count.main(files) == 0
    said = CliRunner().invoke(tally_command, [files[0], "--json"])
    assert json.loads(said.output)["winners"] == order[:1]
    others: list[list[str]] = [order[::-1], [], order[:1]]
    for false in others:
        stated["result"]["drawn"] = false
        (tmp_path / "uitslag.json").write_text(json.dumps(stated))
        assert (checks(tmp_path), verify_count.main(files)) == (1, 1)


def test_a_poll_counted_in_rounds_is_counted_again_with_the_lot_out_of_the_folder(
    keys, people, tmp_path, monkeypatch
):
    monkeypatch.setattr(publication, "FEW_TELLING", 1)
    settings: dict[str, Any] = {"counting": {"rule": "instant-runoff", "ties": ["lot"], "lot": []}}
    settings |= {"grade": Grade.COMMON, "publication": Publication.CHOICES, **names(people)}
    vote = opened(loaded(make_poll(db.session, ORDER, **settings).id))
    for number, first in enumerate("aabbc"):
        cast_answers(vote, [[f"v3{first}"]], keys=keys, voter=f"v1${number}")
    drawn_and_published(vote, ["v3b", "v3a"], people, keys, tmp_path)
    stated = json.loads((tmp_path / "uitslag.json").read_text())
    assert stated["result"]["first"] == ["v3b"]
    assert (checks(tmp_path), verify_poll.main([str(tmp_path)])) == (0, 0)
    stated["result"]["drawn"] = ["v3a", "v3b"]
    (tmp_path / "uitslag.json").write_text(json.dumps(stated))
    assert (checks(tmp_path), verify_poll.main([str(tmp_path)])) == (1, 1)
