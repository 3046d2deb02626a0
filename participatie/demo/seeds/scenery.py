"""What stands in more than one picture of the demo: the quay, trees, a bench, people."""

from random import Random

from participatie.demo.seeds.canvas import (
    BANK,
    BANK_FAR,
    GRASS_DEEP,
    HIGH,
    INK,
    LEAF,
    LEAF_DEEP,
    LEAF_LIGHT,
    STONE,
    STONE_DEEP,
    STONE_LIGHT,
    SUN,
    TRUNK,
    WATER,
    WATER_LIGHT,
    WHITE,
    WIDE,
    WOOD,
    WOOD_DEEP,
    WOOD_LIGHT,
    Canvas,
    Colour,
)

HORIZON = 430


def far(canvas: Canvas, *, sun: bool = True) -> None:
    """The sun, and the houses and trees of the other side."""
    if sun:
        canvas.disc(1050, 130, 62, SUN)
    for x in range(-40, WIDE, 150):
        canvas.disc(x, HORIZON - 10, 110, BANK_FAR, flat=0.55)
    houses = Random(7)  # noqa: S311 - the same bank each time
    left = 60.0
    while left < WIDE - 120:
        wide, high = houses.choice((64, 78, 92)), houses.choice((92, 120, 146))
        wall = houses.choice((BANK, "#b9b4ac", "#c9a999", "#b7c4c9"))
        top = HORIZON - high
        canvas.box(left, top, wide, high, wall)
        canvas.shape([(left, top), (left + wide / 2, top - 40), (left + wide, top)], wall)
        for row in range(2):
            for column in range(2):
                canvas.box(left + wide * (0.2 + 0.38 * column), top + 14 + 38 * row, 14, 22, WHITE)
        left += wide + houses.choice((0, 0, 90, 150))


def quay(canvas: Canvas, ground: Colour = STONE, *, sun: bool = True) -> None:
    """A strip of water, and the square in front of it."""
    far(canvas, sun=sun)
    canvas.box(0, HORIZON, WIDE, 70, WATER)
    for x in range(40, WIDE, 210):
        canvas.box(x, HORIZON + 20 + x % 3 * 12, 90, 5, WATER_LIGHT)
    canvas.box(0, HORIZON + 62, WIDE, 14, STONE_DEEP)
    canvas.box(0, HORIZON + 74, WIDE, HIGH, ground)


def tiles(canvas: Canvas) -> None:
    for y in (545, 590, 650):
        canvas.box(0, y, WIDE, 3, STONE_DEEP)
    for x in range(-800, 2100, 150):
        canvas.line([(640 + (x - 640) * 0.55, 505), (x, HIGH)], STONE_DEEP, 2)


def tree(canvas: Canvas, x: float, y: float, size: float = 1) -> None:
    """A tree that stands at a point."""
    canvas.disc(x, y, 70 * size, GRASS_DEEP, flat=0.2)
    canvas.shape(
        [(x - 13 * size, y), (x - 8 * size, y - 190 * size), (x + 8 * size, y - 190 * size),
         (x + 13 * size, y)],
        TRUNK,
    )  # fmt: skip
    for dx, dy, radius, colour in (
        (-62, -190, 74, LEAF_DEEP), (60, -196, 78, LEAF_DEEP), (0, -250, 96, LEAF),
        (-34, -206, 70, LEAF), (40, -226, 66, LEAF_LIGHT), (-16, -286, 48, LEAF_LIGHT),
    ):  # fmt: skip
        canvas.disc(x + dx * size, y + dy * size, radius * size, colour)


def bench(canvas: Canvas, x: float, y: float, size: float = 1) -> None:
    """A bench whose feet stand at a point and to the right of it."""
    wide = 250 * size
    for foot in (20 * size, wide - 34 * size):
        canvas.box(x + foot, y - 66 * size, 14 * size, 66 * size, INK)
        canvas.box(x + foot, y - 130 * size, 10 * size, 70 * size, INK)
    for high, colour in ((132, WOOD_LIGHT), (104, WOOD)):
        canvas.box(x, y - high * size, wide, 20 * size, colour)
    canvas.box(x - 8 * size, y - 74 * size, wide + 16 * size, 18 * size, WOOD_DEEP)


def person(canvas: Canvas, x: float, y: float, colour: Colour, size: float = 1) -> None:
    """Somebody who stands at a point."""
    for side in (-10, 10):
        canvas.line([(x + side * size, y), (x + side * 0.6 * size, y - 62 * size)], INK, 14 * size)
    canvas.shape(
        [(x - 26 * size, y - 56 * size), (x - 22 * size, y - 128 * size),
         (x + 22 * size, y - 128 * size), (x + 26 * size, y - 56 * size)],
        colour,
    )  # fmt: skip
    canvas.disc(x, y - 150 * size, 21 * size, "#d8a27f")
    canvas.disc(x, y - 158 * size, 21 * size, TRUNK, flat=0.7)


def car(canvas: Canvas, x: float, y: float, colour: Colour, size: float = 1) -> None:
    """A parked car whose hind bumper stands at a point, seen from aside."""
    canvas.disc(x + 110 * size, y, 122 * size, STONE_DEEP, flat=0.09)
    cabin = [(34, -50), (62, -92), (140, -92), (176, -50)]
    canvas.shape([(x + dx * size, y + dy * size) for dx, dy in cabin], colour)
    for window in ([(50, -54), (68, -84), (98, -84), (98, -54)],
                   [(106, -54), (106, -84), (136, -84), (160, -54)]):  # fmt: skip
        canvas.shape([(x + dx * size, y + dy * size) for dx, dy in window], WATER_LIGHT)
    canvas.shape(
        [(x, y - 16 * size), (x + 6 * size, y - 52 * size), (x + 190 * size, y - 52 * size),
         (x + 218 * size, y - 40 * size), (x + 220 * size, y - 16 * size)],
        colour,
    )  # fmt: skip
    for wheel in (50, 172):
        canvas.disc(x + wheel * size, y - 16 * size, 21 * size, INK)
        canvas.disc(x + wheel * size, y - 16 * size, 9 * size, STONE_LIGHT)


def bicycle(canvas: Canvas, x: float, y: float, colour: Colour) -> None:
    """A bicycle whose hind wheel stands at a point."""
    for wheel in (0, 132):
        canvas.ring(x + wheel, y - 46, 46, INK, 7)
    frame = [(x, y - 46), (x + 56, y - 46), (x + 112, y - 104), (x + 40, y - 104), (x + 56, y - 46)]
    canvas.line(frame, colour, 8)
    canvas.line([(x, y - 46), (x + 40, y - 104), (x + 34, y - 124)], colour, 8)
    canvas.line([(x + 132, y - 46), (x + 108, y - 134), (x + 128, y - 138)], colour, 8)
    canvas.box(x + 16, y - 130, 38, 9, INK)
