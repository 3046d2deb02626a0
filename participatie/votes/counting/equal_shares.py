"""The Method of Equal Shares: every voter gets an equal part of the budget to spend on projects."""

from collections.abc import Callable, Set
from dataclasses import dataclass, field
from fractions import Fraction

from participatie.votes.counting.contest import Contest
from participatie.votes.counting.election import ElectionError
from participatie.votes.counting.greedy import Picks, greedy
from participatie.votes.counting.purses import Market
from participatie.votes.counting.reasons import Code, Reason
from participatie.votes.counting.result import Endowment, Stop
from participatie.votes.counting.rules import Completion
from participatie.votes.counting.spans import Run, Steps, cover

RAISING = frozenset({Completion.ADD1, Completion.ADD1_EXHAUSTIVE, Completion.ADD1_GREEDY})
GREEDY_AFTER = frozenset({Completion.GREEDY, Completion.ADD1_GREEDY})
NO_LIMIT = 2**62


@dataclass(slots=True)
class Shared:
    """The picks of Equal Shares with the endowment; `completed_from` is where greedy took over."""

    picks: Picks
    endowment: Endowment
    completed_from: int | None = None
    run: Run = field(repr=False, kw_only=True)


def equal_shares(contest: Contest) -> Shared:
    """Every voter gets an equal part of the budget and pays for projects of their own choice.

    Round by round, a project can be bought if its voters together have enough left to pay it. Each
    pays the same price per point, or all they have left if that is less. The project is bought of
    which voters pay least for what they gain: the cost of the project (utility cost) or one
    (cardinality), times their points. Of equals the tie rules say which. It ends when no project
    can be bought. A project that would break the budget of its category or area, or whose group has
    a winner, is not bought, and keeps nobody's money: its voters spend theirs on other projects.

    With add1 everyone's part is then raised by one step and the count done anew from the start, and
    again, until the projects would cost more than the budget: the outcome just before that holds.
    It also ends when all projects have won or are shut out by such limits. With add1-exhaustive it
    also ends when no project fits in what is left. Who had twice the part of another keeps that.

    With greedy, what is left over goes to the remaining projects by score, as far as they fit.
    """
    rules, election = contest.rules, contest.election
    step = election.per_unit if rules.step is None else rules.step
    if step < 1:
        raise ElectionError("the step of add1 must be more than nothing")
    market = Market(contest)
    steps = Steps(Fraction(election.budget, max(election.voters, 1)), Fraction(step))
    number, stop = 0, Stop.NOT_RAISED
    if rules.completion in RAISING and contest.eligible:
        number, stop = _raise(contest, market, steps)
    run = _single(contest, market, steps, number)
    next_cost = (
        _single(contest, market, steps, number + 1).spent if stop is Stop.OVERSPEND else None
    )
    endowment = Endowment(steps.start, steps.level(number), step, number, stop, next_cost)
    picks = _picks(contest, run)
    shared = Shared(picks, endowment, run=run)
    if rules.completion in GREEDY_AFTER:
        shared.completed_from = len(picks.winners)
        _complete(contest, picks)
    return shared


def _single(contest: Contest, market: Market, steps: Steps, number: int) -> Run:
    run = Run(market, contest.breaker, steps, number, number)
    run.finish(NO_LIMIT)
    return run


def _raise(contest: Contest, market: Market, steps: Steps) -> tuple[int, Stop]:
    """The number of steps after which the result is counted, and why not one more."""
    budget, costs = contest.election.budget, contest.costs
    buyable = {p for p in contest.eligible if market.can_pay(p)}
    exhaustive = contest.rules.completion is Completion.ADD1_EXHAUSTIVE

    def is_over(bought: Set[int], spent: int, is_out: Callable[[int], bool]) -> bool:
        """Whether nothing more can be bought: all have won, are out, or (exhaustive) do not fit."""
        return all(
            is_out(p) or (exhaustive and spent + costs[p] > budget) for p in buyable - bought
        )

    def matters(run: Run) -> bool:
        """Whether some run in the span may be where the raising ends."""
        can_buy = run.can_still_buy()
        bought = {purchase.project for purchase in run.bought} | can_buy
        most = sum(costs[p] for p in bought)
        return most > budget or is_over(bought, most, lambda p: run.limits.may_shut_out(p, can_buy))

    for run in cover(market, contest.breaker, steps, budget, matters):
        bought = {purchase.project for purchase in run.bought}
        if run.spent > budget:
            return run.first - 1, Stop.OVERSPEND
        if bought.issuperset(contest.eligible):
            return run.first, Stop.ALL_WON
        if buyable - bought <= run.limits.shut:
            return run.first, Stop.SHUT_OUT
        if is_over(bought, run.spent, run.limits.shut.__contains__):
            return run.first, Stop.EXHAUSTED
    raise AssertionError("raising the endowment ends")


def _picks(contest: Contest, run: Run) -> Picks:
    picks = Picks([purchase.project for purchase in run.bought], run.spent)
    for number, purchase in enumerate(run.bought, start=1):
        if purchase.by is not None:
            tie = contest.breaker.tie(number, purchase.tied, purchase.project, purchase.by)
            picks.ties.append(tie)
    losers = [p for p in contest.eligible if p not in set(picks.winners)]
    picks.rejected = {p: _short(run, p) for p in losers}
    return picks


def _short(run: Run, project: int) -> Reason:
    """The limit that shuts the project out, else what its supporters have left beside the cost."""
    behind = run.low.behind_rounded(project)
    if behind is None:
        behind = run.ledger.behind_rounded(project)
    shut_out = run.limits.reason(project)
    if shut_out is not None:
        return Reason(shut_out.code, {**shut_out.facts, "behind": behind})
    facts = {"cost": run.market.cost[project], "behind": behind}
    return Reason(Code.SUPPORTERS_SHORT, facts)


def _complete(contest: Contest, picks: Picks) -> None:
    """Spend what is left greedily; a loser then lacked both supporters' money and what was left."""
    short = dict(picks.rejected)
    greedy(contest, picks)
    for project, reason in short.items():
        if project in picks.winners:
            del picks.rejected[project]
        else:
            skipped = picks.rejected[project]
            code = reason.code if skipped.code is Code.NO_MONEY_LEFT else skipped.code
            facts = {"behind": reason.facts["behind"], **skipped.facts}
            picks.rejected[project] = Reason(code, facts)
