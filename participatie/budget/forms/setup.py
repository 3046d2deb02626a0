"""What a clerk fills in to set up a budget."""

from collections.abc import Sequence

from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, NumberRange, Optional

from participatie.areas.models import Area
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
from participatie.contributions.forms import Within
from participatie.core.forms import Form
from participatie.core.money import cents, euros
from participatie.votes.counting.rules import Utility

AREA = "area_"
"""How the fields with the money of an area begin."""


def written_amount(amount: int | None) -> str:
    """An amount as a field shows it; the sign of the euro stands before the field."""
    return "" if amount is None else euros(amount).removeprefix("€\N{NO-BREAK SPACE}")


def typed_amount(field: Field) -> int | None:
    """The amount that was typed, in cents; nothing for an empty field. Raises `Invalid`."""
    return cents(field.data, field=field.name) if field.data else None


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


class AreasForm(Form):
    """How much each area has, and in how many a resident chooses."""

    choose_in = RadioField(
        lazy_gettext("Where does a resident choose plans?"),
        choices=[
            SelectChoice("all", lazy_gettext("In all areas")),
            SelectChoice("one", lazy_gettext("In one area")),
            SelectChoice("some", lazy_gettext("In some areas")),
        ],
        default="all",
    )
    most = IntegerField(
        lazy_gettext("In how many areas at most?"),
        [Optional(), NumberRange(min=1, max=1000, message=lazy_gettext("Fill in 1 or more."))],
    )

    def amounts(self) -> dict[int, int]:
        """The money of each area that has some, in cents. Raises `Invalid`."""
        found = {
            int(name.removeprefix(AREA)): typed_amount(field)
            for name, field in self._fields.items()
            if name.startswith(AREA)
        }
        return {area_id: amount for area_id, amount in found.items() if amount is not None}

    def areas_of_a_voter(self) -> int | None:
        """In how many areas one resident chooses; nothing for all."""
        return {"one": 1, "some": self.most.data}.get(self.choose_in.data)


def areas_form(areas: Sequence[Area], budget: Budget) -> AreasForm:
    """The form with a field for each area of the municipality."""
    fields = {f"{AREA}{area.id}": StringField(area.name, [Optional()]) for area in areas}
    given = {f"{AREA}{one.area_id}": written_amount(one.amount) for one in budget.areas}
    most = budget.round.most_answered if budget.round else None
    is_all = most is None or most >= len(budget.areas)
    chosen = "all" if is_all else "one" if most == 1 else "some"
    of_areas = type("AreasOfMunicipality", (AreasForm,), fields)
    made: AreasForm = of_areas(data={**given, "choose_in": chosen, "most": most})
    return made


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
