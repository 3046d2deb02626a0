"""`python -m participatie.theming.styleguide OUT_DIR` writes the style guide."""

import sys
from pathlib import Path

from participatie.theming.styleguide.rendering import write

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m participatie.theming.styleguide OUT_DIR")
    for page in write(Path(sys.argv[1])):
        print(page)
