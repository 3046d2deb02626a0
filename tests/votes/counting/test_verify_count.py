"""The stand-alone recount: agrees with the engine on everything, and sees every change."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from participatie.votes import verify_count
from participatie.votes.counting import pabulib
from participatie.votes.counting.election import Ballots, Election, Project, VoteType
from participatie.votes.counting.rules import (
    Completion,
    Rule,
    Rules,
    Support,
    Threshold,
    TieRule,
    Utility,
)
from participatie.votes.counting.tally import count
from participatie.votes.counting.ties import UndecidedTie
from participatie.votes.models.rounds import OptionWithdrawal, VoteOption
from participatie.votes.queries.rounds import with_questions
from participatie.votes.rules.rounds import counting_rules, fingerprint
from participatie.votes.services.opening import frozen_facts
from tests.budget.steps import cast, counted, make_budget
from tests.factories import LONG_AGO, ResidentFactory
from tests.votes.counting.elections import approvals, invented, real_files, small_elections

SHARED = Rules(Rule.EQUAL_SHARES)
PUBLISHED = [
    Rules(Rule.GREEDY),
    Rules(Rule.GREEDY_NO_SKIP),
    Rules(Rule.GREEDY_THRESHOLD, ties=(TieRule.LOT,)),
    Rules(Rule.GREEDY_EXCLUSIVE),
    Rules(Rule.KNAPSACK),
    *(replace(SHARED, completion=completion) for completion in Completion),
]
"""The rules that the program can count and publish a vote by."""
Body = dict[str, Any]


@st.composite
def published_rules(draw: st.DrawFn, election: Election) -> Rules:
    """One of those, with what a municipality can set beside it."""
    rules = draw(st.sampled_from(PUBLISHED))
    ids = [project.id for project in election.projects]
    support = draw(st.none() | st.sampled_from([Support.SCORE, Support.PERCENT]))
    if support is not None:
        rules = replace(rules, threshold=Threshold(support, Fraction(draw(st.integers(1, 40)))))
    if rules.rule is not Rule.KNAPSACK and len(ids) > 1:
        group = st.frozensets(st.sampled_from(ids), min_size=2, max_size=3)
        rules = replace(rules, exclusive=tuple(draw(st.lists(group, max_size=3))))
    if rules.rule is Rule.EQUAL_SHARES:
        utility, comparison = draw(st.sampled_from(Utility)), draw(st.booleans())
        rules = replace(rules, utility=utility, comparison=comparison)
    return rules


def drawn(rules: Rules, election: Election) -> Rules:
    return replace(rules, lot=tuple(p.id for p in election.projects))


def question_of(election: Election) -> Body:
    projects = sorted(election.projects, key=lambda project: project.id)
    return {
        "code": "plans",
        "kind": "knapsack",
        "title": "Welke plannen?",
        "explanation": "",
        "minimum": 1,
        "maximum": None,
        "budget": election.budget,
        "shuffles": True,
        "options": [{"code": p.id, "title": p.name, "text": "", "cost": p.cost} for p in projects],
    }


def body_of(election: Election, rules: Rules) -> Body:
    """What the program publishes as uitslag.json."""
    counting = {
        "rule": rules.rule,
        "ties": list(rules.ties),
        "lot": list(rules.lot),
        "completion": rules.completion,
        "utility": rules.utility,
        "comparison": rules.comparison,
        "exclusive": [sorted(group) for group in rules.exclusive],
    }
    if rules.threshold is not None:
        counting["threshold"] = [rules.threshold.kind, str(rules.threshold.value)]
    facts = {
        "title": "Buurtbudget",
        "grade": "licht",
        "publication": "choices",
        "roll_kind": "open",
        "opens_at": 1.5,
        "closes_at": 2.0,
        "who_may_vote": "Inwoners van 16 jaar en ouder",
        "who_decides": "",
        "result_on": None,
        "minimum_age": 16,
        "reference_date": None,
        "shows_turnout": False,
        "counting": counting,
        "questions": [question_of(election)],
    }
    try:
        result = count(election, counting_rules(counting))
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


def published(election: Election, body: Body, folder: Path) -> list[str]:
    """The two files that the program publishes."""
    pabulib.write(election, folder / "stemmen.pb")
    (folder / "uitslag.json").write_text(json.dumps(body))
    return [str(folder / "stemmen.pb"), str(folder / "uitslag.json")]


def agrees(election: Election, rules: Rules) -> bool:
    with TemporaryDirectory() as folder:
        return verify_count.main(published(election, body_of(election, rules), Path(folder))) == 0


@settings(max_examples=300, deadline=None)
@given(st.data(), small_elections())
def test_the_recount_agrees_with_the_engine(data: st.DataObject, election: Election) -> None:
    assert agrees(election, drawn(data.draw(published_rules(election)), election))


@settings(max_examples=50, deadline=None)
@given(small_elections(), st.sampled_from(PUBLISHED))
def test_the_recount_agrees_that_a_tie_is_undecided(election: Election, rules: Rules) -> None:
    assert agrees(election, replace(rules, ties=(TieRule.COST,)))


def as_published(election: Election) -> Election:
    """A real election as the program has it after an import: no columns, no META."""
    projects = tuple(
        Project(p.id, p.cost, p.name, columns={"name": p.name}) for p in election.projects
    )
    old = election.ballots
    return Election(election.budget, projects, Ballots(old.offsets, old.choices, old.counts))


@pytest.mark.parametrize(
    "name",
    [
        "Netherlands_Amsterdam_643",
        pytest.param("Netherlands_Amsterdam_324", marks=pytest.mark.slow),
        pytest.param("Netherlands_Assen_2024", marks=pytest.mark.slow),
        pytest.param("Poland_Swiecie_2023", marks=pytest.mark.slow),
    ],
)
def test_real_elections_are_recounted_the_same(name: str) -> None:
    [path] = [path for path in real_files() if path.stem == name]
    election = as_published(pabulib.read(path))
    for rules in (Rules(), replace(SHARED, completion=Completion.ADD1)):
        assert agrees(election, drawn(rules, election))


@pytest.mark.parametrize("rule", ["greedy", "equal-shares"])
def test_what_the_program_publishes_is_recounted_the_same(
    rule: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    app, store, client, log_in = map(request.getfixturevalue, ("app", "store", "client", "log_in"))
    request.getfixturevalue("few")
    lot = ["speeltuin", "bankjes", "zwembad"]
    counting = {
        "rule": rule,
        "ties": ["cost", "votes", "lot"],
        "lot": lot,
        **({"completion": "add1"} if rule == "equal-shares" else {}),
    }
    budget = make_budget(counting=counting)
    for number, titles in enumerate([["Zwembad"], ["Zwembad"], ["Speeltuin", "Bankjes"]]):
        cast(log_in(ResidentFactory(), vote_pseudonym=f"v1${number}"), budget, *titles)
    counted(app, store, budget)
    store.expire_all()
    vote_round = store.scalars(with_questions(budget.round_id)).one()
    vote_round.rules_hash = fingerprint(frozen_facts(vote_round))  # the steps moved its end
    store.commit()
    files = []
    for name in ("stemmen.pb", "uitslag.json"):
        (tmp_path / name).write_bytes(client.raw.get(f"/begrotingen/{budget.id}/{name}").data)
        files.append(str(tmp_path / name))
    assert verify_count.main(files) == 0
    body = json.loads(Path(files[1]).read_text())
    body["title"] = "Anders"
    Path(files[1]).write_text(json.dumps(body))
    assert verify_count.main(files) == 1


def test_a_published_result_without_a_withdrawn_plan_is_recounted_the_same(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    app, store, client, log_in = map(request.getfixturevalue, ("app", "store", "client", "log_in"))
    request.getfixturevalue("few")
    lot = ["speeltuin", "bankjes", "zwembad"]
    budget = make_budget(counting={"rule": "greedy", "ties": ["cost", "votes", "lot"], "lot": lot})
    for number, titles in enumerate([["Zwembad"], ["Zwembad"], ["Speeltuin", "Bankjes"]]):
        cast(log_in(ResidentFactory(), vote_pseudonym=f"v1${number}"), budget, *titles)
    option = store.scalars(select(VoteOption).where(VoteOption.code == "zwembad")).one()
    gone = {"reason": "De grond is verkocht.", "withdrawn_at": LONG_AGO}
    store.add(OptionWithdrawal(option_id=option.id, **gone))
    store.commit()
    counted(app, store, budget)
    store.expire_all()
    vote_round = store.scalars(with_questions(budget.round_id)).one()
    vote_round.rules_hash = fingerprint(frozen_facts(vote_round))  # the steps moved its end
    store.commit()
    files = []
    for name in ("stemmen.pb", "uitslag.json"):
        (tmp_path / name).write_bytes(client.raw.get(f"/begrotingen/{budget.id}/{name}").data)
        files.append(str(tmp_path / name))
    told = json.loads(Path(files[1]).read_text())["result"]
    assert told["rejected"]["zwembad"] == "withdrawn"
    assert verify_count.main(files) == 0
    body = json.loads(Path(files[1]).read_text())
    body["result"]["rejected"]["bankjes"] = "withdrawn"
    Path(files[1]).write_text(json.dumps(body))
    assert verify_count.main(files) == 1


def changes(value: Any) -> Iterator[Any]:
    """Values that differ from `value` in one way each."""
    match value:
        case bool() | None:
            yield "iets"
        case int():
            yield from (value + 1, -value - 1, str(value))
        case str():
            yield from (value + "0", value[:-1] or "x")
        case list():
            yield [*value, "erbij"]
            yield from ([*value[:place], *value[place + 1 :]] for place in range(len(value)))
            yield from (
                [*value[:place], value[place + 1], value[place], *value[place + 2 :]]
                for place in range(len(value) - 1)
            )
        case dict():
            yield {**value, "erbij": 1}
            yield from ({k: v for k, v in value.items() if k != key} for key in value)


def mutations(value: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every place inside `value` with something else to put there."""
    yield from ((where, changed) for changed in changes(value))
    if isinstance(value, dict | list):
        places = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in places:
            yield from mutations(inner, (*where, key))


