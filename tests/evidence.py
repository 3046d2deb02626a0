"""What the tests say of each criterion, as a page in the form of EN 301 549, with dates.

With KEEP_EVIDENCE=1 a run notes how each test went, and on which day; `python -m tests.evidence`
writes `docs/accessibility-evidence.md` from that. `make evidence` does both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NOTES = ROOT / "build" / "evidence.json"
PAGE = ROOT / "docs" / "accessibility-evidence.md"

AXE = (
    "test_every_page_is_accessible_and_fits",
    "test_every_page_is_accessible_to_every_reader",
    "test_every_page_is_accessible_in_every_theme",
)
FOCUS = ("test_the_focus_is_seen_at_each_stop_and_goes_in_the_order_of_the_page",)
ZOOM = ("test_every_page_bears_400_percent_and_wide_text",)
TREE = ("test_a_screen_reader_is_told_what_it_was_told_before",)
HTML = ("test_every_page_is_valid_html",)
KEYS = ("test_a_resident_votes_by_keyboard_alone", "test_a_poll_is_voted_in_by_keyboard_alone")
IN_DUTCH = ("test_what_people_wrote_is_said_to_be_dutch_on_an_english_page_only",)
NO_MOVEMENT = ("test_nothing_moves_and_every_edge_is_seen_for_who_asks_that",)
NO_DRAGGING = ("test_nothing_on_a_page_has_to_be_dragged",)
POLL = ("test_each_step_of_a_poll_is_accessible_and_its_code_finds_the_vote",)
NOTHING: tuple[str, ...] = ()

CRITERIA: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("1.1.1", "Non-text content", AXE, "whether a text says what the picture shows"),
    ("1.2.1", "Audio-only and video-only", NOTHING, "films are links to elsewhere; look at each"),
    ("1.2.2", "Captions", NOTHING, "films are links to elsewhere; look at each"),
    ("1.2.3", "Audio description or alternative", NOTHING, "films are links to elsewhere"),
    ("1.2.4", "Captions (live)", NOTHING, "there is nothing live"),
    ("1.2.5", "Audio description", NOTHING, "films are links to elsewhere"),
    (
        "1.3.1",
        "Info and relationships",
        (*AXE, *TREE, *HTML),
        "whether headings fit what stands below",
    ),
    ("1.3.2", "Meaningful sequence", FOCUS, "whether the order of reading makes sense"),
    ("1.3.3", "Sensory characteristics", NOTHING, "words such as “the button on the right”"),
    ("1.3.4", "Orientation", NOTHING, "nothing asks for one; turn a phone"),
    ("1.3.5", "Identify input purpose", AXE, "whether each personal field names its purpose"),
    ("1.4.1", "Use of colour", NOTHING, "statuses have a word and a shape; look in grey"),
    ("1.4.2", "Audio control", NOTHING, "there is no sound"),
    ("1.4.3", "Contrast (minimum)", AXE, "words over a photo"),
    ("1.4.4", "Resize text", ZOOM, ""),
    ("1.4.5", "Images of text", NOTHING, "photos by residents and by staff"),
    ("1.4.10", "Reflow", (*ZOOM, *AXE), ""),
    (
        "1.4.11",
        "Non-text contrast",
        NO_MOVEMENT,
        "colours of a theme (`theme check` measures them), drawings, photos",
    ),
    ("1.4.12", "Text spacing", ZOOM, ""),
    ("1.4.13", "Content on hover or focus", NOTHING, "nothing appears on hover"),
    ("2.1.1", "Keyboard", (*KEYS, *FOCUS), "each page that is not one of the main ten"),
    ("2.1.2", "No keyboard trap", FOCUS, ""),
    ("2.1.4", "Character key shortcuts", NOTHING, "there are none"),
    (
        "2.2.1",
        "Timing adjustable",
        ("test_who_is_logged_in_hears_in_time_that_the_session_ends",),
        "",
    ),
    ("2.2.2", "Pause, stop, hide", NO_MOVEMENT, ""),
    ("2.3.1", "Three flashes", NOTHING, "nothing flashes; films are elsewhere"),
    ("2.4.1", "Bypass blocks", (*AXE, *TREE), ""),
    ("2.4.2", "Page titled", AXE, "whether a title says enough"),
    ("2.4.3", "Focus order", FOCUS, "each page that is not one of the main ten"),
    ("2.4.4", "Link purpose (in context)", AXE, "whether a link says where it leads"),
    ("2.4.5", "Multiple ways", NOTHING, "menu, lists and links; there is no search over all"),
    ("2.4.6", "Headings and labels", (*AXE, *TREE), "whether they are understood"),
    ("2.4.7", "Focus visible", FOCUS, ""),
    ("2.4.11", "Focus not obscured", ("test_what_has_the_focus_never_hides_behind_the_bar",), ""),
    ("2.5.1", "Pointer gestures", NO_DRAGGING, ""),
    ("2.5.2", "Pointer cancellation", NOTHING, "buttons and links of the browser only"),
    ("2.5.3", "Label in name", AXE, ""),
    ("2.5.4", "Motion actuation", NOTHING, "nothing asks for it"),
    ("2.5.7", "Dragging movements", NO_DRAGGING, ""),
    ("2.5.8", "Target size (minimum)", (*ZOOM, "test_a_target_is_large_enough_for_a_finger"), ""),
    ("3.1.1", "Language of page", AXE, ""),
    ("3.1.2", "Language of parts", IN_DUTCH, "names in breadcrumbs, tables and sentences"),
    ("3.2.1", "On focus", NOTHING, "no script listens to the focus"),
    ("3.2.2", "On input", NOTHING, "no form sends itself"),
    ("3.2.3", "Consistent navigation", TREE, ""),
    ("3.2.4", "Consistent identification", NOTHING, "words are those of one glossary"),
    ("3.2.6", "Consistent help", TREE, ""),
    ("3.3.1", "Error identification", POLL, ""),
    ("3.3.2", "Labels or instructions", AXE, "whether they are understood"),
    ("3.3.3", "Error suggestion", NOTHING, "each sentence says how to mend it; read them"),
    ("3.3.4", "Error prevention", POLL, ""),
    ("3.3.7", "Redundant entry", NOTHING, "each thing is asked once; walk the roads"),
    ("3.3.8", "Accessible authentication", NOTHING, "the log-in of others is theirs"),
    ("4.1.2", "Name, role, value", (*AXE, *TREE, *HTML), "with a real screen reader"),
    ("4.1.3", "Status messages", TREE, "with a real screen reader"),
)
"""WCAG 2.2 A and AA: number, name, the tests of it, and what a person looks at.

