"""Results that are known: read, fetched, counted once more."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenContext
from tests.e2e.site import Site


def _check_number(page: Page) -> str:
    words = page.get_by_text("Controlegetal van de uitslag:").inner_text()
    return words.rpartition(":")[2].strip()


def _winners(page: Page) -> list[str]:
    rows = page.locator("section[aria-labelledby=won] tbody th")
    return [words.splitlines()[0] for words in rows.all_inner_texts()]


def _fetched(page: Page, link: str, folder: Path) -> Path:
    with page.expect_download() as fetching:
        page.get_by_role("link", name=link).click()
    file = folder / fetching.value.suggested_filename
    fetching.value.save_as(file)
    return file


def test_a_reader_counts_a_published_result_once_more(
    open_context: OpenContext, site: Site, tmp_path: Path
) -> None:
    page = open_context(javascript=False).new_page()
    page.goto("/begrotingen")
    known = page.get_by_role("listitem").filter(has_text="Uitslag is bekend")
    known.get_by_role("link", name="Bewonersbegroting Oude Haven").click()
    expect(page.locator("h1")).to_have_text("Uitslag: Bewonersbegroting Oude Haven")
    winners = _winners(page)
    page.get_by_role("link", name="Bekijk alle cijfers").click()
    file = _fetched(page, "Alle stemmen (.pb)", tmp_path)
    told = json.loads(_fetched(page, "De uitslag (.json)", tmp_path).read_text())
    lot = tmp_path / "lot.txt"
    lot.write_text("\n".join(told["counting"]["lot"]))

    counted = json.loads(site.run("tally", "--json", "--lot", str(lot), str(file)))

    assert counted["result_hash"].startswith(_check_number(page))
    lines = file.read_text().splitlines()
    assert len(winners) == len(counted["winners"]) > 0
    for code, title in zip(counted["winners"], winners, strict=True):
        assert any(line.startswith(f"{code};") and title in line for line in lines)


def test_a_real_vote_is_imported_while_the_system_runs(
    open_context: OpenContext, site: Site
) -> None:
    folder = os.environ.get("PABULIB_DIR")
    if not folder:
        pytest.skip("PABULIB_DIR names no folder with real votes")
    file = min(Path(folder).glob("Netherlands_*.pb"), key=lambda path: path.stat().st_size)

    (line,) = site.run("import-pabulib", "--json", str(file)).splitlines()

    told = json.loads(line)
    assert told["counted_by"] == "worker"
    page = open_context().new_page()
    page.goto(told["url"])
    expect(page.locator("h1")).to_contain_text("Uitslag: ")
    assert len(_winners(page)) == len(told["winners"]) > 0
    page.get_by_role("link", name="Bekijk alle cijfers").click()
    assert told["result_hash"].startswith(_check_number(page))