def mutated(body: Body, where: tuple[Any, ...], value: Any) -> Body:
    changed = copy.deepcopy(body)
    *outer, last = where
    inner: Any = changed
    for key in outer:
        inner = inner[key]
    inner[last] = value
    return changed


STREET = approvals(
    10,
    {"a": 4, "b": 4, "c": 3, "d": 9, "e": 5, "f": 11, "g": 1},
    ("a b", 6),
    ("c e", 4),
    ("d f", 2),
)


@pytest.mark.parametrize(
    "rules",
    [
        Rules(),
        Rules(Rule.KNAPSACK),
        Rules(Rule.GREEDY_NO_SKIP),
        replace(SHARED, completion=Completion.ADD1),
        replace(SHARED, completion=Completion.ADD1_GREEDY, utility=Utility.CARDINALITY),
        Rules(threshold=Threshold(Support.SCORE, Fraction(5)), exclusive=(frozenset("ad"),)),
        replace(SHARED, comparison=True, exclusive=(frozenset("bce"),)),
    ],
)
def test_every_change_of_a_published_result_is_named(
    rules: Rules, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = body_of(STREET, drawn(rules, STREET))
    files = published(STREET, body, tmp_path)
    assert verify_count.main(files) == 0
    assert body["result"]["ties"]
    tried = 0
    for key in ("questions", "rules_hash", "ballots", "result"):
        for where, value in mutations(body[key], (key,)):
            Path(files[1]).write_text(json.dumps(mutated(body, where, value)))
            capsys.readouterr()
            code = verify_count.main(files)
            tried += 1
            if code == 2 and key == "questions":
                continue  # a ballot paper that is no ballot paper
            assert code == 1, (where, value)
            named = capsys.readouterr().out.split(" differs: published ")[0]
            if named == "rules_hash" and key == "questions":
                continue  # what was frozen and is not in the ballots is seen by its hash
            place = ".".join(str(part) for part in where)
            assert place.startswith(named) or named.startswith(place), (named, where, value)
    assert tried >= 270  # for each of the rules, so above a thousand in all


@pytest.mark.parametrize(
    "key", ["title", "grade", "publication", "minimum_age", "opens_at", "closes_at"]
)
def test_changed_facts_of_the_vote_no_longer_fit_their_hash(
    key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = {**body_of(STREET, drawn(Rules(), STREET)), key: "anders"}
    assert verify_count.main(published(STREET, body, tmp_path)) == 1
    assert "rules_hash differs" in capsys.readouterr().out


@pytest.mark.parametrize(
    "change",
    [
        lambda votes: votes.replace("\n7;", "\n7;g,", 1),
        lambda votes: votes[: votes.rindex("\n12;") + 1],
        lambda votes: votes + "13;a\n",
        lambda votes: votes.replace("\na;4.00", "\na;4.01"),
        lambda votes: votes.replace("budget;10.00", "budget;9.00"),
    ],
)
def test_other_ballots_or_costs_are_seen(
    change: Callable[[str], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = published(STREET, body_of(STREET, drawn(Rules(), STREET)), tmp_path)
    votes = Path(files[0])
    text = votes.read_text()
    assert change(text) != text
    votes.write_text(change(text))
    assert verify_count.main(files) == 1
    assert " differs: published " in capsys.readouterr().out


def test_what_it_does_not_check_it_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = body_of(STREET, drawn(Rules(), STREET))
    for setting in ({"rule": "instant-runoff"}, {"seats": 2}):
        changed = {**body, "counting": {**body["counting"], **setting}}
        assert verify_count.main(published(STREET, changed, tmp_path)) == 2
        assert "does not check" in capsys.readouterr().err
    orders = Election.from_counts(1, [Project("a", 1)], [(("a",), 1)], vote_type=VoteType.ORDINAL)
    assert verify_count.main(published(orders, body, tmp_path)) == 2
    assert "verify_poll.py" in capsys.readouterr().err


def test_files_that_cannot_be_read_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify_count.main([]) == 2
    assert verify_count.main([str(tmp_path / name) for name in "ab"]) == 2
    assert "cannot recount" in capsys.readouterr().err


def test_the_recount_runs_on_python_alone(tmp_path: Path) -> None:
    election = invented()
    rules = drawn(replace(SHARED, completion=Completion.ADD1), election)
    files = published(election, body_of(election, rules), tmp_path)
    done = subprocess.run(
        [sys.executable, "-I", "-S", verify_count.__file__, *files],
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"the recount gives the published result\n"
