"""The stand-alone recount of votes without money: agrees with the rules, and sees every change."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participatie.core.db import db
from participatie.votes import verify_poll
from participatie.votes.counting.ties import UndecidedTie
from participatie.votes.rules.kinds import Answer, BallotKind, Option, Question
from participatie.votes.rules.outcomes import outcome
from participatie.votes.rules.rounds import Publication, counting_rules, fingerprint
from tests.votes.counting.test_verify_alone import imported_by
from tests.votes.counting.test_verify_count import Body, mutated, mutations
from tests.votes.folders import finish, opened, published, unpack
from tests.votes.polls import ONE, SEVERAL, make_poll
from tests.votes.steps import cast_answers, loaded
from tests.votes.test_verify_board import rewritten_lines

CODES = ("ja", "later", "nee", "soms")
COUNTED = {"rule": "count-only"}
IN_ROUNDS = {"rule": "instant-runoff", "ties": ["votes", "lot"], "lot": [*CODES]}
NO_LOT = {"rule": "instant-runoff", "ties": ["cost"], "lot": []}


def question(kind: BallotKind) -> Question:
    most = 3 if kind is BallotKind.RANKING else None
    options = {} if kind is BallotKind.OPEN else {code: Option(code, code) for code in CODES}
    return Question("vraag", kind, "Wat wilt u?", 0, most, None, options)


def asked_of(asked: Question) -> dict[str, Any]:
    options = [{"code": o, "title": o, "text": "", "cost": 0} for o in sorted(asked.options)]
    facts = {"code": asked.code, "kind": asked.kind, "budget": None, "maximum": asked.maximum}
    return {**facts, "options": options}


def body_of(asked: Question, counting: dict[str, Any], answers: Counter[Answer]) -> Body:
    """What the program publishes of a question. Raises `UndecidedTie`."""
    facts = {"title": "Peiling", "counting": counting, "questions": [asked_of(asked)]}
    rules = counting_rules(counting)
    body = {
        **facts,
        "rules_hash": fingerprint(facts),
        "ballots": answers.total(),
        "version": 1,
        "counted_at": "2026-03-09T09:00:00+00:00",
        "result": outcome(asked, answers, rules=rules).to_json(),
    }
    written: Body = json.loads(json.dumps(body))
    return written


def records_of(body: Body, answers: Counter[Answer]) -> list[dict[str, Any]]:
    cast = [[list(answer), number] for answer, number in sorted(answers.items())]
    tally = {
        "record": "tally",
        "question": "vraag",
        "version": body["version"],
        "ballots": body["ballots"],
        "papers": 0,
        "counted_at": body["counted_at"],
        "input_hash": fingerprint({"question": "vraag", "answers": cast}),
        "result_hash": fingerprint(body["result"]),
        "result": fingerprint(body["result"]),
    }
    given_ = [
        {"record": "answer", "question": "vraag", "answer": answer, "ballots": number}
        for answer, number in cast
    ]
    return [tally, *given_]


def write(into: Path, body: Body, records: list[dict[str, Any]]) -> None:
    (into / "uitslag.json").write_text(json.dumps(body))
    lines = [json.dumps({"seq": seq, "body": one}) for seq, one in enumerate(records)]
    (into / "results.jsonl").write_text("\n".join(lines))


def recounts(into: Path) -> int:
    return verify_poll.main([str(into)])


@st.composite
def answers_to(draw: st.DrawFn, kind: BallotKind) -> Counter[Answer]:
    """What a handful of people answer, some of them nothing."""
    most = {BallotKind.SINGLE: 1, BallotKind.RANKING: 3}.get(kind, 4)
    chosen = st.lists(st.sampled_from(CODES), unique=True, max_size=most)
    found = Counter[Answer]()
    for codes, number in draw(st.lists(st.tuples(chosen, st.integers(1, 5)), max_size=8)):
        answer = codes if kind is BallotKind.RANKING else sorted(codes)
        if kind is BallotKind.POINTS:
            answer = [f"{code}={draw(st.integers(1, 4))}" for code in answer]
        found[tuple(answer)] += number
    return found


KINDS = sorted({*BallotKind} - {BallotKind.KNAPSACK, BallotKind.OPEN})


@settings(max_examples=300)
@given(st.data())
def test_the_recount_agrees_with_the_rules(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(KINDS))
    ways = [COUNTED, IN_ROUNDS, NO_LOT] if kind is BallotKind.RANKING else [COUNTED]
    counting: Any = data.draw(st.sampled_from(ways))
    answers = data.draw(answers_to(kind))
    with TemporaryDirectory() as folder:
        try:
            body = body_of(question(kind), counting, answers)
        except UndecidedTie:
            body = body_of(question(kind), IN_ROUNDS, answers)
            body = {**body, "counting": counting}
            body["rules_hash"] = fingerprint(
                {key: body[key] for key in ("title", "counting", "questions")}
            )
            write(Path(folder), body, records_of(body, answers))
            assert recounts(Path(folder)) == 1, "it names the tie that nothing decides"
        else:
            write(Path(folder), body, records_of(body, answers))
            assert recounts(Path(folder)) == 0


TIED: dict[BallotKind, Counter[Answer]] = {
    BallotKind.SINGLE: Counter({("ja",): 4, ("nee",): 4, ("later",): 1, (): 1}),
    BallotKind.MULTIPLE: Counter({("ja", "nee"): 4, ("later",): 3, (): 1}),
    BallotKind.POINTS: Counter({("ja=3", "nee=1"): 4, ("nee=2",): 3}),
    BallotKind.RANKING: Counter({("ja", "nee"): 4, ("nee", "ja"): 4, ("later", "ja"): 3}),
}


@pytest.mark.parametrize(
    ("kind", "counting"),
    [*((kind, COUNTED) for kind in KINDS), (BallotKind.RANKING, IN_ROUNDS)],
)
def test_every_change_of_a_published_result_is_named(
    kind: BallotKind,
    counting: dict[str, Any],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Of the result, and of the answers by somebody who also writes their hashes again."""
    answers = TIED[kind]
    body = body_of(question(kind), counting, answers)
    records = records_of(body, answers)
    write(tmp_path, body, records)
    assert recounts(tmp_path) == 0
    tried = 0
    for where, value in mutations(body["result"], ("result",)):
        changed = mutated(body, where, value)
        again = records_of(changed, answers)
        write(tmp_path, changed, again)
        capsys.readouterr()
        tried += 1
        assert recounts(tmp_path) == 1, (where, value)
        assert "uitslag.json: result" in capsys.readouterr().out
    for code in CODES:
        forged = answers + Counter({(f"{code}=9",) if kind is BallotKind.POINTS else (code,): 7})
        write(tmp_path, body, [records[0], *records_of(body, forged)[1:]])
        tried += 1
        assert recounts(tmp_path) == 1
    assert tried > 30


