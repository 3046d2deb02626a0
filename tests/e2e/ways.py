"""One person at one page: by mouse, by keyboard, or by mouse without JavaScript."""

from __future__ import annotations

import re
from enum import StrEnum

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenContext, axe_faults
from tests.e2e.keyboard import FOCUS, press, tab_to

MOST_KEYS = 90


class Way(StrEnum):
    """How somebody goes through the pages."""

    MOUSE = "by mouse"
    KEYBOARD = "by keyboard"
    NO_SCRIPT = "without JavaScript"


class Hands:
    """Somebody who goes one way; axe looks at every page where they arrive."""

    def __init__(
        self, open_context: OpenContext, way: Way, *, person: str | None = None, width: int = 768
    ) -> None:
        has_script = way is not Way.NO_SCRIPT
        self.way = way
        self.page: Page = open_context(width=width, javascript=has_script, person=person).new_page()

    def opens(self, path: str, title: str) -> None:
        """Go to an address."""
        self.page.goto(path)
        self.arrives(title)

    def arrives(self, title: str) -> None:
        """This page it is, and everybody can use it."""
        expect(self.page.locator("h1")).to_have_text(title)
        if self.way is not Way.NO_SCRIPT:  # axe is a script itself; the page is the same
            assert axe_faults(self.page) == [], self.page.url

    def press(self, name: str) -> None:
        """A link or a button; a new page comes."""
        if self.way is Way.KEYBOARD:
            press(self.page, name)
        else:
            self._pressed(name).click()

    def choose(self, name: str) -> None:
        """One answer of several; the arrows go from one to the next."""
        answer = self.page.get_by_label(re.compile(rf"^\s*{re.escape(name)}"))
        if self.way is not Way.KEYBOARD:
            answer.check()
            return
        group = answer.get_attribute("name")
        self._until("Tab", "document.activeElement.name || ''", str(group))
        self.page.keyboard.press("Space")
        self._until("ArrowDown", f"({FOCUS})().name", name)
        assert self.page.evaluate(FOCUS)["ring"], name
        expect(answer).to_be_checked()

    def _until(self, key: str, asked: str, wanted: str) -> None:
        """Press a key until the answer of the page begins with what is wanted."""
        for _ in range(MOST_KEYS):
            if self.page.evaluate(asked).startswith(wanted):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{key} never comes to «{wanted}» on {self.page.url}")

    def writes(self, label: str, text: str) -> None:
        """Type in a field."""
        if self.way is Way.KEYBOARD:
            tab_to(self.page, label)
            self.page.keyboard.insert_text(text)
        else:
            self.page.get_by_label(label).fill(text)

    def _pressed(self, name: str) -> Locator:
        link, button = (self.page.get_by_role(role, name=name) for role in ("link", "button"))
        return link.or_(button).first
