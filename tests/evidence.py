"""What the tests say of each criterion, as a page in the form of EN 301 549, with dates.

With KEEP_EVIDENCE=1 a run notes how each test went, and on which day; `python -m tests.evidence`
writes `docs/accessibility-evidence.md` from that. `make evidence` does both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
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
IN_DUTCH = (
    "test_what_people_wrote_is_said_to_be_dutch_on_an_english_page_only",
    "test_a_title_is_said_to_be_in_its_language_on_every_page",
)
NO_MOVEMENT = ("test_nothing_moves_and_every_edge_is_seen_for_who_asks_that",)
NO_DRAGGING = ("test_nothing_on_a_page_has_to_be_dragged",)
POLL = ("test_each_step_of_a_poll_is_accessible_and_its_code_finds_the_vote",)
NOTHING: tuple[str, ...] = ()
Clause = tuple[str, str, tuple[str, ...], str]

CRITERIA: tuple[Clause, ...] = (
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
    ("3.1.2", "Language of parts", IN_DUTCH, "names of places and people"),
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
DOCUMENTS = ("test_a_pdf_can_be_read_aloud", "test_page_and_pdf_say_the_same")
MAIL = ("test_axe_finds_nothing_in_a_mail",)
PHOTO = ("test_a_photo_is_published_with_the_proposal_and_stands_on_its_card",)
WRITTEN = ("test_a_photo_of_a_page_is_seen_once_the_page_is",)
OTHERS: tuple[Clause, ...] = (
    (
        "5.1",
        "Closed functionality",
        NOTHING,
        "does not apply: it runs in the browser of the reader",
    ),
    ("5.2", "Activation of features", NOTHING, "does not apply: nothing has to be switched on"),
    (
        "5.3",
        "Biometrics",
        NOTHING,
        "does not apply: there are none; the log-in of others is theirs",
    ),
    ("5.4", "Preservation of information", PHOTO, "documents are sent on as they came"),
    ("5.5 to 5.8", "Operable parts, locks and keys", NOTHING, "does not apply: no hardware"),
    ("5.9", "Simultaneous user actions", KEYS, ""),
    ("6", "Two-way voice communication", NOTHING, "does not apply: there is none"),
    ("7", "Video", NOTHING, "does not apply: no player; a link leads to a film elsewhere"),
    ("8", "Hardware", NOTHING, "does not apply: there is none"),
    ("9.6", "WCAG conformance", (*AXE, *KEYS), "whole pages and whole roads, by a person"),
    ("10.1.1.1", "Non-text content", (*DOCUMENTS, *MAIL), "documents that people add are theirs"),
    ("10.1.3.1", "Info and relationships", (*DOCUMENTS, *MAIL), "spreadsheets: one table a sheet"),
    ("10.1.3.2", "Meaningful sequence", DOCUMENTS, "whether the order makes sense"),
    ("10.1.3.3", "Sensory characteristics", NOTHING, "words of letters and forms"),
    ("10.1.4.1", "Use of colour", NOTHING, "ballots and forms are black on white"),
    ("10.1.4.3", "Contrast (minimum)", MAIL, "PDF: the texts are black on white; look"),
    ("10.1.4.4", "Resize text", ("test_a_ballot_has_one_drawn_order_on_page_and_pdf",), "letters"),
    ("10.1.4.5", "Images of text", NOTHING, "the logo of a municipality"),
    ("10.1.4.10", "Reflow", DOCUMENTS[1:], "a PDF does not reflow; its page in HTML does"),
    ("10.1.4.11", "Non-text contrast", NOTHING, "boxes and lines on a paper"),
    ("10.2.4.2", "Document titled", DOCUMENTS[:1], "whether a title says enough"),
    ("10.2.4.4", "Link purpose", MAIL, "whether a link says where it leads"),
    ("10.2.4.6", "Headings and labels", DOCUMENTS, "whether they are understood"),
    ("10.3.1.1", "Language of document", (*DOCUMENTS[:1], *MAIL), ""),
    ("10.3.1.2", "Language of parts", NOTHING, "names of places and people"),
    ("10.4.1.2", "Name, role, value", MAIL, "PDF: no fields; with a real screen reader"),
    (
        "10, others",
        "Sound, keyboard, time, fields",
        NOTHING,
        "does not apply: nothing of it in them",
    ),
    ("11.1 to 11.6", "Software", NOTHING, "commands for hosts print plain text; look at them"),
    ("11.7", "User preferences", NO_MOVEMENT, "colours and letters of each system"),
    ("11.8.1", "Content technology", NOTHING, "own pages are HTML, as chapter 9 says"),
    (
        "11.8.2",
        "Accessible content creation",
        WRITTEN,
        "whether staff make good headings and links",
    ),
    ("11.8.3", "Preservation in transformations", PHOTO, "a document is not changed"),
    (
        "11.8.4",
        "Repair assistance",
        ("test_a_missing_description_goes_to_the_griffie",),
        "headings and words of own pages",
    ),
    ("11.8.5", "Templates", NOTHING, "every page and mail is a template of the program"),
    ("12.1.1", "Documentation of features", NOTHING, "docs/accessibility.md; the page of help"),
    ("12.1.2", "Accessible documentation", NOTHING, "plain Markdown; pages of help: chapter 9"),
    ("12.2", "Support", ("test_help_stands_at_the_same_place_on_every_page",), "the desk itself"),
    ("13", "Relay and emergency services", NOTHING, "does not apply: there are none"),
)
"""The other chapters: clause, name, the tests of it, and what a person looks at or why not."""
NEW_IN_2_2 = frozenset({"2.4.11", "2.5.7", "2.5.8", "3.2.6", "3.3.7", "3.3.8"})
HEAD = """# Accessibility: evidence of test runs

Written by the tests themselves; how they work stands in [accessibility.md](accessibility.md). The
numbers are those of EN 301 549 v3.2.1; «2.2» marks what WCAG 2.2 adds to it. It is
evidence about the product in its demo: no statement of conformance, and no examination by people.
What no machine tested stands in the last column; a municipality has its own site examined.

## Chapter 9: the web

| clause | criterion | tested by a machine | for a person to look at |
|---|---|---|---|
"""
REST = """
## The other chapters

PDF files, letters and mails stand in chapter 10; the editor of own pages in 11.8. Chapter 4 is an
explanation and asks nothing.

| clause | requirement | tested by a machine | for a person to look at |
|---|---|---|---|
"""
FOOT = """
A test that was «not run» is part of the long form, and so are the other readers and themes where
fewer ran than there are.

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
    web = [
        (f"9.{number}{' (2.2)' if number in NEW_IN_2_2 else ''}", name, tests, person)
        for number, name, tests, person in CRITERIA
    ]
    named = sorted({test for _, _, tests, _ in (*CRITERIA, *OTHERS) for test in tests})
    lines = "".join(f"- `{test}`: {_went(test, notes)}\n" for test in named)
    return HEAD + _rows(web, notes) + REST + _rows(OTHERS, notes) + FOOT + lines


def _rows(clauses: Iterable[Clause], notes: Notes) -> str:
    return "".join(
        f"| {number} | {name} | {_said(tests, notes)} | {person or 'nothing more'} |\n"
        for number, name, tests, person in clauses
    )


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
    if not NOTES.exists():  # else the page of an earlier run would say that nothing ran
        raise SystemExit(
            f"No run was noted in {NOTES.relative_to(ROOT)}: the page stays as it was."
        )
    PAGE.write_text(page(read()), encoding="utf-8")
