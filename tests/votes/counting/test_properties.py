"""What may not change a result: order, names, how ballots are grouped, the unit of money."""

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participatie.votes.counting import pabulib
from participatie.votes.counting.election import Ballot, Election, Project
from participatie.votes.counting.reasons import Code
from participatie.votes.counting.result import Result
from participatie.votes.counting.rules import Completion, Rule, Rules, Utility
from participatie.votes.counting.tally import count
from tests.votes.counting.elections import invented, real_files, small_elections

RULES = [
    Rules(Rule.GREEDY),
    Rules(Rule.GREEDY_NO_SKIP),
    Rules(Rule.COUNT_ONLY, seats=2),
    Rules(Rule.KNAPSACK),
    Rules(Rule.EQUAL_SHARES, completion=Completion.ADD1_GREEDY),
    Rules(Rule.EQUAL_SHARES, completion=Completion.ADD1, comparison=True),
]
RESULT_HASH = "34bd062b0e7c14a47b6b186184672c4e62817f324cd2f8e17f3860c0a4b88c6d"
"""Of `invented()` by Equal Shares and add1, the lot being the order of the file. Never changes."""
BY_SCORE = RULES[:4]
CASES = settings(max_examples=150, deadline=None)
any_rules = st.sampled_from(RULES)
elections = small_elections(pointed=True, shared=True)


def ballots_of(election: Election) -> list[Ballot]:
    ids, ballots = [p.id for p in election.projects], election.ballots
    found = []
    for group, number in enumerate(ballots.counts.tolist()):
        part = slice(ballots.offsets[group], ballots.offsets[group + 1])
        points = None if ballots.points is None else tuple(ballots.points[part].tolist())
        share = 1 if ballots.shares is None else int(ballots.shares[group])
        chosen = tuple(ids[c] for c in ballots.choices[part].tolist())
        found.append(Ballot(chosen, number, points, share))  # type: ignore[arg-type]
    return found


def again(election: Election, **changes: object) -> Election:
    given_: dict[str, object] = {
        "budget": election.budget,
        "projects": election.projects,
        "ballots": ballots_of(election),
        "vote_type": election.vote_type,
        "per_unit": election.per_unit,
    }
    return Election.from_counts(**(given_ | changes))  # type: ignore[arg-type]


def drawn(rules: Rules, election: Election) -> Rules:
    return replace(rules, lot=tuple(p.id for p in election.projects))


@CASES
@given(elections, any_rules, st.integers())
def test_order_and_grouping_change_nothing(election: Election, rules: Rules, seed: int) -> None:
    rules = drawn(rules, election)
    shuffle = random.Random(seed).shuffle
    apart = [replace(b, count=1) for b in ballots_of(election) for _ in range(b.count)]
    projects = list(election.projects)
    shuffle(apart)
    shuffle(projects)
    one, other = (
        count(election, rules),
        count(again(election, ballots=apart, projects=projects), rules),
    )
    assert one.to_json() == other.to_json()


@CASES
@given(elections, any_rules)
def test_other_names_give_the_same_result_under_those_names(
    election: Election, rules: Rules
) -> None:
    new = {p.id: f"z{9 - place}" for place, p in enumerate(election.projects)}
    renamed = again(
        election,
        projects=[replace(p, id=new[p.id]) for p in election.projects],
        ballots=[
            replace(b, choices=tuple(new[c] for c in b.choices)) for b in ballots_of(election)
        ],
    )
    one, other = count(election, drawn(rules, election)), count(renamed, drawn(rules, renamed))
    assert tuple(new[name] for name in one.winners) == other.winners
    assert {new[name]: reason.code for name, reason in one.rejected.items()} == {
        name: reason.code for name, reason in other.rejected.items()
    }


@CASES
@given(elections, any_rules, st.sampled_from([2, 7, 1000]))
def test_another_unit_of_money_changes_only_the_amounts(
    election: Election, rules: Rules, factor: int
) -> None:
    scaled = again(
        election,
        budget=election.budget * factor,
        projects=[replace(p, cost=p.cost * factor) for p in election.projects],
    )
    rules = drawn(rules, election)
    one = count(election, replace(rules, step=election.per_unit))
    other = count(scaled, replace(rules, step=election.per_unit * factor))
    assert (one.winners, one.spent * factor) == (other.winners, other.spent)
    assert steps(one) == steps(other)


def steps(result: Result) -> int | None:
    return None if result.endowment is None else result.endowment.steps


@CASES
@given(elections)
def test_nobody_spends_more_than_there_is(election: Election) -> None:
    for rules in RULES:
        result = count(election, drawn(rules, election))
        if rules.rule is not Rule.COUNT_ONLY:
            assert 0 <= result.spent <= election.budget
            assert result.leftover >= 0
        assert set(result.winners).isdisjoint(result.rejected)
        assert len(result.winners) + len(result.rejected) == len(election.projects)