def test_what_it_does_not_check_it_says(tmp_path, capsys) -> None:
    answers = TIED[BallotKind.SINGLE]
    body = body_of(question(BallotKind.SINGLE), COUNTED, answers)
    for setting in ({"rule": "greedy"}, {"rule": "count-only", "seats": 2}):
        facts = {"title": "Peiling", "counting": setting, "questions": body["questions"]}
        changed = {**body, "counting": setting, "rules_hash": fingerprint(facts)}
        write(tmp_path, changed, records_of(changed, answers))
        assert recounts(tmp_path) == 2
        assert "does not check" in capsys.readouterr().err


def test_where_no_answers_are_published_it_says_that(tmp_path, capsys) -> None:
    answers = TIED[BallotKind.SINGLE]
    body = body_of(question(BallotKind.SINGLE), COUNTED, answers)
    write(tmp_path, body, records_of(body, answers)[:1])
    assert recounts(tmp_path) == 0
    assert "nothing can be counted again" in capsys.readouterr().out


def test_the_recount_is_short_and_runs_on_python_alone(tmp_path) -> None:
    assert len(Path(verify_poll.__file__).read_text().splitlines()) <= 300
    assert imported_by(verify_poll.__file__) <= sys.stdlib_module_names
    answers = TIED[BallotKind.RANKING]
    body = body_of(question(BallotKind.RANKING), IN_ROUNDS, answers)
    write(tmp_path, body, records_of(body, answers))
    done = subprocess.run(
        [sys.executable, "-I", "-S", verify_poll.__file__, str(tmp_path)],
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"uitslag.json: the recount gives the published result\n"


# In the folder of a vote


@pytest.mark.database
@pytest.mark.usefixtures("context", "few")
def test_the_folder_of_a_poll_holds_its_recount_and_every_changed_answer_is_named(
    keys, tmp_path, capsys
) -> None:
    """Also by who writes leaf and hashes again, and so deceives nobody who checks the board."""
    vote = opened(loaded(make_poll(db.session, ONE, SEVERAL).id))
    for number in range(12):
        given_ = [["v1" + "abc"[number % 3]], ["v2b", "v2c"][: number % 3]]
        cast_answers(vote, given_, keys=keys, voter=f"v1${number}")
    finish(vote, keys)
    unpack(vote.id, tmp_path)
    assert (tmp_path / "verify_poll.py").read_text() == Path(verify_poll.__file__).read_text()
    assert not (tmp_path / "verify_count.py").exists()
    assert recounts(tmp_path) == 0
    assert capsys.readouterr().out.count("the recount gives the published result") == 2
    path = tmp_path / "results.jsonl"
    good, tried = path.read_bytes(), 0
    for changed in rewritten_lines(good, "answer"):
        path.write_bytes(changed)
        tried += 1
        assert recounts(tmp_path) in (1, 2)
    assert tried >= 20


@pytest.mark.database
@pytest.mark.usefixtures("context", "few")
def test_of_a_budget_it_says_which_program_checks_it(keys, tmp_path, capsys) -> None:
    published(keys, tmp_path, publication=Publication.CHOICES)
    assert not (tmp_path / "verify_poll.py").exists()
    assert recounts(tmp_path) == 2
    assert "verify_count.py" in capsys.readouterr().err
