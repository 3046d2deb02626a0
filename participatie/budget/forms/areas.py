"""Which areas have money of their own, and in how many of them a resident chooses."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext
from wtforms import IntegerField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from participatie.areas.models import Area
from participatie.budget.forms.setup import typed_amounts, written_amount
from participatie.budget.models.budgets import Budget
from participatie.budget.rules.areas import AreaGroup
from participatie.core.forms import Form
from participatie.votes.models.rounds import VoteRound

AREA = "area_"
"""How the fields with the money of an area begin."""
ALL, ONE, SOME, GROUPS = "all", "one", "some", "groups"
"""In how many areas somebody chooses."""


class Several(SelectMultipleField):
    """A list of which any may be ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _most() -> IntegerField:
    sentence = lazy_gettext("Fill in 1 or more.")
    return IntegerField(
        lazy_gettext("In how many areas at most?"),
        [Optional(), NumberRange(min=1, max=1000, message=sentence)],
    )


def _numbers() -> list[SelectChoice]:
    return [
        SelectChoice(ALL, lazy_gettext("In all areas")),
        SelectChoice(ONE, lazy_gettext("In one area")),
        SelectChoice(SOME, lazy_gettext("In some areas")),
    ]


class AreasForm(Form):
    """How much each area has, and in how many a resident chooses."""

    choose_in = RadioField(
        lazy_gettext("Where does a resident choose plans?"),
        choices=[*_numbers(), SelectChoice(GROUPS, lazy_gettext("By group of areas"))],
        default=ALL,
    )
    most = _most()

    def amounts(self) -> dict[int, int]:
        """The money of each area that has some, in cents. Raises `Invalid`."""
        return typed_amounts(self, AREA)

    def areas_of_a_voter(self) -> int | None:
        """In how many areas one resident chooses; nothing for all."""
        return {ONE: 1, SOME: self.most.data}.get(self.choose_in.data)

    @property
    def has_groups(self) -> bool:
        """Whether a resident chooses by group."""
        return bool(self.choose_in.data == GROUPS)


def areas_form(areas: Sequence[Area], budget: Budget, vote: VoteRound) -> AreasForm:
    """The form with a field for each area of the municipality."""
    fields = {f"{AREA}{area.id}": StringField(area.name, [Optional()]) for area in areas}
    given = {f"{AREA}{part.area_id}": written_amount(part.amount) for part in budget.parts}
    most = vote.most_answered
    is_all = most is None or most >= len(budget.parts)
    chosen = ALL if is_all else ONE if most == 1 else SOME
    if any(asked.group_code for asked in vote.questions):
        chosen, most = GROUPS, None
    of_areas = type("AreasOfMunicipality", (AreasForm,), fields)
    made: AreasForm = of_areas(data={**given, "choose_in": chosen, "most": most})
    return made


class GroupsForm(Form):
    """The groups of areas; `groups_form` makes it with fields for each."""

    numbers: tuple[int, ...] = ()

    def groups(self) -> dict[int, AreaGroup]:
        """What was filled in, by number; a group without name and areas is none."""
        found = {number: self._group(number) for number in self.numbers}
        return {number: one for number, one in found.items() if one.title or one.areas}

    def fields_of(self, number: int) -> tuple[Any, ...]:
        """Its name, its areas, in how many somebody chooses, and the number of that."""
        names = ("title", "areas", "choose_in", "most")
        return tuple(self._fields[f"{name}_{number}"] for name in names)

    def _group(self, number: int) -> AreaGroup:
        title, areas, choose_in, most = (field.data for field in self.fields_of(number))
        limit = {ONE: 1, SOME: most or 0}.get(choose_in)
        return AreaGroup(title or "", frozenset(map(int, areas or ())), limit)


def groups_form(areas: Mapping[int, str], groups: Mapping[int, AreaGroup]) -> GroupsForm:
    """The form with the groups that are there, and two empty ones."""
    numbers = tuple(range(1, max(groups, default=0) + 3))
    fields: dict[str, Any] = {"numbers": numbers}
    data: dict[str, Any] = {}
    for number in numbers:
        fields |= {
            f"title_{number}": StringField(lazy_gettext("Name of this group"), [Optional()]),
            f"areas_{number}": Several(
                lazy_gettext("Which areas are in it?"),
                choices=[SelectChoice(str(area), name) for area, name in areas.items()],
            ),
            f"choose_in_{number}": RadioField(
                lazy_gettext("Where does a resident choose plans?"),
                choices=_numbers(),
                default=ONE,
            ),
            f"most_{number}": _most(),
        }
        if number in groups:
            one = groups[number]
            data |= {
                f"title_{number}": one.title,
                f"areas_{number}": [str(area) for area in one.areas],
                f"choose_in_{number}": {None: ALL, 1: ONE}.get(one.most, SOME),
                f"most_{number}": one.most if one.most != 1 else None,
            }
    made: GroupsForm = type("GroupsOfAreas", (GroupsForm,), fields)(data=data)
    return made
