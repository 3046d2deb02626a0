"""Pictures for the proposals of the demo, drawn here: no file to keep, nobody's copyright.

All are seen from the quay: sky, a far bank, ground, and what the proposal is about. Lengths are in
a field of 1280 × 720.
"""

from collections.abc import Callable
from functools import cache
from math import cos, pi, sin
from random import Random

from participatie.demo.seeds.canvas import (
    BLUE,
    BRICK,
    BRICK_DEEP,
    GRASS,
    GRASS_DEEP,
    GRASS_LIGHT,
    HIGH,
    INK,
    LEAF,
    LEAF_DEEP,
    LEAF_LIGHT,
    RED,
    SKY,
    SKY_EVENING,
    STONE,
    STONE_DEEP,
    STONE_LIGHT,
    TRUNK,
    WATER,
    WATER_DEEP,
    WATER_LIGHT,
    WHITE,
    WIDE,
    WOOD,
    WOOD_DEEP,
    WOOD_LIGHT,
    YELLOW,
    Canvas,
)
from participatie.demo.seeds.scenery import (
    HORIZON,
    bench,
    bicycle,
    car,
    far,
    person,
    quay,
    tiles,
    tree,
)
from participatie.media.pictures import Picture


def trees(canvas: Canvas) -> None:
    """A square with great trees and a bench in their shade."""
    quay(canvas)
    tiles(canvas)
    for x, y, size in ((170, 560, 0.9), (1090, 560, 0.95), (430, 610, 1.25), (830, 620, 1.3)):
        tree(canvas, x, y, size)
    bench(canvas, 520, 660)
    person(canvas, 960, 690, RED, 1.05)


def parking(canvas: Canvas) -> None:
    """A square at the water that is full of parked cars."""
    quay(canvas)
    paint = (BLUE, RED, WHITE, INK, YELLOW, STONE_LIGHT)
    for row, (y, size) in enumerate(((548, 0.62), (612, 0.85), (690, 1.15))):
        step = 262 * size
        for place in range(-1, int(WIDE / step) + 1):
            x = 30 + place * step - row * 46
            canvas.line([(x - 14 * size, y + 8), (x - 34 * size, y - 62 * size)], WHITE, 4 * size)
            if (place + row) % 5 != 3:
                car(canvas, x, y, paint[(place * 2 + row) % len(paint)], size)
    person(canvas, 350, 700, GRASS, 1.05)


def water_steps(canvas: Canvas) -> None:
    """Wide steps that go down into the harbour."""
    far(canvas)
    canvas.box(0, HORIZON, WIDE, HIGH, WATER)
    for x in range(30, WIDE, 240):
        canvas.box(x, HORIZON + 30 + x % 4 * 14, 110, 6, WATER_LIGHT)
    for step, colour in enumerate((STONE_LIGHT, STONE, STONE_LIGHT, STONE, STONE_LIGHT)):
        y = HIGH - 210 + step * 44
        left = 150 - step * 34
        canvas.box(left, y, WIDE - 2 * left, 46, colour)
        canvas.box(left, y + 34, WIDE - 2 * left, 12, STONE_DEEP)
    canvas.box(0, HIGH - 210, 90, 210, STONE_DEEP)
    canvas.box(WIDE - 90, HIGH - 210, 90, 210, STONE_DEEP)
    person(canvas, 460, 566, YELLOW, 0.9)
    person(canvas, 540, 610, BLUE, 0.9)
    person(canvas, 850, 650, RED, 1)


def bicycles(canvas: Canvas) -> None:
    """Bicycles in racks under a low roof."""
    quay(canvas)
    tiles(canvas)
    canvas.box(130, 330, 1020, 26, LEAF_DEEP)
    canvas.box(130, 316, 1020, 16, LEAF_LIGHT)
    for x in (170, 620, 1090):
        canvas.box(x, 356, 18, 270, INK)
    for index, colour in enumerate((RED, BLUE, INK, YELLOW, LEAF_DEEP)):
        bicycle(canvas, 210 + index * 178, 640 + index % 2 * 10, colour)


