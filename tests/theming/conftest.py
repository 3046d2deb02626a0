from pathlib import Path

import pytest

from participatie.theming.assets import Assets
from participatie.theming.palette import Paint, Palette
from participatie.theming.styleguide import rendering

IMAGES = Path(__file__).parents[2] / "frontend" / "src" / "images"

PAPER = Palette("#eef4f3", "#ffffff", "#c4d2d2", *("#12262d",) * 2, *("#00596b",) * 4)
PAINT = Paint(PAPER, dark=None, radius="0px")


@pytest.fixture(scope="session")
def pages() -> dict[str, str]:
    """The style guide, rendered without a built front end."""
    names = ["app.css", "dark.css", "app.js", *(path.name for path in IMAGES.iterdir())]
    assets = Assets(names={name: name for name in names}, prefix="/static/")
    return rendering.render(rendering.environment(assets), PAINT)
