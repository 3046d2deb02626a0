"""How near projects came to winning, and what an outcome gives the voters."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings

from participatie.votes.counting import explain, preference
from participatie.votes.counting.election import Election, Project
from participatie.votes.counting.rules import Completion, Rule, Rules, Utility
from participatie.votes.counting.tally import count
from tests.votes.counting.elections import approvals, small_elections
from tests.votes.counting.test_equal_shares_exact import voters_of
from tests.votes.counting.test_properties import again

SHARED = Rules(Rule.EQUAL_SHARES)


def drawn(rules: Rules, election: Election) -> Rules:
    return replace(rules, lot=tuple(p.id for p in election.projects))


MINORITY = approvals(10, {"a": 4, "b": 4, "c": 3}, ("a b", 6), ("c", 4))


def test_support_is_a_percentage_of_what_was_needed() -> None:
    result = count(MINORITY, drawn(SHARED, MINORITY))
    assert result.winners == ("a", "c")
    assert result.effective_support == {"a": 100, "b": 100, "c": 133}
    cheap = approvals(10, {"a": 6, "b": 4}, ("a b", 5), ("a", 2), ("", 3))
    lost = count(cheap, drawn(SHARED, cheap))
    assert lost.winners == ("a",)
    assert lost.effective_support == {"a": 116, "b": 71}


def test_the_explanation_says_it() -> None:
    cheap = approvals(10, {"a": 6, "b": 4}, ("a b", 5), ("a", 2), ("", 3))
    line = explain.explained(count(cheap, drawn(SHARED, cheap)))["b"]
    assert line.endswith("; 71 % van de steun die nodig was")


def test_a_full_area_and_the_endowment_are_explained() -> None:
    projects = [Project("a", 600, area="noord"), Project("b", 600, area="noord")]
    election = Election.from_counts(1500, projects, [(("a",), 6), (("b",), 4)])
    limited = replace(drawn(SHARED, election), area_budgets={"noord": 900})
    raised = count(election, replace(limited, completion=Completion.ADD1))
    assert explain.explained(raised)["b"].startswith(
        "het geld voor noord was op: € 6 nodig, € 3 over; aantal stemmen te weinig: 3; "
        "als het € 3 of minder kostte, had het gewonnen; "
    )
    assert "Daarna kon geen plan er meer bij" in explain.endowment_sentence(raised)
    poor = approvals(10, {"a": 6, "b": 5}, ("a", 6), ("b", 4))
    line = explain.explained(count(poor, replace(drawn(SHARED, poor), completion=Completion.ADD1)))
    assert "(bij hetzelfde bedrag per kiezer)" not in line["b"]


def test_only_equal_shares_has_effective_support() -> None:
    assert count(MINORITY, drawn(Rules(), MINORITY)).effective_support == {}


@settings(max_examples=150, deadline=None)
@given(small_elections(pointed=True, shared=True))
def test_support_is_what_a_plain_recount_finds(election: Election) -> None:
    for utility in Utility:
        rules = drawn(replace(SHARED, utility=utility, completion=Completion.ADD1), election)
        result = count(election, rules)
        assert result.endowment is not None
        found = result.effective_support
        won = result.winners
        for name, percent in found.items():
            assert percent == plainly(election, rules, name, result.endowment.final, name in won)
            assert percent >= 100 if name in won else percent <= 100


def plainly(election: Election, rules: Rules, name: str, level: Fraction, won: bool) -> int:
    """The definition, one voter at a time, from the order in which the others are bought."""
    project = election.index[name]
    cost = election.projects[project].cost
    others = replace(rules, withdrawn=rules.withdrawn | {name}, completion=Completion.NONE)
    budget = level * election.voters
    raised = again(election, budget=budget.numerator, per_unit=election.per_unit)
    raised = again(
        raised,
        budget=budget.numerator,
        projects=[replace(p, cost=p.cost * budget.denominator) for p in election.projects],
    )
    dear = {p.id for p in election.projects if p.cost > election.budget}
    others = replace(others, withdrawn=others.withdrawn | dear)
    order = [election.index[w] for w in count(raised, others).winners]
    voters = voters_of(election)
    mean = Fraction(sum(share for _, share in voters), len(voters))
    left = [level * share / mean for _, share in voters]
    gains = [p.cost if rules.utility is Utility.COST and p.cost else 1 for p in election.projects]
    highest = Fraction(0)
    for bought in order:
        fans = [(i, points[bought]) for i, (points, _) in enumerate(voters) if points.get(bought)]
        price = lowest(left, fans, election.projects[bought].cost)
        asked = price / gains[bought] * gains[project]
        paid = sum(min(left[i], asked * p.get(project, 0)) for i, (p, _) in enumerate(voters))
        highest = max(highest, Fraction(paid))
        for i, points in fans:
            left[i] -= min(left[i], price * points)
    end = sum(left[i] for i, (points, _) in enumerate(voters) if points.get(project))
    highest = max(highest, Fraction(end), Fraction(cost if won else 0))
    return int(100 * highest / cost)


def lowest(left: list[Fraction], fans: list[tuple[int, int]], cost: int) -> Fraction:
    missing, weight = Fraction(cost), sum(points for _, points in fans)
    for i, points in sorted(fans, key=lambda fan: left[fan[0]] / fan[1]):
        if left[i] * weight >= missing * points:
            return missing / weight
        missing, weight = missing - left[i], weight - points
    raise AssertionError


PARK = Election.from_counts(
    1000,
    [Project("a", 600, area="noord"), Project("b", 400, area="zuid"), Project("c", 500)],
    [(("a", "b"), 3), (("c",), 2), ((), 1)],
)


def test_what_an_outcome_gives_the_voters() -> None:
    result = count(PARK, drawn(Rules(), PARK))
    assert result.winners == ("b", "a")
    told = preference.impact(result)
    assert (told.voters, told.without) == (6, 3)
    assert told.mean_number == 1
    assert told.mean_cost == 500
    assert told.by_area == {"noord": ("a",), "zuid": ("b",), "": ()}


def test_two_rules_on_the_same_ballots_compare() -> None:
    shared, usual = (count(MINORITY, drawn(rules, MINORITY)) for rules in (SHARED, Rules()))
    told = preference.compare(shared, usual)
    assert (told.one.without, told.other.without) == (0, 4)
    assert told.one.mean_number == 1
    assert told.other.mean_number == Fraction(6, 5)
    assert told.one.mean_cost == 360
    assert told.other.mean_cost == 480
    assert (told.prefer_one, told.prefer_other) == (4, 6)


def test_only_results_of_the_same_election_compare() -> None:
    one = count(PARK, drawn(Rules(), PARK))
    with pytest.raises(ValueError, match="different elections"):
        preference.compare(one, count(MINORITY, drawn(Rules(), MINORITY)))


def test_without_voters_nobody_gets_anything() -> None:
    empty = approvals(10, {"a": 4})
    told = preference.impact(count(empty, drawn(Rules(), empty)))
    assert (told.voters, told.without) == (0, 0)
    assert told.mean_number == told.mean_cost == 0
