"""The fast count of Equal Shares against the naive one, on thousands of elections full of ties."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.votes.counting import purses
from participatie.votes.counting.election import Election
from participatie.votes.counting.reasons import Code
from participatie.votes.counting.rules import Completion, Rule, Rules, TieRule, Utility
from participatie.votes.counting.tally import count
from tests.votes.counting import naive
from tests.votes.counting.elections import examples, limits, small_elections

CASES = examples(500)


def voters_of(election: Election) -> list[naive.Voter]:
    ballots, voters = election.ballots, []
    for group, count_ in enumerate(ballots.counts.tolist()):
        part = slice(ballots.offsets[group], ballots.offsets[group + 1])
        chosen = ballots.choices[part].tolist()
        points = [1] * len(chosen) if ballots.points is None else ballots.points[part].tolist()
        share = 1 if ballots.shares is None else int(ballots.shares[group])
        voters += [(dict(zip(chosen, points, strict=True)), share)] * count_
    return voters


def fits_for(election: Election, rules: Rules) -> naive.Fits:
    places = list(enumerate(election.projects))
    caps = [
        ({p for p, told in places if told.area == area}, most)
        for area, most in rules.area_budgets.items()
    ] + [
        ({p for p, told in places if category in told.categories}, most)
        for category, most in rules.category_budgets.items()
    ]
    groups = [{election.index[name] for name in group} for group in rules.exclusive]
    return naive.within(caps, groups, [project.cost for project in election.projects])


def naively(election: Election, rules: Rules) -> tuple[int, list[str]]:
    voters = voters_of(election)
    scores = [sum(points.get(p, 0) for points, _ in voters) for p in range(len(election.projects))]
    costs = {
        p: project.cost
        for p, project in enumerate(election.projects)
        if scores[p] and project.cost <= election.budget
    }

    def order(p: int) -> tuple[int, int, int]:
        name = election.projects[p].id
        return costs[p], -sum(p in points for points, _ in voters), rules.lot.index(name)

    fits = fits_for(election, rules)

    def run(level: Fraction) -> list[int]:
        return naive.shares_once(
            voters,
            costs,
            level,
            by_cost=rules.utility is Utility.COST,
            choose=lambda tied: min(tied, key=order),
            fits=fits,
        )

    start = Fraction(election.budget, len(voters))
    if rules.completion is Completion.NONE:
        number, chosen = 0, run(start)
    else:
        exhaustive = rules.completion is Completion.ADD1_EXHAUSTIVE
        step = Fraction(rules.step or election.per_unit)
        number, chosen = naive.add1(
            run,
            costs,
            budget=election.budget,
            start=start,
            step=step,
            exhaustive=exhaustive,
            fits=fits,
        )
    return number, [election.projects[p].id for p in chosen]


def agrees(election: Election, rules: Rules) -> None:
    result = count(election, rules)
    assert result.endowment is not None
    assert (result.endowment.steps, list(result.winners)) == naively(election, rules)


@st.composite
def rules_for(draw: st.DrawFn, election: Election, completion: Completion) -> Rules:
    ids = [project.id for project in election.projects]
    return Rules(
        Rule.EQUAL_SHARES,
        ties=draw(st.sampled_from([tuple(TieRule), (TieRule.COST, TieRule.VOTES, TieRule.LOT)])),
        lot=tuple(draw(st.permutations(ids))),
        utility=draw(st.sampled_from(list(Utility))),
        completion=completion,
        step=draw(st.sampled_from([None, 7, 23])),
    )


@CASES
@given(st.data(), small_elections())
def test_one_run_agrees_with_the_naive_count(data: st.DataObject, election: Election) -> None:
    agrees(election, data.draw(rules_for(election, Completion.NONE)))


@CASES
@given(st.data(), small_elections())
def test_add1_agrees_with_the_naive_count(data: st.DataObject, election: Election) -> None:
    agrees(election, data.draw(rules_for(election, Completion.ADD1)))


@CASES
@given(st.data(), small_elections())
def test_add1_until_nothing_fits_agrees_with_the_naive_count(
    data: st.DataObject, election: Election
) -> None:
    agrees(election, data.draw(rules_for(election, Completion.ADD1_EXHAUSTIVE)))


@CASES
@pytest.mark.parametrize("completion", [Completion.NONE, Completion.ADD1])
@given(st.data(), small_elections(pointed=True))
def test_points_agree_with_the_naive_count(
    completion: Completion, data: st.DataObject, election: Election
) -> None:
    agrees(election, data.draw(rules_for(election, completion)))


@CASES
@pytest.mark.parametrize("completion", [Completion.NONE, Completion.ADD1])
@given(st.data(), small_elections(pointed=True, shared=True))
def test_endowments_that_differ_agree_with_the_naive_count(
    completion: Completion, data: st.DataObject, election: Election
) -> None:
    agrees(election, data.draw(rules_for(election, completion)))


@pytest.mark.parametrize(
    "completion", [Completion.NONE, Completion.ADD1, Completion.ADD1_EXHAUSTIVE]
)
def test_limits_agree_with_the_naive_count(completion: Completion) -> None:
    reasons = Counter[Code]()

    @CASES
    @given(st.data(), small_elections(placed=True))
    def check(data: st.DataObject, election: Election) -> None:
        rules = data.draw(rules_for(election, completion))
        rules = replace(rules, **data.draw(limits(election)))
        agrees(election, rules)
        reasons.update(count(election, rules).codes.values())

    check()
    assert min(reasons[c] for c in (Code.AREA_FULL, Code.CATEGORY_FULL, Code.EXCLUDED)) >= 3


@examples(300)
@pytest.mark.parametrize("error", [1e-4, 1e-2])
@given(st.data(), small_elections(pointed=True, shared=True))
def test_however_poor_the_floats_are_the_ledger_decides_the_same(
    error: float, data: st.DataObject, election: Election
) -> None:
    rules = data.draw(rules_for(election, Completion.ADD1))
    with pytest.MonkeyPatch.context() as floats:
        floats.setattr(purses, "EPSILON", error)
        agrees(election, rules)