def test_a_rule_is_part_of_the_result_hash_and_not_of_the_input_hash() -> None:
    election = again(
        Election.from_counts(10, [], []),
        projects=[],
        ballots=[],
    )
    one, other = count(election, Rules()), count(election, Rules(Rule.KNAPSACK))
    assert one.input_hash == other.input_hash
    assert one.result_hash != other.result_hash


def test_the_hash_of_a_fixed_election_never_changes() -> None:
    rules = drawn(Rules(Rule.EQUAL_SHARES, completion=Completion.ADD1), invented())
    assert count(invented(), rules).result_hash == RESULT_HASH


def changed(data: st.DataObject, winners: tuple[str, ...]) -> str | None:
    """One of the winners, or None when nothing won."""
    return data.draw(st.sampled_from(winners)) if winners else None


def test_more_votes_for_a_winner_of_a_greedy_count_do_not_make_it_lose() -> None:
    tried = Counter[Rule]()

    @CASES
    @given(small_elections(pointed=True), st.sampled_from(BY_SCORE), st.data())
    def check(election: Election, rules: Rules, data: st.DataObject) -> None:
        rules = drawn(rules, election)
        result = count(election, rules)
        name = changed(data, result.winners)
        if name is not None and result.rejected:
            more = [*ballots_of(election), Ballot((name,), 2, (3,))]
            assert name in count(again(election, ballots=more), rules).winners
            tried[rules.rule] += 1

    check()
    assert min(tried[rules.rule] for rules in BY_SCORE) >= 1


@pytest.mark.parametrize("utility", Utility)
def test_a_winner_of_equal_shares_that_gets_cheaper_still_wins(utility: Utility) -> None:
    """At the same endowment: less is paid for it, at a price by gain that is no higher."""
    tried = Counter[Utility]()

    @CASES
    @given(elections, st.data())
    def check(election: Election, data: st.DataObject) -> None:
        rules = drawn(Rules(Rule.EQUAL_SHARES, utility=utility), election)
        result = count(election, rules)
        name = changed(data, result.winners)
        cost = 0 if name is None else election.projects[election.index[name]].cost
        if cost and result.rejected:
            less = data.draw(st.integers(1, cost)) if cost > 1 else 1
            projects = [replace(p, cost=less) if p.id == name else p for p in election.projects]
            assert name in count(again(election, projects=projects), rules).winners
            tried[utility] += 1

    check()
    assert tried[utility] >= 10


@pytest.mark.parametrize("utility", Utility)
def test_a_winner_of_equal_shares_that_more_voters_choose_still_wins(utility: Utility) -> None:
    """Voters who had chosen nothing choose a winner too; everyone's endowment stays the same."""
    tried = Counter[Utility]()

    @CASES
    @given(small_elections(pointed=True, blank=4), st.data())
    def check(election: Election, data: st.DataObject) -> None:
        rules = drawn(Rules(Rule.EQUAL_SHARES, utility=utility), election)
        result = count(election, rules)
        name = changed(data, result.winners)
        if name is not None and result.rejected:
            chosen = [b for b in ballots_of(election) if b.choices]
            blank = election.voters - sum(b.count for b in chosen)
            more = [*chosen, Ballot((name,), blank, (2,))]
            assert name in count(again(election, ballots=more), rules).winners
            tried[utility] += 1

    check()
    assert tried[utility] >= 10


@pytest.mark.parametrize("completion", [Completion.NONE, Completion.ADD1, Completion.ADD1_GREEDY])
def test_voters_who_agree_get_what_their_shares_can_pay(completion: Completion) -> None:
    """Unanimous voters with the money for a project are never left with nothing of it.

    Whoever could still pay for a common project together at the end would have bought it.
    """
    tried = Counter[Completion]()

    @CASES
    @given(small_elections())
    def check(election: Election) -> None:
        result = count(election, drawn(Rules(Rule.EQUAL_SHARES, completion=completion), election))
        for reason in result.rejected.values():
            if reason.code is Code.SUPPORTERS_SHORT:
                assert int(reason.facts["behind"]) < int(reason.facts["cost"])
                tried[completion] += 1

    check()
    assert tried[completion] >= 10


@CASES
@given(elections, any_rules)
def test_a_project_without_votes_changes_nothing_for_others(
    election: Election, rules: Rules
) -> None:
    rules = drawn(rules, election)
    extra = again(election, projects=[*election.projects, Project("nobody", 1)])
    one, other = count(election, rules), count(extra, rules)
    assert one.winners == other.winners
    assert other.rejected["nobody"].code is Code.NO_VOTES


def test_shuffled_real_elections_give_the_same_result() -> None:
    for path in real_files():
        if path.name in {"Netherlands_Assen_2024.pb", "Netherlands_Amsterdam_179.pb"}:
            election = pabulib.read(path)
            ballots = ballots_of(election)
            random.Random(1).shuffle(ballots)
            rules = drawn(Rules(Rule.EQUAL_SHARES, completion=Completion.ADD1), election)
            shuffled = again(election, ballots=ballots)
            assert count(shuffled, rules).winners == count(election, rules).winners
