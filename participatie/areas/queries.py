"""Finding areas."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import undefer

from participatie.areas.models import Area, AreaPostcode

_NAMES = select(Area.id, Area.name).order_by(Area.name)


def all_areas() -> Select[Area]:
    """The areas of the municipality by name."""
    return select(Area).order_by(Area.name)


def names() -> Select[int, str]:
    """Number and name of the areas of the municipality, by name: for a list to choose from."""
    return _NAMES


def drawn_areas() -> Select[Area]:
    """The areas of the municipality by name, with their shapes."""
    return all_areas().options(undefer(Area.polygons))


def area_at(postcode: str) -> Select[int]:
    """The area of homes with this postcode: what names it whole goes before its four digits."""
    return (
        select(AreaPostcode.area_id)
        .where(AreaPostcode.code.in_([postcode, postcode[:4]]))
        .order_by(func.length(AreaPostcode.code).desc())
        .limit(1)
    )


def has_postcodes() -> Select[bool]:
    """Whether it is known at all which postcodes lie in the municipality."""
    return select(select(AreaPostcode.code).exists())


def postcodes_of(area_id: int) -> Select[str]:
    """The postcodes of an area, in order."""
    of_area = AreaPostcode.area_id == area_id
    return select(AreaPostcode.code).where(of_area).order_by(AreaPostcode.code)
