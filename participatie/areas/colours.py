"""Colours of areas: apart from each other, and dark enough for white letters and lines."""

import colorsys
import re

from participatie.core.errors import N_, Invalid

ENOUGH = 4.5
"""The contrast that letters need (WCAG 2.2, 1.4.3)."""

_TURN = 0.618034  # the golden section: neighbours in the list are far apart on the wheel
_COLOUR = re.compile(r"#[0-9a-f]{6}")


def colour_of(number: int) -> str:
    """The colour of the area with this place in the list: as light as white letters allow."""
    hue = number * _TURN % 1
    for percent in range(60, 5, -1):
        red, green, blue = colorsys.hls_to_rgb(hue, percent / 100, 0.55)
        colour = f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"
        if contrast_with_white(colour) >= ENOUGH:
            return colour
    return "#333333"


def contrast_with_white(colour: str) -> float:
    """The contrast ratio of a colour with white, as WCAG reckons it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def colour(typed: str, *, field: str = "colour") -> str:
    """A colour as it is kept. Raises `Invalid` when white letters on it cannot be read."""
    written = typed.strip().lower()
    if not _COLOUR.fullmatch(written):
        raise Invalid(N_("Write the colour like #1f6f54."), field=field)
    if contrast_with_white(written) < ENOUGH:
        raise Invalid(
            N_("This colour is too light for white letters. Choose a darker one."), field=field
        )
    return written
