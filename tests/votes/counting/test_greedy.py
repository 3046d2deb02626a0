"""The greedy family, ties and thresholds."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.votes.counting import pabulib
from participatie.votes.counting.election import Ballot, Election, ElectionError, Project, VoteType
from participatie.votes.counting.reasons import Code, Reason
from participatie.votes.counting.rules import (
    Completion,
    Rule,
    Rules,
    Support,
    Threshold,
    TieRule,
)
from participatie.votes.counting.scores import Score
from participatie.votes.counting.tally import count
from participatie.votes.counting.ties import Tie, UndecidedTie
from tests.votes.counting import naive
from tests.votes.counting.elections import approvals, examples, manifest, small_elections

STREET = approvals(10, {"a": 6, "b": 5, "c": 4, "d": 3}, ("a", 4), ("b d", 3), ("c", 2), ("d", 1))


def test_greedy_skips_what_no_longer_fits() -> None:
    result = count(STREET, Rules(lot=("d", "c", "b", "a")))
    assert result.winners == ("d", "a")
    assert (result.spent, result.leftover) == (900, 100)
    assert result.rejected["b"] == Reason(
        Code.NO_MONEY_LEFT, {"cost": 500, "left": 100, "cost_at_most": 100, "votes_short": 1}
    )


def test_no_skip_stops_at_the_first_that_does_not_fit() -> None:
    election = approvals(10, {"a": 6, "b": 5, "c": 4}, ("a", 3), ("b", 2), "c")
    result = count(election, Rules(Rule.GREEDY_NO_SKIP))
    assert result.winners == ("a",)
    assert result.rejected["b"].code is Code.NO_MONEY_LEFT
    assert result.rejected["c"] == Reason(Code.STOPPED, {"by": "b", "votes_short": 1})


def test_what_is_dearer_than_the_budget_or_has_no_votes_never_takes_part() -> None:
    election = approvals(10, {"a": 11, "b": 5, "c": 4}, ("a", 3), ("b", 2))
    result = count(election, Rules(Rule.GREEDY_NO_SKIP))
    assert result.winners == ("b",)
    assert result.rejected["a"] == Reason(Code.OVER_BUDGET, {"cost": 1100, "budget": 1000})
    assert result.rejected["c"] == Reason(Code.NO_VOTES)


def test_a_withdrawn_project_leaves_its_money_to_others() -> None:
    election = approvals(10, {"a": 10, "b": 5}, ("a", 3), ("b", 2))
    result = count(election, Rules(withdrawn=frozenset("a")))
    assert result.winners == ("b",)
    assert result.rejected["a"] == Reason(Code.WITHDRAWN)


@pytest.mark.parametrize(
    ("kind", "value", "winners"),
    [
        (Support.SCORE, Fraction(3), ("a", "b")),
        (Support.SCORE, Fraction(4), ("a",)),
        (Support.PERCENT, Fraction(30), ("a", "b")),
        (Support.PERCENT, Fraction(31), ("a",)),
        (Support.COST_SHARE, Fraction(1), ("b", "c")),
        (Support.COST_SHARE, Fraction(1, 2), ("a", "b")),
    ],
)
def test_minimum_support(kind: Support, value: Fraction, winners: tuple[str, ...]) -> None:
    election = approvals(10, {"a": 6, "b": 3, "c": 2}, ("a", 5), ("b", 3), ("c", 2))
    result = count(election, Rules(threshold=Threshold(kind, value)))
    assert result.winners == winners


def test_what_is_short_of_the_threshold_is_told() -> None:
    election = approvals(10, {"a": 6}, ("a", 5), ("", 6))
    result = count(election, Rules(threshold=Threshold(Support.PERCENT, Fraction(50))))
    facts = {"votes": 5, "needed": 6, "votes_short": 1}
    assert result.rejected["a"] == Reason(Code.BELOW_THRESHOLD, facts)


@pytest.mark.parametrize(
    ("rule", "honoured"),
    [(Rule.GREEDY, False), (Rule.GREEDY_NO_SKIP, True), (Rule.GREEDY_THRESHOLD, True)],
)
def test_the_threshold_of_a_file_holds_for_two_rules(rule: Rule, honoured: bool) -> None:
    meta = {"min_project_score_threshold": "3"}
    election = Election.from_counts(9, [Project("a", 1)], [(("a",), 2)], meta=meta)
    assert ("a" in count(election, Rules(rule)).rejected) is honoured


@pytest.mark.parametrize("key", ["min_project_score_threshold", "default_score"])
def test_a_number_of_the_file_that_is_none_is_refused(key: str) -> None:
    ballots = [Ballot(("a",), 1, (1,))]
    election = Election.from_counts(
        9, [Project("a", 1)], ballots, vote_type=VoteType.SCORING, meta={key: "veel"}
    )
    with pytest.raises(ElectionError, match=f"{key} 'veel'"):
        count(election, Rules(Rule.GREEDY_THRESHOLD))


def test_of_an_exclusive_group_only_one_wins() -> None:
    election = approvals(10, {"a": 2, "b": 2, "c": 2}, ("a", 3), ("b", 2), "c")
    rules = Rules(Rule.GREEDY_EXCLUSIVE, exclusive=(frozenset("ab"),))
    result = count(election, rules)
    assert result.winners == ("a", "c")
    assert result.rejected["b"] == Reason(Code.EXCLUDED, {"by": "a", "votes_short": 2})


def test_a_category_and_an_area_get_no_more_than_their_budget() -> None:
    projects = [
        Project("a", 3, categories=("groen",), area="noord"),
        Project("b", 3, categories=("groen", "spel"), area="zuid"),
        Project("c", 3, categories=("spel",), area="noord"),
        Project("d", 3, categories=("spel",), area="west"),
    ]
    ballots = [(("a",), 4), (("b",), 3), (("c",), 2), (("d",), 1)]
    election = Election.from_counts(12, projects, ballots)
    rules = Rules(category_budgets={"groen": 5}, area_budgets={"noord": 5})
    result = count(election, rules)
    assert result.winners == ("a", "d")
    assert result.rejected["b"] == Reason(
        Code.CATEGORY_FULL,
        {"name": "groen", "cost": 3, "left": 2, "votes_short": 2, "cost_at_most": 2},
    )
    assert result.rejected["c"] == Reason(
        Code.AREA_FULL, {"name": "noord", "cost": 3, "left": 2, "votes_short": 3, "cost_at_most": 2}
    )


def test_a_full_area_does_not_stop_a_count_that_skips_nothing() -> None:
    projects = [Project("a", 3, area="noord"), Project("b", 3, area="noord"), Project("c", 3)]
    election = Election.from_counts(12, projects, [(("a",), 4), (("b",), 3), (("c",), 2)])
    result = count(election, Rules(Rule.GREEDY_NO_SKIP, area_budgets={"noord": 5}))
    assert result.winners == ("a", "c")
    assert result.rejected["b"].code is Code.AREA_FULL


def test_without_money_the_most_votes_win_as_many_as_there_are_seats() -> None:
    result = count(STREET, Rules(Rule.COUNT_ONLY, seats=2, lot=("a", "b", "c", "d")))
    assert result.winners == ("d", "a")
    assert result.rejected["b"] == Reason(Code.TOO_FEW_VOTES, {"votes": 3, "votes_short": 1})
    with pytest.raises(ElectionError, match="seats"):
        count(STREET, Rules(Rule.COUNT_ONLY))


def test_the_knapsack_pays_the_last_project_in_part() -> None:
    election = approvals(10, {"a": 6, "b": 5, "c": 1}, ("a", 3), ("b", 2), "c")
    result = count(election, Rules(Rule.KNAPSACK))
    assert result.winners == ("a",)
    assert result.partial == {"b": 400}
    assert result.leftover == 0
    facts = {"cost": 500, "paid": 400, "votes_short": 1, "cost_at_most": 400}
    assert result.rejected["b"] == Reason(Code.PARTLY_FUNDED, facts)
    assert result.rejected["c"].code is Code.STOPPED


def test_lower_cost_goes_before_more_votes_before_the_lot() -> None:
    projects = [Project("a", 2), Project("b", 1), Project("c", 2), Project("d", 2)]
    ballots = [
        Ballot(("a",), 1, (4,)),
        Ballot(("b",), 1, (4,)),
        Ballot(("c",), 2, (2,)),
        Ballot(("d",), 1, (4,)),
    ]
    election = Election.from_counts(9, projects, ballots, vote_type=VoteType.CUMULATIVE)
    result = count(election, Rules(lot=("d", "a", "c", "b")))
    assert result.winners == ("b", "c", "d", "a")
    assert result.ties == (
        Tie(1, ("a", "b", "c", "d"), "b", TieRule.COST),
        Tie(2, ("a", "c", "d"), "c", TieRule.VOTES),
        Tie(3, ("a", "d"), "d", TieRule.LOT),
    )


def test_an_undecided_tie_blocks_the_result() -> None:
    election = approvals(1, {"a": 1, "b": 1}, "a", "b")
    with pytest.raises(UndecidedTie, match="a, b") as told:
        count(election, Rules(ties=(TieRule.COST, TieRule.VOTES)))
    assert told.value.tied == ("a", "b")
    with pytest.raises(UndecidedTie):
        count(election, Rules(lot=()))


def test_a_lot_must_draw_projects_once() -> None:
    election = approvals(1, {"a": 1, "b": 1}, "a", "b")
    with pytest.raises(ElectionError, match="draws a project twice"):
        count(election, Rules(lot=("a", "a")))
    with pytest.raises(ElectionError, match="'z', which is not a project"):
        count(election, Rules(lot=("a", "z")))
    with pytest.raises(ElectionError, match="'z', which is not a project"):
        count(election, Rules(withdrawn=frozenset("z")))


def test_only_equal_shares_has_a_completion() -> None:
    with pytest.raises(ElectionError, match="only Equal Shares"):
        count(STREET, Rules(completion=Completion.ADD1))


ORDERS = Election.from_counts(
    9,
    [Project("a", 1), Project("b", 2), Project("c", 3)],
    [(("a", "b"), 4), (("b", "c"), 3), (("c", "b"), 2)],
    vote_type=VoteType.ORDINAL,
)


@pytest.mark.parametrize(
    ("score", "positions", "winners"),
    [
        (Score.PLURALITY, (), ("a", "b", "c")),
        (Score.BORDA, (), ("b", "a", "c")),
        (None, (), ("b", "a", "c")),
        (Score.APPROVAL, (), ("b", "c", "a")),
        (Score.POSITIONS, (10, 1), ("a", "b", "c")),
    ],
)
def test_ways_to_score_an_order(
    score: Score | None, positions: tuple[int, ...], winners: tuple[str, ...]
) -> None:
    assert count(ORDERS, Rules(score=score, positions=positions)).winners == winners


def test_instant_runoff_drops_the_last_until_one_has_a_majority() -> None:
    result = count(ORDERS, Rules(Rule.INSTANT_RUNOFF))
    assert result.winners == ("b",)
    assert result.rejected["c"] == Reason(
        Code.ELIMINATED, {"round": 1, "votes": 2, "votes_short": 2}
    )
    assert result.rejected["a"] == Reason(
        Code.ELIMINATED, {"round": 2, "votes": 4, "votes_short": 1}
    )


def test_instant_runoff_drops_the_one_the_tie_rules_put_last() -> None:
    projects = [Project("a", 1), Project("b", 2), Project("c", 3)]
    ballots = [(("a",), 3), (("b", "a"), 2), (("c", "b"), 2)]
    election = Election.from_counts(9, projects, ballots, vote_type=VoteType.ORDINAL)
    result = count(election, Rules(Rule.INSTANT_RUNOFF))
    assert result.ties == (Tie(1, ("b", "c"), "c", TieRule.COST),)
    assert result.winners == ("b",)
    with pytest.raises(ElectionError, match="ordered ballots"):
        count(STREET, Rules(Rule.INSTANT_RUNOFF))


def test_points_need_points() -> None:
    with pytest.raises(ElectionError, match="no points"):
        count(STREET, Rules(score=Score.POINTS))


def test_a_scoring_ballot_gives_the_default_score_to_what_it_leaves_open() -> None:
    ballots = [Ballot(("a",), 2, (-1,)), Ballot(("b",), 1, (5,))]
    projects = [Project("a", 1), Project("b", 1)]
    election = Election.from_counts(
        9, projects, ballots, vote_type=VoteType.SCORING, meta={"default_score": "3"}
    )
    assert count(election, Rules()).winners == ("b", "a")
    assert count(election, Rules(threshold=Threshold(Support.SCORE, Fraction(2)))).winners == ("b",)


@examples(1000)
@given(small_elections(), st.sampled_from([Rule.GREEDY, Rule.GREEDY_NO_SKIP]), st.randoms())
def test_greedy_agrees_with_the_naive_count(election: Election, rule: Rule, lot: object) -> None:
    ids = [p.id for p in election.projects]
    costs = {p: project.cost for p, project in enumerate(election.projects)}
    scores = {p: s for p, s in enumerate(election.votes) if s and costs[p] <= election.budget}
    result = count(election, Rules(rule, lot=tuple(ids)))
    naively = naive.greedy(
        scores,
        costs,
        election.budget,
        skip=rule is Rule.GREEDY,
        choose=lambda tied: min(tied, key=lambda p: (costs[p], p)),
    )
    assert result.winners == tuple(ids[p] for p in naively)


def test_the_official_winners_of_real_elections_come_out() -> None:
    counted = 0
    for path, known in manifest():
        reproduced = "count reproduces the official winners" in known
        if not reproduced and "no-skip reproduces only if" not in known:
            continue
        election = pabulib.read(path)
        stated = election.meta["rule"]
        rule = Rule(stated) if stated in set(Rule) else Rule.GREEDY
        lot = tuple(p.id for p in election.projects)
        selected = {p.id for p in election.projects if p.columns["selected"] == "1"}
        assert set(count(election, Rules(rule, lot=lot)).winners) == selected, path.name
        counted += 1
    assert counted == 68
