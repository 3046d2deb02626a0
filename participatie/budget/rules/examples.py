"""A worked example: how two rules divide the money of a draft budget over made-up ballots."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from participatie.votes.counting.election import Election, Project
from participatie.votes.counting.preference import without
from participatie.votes.counting.rules import Rules
from participatie.votes.counting.tally import count

VOTERS = 200
FEWEST = 3
"""With fewer plans than this an example would say nothing."""
GROUPS = (60, 25, 15)
"""How many of a hundred made-up voters like the same sort of plans."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan of the example; cost in cents."""

    code: str
    title: str
    cost: int


@dataclass(frozen=True, slots=True)
class Example:
    """What one rule gives: the plans that win, what they cost, and how many voters get none."""

    money: int
    voters: int
    winners: tuple[str, ...]
    spent: int
    empty_handed: int


def made_up(plans: Sequence[Plan], money: int, *, seed: str) -> Election:
    """Ballots of a town with one large and two small groups, the same each time for one `seed`.

    Each group likes plans of its own best, and nobody spends more than there is.
    """
    chance = Random(seed)  # noqa: S311 - an example, not a lot
    ordered = sorted(plans, key=lambda plan: plan.code)
    ballots: Counter[tuple[str, ...]] = Counter()
    for group in chance.choices(range(len(GROUPS)), GROUPS, k=VOTERS):
        liking = [9 if place % len(GROUPS) == group else 1 for place in range(len(ordered))]
        chosen: list[str] = []
        left = money
        for _ in range(chance.randint(1, 4)):
            fitting = [
                place
                for place, plan in enumerate(ordered)
                if plan.code not in chosen and plan.cost <= left
            ]
            if not fitting:
                break
            place = chance.choices(fitting, [liking[at] for at in fitting])[0]
            chosen.append(ordered[place].code)
            left -= ordered[place].cost
        ballots[tuple(sorted(chosen))] += 1
    projects = [Project(plan.code, plan.cost, plan.title) for plan in ordered]
    given = [(chosen, number) for chosen, number in sorted(ballots.items()) if chosen]
    return Election.from_counts(money, projects, given)


def example(election: Election, rules: Rules) -> Example:
    """What `rules` give for made-up ballots. Raises what the count raises."""
    result = count(election, rules)
    none = without(election, result.winners)
    return Example(election.budget, election.voters, result.winners, result.spent, none)
