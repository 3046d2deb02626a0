"""The count: an election and rules in, a result out."""

from collections.abc import Mapping
from dataclasses import dataclass

from participatie.votes.counting.contest import Contest
from participatie.votes.counting.election import Election, ElectionError
from participatie.votes.counting.equal_shares import Shared, equal_shares
from participatie.votes.counting.greedy import Picks, count_only, greedy, greedy_no_skip, knapsack
from participatie.votes.counting.needed import with_needed
from participatie.votes.counting.preference import preferring
from participatie.votes.counting.reasons import Reason
from participatie.votes.counting.result import Result, Round
from participatie.votes.counting.rules import Completion, Rule, Rules
from participatie.votes.counting.runoff import instant_runoff
from participatie.votes.counting.support import effective_support
from participatie.votes.counting.trace import rounds

WITHOUT_SHARES = {
    Rule.GREEDY: greedy,
    Rule.GREEDY_NO_SKIP: greedy_no_skip,
    Rule.GREEDY_THRESHOLD: greedy,
    Rule.GREEDY_EXCLUSIVE: greedy,
    Rule.COUNT_ONLY: count_only,
    Rule.INSTANT_RUNOFF: instant_runoff,
    Rule.KNAPSACK: knapsack,
}
UNLIMITED = frozenset({Rule.COUNT_ONLY, Rule.INSTANT_RUNOFF, Rule.KNAPSACK})


def count(election: Election, rules: Rules) -> Result:
    """Count `election` by `rules`.

    The result does not depend on the order of ballots or projects, nor on names. Raises
    `ElectionError` if the two do not go together and `UndecidedTie` if a tie stays open.
    """
    limited = rules.category_budgets or rules.area_budgets or rules.exclusive
    if limited and rules.rule in UNLIMITED:
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
    codes = {p: reason.code for p, reason in (contest.rejected | picks.rejected).items()}
    return Result(
        election=contest.election,
        rules=contest.rules,
        winners=tuple(contest.id(p) for p in picks.winners),
        spent=picks.spent,
        codes={contest.id(p): codes[p] for p in sorted(codes)},
        explanation=_Explanation(contest, picks, shared),
        ties=tuple(picks.ties),
        endowment=None if shared is None else shared.endowment,
        completed_from=None if shared is None else shared.completed_from,
        partial={contest.id(p): paid for p, paid in picks.partial.items()},
        comparison=comparison,
    )


@dataclass(frozen=True, slots=True)
class _Explanation:
    """What explains the outcome of one count."""

    contest: Contest
    picks: Picks
    shared: Shared | None

    def rejected(self) -> Mapping[str, Reason]:
        reasons = self.contest.rejected | with_needed(self.contest, self.picks, self.shared)
        return {self.contest.id(p): reasons[p] for p in sorted(reasons)}

    def effective_support(self) -> Mapping[str, int]:
        return {} if self.shared is None else effective_support(self.contest, self.shared)

    def rounds(self) -> tuple[Round, ...]:
        return rounds(self.contest, self.picks, self.shared)
