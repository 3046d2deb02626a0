"""What shows photos and documents shows them in an order: 1, 2, 3, without a gap."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from participatie.core.db import db
from participatie.core.errors import N_, Invalid, NotFound


class Shown(Protocol):
    """A row that says at which place something shows a photo or a document."""

    position: int


S = TypeVar("S", bound=Shown)


def place_of_image(shown: Sequence[Shown], most: int) -> int:
    """The place after the others. Raises `Invalid` when there are `most`."""
    if len(shown) >= most:
        raise Invalid(
            N_("You can add at most %(most)s photos. Take one away first."),
            field="image",
            most=most,
        )
    return len(shown) + 1


def place_of_document(shown: Sequence[Shown], most: int) -> int:
    """The place after the others. Raises `Invalid` when there are `most`."""
    if len(shown) >= most:
        raise Invalid(
            N_("You can add at most %(most)s documents. Take one away first."),
            field="document",
            most=most,
        )
    return len(shown) + 1


def take_away(shown: Sequence[S], gone: S | None) -> None:
    """Show one no longer; those after it move up. Raises `NotFound` when it is not there."""
    if gone is None:
        raise NotFound
    db.session.delete(gone)
    db.session.flush()
    for link in shown[gone.position :]:
        link.position -= 1
        db.session.flush()  # one by one: two never share a place
