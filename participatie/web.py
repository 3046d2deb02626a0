"""The site for gunicorn: `gunicorn --config python:participatie.web`.

The application is made here, once, with the templates of the first page, and the processes that
answer are forked from it: they share its memory, and one that died is back at once. Nothing is
open by then that they might share by accident: connections come when they are first needed.
"""

import gc

from participatie.app import create_app
from participatie.core import clock
from participatie.core.db import db
from participatie.core.patience import ON_PAGES
from participatie.run.turn import wait_for_turn

AT_FIRST = ("bare.html", "base.html", "frame.html", "macros/", "pages/home.html")

clock.follow()
app = create_app(patience=ON_PAGES)
for template in app.jinja_env.list_templates():
    if template.startswith(AT_FIRST):
        app.jinja_env.get_template(template)
gc.collect()
gc.freeze()  # so that collecting garbage later does not copy what they share
wait_for_turn()

wsgi_app = "participatie.web:app"


def post_fork(_server: object, _worker: object) -> None:
    """A new process begins without any connection of the one it came from."""
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose(close=False)
