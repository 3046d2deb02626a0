"""Every page of the demo is valid HTML, as html-validate reads it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.e2e.conftest import OpenContext
from tests.e2e.site import PROGRAM, ROOT, Site
from tests.e2e.walk import walk_as_each

VALIDATOR = ROOT / "frontend" / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
RULES = {
    "root": True,
    "extends": ["html-validate:recommended"],
    "rules": {
        # How it is written, not what it says: Jinja leaves spaces, and browsers read both forms.
        "doctype-style": "off",
        "no-trailing-whitespace": "off",
        # A button in a form sends it: that is the standard, and long lists have hundreds of them.
        "no-implicit-button-type": "off",
        # The name of a list is said by every screen reader; only elements without a role have none.
        "aria-label-misuse": ["error", {"allowAnyNamable": True}],
        # The boxes of one question have one name.
        "form-dup-name": ["error", {"shared": ["checkbox", "radio", "submit"]}],
        # A title begins with the words of a resident; the name of the site comes last.
        "long-title": "off",
        # Our style sheet keeps a telephone number on one line.
        "tel-non-breaking": "off",
    },
}


def _invalid(pages: Path) -> list[str]:
    """What html-validate says of the files in `pages`, one sentence each."""
    (pages / "rules.json").write_text(json.dumps(RULES))
    done = subprocess.run(
        ["node", VALIDATOR, "--config", pages / "rules.json", "-f", "json", f"{pages}/*.html"],
        env={**os.environ, "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr
    return [
        f"{Path(page['filePath']).stem}:{fault['line']}: {fault['message']} [{fault['ruleId']}]"
        for page in json.loads(done.stdout)
        for fault in page["messages"]
    ]


def test_a_page_that_is_not_valid_is_found(tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text("<!doctype html><title>x</title><p><div></div></p>")
    assert any("[close-order]" in fault for fault in _invalid(tmp_path))


@pytest.mark.slow
def test_every_page_is_valid_html(
    open_context: OpenContext, site: Site, routes: Flask, tmp_path: Path
) -> None:
    """As it is sent, not as a browser mended it."""

    def keep(page: Page) -> list[str]:
        name = re.sub(r"\W+", "-", page.url.removeprefix(site.address))
        (tmp_path / f"page{name}.html").write_text(page.request.get(page.url).text(), "utf-8")
        return []

    looked = walk_as_each(open_context, site, routes, keep)
    assert not {endpoint: found for endpoint, found in looked.items() if found}
    assert _invalid(tmp_path) == []
