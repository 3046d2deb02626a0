"""The stand-alone recount of votes without money: agrees with the engine, and sees every change."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participatie.votes import verify_poll
from participatie.votes.counting.election import Ballot, Election, Project, VoteType
from participatie.votes.counting.rules import Rule, Rules, TieRule
from participatie.votes.counting.tally import count
from participatie.votes.counting.ties import UndecidedTie
from participatie.votes.rules.rounds import fingerprint
from tests.votes.counting.test_properties import drawn
from tests.votes.counting.test_verify_alone import imported_by
from tests.votes.counting.test_verify_count import (
    Body,
    mutated,
    mutations,
    published,
    question_of,
)

TIES = (TieRule.VOTES, TieRule.LOT)
IDS = ["ja", "nee", "blanco", "later"]
POINTED = (VoteType.CUMULATIVE, VoteType.SCORING)


def body_of(election: Election, rules: Rules) -> Body:
    """What the program publishes of a question without money."""
    counting = {
        "rule": rules.rule,
        "ties": list(rules.ties),
        "lot": list(rules.lot),
        **({"seats": rules.seats} if rules.seats else {}),
    }
    asked = {**question_of(election), "kind": "single", "budget": None}
    facts = {"title": "Peiling", "opens_at": 1.5, "counting": counting, "questions": [asked]}
    try:
        result = count(election, rules)
    except UndecidedTie as tie:
        told: Body = {"undecided": list(tie.tied)}
    else:
        told = {
            **result.to_json(),
            "votes": {p.id: n for p, n in zip(election.projects, election.votes, strict=True)},
            "reasons": {
                name: {"code": reason.code, "facts": dict(reason.facts)}
                for name, reason in result.rejected.items()
            },
        }
    body = {**facts, "rules_hash": fingerprint(facts), "ballots": election.voters, "result": told}
    written: Body = json.loads(json.dumps(body))
    return written


def agrees(election: Election, rules: Rules) -> bool:
    with TemporaryDirectory() as folder:
        files = published(election, body_of(election, rules), Path(folder))
        return verify_poll.main(files) == 0


@st.composite
def polls(draw: st.DrawFn) -> tuple[Election, Rules]:
    """A question of any kind, with rules that fit it."""
    kind = draw(st.sampled_from(list(VoteType)))
    most = 1 if kind is VoteType.CHOOSE_1 else 4
    ballots = []
    for names, number in draw(
        st.lists(
            st.tuples(
                st.lists(st.sampled_from(IDS), unique=True, max_size=most), st.integers(1, 5)
            ),
            max_size=8,
        )
    ):
        given_ = tuple(draw(st.integers(-1, 3)) for _ in names) if kind in POINTED else None
        ballots.append(Ballot(tuple(names), number, given_))
    projects = [Project(name, 0, columns={"name": ""}) for name in IDS]
    election = Election.from_counts(0, projects, ballots, vote_type=kind)
    rule = Rules(Rule.COUNT_ONLY, seats=draw(st.integers(1, 3)), ties=TIES)
    if kind is VoteType.ORDINAL and draw(st.booleans()):
        rule = Rules(Rule.INSTANT_RUNOFF, ties=TIES)
    return election, rule


@settings(max_examples=600, deadline=None)
@given(polls())
def test_the_recount_agrees_with_the_engine(poll: tuple[Election, Rules]) -> None:
    election, rules = poll
    assert agrees(election, drawn(rules, election))


@settings(max_examples=100, deadline=None)
@given(polls())
def test_the_recount_agrees_that_a_tie_is_undecided(poll: tuple[Election, Rules]) -> None:
    election, rules = poll
    assert agrees(election, replace(rules, ties=(TieRule.COST,)))


def question(kind: VoteType) -> Election:
    """Twelve ballots with a tie, a loser that was short of votes and an option without any."""
    sets = [(("ja", "nee"), 4), (("nee", "ja"), 4), (("later", "ja"), 3), ((), 1)]
    ballots = [
        Ballot(
            names[:1] if kind is VoteType.CHOOSE_1 else names,
            number,
            tuple(3 - place for place, _ in enumerate(names)) if kind in POINTED else None,
        )
        for names, number in sets
    ]
    projects = [Project(name, 0, columns={"name": ""}) for name in IDS]
    return Election.from_counts(0, projects, ballots, vote_type=kind)


@pytest.mark.parametrize(
    ("kind", "rule"),
    [*((kind, Rule.COUNT_ONLY) for kind in VoteType), (VoteType.ORDINAL, Rule.INSTANT_RUNOFF)],
)
def test_every_change_of_a_published_result_is_named(
    kind: VoteType, rule: Rule, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    election = question(kind)
    seats = 1 if rule is Rule.COUNT_ONLY else None
    body = body_of(election, drawn(Rules(rule, seats=seats, ties=TIES), election))
    files = published(election, body, tmp_path)
    assert verify_poll.main(files) == 0
    tried = 0
    for key in ("questions", "rules_hash", "ballots", "result"):
        for where, value in mutations(body[key], (key,)):
            Path(files[1]).write_text(json.dumps(mutated(body, where, value)))
            capsys.readouterr()
            code = verify_poll.main(files)
            tried += 1
            if code == 2 and key == "questions":
                continue  # a ballot paper that is no ballot paper
            assert code == 1, (where, value)
            named = capsys.readouterr().out.split(" differs: published ")[0]
            if named == "rules_hash" and key == "questions":
                continue  # what was frozen and is not in the ballots is seen by its hash
            place = ".".join(str(part) for part in where)
            assert place.startswith(named) or named.startswith(place), (named, where, value)
    assert tried >= 120


@pytest.mark.parametrize(
    "setting", [{"rule": "greedy"}, {"score": "plurality"}, {"rule": "instant-runoff"}]
)
def test_what_it_does_not_check_it_says(
    setting: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    election = question(VoteType.APPROVAL)
    body = body_of(election, drawn(Rules(Rule.COUNT_ONLY, seats=1, ties=TIES), election))
    changed = {**body, "counting": {**body["counting"], **setting}}
    assert verify_poll.main(published(election, changed, tmp_path)) == 2
    assert "does not check" in capsys.readouterr().err


def test_the_recount_is_short_and_runs_on_python_alone(tmp_path: Path) -> None:
    assert len(Path(verify_poll.__file__).read_text().splitlines()) <= 300
    assert imported_by(verify_poll.__file__) <= sys.stdlib_module_names
    election = question(VoteType.ORDINAL)
    body = body_of(election, drawn(Rules(Rule.INSTANT_RUNOFF, ties=TIES), election))
    done = subprocess.run(
        [sys.executable, "-I", "-S", verify_poll.__file__, *published(election, body, tmp_path)],
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"the recount gives the published result\n"
