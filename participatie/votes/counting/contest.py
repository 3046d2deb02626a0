"""Who takes part: the projects that a count starts with, and why the others do not."""

from fractions import Fraction

from participatie.votes.counting import scores
from participatie.votes.counting.election import Election, ElectionError
from participatie.votes.counting.money import DECIMAL
from participatie.votes.counting.reasons import Code, Reason
from participatie.votes.counting.rules import Rule, Rules, Support, Threshold
from participatie.votes.counting.scores import Score
from participatie.votes.counting.ties import TieBreaker

HONOURS_FILE_THRESHOLD = frozenset({Rule.GREEDY_NO_SKIP, Rule.GREEDY_THRESHOLD})
WITHOUT_MONEY = frozenset({Rule.COUNT_ONLY, Rule.INSTANT_RUNOFF})


class Contest:
    """An election under rules: scores, the eligible projects (by index), reasons for the rest."""

    def __init__(self, election: Election, rules: Rules) -> None:
        self.election = election
        self.rules = rules
        self.costs = [project.cost for project in election.projects]
        self.breaker = TieBreaker(election, rules)
        self.scores = _scores(election, rules)
        self.threshold = _threshold(election, rules)
        _check_names(election, rules)
        reasons = {p: self._refused(p) for p in range(len(election.projects))}
        self.rejected = {p: reason for p, reason in reasons.items() if reason is not None}
        self.eligible = [p for p, reason in reasons.items() if reason is None]

    def id(self, project: int) -> str:
        return self.election.projects[project].id

    def _refused(self, project: int) -> Reason | None:
        """Withdrawn, without a vote, dearer than the budget, or with too little support."""
        cost, budget = self.costs[project], self.election.budget
        if self.id(project) in self.rules.withdrawn:
            return Reason(Code.WITHDRAWN)
        if self.scores[project] <= 0:
            return Reason(Code.NO_VOTES)
        if cost > budget and self.rules.rule not in WITHOUT_MONEY:
            return Reason(Code.OVER_BUDGET, {"cost": cost, "budget": budget})
        support, needed = self._support(project)
        if support < needed:
            short = -((support - needed) // 1)
            return Reason(
                Code.BELOW_THRESHOLD,
                {"votes": int(support), "needed": int(support + short), "votes_short": int(short)},
            )
        return None

    def _support(self, project: int) -> tuple[Fraction, Fraction]:
        """The support of a project and what it needs at least, both in the threshold's measure."""
        threshold, voters = self.threshold, self.election.voters
        votes = Fraction(self.election.votes[project])
        if threshold is None:
            return Fraction(0), Fraction(0)
        if threshold.kind is Support.SCORE:
            return Fraction(self.scores[project]), threshold.value
        if threshold.kind is Support.PERCENT:
            return votes, threshold.value * voters / 100
        return votes, threshold.value * voters * self.costs[project] / max(self.election.budget, 1)


def _scores(election: Election, rules: Rules) -> tuple[int, ...]:
    if rules.score is Score.POSITIONS:
        return scores.position_scores(election, rules.positions)
    by_name = {
        None: scores.default_points,
        Score.APPROVAL: scores.approval_scores,
        Score.PLURALITY: scores.plurality_scores,
        Score.POINTS: scores.points_scores,
        Score.BORDA: scores.borda_scores,
    }
    return by_name[rules.score](election)


def _threshold(election: Election, rules: Rules) -> Threshold | None:
    stated = election.meta.get("min_project_score_threshold")
    if rules.threshold is None and stated and rules.rule in HONOURS_FILE_THRESHOLD:
        if DECIMAL.fullmatch(stated.strip()) is None:
            message = f"META: min_project_score_threshold {stated[:40]!r} is not a number"
            raise ElectionError(message)
        return Threshold(Support.SCORE, Fraction(stated.strip()))
    return rules.threshold


def _check_names(election: Election, rules: Rules) -> None:
    for name in sorted(rules.withdrawn.union(*rules.exclusive)):
        if name not in election.index:
            raise ElectionError(f"the rules name {name!r}, which is not a project")