def boules(canvas: Canvas) -> None:
    """A court of fine gravel with boules, and people who look on."""
    quay(canvas, GRASS)
    canvas.shape([(260, 540), (1020, 540), (1230, HIGH), (50, HIGH)], WOOD_DEEP)
    canvas.shape([(276, 548), (1004, 548), (1200, HIGH), (80, HIGH)], "#e3d3b1")
    for x, y, radius in ((560, 640, 26), (650, 660, 28), (735, 632, 25), (610, 600, 22)):
        canvas.disc(x + 4, y + radius * 0.8, radius * 1.1, "#c9b68f", flat=0.35)
        canvas.disc(x, y, radius, "#8b98a2")
        canvas.disc(x - radius * 0.3, y - radius * 0.35, radius * 0.3, "#c9d2d8")
    canvas.disc(672, 612, 11, RED)
    tree(canvas, 130, 560, 0.95)
    tree(canvas, 1160, 555, 0.9)
    person(canvas, 360, 575, BLUE, 0.85)
    person(canvas, 900, 580, YELLOW, 0.85)


def smooth_path(canvas: Canvas) -> None:
    """A wide smooth path over the square, without a step."""
    quay(canvas)
    for y in range(520, HIGH, 34):
        for x in range(-20 + y % 3 * 14, WIDE, 58):
            canvas.disc(x, y, 24, STONE_DEEP, flat=0.5)
            canvas.disc(x, y - 3, 22, STONE_LIGHT, flat=0.5)
    canvas.shape([(560, 504), (720, 504), (1010, HIGH), (270, HIGH)], STONE_LIGHT)
    for t in (0.12, 0.34, 0.62):
        below = (HIGH - 504) * t
        canvas.box(640 - 80 - 250 * t, 504 + below, 160 + 500 * t, 3, STONE_DEEP)
    canvas.ring(640, 640, 52, INK, 8)
    canvas.line([(604, 540), (612, 600), (690, 606), (704, 668)], BLUE, 16)
    canvas.box(588, 590, 96, 16, INK)
    canvas.shape([(598, 590), (604, 500), (652, 500), (664, 590)], RED)
    canvas.disc(628, 474, 25, "#d8a27f")
    canvas.disc(628, 464, 25, WHITE, flat=0.7)
    tree(canvas, 150, 560, 0.85)
    tree(canvas, 1130, 560, 0.85)


def market(canvas: Canvas) -> None:
    """Market stalls with striped awnings."""
    quay(canvas)
    tiles(canvas)
    for x, first in ((70, RED), (480, YELLOW), (890, BLUE)):
        canvas.box(x + 20, 470, 10, 190, INK)
        canvas.box(x + 300, 470, 10, 190, INK)
        for strip in range(8):
            left = x + strip * 41.25
            colour = first if strip % 2 == 0 else WHITE
            canvas.shape(
                [(left + 14, 380), (left + 48, 380), (left + 41, 470), (left, 470)], colour
            )
            canvas.disc(left + 20.6, 470, 20.6, colour)
        canvas.box(x + 6, 570, 318, 26, WOOD_LIGHT)
        canvas.box(x + 6, 596, 318, 70, WOOD_DEEP)
        for index in range(6):
            canvas.disc(x + 40 + index * 50, 560, 20, (LEAF_LIGHT, YELLOW, RED)[index % 3])
    person(canvas, 440, 690, LEAF_DEEP, 1)


def playground(canvas: Canvas) -> None:
    """Tree trunks, sand and a hand pump to play with."""
    quay(canvas, GRASS_LIGHT)
    canvas.disc(640, 640, 470, "#ead9b4", flat=0.26)
    canvas.disc(830, 665, 180, WATER_LIGHT, flat=0.24)
    for x, high in ((300, 70), (372, 105), (444, 140), (516, 100)):
        canvas.box(x, 620 - high, 54, high, WOOD)
        canvas.disc(x + 27, 620 - high, 27, WOOD_LIGHT, flat=0.4)
        canvas.disc(x + 27, 620, 27, WOOD, flat=0.4)
    canvas.line([(640, 600), (900, 555)], WOOD_DEEP, 26)
    canvas.box(780, 520, 22, 130, INK)
    canvas.line([(790, 530), (850, 500)], INK, 12)
    canvas.line([(790, 560), (830, 566), (832, 600)], INK, 12)
    person(canvas, 470, 484, RED, 0.72)
    person(canvas, 940, 670, YELLOW, 0.78)
    tree(canvas, 120, 560, 1)
    tree(canvas, 1180, 560, 1.05)


