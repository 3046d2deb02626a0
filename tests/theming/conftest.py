from pathlib import Path

import pytest

from participatie.theming.assets import Assets
from participatie.theming.styleguide import rendering

IMAGES = Path(__file__).parents[2] / "frontend" / "src" / "images"


@pytest.fixture(scope="session")
def pages() -> dict[str, str]:
    """The style guide, rendered without a built front end."""
    names = ["app.css", "dark.css", "app.js", *(path.name for path in IMAGES.iterdir())]
    assets = Assets(names={name: name for name in names}, prefix="/static/")
    return rendering.render(rendering.environment(assets))
