"""PDF files: asked here, set by a process that ends when its file is made (`typesetter.py`)."""

import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from participatie.core.errors import N_, Unavailable

LONGEST = 120  # seconds that one file may take

log = logging.getLogger(__name__)


def pdf(template: str, facts: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """The PDF that a template makes of these facts; the same facts give the same bytes.

    `template` is a path below the package. Every template takes `title`, `language` and
    `municipality`. Raises `Unavailable` when no PDF can be made here.
    """
    return _set(_asked(template, facts, made_at), template)


def public_pdf(template: str, facts: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """As `pdf`, for what everybody may see: the last few stay, and who asks again waits not."""
    return _kept(_asked(template, facts, made_at), template)


def _asked(template: str, facts: Mapping[str, Any], made_at: datetime) -> str:
    asked = {"template": template, "facts": dict(facts), "made_at": int(made_at.timestamp())}
    return json.dumps(asked)


def _set(asked: str, template: str) -> bytes:
    command = [sys.executable, "-m", "participatie.theming.typesetter"]
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command,
            input=asked.encode(),
            capture_output=True,
            check=False,
            timeout=LONGEST,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        log.warning("no PDF of %s: %s", template, type(error).__name__)
        raise _cannot() from None
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines()
        log.warning("no PDF of %s: %s", template, reason[-1] if reason else done.returncode)
        raise _cannot()
    return done.stdout


_kept = lru_cache(maxsize=8)(_set)


def _cannot() -> Unavailable:
    return Unavailable(N_("The PDF cannot be made now. Use the page itself: you can print it."))