def stage(canvas: Canvas) -> None:
    """A round wooden stage where people sit, in the evening."""
    canvas.box(0, 0, WIDE, HIGH, SKY_EVENING)
    quay(canvas, "#d9c7b2")
    for radius, y, colour in ((430, 640, WOOD_DEEP), (430, 618, WOOD), (300, 590, WOOD_LIGHT)):
        canvas.disc(640, y, radius, colour, flat=0.2)
    for x in (250, 1030):
        canvas.line([(x, 600), (x, 250)], INK, 8)
    for index in range(13):
        x = 250 + index * 65
        canvas.disc(x, 250 + 60 * sin(pi * index / 12), 12, YELLOW)
    canvas.line([(250 + i * 13, 246 + 60 * sin(pi * i / 60)) for i in range(61)], INK, 3)
    person(canvas, 640, 585, BLUE, 0.95)
    canvas.line([(600, 512), (690, 478)], WOOD_DEEP, 12)
    for x, y, colour in (
        (390, 690, RED),
        (520, 708, LEAF_DEEP),
        (790, 706, YELLOW),
        (910, 690, INK),
    ):
        canvas.shape([(x - 34, y), (x - 26, y - 78), (x + 26, y - 78), (x + 34, y)], colour)
        canvas.disc(x, y - 100, 24, TRUNK)


def quiet_corner(canvas: Canvas) -> None:
    """A bench alone at the water, between reeds."""
    far(canvas)
    canvas.box(0, HORIZON, WIDE, HIGH, WATER)
    for x in range(30, WIDE, 190):
        canvas.box(x, HORIZON + 26 + x % 5 * 12, 96, 5, WATER_LIGHT)
    canvas.shape([(0, 600), (400, 560), (900, 575), (WIDE, 550), (WIDE, HIGH), (0, HIGH)], GRASS)
    reeds = Random(3)  # noqa: S311 - the same reeds each time
    for _ in range(90):
        stem = reeds.choice((reeds.uniform(0, 300), reeds.uniform(960, WIDE)))
        foot, high = 590 + reeds.uniform(0, 60), reeds.uniform(90, 190)
        lean = reeds.uniform(-26, 26)
        canvas.line([(stem, foot), (stem + lean, foot - high)], LEAF if lean > 0 else GRASS_DEEP, 6)
        if reeds.random() < 0.3:
            canvas.line(
                [(stem + lean, foot - high), (stem + lean, foot - high + 34)], WOOD_DEEP, 12
            )
    bench(canvas, 510, 660, 1.05)
    canvas.disc(330, 500, 30, WHITE, flat=0.55)
    canvas.disc(302, 482, 13, WHITE)
    canvas.shape([(288, 482), (272, 487), (290, 490)], YELLOW)


def crane(canvas: Canvas) -> None:
    """The old crane on the quay."""
    quay(canvas)
    tiles(canvas)
    canvas.shape([(460, 620), (520, 330), (700, 330), (760, 620)], INK)
    canvas.shape([(510, 620), (552, 380), (668, 380), (710, 620)], STONE)
    canvas.box(480, 470, 260, 16, INK)
    canvas.box(500, 210, 220, 130, BRICK)
    canvas.shape([(486, 210), (610, 150), (734, 210)], BRICK_DEEP)
    canvas.box(540, 246, 56, 48, SKY)
    canvas.box(624, 246, 56, 48, SKY)
    canvas.line([(700, 300), (1110, 70)], INK, 20)
    canvas.line([(610, 160), (1110, 70)], INK, 7)
    for t in (0.2, 0.4, 0.6, 0.8):
        canvas.line(
            [(700 + 410 * t, 300 - 230 * t), (610 + 500 * (t - 0.06), 160 - 90 * (t - 0.06))],
            INK,
            6,
        )
    canvas.line([(1104, 76), (1104, 380)], INK, 5)
    canvas.ring(1104, 402, 20, INK, 8)
    person(canvas, 300, 680, YELLOW, 1)