EN 301 549 v3.2.1 has those of WCAG 2.1 in its chapter 9; the six of 2.2 come with its next version.
"""
NEW_IN_2_2 = frozenset({"2.4.11", "2.5.7", "2.5.8", "3.2.6", "3.3.7", "3.3.8"})
HEAD = """# Accessibility: evidence of test runs

Written by the tests themselves; how they work stands in [accessibility.md](accessibility.md). The
numbers are those of EN 301 549 v3.2.1, chapter 9 (web); «2.2» marks what WCAG 2.2 adds. It is
evidence about the product in its demo: no statement of conformance, and no examination by people.
What no machine tested stands in the last column; a municipality has its own site examined.

| clause | criterion | tested by a machine | for a person to look at |
|---|---|---|---|
"""
FOOT = """
Chapters 5 to 8, 10 (documents), 11 (software) and 12 (support) are not tested here. Every PDF of
the program has a web page that says the same. A test that was «not run» is part of the long form,
and so are the other readers and themes where fewer ran than there are.

## The tests

"""
Notes = Mapping[str, tuple[str, str]]


class Keeper:
    """Notes how each test of a run went: passed, failed or skipped, and on which day."""

    def __init__(self) -> None:
        self.notes: dict[str, tuple[str, str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            self.notes[report.nodeid] = (report.outcome, f"{datetime.now(UTC):%Y-%m-%d}")

    def pytest_sessionfinish(self) -> None:
        NOTES.parent.mkdir(exist_ok=True)
        NOTES.write_text(json.dumps({**read(), **self.notes}, indent=0), encoding="utf-8")


def read() -> dict[str, tuple[str, str]]:
    """What earlier runs noted."""
    if not NOTES.exists():
        return {}
    return {test: tuple(note) for test, note in json.loads(NOTES.read_text("utf-8")).items()}


def page(notes: Notes) -> str:
    """The evidence: a row for each criterion, and how each test went."""
    rows = [
        f"| 9.{number}{' (2.2)' if number in NEW_IN_2_2 else ''} | {name} | {_said(tests, notes)} |"
        f" {person or 'nothing more'} |"
        for number, name, tests, person in CRITERIA
    ]
    named = sorted({test for _, _, tests, _ in CRITERIA for test in tests})
    lines = [f"- `{test}`: {_went(test, notes)}" for test in named]
    return HEAD + "\n".join(rows) + "\n" + FOOT + "\n".join(lines) + "\n"


def _said(tests: tuple[str, ...], notes: Notes) -> str:
    if not tests:
        return "no"
    went = {_went(test, notes).partition(",")[0] for test in tests}
    return "yes, not all passed" if "failed" in went else "yes" if "passed" in went else "not run"


def _went(test: str, notes: Notes) -> str:
    """Of the newest day on which it ran: how often, and whether all passed."""
    ran = [note for name, note in notes.items() if name.partition("[")[0].endswith(f"::{test}")]
    if not ran:
        return "not run"
    passed = [day for outcome, day in ran if outcome == "passed"]
    last = max(day for _, day in ran)
    if len(passed) == len(ran):
        return f"passed, {len(ran)} of the {len(ran)} that ran until {last}"
    return f"failed, {len(ran) - len(passed)} of the {len(ran)} that ran until {last}"


if __name__ == "__main__":
    PAGE.write_text(page(read()), encoding="utf-8")
