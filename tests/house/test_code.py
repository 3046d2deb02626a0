"""What every file of this house keeps to."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "participatie"
MODULES = sorted(PACKAGE.rglob("*.py"))
EDGES = {"views.py", "admin.py", "tasks.py", "cli.py"}
COMMIT_TOO = {
    "core/limits.py",  # a try counts also when the request fails
    "identity/sessions.py",  # the session is stored when the view is done
    "core/error_pages.py",
    "core/page_cache.py",
    "core/kept_forms.py",  # stands between a request and its view
    "core/once.py",  # so does this
}
NAMES_WE_DO_NOT_USE = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "managers",
    "misc",
}


def _place(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def _is_edge(path: Path) -> bool:
    place = _place(path)
    return (
        path.name in EDGES
        or f"{path.parent.name}.py" in EDGES
        or place in COMMIT_TOO
        or place.startswith(("run/", "identity/providers/", "demo/"))
    )


def _calls(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


def test_each_mail_has_made_up_data_beside_it():
    """The griffie reads and words a mail with it: `mail/<kind>.toml` with one or more examples."""
    for template in (ROOT / "participatie").glob("*/templates/mail/*.*.txt"):
        made_up = template.with_suffix(".toml")
        assert made_up.exists(), made_up
        assert tomllib.loads(made_up.read_text("utf-8"))["example"], made_up


def test_a_title_in_a_sentence_of_a_mail_stands_between_quotes():
    """A title may be a sentence itself. One that ends a line, behind a colon, is clear as it is."""
    bare = re.compile(
        r"(?<![“])%\((?:title|budget)\)s(?!\")|(?<![“:?])(?<![:?] )%\((?:title|budget)\)s"
    )
    assert not [
        _place(path)
        for path in PACKAGE.glob("*/templates/mail/*.txt")
        if bare.search(path.read_text())
    ]


def test_no_python_file_is_longer_than_400_lines():
    paths = [*MODULES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]
    long = {str(p): n for p in paths if (n := len(p.read_text().splitlines())) > 400}
    assert not long


def test_no_module_imports_inside_a_function():
    found = [
        f"{_place(path)}:{inner.lineno}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not found


def test_only_the_edges_commit():
    found = [
        f"{_place(path)}:{line}"
        for path in MODULES
        for call, line in _calls(path)
        if call.endswith("session.commit") and not _is_edge(path)
    ]
    assert not found


def test_only_the_edges_read_the_clock():
    clocks = {"now", "clock.now", "datetime.now", "datetime.utcnow", "date.today", "time.time"}
    found = [
        f"{_place(path)}:{line} {call}"
        for path in MODULES
        for call, line in _calls(path)
        if call in clocks and not _is_edge(path) and _place(path) != "core/clock.py"
    ]
    assert not found


def test_html_is_trusted_in_one_module_only():
    found = [
        f"{_place(path)}:{line}"
        for path in MODULES
        for call, line in _calls(path)
        if call in {"Markup", "markupsafe.Markup"} and _place(path) != "core/html.py"
    ]
    found += [
        f"{_place(path)}: |safe"
        for path in PACKAGE.rglob("*.html")
        if re.search(r"\|\s*safe\b|autoescape\s+false", path.read_text())
    ]
    assert not found


def test_a_telephone_number_is_shown_as_one_that_stays_on_one_line():
    shown = re.compile(r"\b(?:site|process)\.contact_phone\b(?!\|(?:phone|tel)\b)")
    asked = re.compile(r"{% if [^%]*%}")
    assert not [
        _place(path)
        for path in PACKAGE.rglob("templates/**/*.*")
        if shown.search(asked.sub("", path.read_text()))
    ]


def test_only_one_module_calls_bleach():
    callers = {
        _place(p) for p in MODULES if re.search(r"^\s*(import|from) bleach", p.read_text(), re.M)
    }
    assert callers == {"core/html.py"}


def test_no_module_has_a_name_that_says_nothing():
    assert not [_place(p) for p in MODULES if p.stem in NAMES_WE_DO_NOT_USE]


def test_a_package_is_a_docstring():
    for path in PACKAGE.rglob("__init__.py"):
        body = ast.parse(path.read_text()).body
        assert len(body) == 1, _place(path)
        assert isinstance(body[0], ast.Expr), _place(path)


def test_nothing_is_left_open_in_the_code():
    marks = re.compile("TO" + r"DO|FIX" + r"ME|XX" + "X|NotImplementedError")
    files = [*MODULES, *PACKAGE.rglob("*.html"), *(ROOT / "frontend/src").rglob("*.*s")]
    assert not [str(path) for path in files if marks.search(path.read_text())]


def test_lock_files_hold_hashes_and_no_addresses():
    locks = [*(ROOT / "requirements").glob("*.txt"), ROOT / "frontend" / "package-lock.json"]
    assert len(locks) >= 5
    for lock in locks:
        text = lock.read_text()
        assert not re.search(r"index-url|find-links|\"resolved\"", text), lock
        if lock.suffix == ".txt":
            assert "://" not in text, lock
            assert text.count("--hash=sha256:") > text.count("=="), lock


PURE = [
    f"participatie.{path.relative_to(PACKAGE).with_suffix('').as_posix().replace('/', '.')}"
    for path in MODULES
    if path.name == "rules.py"
    or (path.parent.name == "rules" and path.name != "__init__.py")
    or _place(path) in {"core/states.py", "core/errors.py", "core/money.py"}
    or (_place(path).startswith("votes/counting/") and path.name not in {"__init__.py", "cli.py"})
]


@pytest.mark.parametrize("module", PURE)
def test_a_rule_is_imported_without_the_libraries_of_the_edges(module):
    heavy = {"flask", "sqlalchemy", "celery", "wtforms", "bleach"}
    script = f"import sys, json, {module}; print(json.dumps(sorted(sys.modules)))"
    loaded = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert heavy.isdisjoint(json.loads(loaded.stdout))
