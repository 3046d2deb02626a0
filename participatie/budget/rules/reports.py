"""What a vote cost the municipality, as the clerk fills it in."""

from dataclasses import dataclass

from participatie.core.errors import N_, Invalid

MOST_HOURS = 100_000


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people chose in an area, and how many live there.

    Nothing for `voters`: too few to tell. Nothing for `inhabitants`: not known.
    """

    name: str
    voters: int | None
    inhabitants: int | None

    @property
    def share(self) -> float | None:
        """The voters as a part of the inhabitants, where both are told."""
        return self.voters / self.inhabitants if self.voters and self.inhabitants else None


@dataclass(frozen=True, slots=True)
class Costs:
    """Letters and hours of work; amounts in cents. Nothing: not filled in."""

    letters: int | None = None
    hours: int | None = None
    of_hour: int | None = None

    def check(self) -> None:
        """Hours are worth something only with what an hour costs. Raises `Invalid`."""
        if self.hours is not None and self.of_hour is None:
            raise Invalid(N_("Fill in what an hour costs."), field="hour_cost")
        if self.of_hour is not None and self.hours is None:
            raise Invalid(N_("Fill in how many hours it took."), field="hours")

    @property
    def of_work(self) -> int:
        return (self.hours or 0) * (self.of_hour or 0)

    @property
    def is_known(self) -> bool:
        """Whether anything is filled in."""
        return self.letters is not None or self.hours is not None

    @property
    def total(self) -> int:
        return (self.letters or 0) + self.of_work

    def per_voter(self, voters: int) -> int | None:
        """The total by voters, in whole cents, half a cent up; nothing without voters."""
        return (2 * self.total + voters) // (2 * voters) if voters else None
