"""After the result: the reserve, a plan that falls out, and a council that decides otherwise."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from participatie.budget.models.budgets import Budget, Project
from participatie.budget.rules.changes import ChangeKind, Said, Standing, outcome_after, possible
from participatie.budget.rules.outcomes import Outcome
from participatie.budget.services import awarding, changing
from participatie.contributions.models import Follow
from participatie.core.db import db
from participatie.core.errors import Conflict, Invalid, NotAllowed
from participatie.core.outbox import OutboxMessage
from participatie.identity.rules import Actor, Role
from participatie.votes.models.ballots import Tally
from tests.factories import ClerkFactory, ResidentFactory

TODAY = date(2027, 3, 14)
NOW = datetime(2027, 3, 14, 12, tzinfo=UTC)
WHY = "De grond blijkt niet van de gemeente te zijn."
COSTS = {"a": 60, "b": 30, "c": 50, "d": 30, "e": 10}


def lost(code, **facts):
    return {"code": code, "facts": facts}


def standing(*going, votes=None, reasons=None, **settings):
    """A pot of 100 in which by votes a and b won, and c, d and e did not."""
    result = {
        "votes": votes or {"a": 9, "b": 8, "c": 7, "d": 6, "e": 6},
        "reasons": reasons or {code: lost("no-money-left") for code in "cde"},
    }
    return Standing(result, COSTS, 100, frozenset(going or "ab"), **settings)


# The reserve


def test_the_reserve_has_the_most_votes_first_and_then_the_lowest_cost():
    assert standing().in_reserve(10) == [["c"], ["e"], ["d"]]


def test_the_reserve_is_as_long_as_the_rules_say():
    assert standing().in_reserve(1) == [["c"]]
    assert standing().in_reserve(0) == []


def test_plans_that_nothing_sets_apart_have_the_same_place_unless_a_lot_was_drawn():
    votes = {"a": 9, "b": 8, "c": 7, "d": 7, "e": 7}
    equal = standing(votes=votes)
    same = Standing(equal.result, {**COSTS, "c": 30, "e": 30}, 100, equal.going)
    assert same.in_reserve(10) == [["c", "d", "e"]]
    drawn = Standing(same.result, same.costs, 100, same.going, lot=["e", "c", "d"])
    assert drawn.in_reserve(10) == [["e"], ["c"], ["d"]]


def test_where_equal_shares_keeps_what_is_left_the_nearest_plan_comes_first():
    reasons = {
        "c": lost("supporters-short", behind=20, cost=50),
        "d": lost("supporters-short", behind=27, cost=30),
        "e": lost("supporters-short", behind=5, cost=10),
    }
    assert standing(reasons=reasons).in_reserve(10) == [["d"], ["e"], ["c"]]


@pytest.mark.parametrize("code", ["withdrawn", "no-votes", "below-threshold", "over-budget"])
def test_a_plan_that_could_never_win_stands_not_in_reserve(code):
    reasons = {"c": lost(code), "d": lost("no-money-left")}
    assert standing(reasons=reasons).in_reserve(10) == [["d"]]


def test_nobody_moves_up_while_the_money_is_given_out():
    assert standing(reasons={"c": lost("no-money-left")}).next_up(10) == []


def test_the_first_in_reserve_that_fits_moves_up():
    assert standing("a").next_up(10) == ["e"], "c costs more than the 40 that are left"
    assert standing("b").next_up(10) == ["c"]


def test_a_plan_that_fell_out_does_not_come_back_from_the_reserve():
    gone = standing("a", reasons={"b": lost("no-money-left")}, fell_out=frozenset("b"))
    assert gone.next_up(10) == []


def test_a_plan_that_cannot_go_with_a_winner_does_not_move_up():
    assert standing("b", apart=[{"b", "c"}]).next_up(10) == ["e"]


@given(
    costs=st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 60), min_size=8, max_size=8),
    votes=st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 5), min_size=8, max_size=8),
    going=st.sets(st.sampled_from("abcd")),
    apart=st.lists(st.sets(st.sampled_from("abcdefgh"), min_size=2, max_size=3)),
    most=st.integers(0, 8),
)
def test_who_moves_up_is_paid_by_what_is_left_and_goes_with_all_winners(
    costs, votes, going, apart, most
):
    reasons = {code: lost("no-money-left") for code in "abcdefgh" if code not in going}
    now = Standing({"votes": votes, "reasons": reasons}, costs, 300, frozenset(going), apart)
    for code in now.next_up(most):
        assert sum(costs[one] for one in {*going, code}) <= 300
        assert code not in going
        assert not any(code in group and group & going for group in apart)


# What can be asked


def test_only_the_next_in_reserve_moves_up_and_the_council_may_decide_otherwise():
    assert possible(Outcome.AWARDED, is_next_up=False) == ["falls_out", "council_rejects"]
    assert possible(Outcome.NOT_AWARDED, is_next_up=True) == ["moves_up", "council_awards"]
    assert possible(Outcome.NOT_AWARDED, is_next_up=False) == ["council_awards"]
    assert possible(Outcome.UNDECIDED, is_next_up=True) == []


def test_the_last_change_is_what_becomes_of_a_plan():
    assert outcome_after(Outcome.AWARDED, []) is Outcome.AWARDED
    changes = [ChangeKind.FALLS_OUT, ChangeKind.COUNCIL_AWARDS]
    assert outcome_after(Outcome.AWARDED, changes) is Outcome.AWARDED
    assert outcome_after(Outcome.AWARDED, changes[:1]) is Outcome.NOT_AWARDED


@pytest.mark.parametrize(
    ("kind", "decided_on", "document", "field"),
    [
        (ChangeKind.COUNCIL_AWARDS, None, "Besluit 2027-31", "decided_on"),
        (ChangeKind.COUNCIL_AWARDS, date(2027, 3, 15), "Besluit 2027-31", "decided_on"),
        (ChangeKind.COUNCIL_REJECTS, TODAY, "", "document"),
        (ChangeKind.FALLS_OUT, TODAY, "", "decided_on"),
        (ChangeKind.MOVES_UP, None, "Besluit 2027-31", "document"),
    ],
)
def test_a_decision_of_the_council_has_a_day_and_a_document_and_nothing_else_has(
    kind, decided_on, document, field
):
    with pytest.raises(Invalid) as refused:
        Said(kind, "", decided_on, document).check(today=TODAY)
    assert refused.value.field == field


# Two people, and what everybody reads


def plan(title):
    return db.session.scalars(select(Project).where(Project.title == title)).one()


def clerk():
    return Actor(id=ClerkFactory().id, roles=frozenset({Role.CLERK}))


def asked(budget_id, title, kind, actor, source=(None, "")):
    said = Said(kind, WHY, *source)
    budget = db.session.get_one(Budget, budget_id)
    project = plan(title)
    db.session.refresh(project, ["option"])
    return changing.ask(budget, project, said, today=TODAY, actor=actor, now=NOW)


def test_nothing_happens_until_somebody_else_confirms(inside):
    one = clerk()
    change = asked(inside, "Zwembad", ChangeKind.FALLS_OUT, one)
    assert plan("Zwembad").outcome is Outcome.AWARDED
    with pytest.raises(NotAllowed):
        changing.confirm(change.id, actor=one, now=NOW)
    changing.confirm(change.id, actor=clerk(), now=NOW)
    assert plan("Zwembad").outcome is Outcome.NOT_AWARDED
    with pytest.raises(Conflict):
        changing.confirm(change.id, actor=clerk(), now=NOW)


@pytest.mark.parametrize("reason", ["", "   ", "Duur"])
def test_the_council_does_not_change_a_result_without_a_reason(inside, reason):
    budget, won = db.session.get_one(Budget, inside), plan("Zwembad")
    db.session.refresh(won, ["option"])
    said = Said(ChangeKind.COUNCIL_REJECTS, reason, TODAY, "raadsbesluit 12")
    with pytest.raises(Invalid) as refused:
        changing.ask(budget, won, said, today=TODAY, actor=clerk(), now=NOW)
    assert refused.value.field == "reason"
    assert plan("Zwembad").outcome is Outcome.AWARDED


def test_the_next_in_reserve_moves_up_only_after_a_winner_fell_out(inside):
    with pytest.raises(Conflict):
        asked(inside, "Speeltuin", ChangeKind.MOVES_UP, clerk())
    fell = asked(inside, "Zwembad", ChangeKind.FALLS_OUT, clerk())
    changing.confirm(fell.id, actor=clerk(), now=NOW)
    with pytest.raises(Conflict):
        asked(inside, "Bankjes", ChangeKind.MOVES_UP, clerk())
    up = asked(inside, "Speeltuin", ChangeKind.MOVES_UP, clerk())
    changing.confirm(up.id, actor=clerk(), now=NOW)
    assert plan("Speeltuin").outcome is Outcome.AWARDED


def test_a_plan_waits_for_one_change_at_a_time_and_can_be_let_go(inside):
    one = clerk()
    change = asked(inside, "Zwembad", ChangeKind.FALLS_OUT, one)
    with pytest.raises(Conflict):
        asked(inside, "Zwembad", ChangeKind.FALLS_OUT, clerk())
    changing.drop(change.id, actor=one, now=NOW)
    assert asked(inside, "Zwembad", ChangeKind.FALLS_OUT, one).is_pending


def test_a_newer_count_does_not_undo_what_the_council_decided(inside):
    decided = asked(inside, "Bankjes", ChangeKind.COUNCIL_AWARDS, clerk(), (TODAY, "Besluit 31"))
    changing.confirm(decided.id, actor=clerk(), now=NOW)
    tallies = db.session.scalars(select(Tally)).all()
    awarding.award(db.session.get_one(Budget, inside), tallies, now=NOW)
    assert plan("Bankjes").outcome is Outcome.AWARDED


def test_who_follows_a_plan_hears_that_it_ends_otherwise(inside):
    follower = ResidentFactory()
    db.session.add(Follow(contribution_id=plan("Zwembad").id, account_id=follower.id, since=NOW))
    change = asked(inside, "Zwembad", ChangeKind.FALLS_OUT, clerk())
    changing.confirm(change.id, actor=clerk(), now=NOW)
    told = db.session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.kind == "budget.changed", OutboxMessage.account_id == follower.id
        )
    ).one()
    assert told.parameters["reason"] == WHY


def test_two_clerks_change_a_result_and_everybody_reads_why(result, store, log_in):
    reader = log_in(ResidentFactory())
    page = reader.get(f"/begrotingen/{result}/uitslag")
    assert "Op de reservelijst" in page.main
    first, second = log_in(ClerkFactory()), log_in(ClerkFactory())
    page = first.get(f"/griffie/begrotingen/{result}/na-de-uitslag").follow("Wijzig Zwembad")
    page = page.press("Vraag een tweede persoon", kind="council_rejects", reason=WHY)
    assert "Vul de dag in" in page.main
    page = page.press(
        "Vraag een tweede persoon", decided_on="14-03-2026", document="Besluit 2026-31"
    )
    assert "wacht op een tweede persoon" in page.main
    page = second.get(f"/griffie/begrotingen/{result}/na-de-uitslag").press("Bevestig dit")
    assert "U hebt dit bevestigd" in page.text
    page = reader.get(f"/begrotingen/{result}/uitslag")
    for words in ("Veranderd na de telling", WHY, "Besluit 2026-31", "Gaat toch niet door"):
        assert words in page.main
    assert "2 stemmen: plaats 1" in page.main, "the count stays readable"
    number = store.scalars(select(Project.id).where(Project.title == "Zwembad")).one()
    assert WHY in reader.get(f"/plannen/{number}").main
