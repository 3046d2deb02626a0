"""What losers are told would have been needed is so, to the vote and to the cent."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.votes.counting.election import Ballot, Election, Project, VoteType
from participatie.votes.counting.reasons import Code
from participatie.votes.counting.result import Result
from participatie.votes.counting.rules import Completion, Rule, Rules, TieRule, Utility
from participatie.votes.counting.tally import count
from tests.votes.counting import naive
from tests.votes.counting.elections import approvals, examples, limits, small_elections
from tests.votes.counting.test_equal_shares_exact import fits_for, voters_of
from tests.votes.counting.test_properties import again, ballots_of, drawn

BLANK = 15
ENOUGH = 10
CASES = examples(400)
SHARED = Rules(Rule.EQUAL_SHARES)
TIES = [tuple(TieRule), (TieRule.VOTES, TieRule.COST, TieRule.LOT), (TieRule.LOT,)]


def cheaper(election: Election, name: str, cost: int) -> Election:
    """The same election with another cost for one project."""
    projects = [replace(p, cost=cost) if p.id == name else p for p in election.projects]
    return again(election, projects=projects)


def loved(election: Election, name: str, more: int) -> Election:
    """The same election, but so many of the blank ballots name this project (first)."""
    ballots = [b for b in ballots_of(election) if b.choices]
    blank = election.voters - sum(b.count for b in ballots)
    assert blank >= more
    pointed = election.ballots.points is not None
    made = Ballot((name,), more, (1,) if pointed else None)
    rest = Ballot((), blank - more, () if pointed else None)
    return again(election, ballots=[*ballots, made, rest])


class Seen:
    """How many of the promises were put to the test."""

    def __init__(self) -> None:
        self.votes = self.cost = 0

    def check(
        self, result: Result, wins: Callable[[Election, str], bool], *, votes: bool = True
    ) -> None:
        """Both figures of every loser: enough, and one less is not."""
        election = result.election
        for name, reason in result.rejected.items():
            short, most = (reason.facts.get(f) for f in ("votes_short", "cost_at_most"))
            if reason.code in {Code.BELOW_THRESHOLD, Code.NO_VOTES, Code.WITHDRAWN}:
                continue
            if not election.budget or not election.projects[election.index[name]].cost:
                continue  # what costs nothing is settled by limits and ties: nothing is promised
            if votes and isinstance(short, int) and short <= BLANK:
                self.votes += 1
                assert wins(loved(election, name, short), name)
                assert not wins(loved(election, name, short - 1), name)
            if votes and short is None:
                assert not wins(loved(election, name, BLANK), name)
            if isinstance(most, int):
                self.cost += 1
                assert wins(cheaper(election, name, most), name)
                assert wins(cheaper(election, name, most // 2), name)
                assert not wins(cheaper(election, name, most + 1), name)
            elif reason.code not in {Code.OVER_BUDGET, Code.TOO_FEW_VOTES, Code.ELIMINATED}:
                assert not wins(cheaper(election, name, 1), name)


def recounted(rules: Rules) -> Callable[[Election, str], bool]:
    return lambda election, name: name in count(election, rules).winners


BY_SCORE = [
    Rules(Rule.GREEDY),
    Rules(Rule.GREEDY_NO_SKIP),
    Rules(Rule.KNAPSACK),
    Rules(Rule.COUNT_ONLY, seats=2),
]


@pytest.mark.parametrize("rules", BY_SCORE, ids=lambda rules: rules.rule)
@pytest.mark.parametrize("pointed", [False, True])
def test_by_score_it_is_exact(rules: Rules, pointed: bool) -> None:
    seen = Seen()

    @CASES
    @given(st.data(), small_elections(pointed=pointed, placed=True, blank=BLANK))
    def check(data: st.DataObject, election: Election) -> None:
        told = replace(drawn(rules, election), ties=data.draw(st.sampled_from(TIES)))
        if rules.rule in {Rule.GREEDY, Rule.GREEDY_NO_SKIP}:
            told = replace(told, **data.draw(st.one_of(st.just({}), limits(election))))
        seen.check(count(election, told), recounted(told))

    check()
    assert seen.votes > ENOUGH
    assert seen.cost > ENOUGH or rules.rule is Rule.COUNT_ONLY


def test_in_a_runoff_it_is_exact() -> None:
    seen = Seen()
    ids = ["a", "b", "c", "d"]
    orders = st.lists(
        st.tuples(st.lists(st.sampled_from(ids), unique=True, min_size=1), st.integers(1, 5)),
        min_size=1,
        max_size=9,
    )

    @CASES
    @given(orders, st.permutations(ids))
    def check(kinds: list[tuple[list[str], int]], lot: list[str]) -> None:
        projects = [Project(name, cost) for cost, name in enumerate(ids)]
        election = Election.from_counts(
            9, projects, [*kinds, ((), BLANK)], vote_type=VoteType.ORDINAL
        )
        rules = Rules(Rule.INSTANT_RUNOFF, ties=(TieRule.VOTES, TieRule.LOT), lot=tuple(lot))
        seen.check(count(election, rules), recounted(rules))

    check()
    assert seen.votes > ENOUGH


@pytest.mark.parametrize("completion", [Completion.NONE, Completion.GREEDY])
@pytest.mark.parametrize("utility", Utility)
def test_by_equal_shares_that_are_not_raised_it_is_exact(
    completion: Completion, utility: Utility
) -> None:
    seen = Seen()

    @CASES
    @given(st.data(), small_elections(pointed=True, placed=True, blank=BLANK))
    def check(data: st.DataObject, election: Election) -> None:
        rules = replace(drawn(SHARED, election), completion=completion, utility=utility)
        rules = replace(rules, ties=data.draw(st.sampled_from(TIES)))
        rules = replace(rules, **data.draw(st.one_of(st.just({}), limits(election))))
        seen.check(count(election, rules), recounted(rules))

    check()
    assert seen.votes > ENOUGH
    assert seen.cost > ENOUGH


@pytest.mark.parametrize(
    "completion", [Completion.ADD1, Completion.ADD1_EXHAUSTIVE, Completion.ADD1_GREEDY]
)
def test_by_add1_it_is_exact_at_the_endowment_of_the_result(completion: Completion) -> None:
    seen = Seen()

    @CASES
    @given(st.data(), small_elections(placed=True, blank=BLANK))
    def check(data: st.DataObject, election: Election) -> None:
        utility = data.draw(st.sampled_from(list(Utility)))
        rules = replace(drawn(SHARED, election), completion=completion, utility=utility)
        rules = replace(rules, ties=data.draw(st.sampled_from(TIES)))
        rules = replace(rules, **data.draw(st.one_of(st.just({}), limits(election))))
        result = count(election, rules)
        assert result.endowment is not None
        level = result.endowment.final
        seen.check(result, lambda changed, name: name in plainly(changed, rules, level))
        assert set(plainly(election, rules, level)) == set(result.winners)

    check()
    assert seen.votes > ENOUGH
    assert seen.cost > ENOUGH


def plainly(election: Election, rules: Rules, level: Fraction) -> list[str]:
    """Who wins when every voter starts with `level`, one voter at a time."""
    voters, fits = voters_of(election), fits_for(election, rules)
    ids = [project.id for project in election.projects]
    scores = Counter(p for points, _ in voters for p in points)
    costs = {p: project.cost for p, project in enumerate(election.projects)}
    costs = {p: cost for p, cost in costs.items() if scores[p] and cost <= election.budget}
    keys = {
        TieRule.COST: lambda p: costs[p],
        TieRule.VOTES: lambda p: -scores[p],
        TieRule.LOT: lambda p: rules.lot.index(ids[p]),
    }

    def choose(tied: list[int]) -> int:
        return min(tied, key=lambda p: [keys[rule](p) for rule in rules.ties])

    by_cost = rules.utility is Utility.COST
    chosen = naive.shares_once(voters, costs, level, by_cost=by_cost, choose=choose, fits=fits)
    if rules.completion is Completion.ADD1_GREEDY:
        left = {p: scores[p] for p in costs}
        chosen = naive.greedy(
            left, costs, election.budget, skip=True, choose=choose, fits=fits, chosen=chosen
        )
    return [ids[p] for p in chosen]


def test_with_endowments_that_differ_the_cost_is_exact_too() -> None:
    seen = Seen()

    @CASES
    @given(small_elections(pointed=True, shared=True))
    def check(election: Election) -> None:
        for utility in Utility:
            rules = replace(drawn(SHARED, election), utility=utility)
            seen.check(count(election, rules), recounted(rules), votes=False)

    check()
    assert seen.cost > ENOUGH


def test_money_that_is_left_over_counts_under_a_completion() -> None:
    election = approvals(10, {"a": 5, "b": 4, "c": 6}, ("a", 5), ("b", 2), ("c", 1), ("", 2))
    shared = replace(drawn(SHARED, election), completion=Completion.GREEDY)
    result = count(election, shared)
    assert result.winners == ("a", "b")
    assert dict(result.rejected["c"].facts) == {
        "cost": 600,
        "behind": 100,
        "left": 100,
        "cost_at_most": 100,
        "votes_short": 5,
    }
