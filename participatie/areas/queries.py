"""Finding areas."""

from sqlalchemy import Select, func, select

from participatie.areas.models import Area, AreaPostcode


def all_areas() -> Select[Area]:
    """The areas of the municipality by name."""
    return select(Area).order_by(Area.name)


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
