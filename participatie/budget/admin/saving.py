"""What the forms of the griffie share: try, commit, and answer."""

from collections.abc import Callable

from flask import request

from participatie.core.db import db
from participatie.core.forms import Form, tried


def kept(form: Form, act: Callable[[], object]) -> bool:
    """Whether it was done, and committed; else the form says why not."""
    done = tried(form, lambda: (act(), True)) is not None
    db.session.commit()
    return done


def status(form: Form) -> int:
    """What a page with this form answers."""
    return 422 if request.method == "POST" and form.errors else 200
