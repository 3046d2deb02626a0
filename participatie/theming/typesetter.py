"""Sets one PDF and ends: the one module that loads the library of PDF files.

It runs as a process of its own: what to set comes in as JSON, the PDF goes out, nothing touches a
disk, and the memory that it took is given back.
"""

import json
import sys
from pathlib import Path
from typing import Literal

import typst

PDF = Path(__file__).parent / "pdf"
ROOT = PDF.parent.parent
ACCESSIBLE: Literal["ua-1"] = "ua-1"
"""PDF/UA-1: tagged, with a language and a title; a picture without words is refused."""


def main() -> None:
    """Read the template's path and its facts, write the PDF."""
    asked = json.load(sys.stdin.buffer)
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[PDF / "fonts"])
    facts = {"facts": json.dumps(asked["facts"])}
    made = typst.compile(
        ROOT / asked["template"],
        root=ROOT,
        font_paths=fonts,
        sys_inputs=facts,
        pdf_standards=[ACCESSIBLE],
        timestamp=asked["made_at"],
    )
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