def planters(canvas: Canvas) -> None:
    """Wooden boxes with vegetables and flowers."""
    quay(canvas)
    tiles(canvas)
    for x, y, size in (
        (90, 560, 0.8),
        (520, 570, 0.85),
        (930, 560, 0.8),
        (260, 690, 1.15),
        (760, 696, 1.15),
    ):
        wide, high = 280 * size, 92 * size
        plants = Random(round(x))  # noqa: S311 - the same garden each time
        for _ in range(26):
            px = x + plants.uniform(0.06, 0.94) * wide
            up = plants.uniform(24, 78) * size
            canvas.line([(px, y - high), (px, y - high - up)], LEAF_DEEP, 5)
            canvas.disc(px, y - high - up, plants.uniform(9, 19) * size,
                        plants.choice((LEAF, LEAF_LIGHT, LEAF, RED, YELLOW, WHITE)))  # fmt: skip
        canvas.box(x, y - high, wide, high, WOOD)
        canvas.box(x, y - high, wide, 12 * size, WOOD_LIGHT)
        canvas.box(x, y - high * 0.5, wide, 5, WOOD_DEEP)
    person(canvas, 640, 690, BLUE, 1.05)


def kiosk(canvas: Canvas) -> None:
    """A round kiosk with coffee, and chairs before it."""
    quay(canvas)
    tiles(canvas)
    canvas.box(500, 350, 300, 260, LEAF_DEEP)
    canvas.shape([(440, 356), (650, 230), (860, 356)], LEAF)
    canvas.disc(650, 232, 14, YELLOW)
    canvas.box(540, 400, 220, 96, "#ffe7b0")
    canvas.box(520, 496, 260, 20, WOOD_LIGHT)
    person(canvas, 650, 560, WHITE, 0.8)
    canvas.box(500, 516, 300, 96, LEAF_DEEP)
    for x in (150, 330, 960, 1120):
        canvas.disc(x, 592, 62, WOOD_LIGHT, flat=0.3)
        canvas.box(x - 5, 596, 10, 80, INK)
        canvas.disc(x, 676, 30, INK, flat=0.25)
        canvas.box(x - 12, 566, 24, 22, WHITE)
    person(canvas, 240, 690, RED, 1)
    person(canvas, 1040, 694, YELLOW, 1)


def rain_garden(canvas: Canvas) -> None:
    """A hollow with plants that takes up the rain."""
    canvas.box(0, 0, WIDE, HIGH, "#c8d6dd")
    quay(canvas, sun=False)
    canvas.disc(640, 625, 500, STONE_DEEP, flat=0.2)
    canvas.disc(640, 632, 488, GRASS_DEEP, flat=0.19)
    canvas.disc(640, 645, 330, WATER_DEEP, flat=0.15)
    canvas.disc(640, 648, 316, WATER_LIGHT, flat=0.14)
    for index in range(40):
        angle = 2 * pi * index / 40
        x, y = 640 + 410 * cos(angle), 632 + 68 * sin(angle)
        canvas.disc(x, y - 22, 24, (LEAF, LEAF_LIGHT, LEAF_DEEP)[index % 3])
    rain = Random(5)  # noqa: S311 - the same rain each time
    for _ in range(120):
        x, y = rain.uniform(0, WIDE), rain.uniform(0, HIGH)
        canvas.line([(x, y), (x - 8, y + 30)], WHITE, 2.5)


DRAWINGS: dict[str, Callable[[Canvas], None]] = {
    "bicycles": bicycles,
    "boules": boules,
    "crane": crane,
    "kiosk": kiosk,
    "market": market,
    "parking": parking,
    "planters": planters,
    "playground": playground,
    "quiet-corner": quiet_corner,
    "rain-garden": rain_garden,
    "smooth-path": smooth_path,
    "stage": stage,
    "trees": trees,
    "water-steps": water_steps,
}
"""What a text of the demo can ask for."""


@cache
@cache
def drawn(name: str) -> Picture:
    """The picture of this name; drawn once, also where two things show the same."""
    canvas = Canvas()
    DRAWINGS[name](canvas)
    return canvas.picture()
