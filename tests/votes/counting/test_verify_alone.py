"""The stand-alone recount stands alone: it is short, and reads nothing of the program."""

import ast
import sys
from pathlib import Path

from participatie.votes import verify_count


def imported_by(path: str) -> set[str]:
    """The top names of the modules that a file imports."""
    text = Path(path).read_text()
    assert "__import__" not in text
    assert "importlib" not in text
    return {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module]
        )
        if name
    }


def test_the_recount_is_short_and_imports_the_standard_library_only() -> None:
    assert len(Path(verify_count.__file__).read_text().splitlines()) <= 300
    assert imported_by(verify_count.__file__) <= sys.stdlib_module_names
