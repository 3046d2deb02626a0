"""What a clerk says of a budget before its vote opens, and what must be there first."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from participatie.core.errors import N_, Invalid
from participatie.votes.counting.rules import Completion, Rule, Support, TieRule, Utility
from participatie.votes.rules.kinds import MOST_POINTS, BallotKind

TITLE_LENGTH = (4, 80)
TEXT_LENGTH = (20, 6000)
MOST_RESERVE = 50
POINTS = 10
"""What a voter may divide where the clerk says nothing else."""


class BallotForm(StrEnum):
    """How a voter fills in the ballot of a budget."""

    KNAPSACK = "knapsack"
    UP_TO = "up_to"
    EXACTLY = "exactly"
    YES_NO = "yes_no"
    POINTS = "points"
    RANKING = "ranking"

    @property
    def kind(self) -> BallotKind:
        """The kind of question that it is in the ballot box."""
        return _KINDS.get(self, BallotKind.MULTIPLE)


_KINDS = {
    BallotForm.KNAPSACK: BallotKind.KNAPSACK,
    BallotForm.POINTS: BallotKind.POINTS,
    BallotForm.RANKING: BallotKind.RANKING,
}
COUNTED = frozenset({BallotForm.UP_TO, BallotForm.EXACTLY})
"""Forms that need a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotRules:
    """How much one voter chooses; amounts in cents. Nothing: as the form of ballot has it."""

    form: BallotForm = BallotForm.KNAPSACK
    least: int | None = None
    most: int | None = None
    least_money: int | None = None
    most_money: int | None = None

    def check(self, amount: int) -> None:
        """Whether it goes together, with `amount` to divide. Raises `Invalid`."""
        if self.form in COUNTED and self.most is None:
            raise Invalid(N_("Fill in how many plans a voter chooses."), field="most")
        if self.most is not None and self.most < (self.least or 1):
            raise Invalid(
                N_("This is less than a voter must choose at least. Fill in a higher number."),
                field="most",
            )
        if self.form is BallotForm.POINTS and (self.most or 1) > MOST_POINTS:
            raise Invalid(
                N_("A voter has at most %(most)s points. Fill in a lower number."),
                field="most",
                most=MOST_POINTS,
            )
        if self.form is not BallotForm.KNAPSACK and (self.least_money or self.most_money):
            raise Invalid(
                N_("Only a list within the money has a limit in money. Leave this empty."),
                field="least_money" if self.least_money else "most_money",
            )
        if self.most_money is not None and not 0 < self.most_money <= amount:
            raise Invalid(
                N_("A voter cannot spend more than there is. Fill in a lower amount."),
                field="most_money",
            )
        if (self.least_money or 0) > (self.most_money or amount):
            raise Invalid(
                N_("This is more than a voter may spend. Fill in a lower amount."),
                field="least_money",
            )

    @property
    def numbers(self) -> tuple[int, int | None]:
        """The least and the most of the question in the ballot box."""
        if self.form is BallotForm.YES_NO:
            return 1, None
        if self.form is BallotForm.EXACTLY:
            return self.most or 1, self.most
        most = self.most or (POINTS if self.form is BallotForm.POINTS else None)
        return self.least or 1, most


def form_of(kind: BallotKind, minimum: int, maximum: int | None) -> BallotForm:
    """The form of ballot that a question of the ballot box has."""
    if kind is not BallotKind.MULTIPLE:
        return {kind: form for form, kind in _KINDS.items()}[kind]
    if maximum is None:
        return BallotForm.YES_NO
    return BallotForm.EXACTLY if minimum == maximum else BallotForm.UP_TO


class AwardRule(StrEnum):
    """Which plans win."""

    MOST_VOTES = "most_votes"
    EQUAL_SHARES = "equal_shares"
    MOST_VOTES_STOP = "most_votes_stop"


RULES = {
    AwardRule.MOST_VOTES: Rule.GREEDY,
    AwardRule.EQUAL_SHARES: Rule.EQUAL_SHARES,
    AwardRule.MOST_VOTES_STOP: Rule.GREEDY_NO_SKIP,
}


class LeftOver(StrEnum):
    """What happens with money that Equal Shares leaves over."""

    SPEND = "spend"
    KEEP = "keep"


COMPLETIONS = {LeftOver.SPEND: Completion.ADD1_GREEDY, LeftOver.KEEP: Completion.NONE}


class SupportKind(StrEnum):
    """What a minimum of support is counted in."""

    NONE = "none"
    VOTES = "votes"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """How plans win. The defaults of what is for experts are those of the counts we have tested."""

    rule: AwardRule = AwardRule.MOST_VOTES
    left_over: LeftOver = LeftOver.SPEND
    support_kind: SupportKind = SupportKind.NONE
    support: int = 0
    utility: Utility = Utility.COST
    comparison: bool = False

    def check(self) -> None:
        """Whether it goes together. Raises `Invalid`."""
        if self.support_kind is not SupportKind.NONE and self.support < 1:
            raise Invalid(N_("Fill in how much support a plan needs."), field="support")
        if self.support_kind is SupportKind.PERCENT and self.support > 100:
            raise Invalid(N_("Fill in a percentage of 1 to 100."), field="support")

    @property
    def settings(self) -> dict[str, Any]:
        """The rules of the count as a vote is set up with them."""
        rule = RULES[self.rule]
        settings: dict[str, Any] = {
            "rule": rule.value,
            "ties": [TieRule.COST.value, TieRule.VOTES.value, TieRule.LOT.value],
            "lot": [],
        }
        if rule is Rule.EQUAL_SHARES:
            settings["completion"] = COMPLETIONS[self.left_over].value
            settings |= {"utility": self.utility.value, "comparison": self.comparison}
        if self.support_kind is not SupportKind.NONE:
            kind = Support.PERCENT if self.support_kind is SupportKind.PERCENT else Support.SCORE
            settings["threshold"] = [kind.value, str(self.support)]
        return settings


def award_of(settings: Mapping[str, Any]) -> Award:
    """What a clerk chose, from the rules of the count that a vote was set up with."""
    rules = {rule: name for name, rule in RULES.items()}
    kind, support = settings.get("threshold", (None, "0"))
    completion = Completion(settings.get("completion", Completion.NONE))
    return Award(
        rule=rules.get(Rule(settings["rule"]), AwardRule.MOST_VOTES),
        left_over=LeftOver.KEEP
        if completion is Completion.NONE and settings["rule"] == Rule.EQUAL_SHARES
        else LeftOver.SPEND,
        support_kind={
            Support.PERCENT.value: SupportKind.PERCENT,
            Support.SCORE.value: SupportKind.VOTES,
        }.get(kind, SupportKind.NONE),
        support=int(Fraction(support)),
        utility=Utility(settings.get("utility", Utility.COST)),
        comparison=bool(settings.get("comparison", False)),
    )
