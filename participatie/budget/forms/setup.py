"""What a clerk fills in to set up a budget."""

from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from participatie.budget.models.budgets import Budget
from participatie.budget.rules.setting_up import (
    MOST_RESERVE,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Award,
    AwardRule,
    BallotForm,
    BallotRules,
    LeftOver,
    SupportKind,
)
from participatie.budget.services.setting_up import Said
from participatie.core.forms import Form, Within
from participatie.core.money import cents, euros
from participatie.votes.counting.rules import Utility


def written_amount(amount: int | None) -> str:
    """An amount as a field shows it; the sign of the euro stands before the field."""
    return "" if amount is None else euros(amount).removeprefix("€\N{NO-BREAK SPACE}")


def typed_amount(field: Field) -> int | None:
    """The amount that was typed, in cents; nothing for an empty field. Raises `Invalid`."""
    return cents(field.data, field=field.name) if field.data else None


def typed_amounts(form: Form, prefix: str) -> dict[int, int]:
    """The amounts of the fields that are called `prefix` and a number; empty ones are left out.

    Raises `Invalid`.
    """
    typed = {f.name: typed_amount(f) for f in form if f.name.startswith(prefix)}
    return {int(name.removeprefix(prefix)): n for name, n in typed.items() if n is not None}


class MoneyForm(Form):
    """What a budget is called, what it is for, and how much there is."""

    title = StringField(
        lazy_gettext("Name of the budget"),
        [InputRequired(lazy_gettext("Give the budget a name.")), Within(TITLE_LENGTH)],
    )
    text = TextAreaField(
        lazy_gettext("What is the money for?"),
        [InputRequired(lazy_gettext("Say what the money is for.")), Within(TEXT_LENGTH)],
    )
    amount = StringField(
        lazy_gettext("How much do residents divide?"),
        [InputRequired(lazy_gettext("Fill in the amount that residents divide."))],
    )

    def said(self) -> Said:
        """What was filled in. Raises `Invalid`."""
        return Said(self.title.data or "", self.text.data or "", typed_amount(self.amount) or 0)

    @staticmethod
    def filled_in(budget: Budget) -> dict[str, str]:
        """What the form shows of a budget that is there."""
        amount = written_amount(budget.amount)
        return {"title": budget.title, "text": budget.text, "amount": amount}


def _number(label: str, most: int) -> IntegerField:
    sentence = lazy_gettext("Fill in a whole number, 1 or more.")
    return IntegerField(label, [Optional(), NumberRange(min=1, max=most, message=sentence)])


class BallotRulesForm(Form):
    """How a voter fills in the ballot."""

    form = RadioField(
        lazy_gettext("How do residents choose?"),
        [InputRequired(lazy_gettext("Choose how residents choose."))],
        choices={form.value: form.value for form in BallotForm},
    )
    least = _number(lazy_gettext("How many plans at least?"), 500)
    most = _number(lazy_gettext("How many plans or points at most?"), 1000)
    least_money = StringField(lazy_gettext("What does a list cost at least?"), [Optional()])
    most_money = StringField(lazy_gettext("What does a list cost at most?"), [Optional()])

    def rules(self) -> BallotRules:
        """What was filled in. Raises `Invalid`."""
        return BallotRules(
            form=BallotForm(self.form.data),
            least=self.least.data,
            most=self.most.data,
            least_money=typed_amount(self.least_money),
            most_money=typed_amount(self.most_money),
        )

    @staticmethod
    def filled_in(rules: BallotRules) -> dict[str, object]:
        """What the form shows of rules that are there."""
        return {
            "form": rules.form.value,
            "least": rules.least,
            "most": rules.most,
            "least_money": written_amount(rules.least_money),
            "most_money": written_amount(rules.most_money),
        }


class AwardForm(Form):
    """Which plans win."""

    rule = RadioField(
        lazy_gettext("Which plans win?"),
        [InputRequired(lazy_gettext("Choose which plans win."))],
        choices={rule.value: rule.value for rule in AwardRule},
    )
    left_over = RadioField(
        lazy_gettext("With equal shares: what happens with money that is left over?"),
        choices={one.value: one.value for one in LeftOver},
        default=LeftOver.SPEND.value,
    )
    support_kind = RadioField(
        lazy_gettext("Does a plan need some support at least?"),
        choices={one.value: one.value for one in SupportKind},
        default=SupportKind.NONE.value,
    )
    support = _number(lazy_gettext("How much support?"), 1_000_000)
    reserve = IntegerField(
        lazy_gettext("How many plans stand in reserve?"),
        [
            Optional(),
            NumberRange(min=0, max=MOST_RESERVE, message=lazy_gettext("Fill in 0 to 50.")),
        ],
    )
    utility = RadioField(
        lazy_gettext("With equal shares: what does a voter gain from a plan?"),
        choices={one.value: one.value for one in Utility},
        default=Utility.COST.value,
    )
    comparison = BooleanField(
        lazy_gettext("With equal shares: keep the other result when more voters get more from it")
    )

    def award(self) -> Award:
        """What was filled in."""
        return Award(
            rule=AwardRule(self.rule.data),
            left_over=LeftOver(self.left_over.data),
            support_kind=SupportKind(self.support_kind.data),
            support=self.support.data or 0,
            utility=Utility(self.utility.data),
            comparison=bool(self.comparison.data),
        )

    @staticmethod
    def filled_in(award: Award, reserve: int) -> dict[str, object]:
        """What the form shows of an award that is there."""
        return {
            "rule": award.rule.value,
            "left_over": award.left_over.value,
            "support_kind": award.support_kind.value,
            "support": award.support or None,
            "utility": award.utility.value,
            "comparison": award.comparison,
            "reserve": reserve,
        }
