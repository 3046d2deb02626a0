"""The page of evidence says what was tested, and no more."""

from __future__ import annotations

from pathlib import Path

from tests.evidence import CRITERIA, OTHERS, page
from tests.run import in_order

TESTS = Path(__file__).parent.parent


def test_each_criterion_names_tests_that_are_there():
    written = "".join(path.read_text("utf-8") for path in TESTS.rglob("test_*.py"))
    named = {test for _, _, tests, _ in (*CRITERIA, *OTHERS) for test in tests}
    assert sorted(test for test in named if f"def {test}(" not in written) == []


def test_each_criterion_stands_there_once_and_what_was_not_tested_is_said():
    numbers = [number for number, *_ in CRITERIA]
    assert len(set(numbers)) == len(numbers) == 55
    assert all(tests or person for _, _, tests, person in (*CRITERIA, *OTHERS))


def test_each_chapter_of_the_standard_stands_there():
    chapters = {int(number.partition(".")[0].partition(",")[0]) for number, *_ in OTHERS}
    assert chapters == set(range(5, 14))
    assert "| 6 | Two-way voice communication | no | does not apply: there is none |" in page({})


def test_a_test_that_failed_or_did_not_run_is_not_called_passed():
    place = "tests/e2e/test_every_page.py::test_every_page_bears_400_percent_and_wide_text"
    assert "| 9.1.4.4 | Resize text | not run |" in page({})
    passed = {f"{place}[clerk]": ("passed", "2026-11-27")}
    assert "| 9.1.4.4 | Resize text | yes |" in page(passed)
    failed = {**passed, f"{place}[resident]": ("failed", "2026-11-27")}
    assert "| 9.1.4.4 | Resize text | yes, not all passed |" in page(failed)
    assert "failed, 1 of the 2 that ran until 2026-11-27" in page(failed)


def test_the_long_form_goes_on_where_a_part_fails_and_the_short_form_stops():
    parts = {"types": lambda: True, "tests": lambda: False, "page": lambda: True}
    took, failed = in_order(parts, to_the_end=True)
    assert (list(took), failed) == (["types", "tests", "page"], ["tests"])
    took, failed = in_order(parts, to_the_end=False)
    assert (list(took), failed) == (["types", "tests"], ["tests"])
