"""What another rule would have given for the same ballots; only to read, once it is decided."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from participatie.budget.rules.setting_up import RULES, AwardRule
from participatie.core.errors import N_, Invalid
from participatie.votes.counting.election import Election, ElectionError
from participatie.votes.counting.preference import without
from participatie.votes.counting.rules import Completion, Rule, Rules
from participatie.votes.counting.tally import count
from participatie.votes.counting.ties import UndecidedTie

COMPARED = (AwardRule.MOST_VOTES, AwardRule.EQUAL_SHARES)
"""The rules that a municipality can choose between without being an expert."""
DECISION_LENGTH = (4, 200)


@dataclass(frozen=True, slots=True)
class Counted:
    """What one rule gives: who wins, what that costs in cents, and who gets nothing.

    `winners` is None where a lot would have to decide.
    """

    rule: AwardRule
    winners: tuple[str, ...] | None
    spent: int = 0
    empty_handed: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """What would have been otherwise, in the order of the votes."""

    both: tuple[str, ...]
    instead: tuple[str, ...]  # win by the other rule only
    not_then: tuple[str, ...]  # win by the rule of this vote only

    @classmethod
    def between(
        cls, won: Collection[str], other: Collection[str], ranked: Sequence[str]
    ) -> "Difference":
        """The plans that `won`, beside those that would have by another rule."""
        return cls(
            both=tuple(code for code in ranked if code in won and code in other),
            instead=tuple(code for code in ranked if code in other and code not in won),
            not_then=tuple(code for code in ranked if code in won and code not in other),
        )


def check_decision(day: date | None, document: str, *, today: date) -> None:
    """A decision has a day that is over and says where it is found. Raises `Invalid`."""
    if day is None or day > today:
        raise Invalid(
            N_("Fill in the day on which the council decided. It cannot lie in the future."),
            field="decided_on",
        )
    if not document:
        raise Invalid(N_("Fill in where the decision can be found."), field="decision")


def other_rules(rules: Rules) -> list[tuple[AwardRule, Rules]]:
    """The rules that a vote is compared with: all but its own, with its own limits."""
    return [(name, _by(rules, name)) for name in COMPARED if RULES[name] is not rules.rule]


def outcome(election: Election, name: AwardRule, rules: Rules) -> Counted | None:
    """What `rules` give; nothing where these ballots cannot be counted by them."""
    try:
        result = count(election, rules)
    except UndecidedTie:
        return Counted(name, None)
    except ElectionError:
        return None
    return Counted(name, result.winners, result.spent, without(election, result.winners))


def _by(rules: Rules, name: AwardRule) -> Rules:
    completion = Completion.ADD1_GREEDY if RULES[name] is Rule.EQUAL_SHARES else Completion.NONE
    return replace(rules, rule=RULES[name], completion=completion, comparison=False)
