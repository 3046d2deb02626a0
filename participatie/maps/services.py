"""Where a point lies, which area that is, and where an address is."""

from participatie.areas.models import Area
from participatie.areas.queries import drawn_areas
from participatie.core.db import db
from participatie.core.errors import N_, Invalid
from participatie.maps.addresses import Address, Addresses, asked
from participatie.maps.rules import Point, lies_in, point_in


class Municipality:
    """The areas that have a shape, asked once, for as many points as there are."""

    def __init__(self) -> None:
        self._drawn = [area for area in db.session.scalars(drawn_areas()) if area.polygons]

    def area_of(self, point: Point) -> Area | None:
        """The area in which a point lies."""
        inside = (area for area in self._drawn if lies_in(point, area.polygons or ()))
        return next(inside, None)

    def holds(self, point: Point) -> bool:
        """Whether a point lies in the municipality: as far as is known, when no area is drawn."""
        return not self._drawn or self.area_of(point) is not None

    def placed(self, typed: str, area_id: int | None) -> tuple[Point | None, int | None]:
        """The point that was typed, and the area it is about: the one in which the point lies.

        Without a point it is `area_id`; so it is where no area has a shape. Raises `Invalid` for
        the field point when that lies outside the municipality.
        """
        point = point_in(typed)
        if point is None:
            return None, area_id
        if not self.holds(point):
            raise Invalid(
                N_("This place does not lie in the municipality. Put the dot within the lines."),
                field="point",
            )
        area = self.area_of(point)
        return point, area.id if area else area_id


def placed(typed: str, area_id: int | None) -> tuple[Point | None, int | None]:
    """The same for one point; without one no area is asked for."""
    return Municipality().placed(typed, area_id) if typed.strip() else (None, area_id)


def addresses_here(typed: str, *, source: Addresses, municipality: str) -> list[Address]:
    """The addresses within the municipality that fit what was typed.

    Raises `Invalid` for the field address, and `AddressesAway`.
    """
    found = source.find(asked(typed), municipality=municipality)
    here = Municipality()
    return [one for one in found if here.holds(one.point)]
