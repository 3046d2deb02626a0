"""Areas or categories that each have money of their own, and in how many one voter chooses."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from participatie.core.errors import N_, Invalid

GROUP_TITLE_LENGTH = (2, 80)


class Division(StrEnum):
    """What the money of a budget is divided over first. Each part is a question of its own."""

    AREA = "area"
    CATEGORY = "category"

    @classmethod
    def of(cls, code: str) -> "Division | None":
        """What a question with this code is about; nothing when it is about all plans."""
        return next((one for one in cls if code.startswith(one)), None)

    def code(self, number: int | None) -> str:
        """The code of the question of the area or category with this number."""
        return f"{self}{number}"

    def number(self, code: str) -> int:
        """The number of the area or category that a question with this code is about."""
        return int(code.removeprefix(self))


@dataclass(frozen=True, slots=True)
class AreaGroup:
    """Some areas of a budget; one voter chooses in at most `most` of them, else in all."""

    title: str
    areas: frozenset[int]
    most: int | None = None

    @property
    def limit(self) -> int:
        """In how many of its areas one voter chooses at most."""
        return len(self.areas) if self.most is None else self.most


def check_areas(amounts: Mapping[int, int], most: int | None) -> None:
    """Whether areas can each have their own money, and a voter choose in `most`. Raises `Invalid`.

    No areas: one pot for all.
    """
    if len(amounts) == 1:
        raise Invalid(
            N_("One area alone is one pot. Fill in an amount for another area too, or for none.")
        )
    if any(amount <= 0 for amount in amounts.values()):
        raise Invalid(N_("An area with a budget has more than € 0. Leave it empty, or fill it in."))
    if most is not None and not 0 < most < max(len(amounts), 2):
        raise Invalid(
            N_("There are %(number)s areas with money. Fill in a number below that."),
            field="most",
            number=len(amounts),
        )


def check_categories(amounts: Mapping[int, int]) -> None:
    """Whether categories can each have their own money. Raises `Invalid`.

    No categories: one pot for all.
    """
    if len(amounts) == 1:
        raise Invalid(
            N_("One theme alone is one pot. Fill in an amount for another theme too, or for none.")
        )
    if any(amount <= 0 for amount in amounts.values()):
        raise Invalid(N_("A theme with a budget has more than € 0. Leave it empty, or fill it in."))


def check_groups(groups: Mapping[int, AreaGroup], areas: Mapping[int, str]) -> None:
    """Whether each area with money is in one group. Raises `Invalid`.

    `groups` have the number by which the form knows them, `areas` their names. No groups: all areas
    together.
    """
    if not groups:
        return
    if len(groups) == 1:
        raise Invalid(
            N_(
                "One group alone is the same as no groups. "
                "Fill in another group, or leave all empty."
            )
        )
    seen: set[str] = set()
    taken: set[int] = set()
    for number, group in groups.items():
        _check_group(number, group, seen)
        for area in sorted(group.areas & taken):
            raise Invalid(
                N_("%(area)s is in two groups. Leave it in one of them."),
                field=f"areas_{number}",
                area=areas[area],
            )
        seen.add(group.title.casefold())
        taken |= group.areas
    for area in sorted(areas.keys() - taken):
        raise Invalid(
            N_("%(area)s is in no group yet. Tick it in one of the groups."),
            field=f"areas_{min(groups)}",
            area=areas[area],
        )


def _check_group(number: int, group: AreaGroup, seen: set[str]) -> None:
    least, longest = GROUP_TITLE_LENGTH
    if not least <= len(group.title) <= longest:
        raise Invalid(N_("Give this group a name."), field=f"title_{number}")
    if group.title.casefold() in seen:
        raise Invalid(
            N_("Another group has this name. Choose another name."), field=f"title_{number}"
        )
    if not group.areas:
        raise Invalid(N_("Tick which areas are in this group."), field=f"areas_{number}")
    if not 0 < group.limit <= len(group.areas):
        raise Invalid(
            N_("This group has %(areas)s areas. Fill in at most that number."),
            field=f"most_{number}",
            areas=len(group.areas),
        )
