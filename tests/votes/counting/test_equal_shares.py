"""Equal Shares: what the rule says, on elections small enough to do by hand, and on real ones."""

from fractions import Fraction
from typing import Any

import pytest

from participatie.votes.counting import pabulib
from participatie.votes.counting.election import Ballot, Election, ElectionError, Project, VoteType
from participatie.votes.counting.reasons import Code, Reason
from participatie.votes.counting.result import Endowment, Result, Stop
from participatie.votes.counting.rules import Completion, Rule, Rules, TieRule, Utility
from participatie.votes.counting.tally import count
from participatie.votes.counting.ties import Tie, UndecidedTie
from tests.votes.counting.elections import approvals, real_files


def shares(election: Election, completion: Completion = Completion.NONE, **settings: Any) -> Result:
    return count(
        election,
        Rules(Rule.EQUAL_SHARES, completion=completion, lot=ids(election), **settings),
    )


def ids(election: Election) -> tuple[str, ...]:
    return tuple(project.id for project in election.projects)


MINORITY = approvals(10, {"a": 4, "b": 4, "c": 3}, ("a b", 6), ("c", 4))


def test_a_minority_gets_its_part() -> None:
    assert count(MINORITY, Rules(lot=ids(MINORITY))).winners == ("a", "b")
    result = shares(MINORITY)
    assert result.winners == ("a", "c")
    assert result.endowment == Endowment(Fraction(100), Fraction(100), 100, 0, Stop.NOT_RAISED)


def test_a_loser_is_told_what_its_voters_had_left_and_what_was_short() -> None:
    reason = shares(MINORITY).rejected["b"]
    facts = {"cost": 400, "behind": 200, "cost_at_most": 399, "votes_short": 1}
    assert reason == Reason(Code.SUPPORTERS_SHORT, facts)


def test_add1_stops_before_the_step_that_spends_too_much() -> None:
    result = shares(MINORITY, Completion.ADD1)
    assert result.winners == ("a", "c")
    assert result.endowment == Endowment(
        Fraction(100), Fraction(100), 100, 0, Stop.OVERSPEND, next_cost=1100
    )


def test_add1_stops_when_all_have_won() -> None:
    election = approvals(10, {"a": 4, "b": 4}, ("a b", 6), ("", 4))
    result = shares(election, Completion.ADD1)
    assert result.winners == ("a", "b")
    assert result.endowment is not None
    assert (result.endowment.steps, result.endowment.stop) == (1, Stop.ALL_WON)


def test_add1_until_nothing_fits_stops_earlier() -> None:
    election = approvals(10, {"a": 6, "b": 5}, ("a", 6), ("b", 4))
    result = shares(election, Completion.ADD1_EXHAUSTIVE)
    assert result.endowment is not None
    assert (result.endowment.steps, result.endowment.stop) == (0, Stop.EXHAUSTED)


def test_the_step_can_be_any_amount() -> None:
    election = approvals(10, {"a": 4, "b": 4}, ("a b", 6), ("", 4))
    result = shares(election, Completion.ADD1, step=1)
    assert result.endowment is not None
    assert result.endowment.steps == 34
    assert result.endowment.final == 134
    with pytest.raises(ElectionError, match="step"):
        shares(election, Completion.ADD1, step=0)


@pytest.mark.parametrize("completion", [Completion.GREEDY, Completion.ADD1_GREEDY])
def test_greedy_spends_what_is_left_over(completion: Completion) -> None:
    election = approvals(10, {"a": 6, "b": 3, "c": 4}, ("a", 6), ("b", 2), ("c", 2))
    result = shares(election, completion)
    assert result.winners == ("a", "b")
    assert result.completed_from == 1
    assert result.rejected["c"].facts["left"] == 100
    assert result.spent == 900


def test_utility_decides_what_counts_as_gain() -> None:
    election = approvals(12, {"a": 6, "b": 3}, ("a b", 4), ("a", 1), ("", 1))
    assert shares(election).winners[0] == "a"
    assert shares(election, utility=Utility.CARDINALITY).winners[0] == "b"


def test_points_weigh() -> None:
    ballots = [Ballot(("a", "b"), 2, (1, 3)), Ballot(("a",), 1, (2,))]
    projects = [Project("a", 6), Project("b", 6)]
    election = Election.from_counts(12, projects, ballots, vote_type=VoteType.CUMULATIVE)
    assert shares(election).winners == ("b", "a")


def test_an_order_gives_points_by_place() -> None:
    ballots = [(("a", "b"), 2), (("b", "a"), 1)]
    projects = [Project("a", 6), Project("b", 6)]
    election = Election.from_counts(12, projects, ballots, vote_type=VoteType.ORDINAL)
    assert shares(election).winners[0] == "a"


def test_shares_of_areas_stay_in_proportion() -> None:
    ballots = [Ballot(("a",), 2, share=Fraction(3)), Ballot(("b",), 2, share=Fraction(1))]
    projects = [Project("a", 6), Project("b", 6)]
    election = Election.from_counts(8, projects, ballots, per_unit=1)
    assert shares(election).winners == ("a",)
    unshared = [Ballot(("a",), 1, share=Fraction(0)), Ballot(("b",), 0, share=Fraction(1))]
    with pytest.raises(ElectionError, match="no voter has a share"):
        shares(Election.from_counts(8, projects, unshared))


