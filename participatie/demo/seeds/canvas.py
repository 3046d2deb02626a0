"""Flat shapes in flat colours, to draw the pictures of the demo with."""

from PIL import Image, ImageDraw

from participatie.media.pictures import Picture, variants

WIDE, HIGH = 1280, 720
SMOOTH = 2
"""Drawn this much larger and made smaller again: no stairs in slanting lines."""

Colour = str
Points = list[tuple[float, float]]

SKY, SKY_EVENING, SUN = "#dcebf2", "#f6e3cf", "#fbd98a"
BANK, BANK_FAR = "#a9c3b6", "#c3d7d3"
WATER, WATER_LIGHT, WATER_DEEP = "#7fb3c8", "#a9d0dc", "#5f9ab3"
STONE, STONE_LIGHT, STONE_DEEP = "#cfc6b8", "#e2dccf", "#a89d8b"
GRASS, GRASS_LIGHT, GRASS_DEEP = "#8fb573", "#a9c98c", "#6f9a58"
LEAF, LEAF_LIGHT, LEAF_DEEP = "#4f8a55", "#6fa766", "#3b6e48"
TRUNK, WOOD, WOOD_LIGHT, WOOD_DEEP = "#7a5a43", "#b98a5e", "#d3aa7d", "#8d6543"
BRICK, BRICK_LIGHT, BRICK_DEEP = "#b5674f", "#cb8468", "#8f4d3b"
INK, WHITE, YELLOW, RED, BLUE = "#2f3b45", "#fdfaf4", "#f0b93a", "#cf5b45", "#3d6d9a"


class Canvas:
    """Flat shapes, in lengths of the field."""

    def __init__(self, sky: Colour = SKY) -> None:
        self._image = Image.new("RGB", (WIDE * SMOOTH, HIGH * SMOOTH), sky)
        self._draw = ImageDraw.Draw(self._image)

    def shape(self, points: Points, colour: Colour) -> None:
        """A field between points."""
        self._draw.polygon([(x * SMOOTH, y * SMOOTH) for x, y in points], fill=colour)

    def box(self, x: float, y: float, wide: float, high: float, colour: Colour) -> None:
        """A rectangle with its left upper corner at a point."""
        self.shape([(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)], colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour, flat: float = 1) -> None:
        """A circle round a point, or one seen from aside."""
        high = radius * flat
        corners = [x - radius, y - high, x + radius, y + high]
        self._draw.ellipse([one * SMOOTH for one in corners], fill=colour)

    def line(self, points: Points, colour: Colour, width: float) -> None:
        """A line with round corners."""
        scaled = [(x * SMOOTH, y * SMOOTH) for x, y in points]
        self._draw.line(scaled, fill=colour, width=round(width * SMOOTH), joint="curve")

    def ring(self, x: float, y: float, radius: float, colour: Colour, width: float) -> None:
        """A circle of a line."""
        corners = [x - radius, y - radius, x + radius, y + radius]
        self._draw.ellipse(
            [one * SMOOTH for one in corners], outline=colour, width=round(width * SMOOTH)
        )

    def picture(self) -> Picture:
        """What was drawn, in the sizes and encodings of a photo."""
        return variants(self._image.reduce(SMOOTH), effort=2)
