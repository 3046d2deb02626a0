from pathlib import Path

import pytest

from participatie.theming.assets import AssetsMissingError, read_assets


def test_an_asset_has_the_address_that_the_manifest_gives(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"app.css": "app-1A2B.css"}', encoding="utf-8")
    assert read_assets("/static/dist/", tmp_path)("app.css") == "/static/dist/app-1A2B.css"


def test_an_asset_that_was_not_built_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(KeyError):
        read_assets("/", tmp_path)("app.css")


def test_a_front_end_that_was_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(AssetsMissingError, match="make assets"):
        read_assets("/", tmp_path)


def test_nothing_on_a_page_has_to_be_dragged() -> None:
    source = Path(__file__).parent.parent.parent / "frontend" / "src" / "app.js"
    words = source.read_text(encoding="utf-8").lower()
    assert not [w for w in ("drag", "touchmove", "mousemove", "pointermove", "swipe") if w in words]