def test_a_project_that_costs_nothing_wins_first() -> None:
    election = approvals(10, {"a": 0, "b": 2}, ("b", 9), "a")
    assert shares(election).winners == ("a", "b")


def test_a_tie_is_reported_or_blocks() -> None:
    election = approvals(10, {"a": 5, "b": 5}, "a", "b")
    result = shares(election)
    assert result.winners == ("a", "b")
    assert result.ties == (Tie(1, ("a", "b"), "a", TieRule.LOT),)
    with pytest.raises(UndecidedTie):
        shares(election, ties=(TieRule.COST, TieRule.VOTES))


def test_without_voters_or_money_nobody_wins() -> None:
    assert shares(approvals(10, {"a": 5}), Completion.ADD1).winners == ()
    assert shares(approvals(0, {"a": 5}, "a"), Completion.ADD1).winners == ()


HARBOUR = Election.from_counts(
    1500,
    [Project("a", 600, area="noord"), Project("b", 600, area="noord"), Project("c", 300)],
    [(("a", "b"), 8), (("b", "c"), 2), (("c",), 2)],
)


def test_a_full_area_buys_nothing_more_and_its_voters_keep_their_money() -> None:
    free = shares(HARBOUR, Completion.ADD1, step=10)
    assert set(free.winners) == {"a", "b", "c"}
    result = shares(HARBOUR, Completion.ADD1, step=10, area_budgets={"noord": 900})
    assert result.winners == ("b", "c")
    assert result.endowment is not None
    assert (result.endowment.steps, result.endowment.stop) == (0, Stop.SHUT_OUT)
    assert dict(result.rejected["a"].facts) == {
        "name": "noord",
        "cost": 600,
        "left": 300,
        "behind": 520,
        "votes_short": 2,
        "cost_at_most": 300,
    }


def test_add1_ends_although_nobody_can_pay_for_what_is_left() -> None:
    ballots = [Ballot(("a",), 1, share=Fraction(1)), Ballot(("b",), 1, share=Fraction(0))]
    election = Election.from_counts(1000, [Project("a", 500), Project("b", 100)], ballots)
    result = shares(election, Completion.ADD1)
    assert result.winners == ("a",)
    assert result.endowment is not None
    assert result.endowment.stop is Stop.SHUT_OUT


@pytest.mark.parametrize("rule", [Rule.COUNT_ONLY, Rule.INSTANT_RUNOFF, Rule.KNAPSACK])
@pytest.mark.parametrize(
    "limits",
    [{"category_budgets": {"x": 1}}, {"area_budgets": {"x": 1}}, {"exclusive": (frozenset("ab"),)}],
)
def test_limits_that_the_rule_does_not_know_are_refused(rule: Rule, limits: dict[str, Any]) -> None:
    with pytest.raises(ElectionError, match="no limits"):
        count(MINORITY, Rules(rule, **limits))


def test_negative_points_are_refused() -> None:
    election = Election.from_counts(
        9,
        [Project("a", 1)],
        [Ballot(("a",), 1, (-1,)), Ballot(("a",), 2, (3,))],
        vote_type=VoteType.SCORING,
    )
    with pytest.raises(ElectionError, match="negative points"):
        shares(election)


def test_the_comparison_keeps_equal_shares_unless_more_voters_prefer_greedy() -> None:
    result = shares(MINORITY, comparison=True)
    assert result.comparison == (4, 6)
    assert result.winners == ("a", "b")
    assert result.endowment is None
    even = approvals(10, {"a": 4, "b": 4, "c": 4}, ("a b", 5), ("c", 5))
    kept = shares(even, comparison=True)
    assert kept.comparison == (5, 5)
    assert kept.winners == ("a", "c")


def test_every_round_can_be_followed() -> None:
    first, second = shares(MINORITY).rounds
    assert (first.project, first.price) == ("a", 66)
    assert first.effective_votes == 6
    assert (first.paid_in_full, first.paid_all, first.left) == (6, 0, 600)
    assert first.behind == {"a": 600, "b": 600, "c": 400}
    assert (second.project, second.price, second.left) == ("c", 75, 300)
    assert second.behind == {"b": 200, "c": 400}
    [only, _] = count(MINORITY, Rules(lot=ids(MINORITY))).rounds
    assert (only.project, only.score, only.left, only.price) == ("a", 6, 600, None)


def test_who_pays_all_is_told() -> None:
    election = approvals(12, {"a": 6, "b": 6}, ("a", 1), ("a b", 1), ("b", 1), ("", 1))
    first, *_ = shares(election).rounds
    assert (first.paid_in_full, first.paid_all) == (0, 2)


@pytest.mark.parametrize(
    ("name", "winners", "steps"),
    [("Netherlands_Assen_2024.pb", 9, 843), ("Poland_Swiecie_2023.pb", 17, 242)],
)
def test_cities_that_used_the_rule_get_their_own_result(
    name: str, winners: int, steps: int
) -> None:
    [path] = [path for path in real_files() if path.name == name]
    election = pabulib.read(path)
    lot = tuple(p.id for p in election.projects)
    result = count(election, Rules(Rule.EQUAL_SHARES, completion=Completion.ADD1, lot=lot))
    assert set(result.winners) == {p.id for p in election.projects if p.columns["selected"] == "1"}
    assert len(result.winners) == winners
    assert result.endowment is not None
    assert result.endowment.steps == steps
