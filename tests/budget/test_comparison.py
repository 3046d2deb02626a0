"""What another rule would have given for the same ballots, once the council has decided."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from participatie.budget.models.budgets import Budget
from participatie.budget.models.comparisons import OtherOutcome
from participatie.budget.rules.comparisons import Difference, other_rules, outcome
from participatie.budget.rules.setting_up import AwardRule
from participatie.budget.services import comparing
from participatie.budget.tasks import compare_decided
from participatie.core.db import db
from participatie.core.errors import Conflict, Invalid, NotAllowed
from participatie.votes.counting.election import Election, Project
from participatie.votes.counting.preference import without
from participatie.votes.counting.rules import Completion, Rule, Rules, TieRule
from tests.budget.assessing import acting
from tests.budget.steps import make_budget
from tests.factories import ClerkFactory, ResidentFactory

TODAY = date(2027, 3, 14)
NOW = datetime(2027, 3, 14, 12, tzinfo=UTC)
DECISION = "Besluit 2027-12"
SPLIT = Election.from_counts(
    100,
    [Project("a", 60, "A"), Project("b", 50, "B"), Project("c", 40, "C")],
    [(("a", "b"), 6), (("c",), 4)],
)
"""Six of ten voters would give everything to their own plans; four want the cheapest."""


def test_a_vote_is_compared_with_the_rules_that_it_did_not_have():
    names = [name for name, _ in other_rules(Rules(rule=Rule.GREEDY))]
    assert names == [AwardRule.EQUAL_SHARES]
    names = [name for name, _ in other_rules(Rules(rule=Rule.GREEDY_NO_SKIP))]
    assert names == [AwardRule.MOST_VOTES, AwardRule.EQUAL_SHARES]


def test_the_other_rule_keeps_the_limits_of_the_vote():
    rules = Rules(rule=Rule.EQUAL_SHARES, withdrawn=frozenset({"a"}), completion=Completion.NONE)
    ((_, other),) = other_rules(rules)
    assert (other.rule, other.withdrawn) == (Rule.GREEDY, frozenset({"a"}))


def test_another_rule_says_who_wins_what_it_costs_and_who_gets_nothing():
    found = outcome(SPLIT, AwardRule.MOST_VOTES, Rules(rule=Rule.GREEDY))
    assert found is not None
    assert (found.winners, found.spent, found.empty_handed) == (("b", "c"), 90, 0)
    assert without(SPLIT, ["a"]) == 4


def test_where_a_lot_would_decide_there_is_no_other_outcome():
    tied = Election.from_counts(
        50, [Project("a", 50, "A"), Project("b", 50, "B")], [(("a",), 1), (("b",), 1)]
    )
    found = outcome(tied, AwardRule.MOST_VOTES, Rules(ties=(TieRule.LOT,)))
    assert found is not None
    assert found.winners is None


def test_a_difference_names_each_plan_once_in_the_order_of_the_votes():
    found = Difference.between(["a", "b"], ["b", "c"], ["c", "b", "a", "d"])
    assert (found.both, found.instead, found.not_then) == (("b",), ("c",), ("a",))


def test_nobody_can_compare_before_the_council_has_decided(client, result, app):
    with app.app_context():
        assert compare_decided() == ""
    client.get(f"/begrotingen/{result}/uitslag/anders-geteld", status=404)
    assert "anders hadden geteld" not in client.get(f"/begrotingen/{result}/uitslag/cijfers").main


def test_after_the_decision_everybody_reads_which_plans_would_differ(app, log_in, client, result):
    page = log_in(ClerkFactory()).get(f"/griffie/begrotingen/{result}/na-de-uitslag")
    page = page.follow("De gemeenteraad heeft besloten over de uitslag").press(
        "Bewaar", decided_on=""
    )
    assert "Vul de dag in waarop de gemeenteraad besloot" in page.main
    page = page.press("Bewaar", decided_on="14-03-2026", decision=DECISION)
    assert DECISION in page.main
    with app.app_context():
        assert compare_decided() == f"compared [{result}]"
    page = client.get(f"/begrotingen/{result}/uitslag/cijfers").follow(
        "Als we anders hadden geteld"
    )
    assert "Gelijke delen" in page.main
    assert DECISION in page.main


def decide(budget, day=TODAY, document=DECISION, by=ClerkFactory):
    comparing.tell_decision(budget, day, document, today=TODAY, actor=acting(by()), now=NOW)


def test_a_comparison_is_made_once_for_each_count(inside):
    budget = db.session.get_one(Budget, inside, options=[joinedload(Budget.round)])
    for day, document, field in (
        (None, DECISION, "decided_on"),
        (date(2027, 3, 15), DECISION, "decided_on"),
        (TODAY, "", "decision"),
    ):
        with pytest.raises(Invalid) as refused:
            decide(budget, day, document)
        assert refused.value.field == field
    decide(budget)
    assert compare_decided()
    assert compare_decided() == ""
    (other,) = db.session.scalars(select(OtherOutcome))
    assert other.rule is AwardRule.EQUAL_SHARES
    assert other.winners == ["zwembad"], "with € 35.000 each two voters pay it together"
    db.session.get_one(Budget, inside).awarded_version = 2
    db.session.commit()
    assert compare_decided(), "a newer count is compared again"


def test_a_decision_is_told_by_the_team_and_after_a_result(context):
    budget = make_budget()
    with pytest.raises(NotAllowed):
        decide(budget, by=ResidentFactory)
    with pytest.raises(Conflict):
        decide(budget)
