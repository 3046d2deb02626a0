"""The count: an election and rules in, a result out."""

from participatie.votes.counting.contest import Contest
from participatie.votes.counting.election import Election, ElectionError
from participatie.votes.counting.equal_shares import Shared, equal_shares
from participatie.votes.counting.greedy import Picks, count_only, greedy, greedy_no_skip, knapsack
from participatie.votes.counting.preference import preferring
from participatie.votes.counting.result import Result
from participatie.votes.counting.rules import Completion, Rule, Rules
from participatie.votes.counting.runoff import instant_runoff

WITHOUT_SHARES = {
    Rule.GREEDY: greedy,
    Rule.GREEDY_NO_SKIP: greedy_no_skip,
    Rule.GREEDY_THRESHOLD: greedy,
    Rule.GREEDY_EXCLUSIVE: greedy,
    Rule.COUNT_ONLY: count_only,
    Rule.INSTANT_RUNOFF: instant_runoff,
    Rule.KNAPSACK: knapsack,
}
LIMITING = frozenset(
    {Rule.GREEDY, Rule.GREEDY_NO_SKIP, Rule.GREEDY_THRESHOLD, Rule.GREEDY_EXCLUSIVE}
)


def count(election: Election, rules: Rules) -> Result:
    """Count `election` by `rules`.

    The result does not depend on the order of ballots or projects, nor on names. Raises
    `ElectionError` if the two do not go together and `UndecidedTie` if a tie stays open.
    """
    limited = rules.category_budgets or rules.area_budgets or rules.exclusive
    if limited and rules.rule not in LIMITING:
        raise ElectionError(f"{rules.rule} knows no limits per category, area or group")
    contest = Contest(election, rules)
    if rules.rule is Rule.EQUAL_SHARES:
        return _compared(contest, equal_shares(contest))
    if rules.completion is not Completion.NONE or rules.comparison:
        raise ElectionError("only Equal Shares has a completion and a comparison")
    return _result(contest, WITHOUT_SHARES[rules.rule](contest))


def _compared(contest: Contest, shared: Shared) -> Result:
    """The result of Equal Shares, or of greedy where strictly more voters have more by that."""
    if not contest.rules.comparison:
        return _result(contest, shared.picks, shared)
    other = greedy(contest)
    ours, theirs = preferring(contest.election, shared.picks.winners, other.winners)
    if theirs > ours:
        return _result(contest, other, comparison=(ours, theirs))
    return _result(contest, shared.picks, shared, comparison=(ours, theirs))


def _result(
    contest: Contest,
    picks: Picks,
    shared: Shared | None = None,
    *,
    comparison: tuple[int, int] | None = None,
) -> Result:
    rejected = contest.rejected | picks.rejected
    return Result(
        election=contest.election,
        rules=contest.rules,
        winners=tuple(contest.id(p) for p in picks.winners),
        spent=picks.spent,
        rejected={contest.id(p): rejected[p] for p in sorted(rejected)},
        ties=tuple(picks.ties),
        endowment=None if shared is None else shared.endowment,
        completed_from=None if shared is None else shared.completed_from,
        partial={contest.id(p): paid for p, paid in picks.partial.items()},
        comparison=comparison,
    )
