"""`make migration NAME="two words"`: write the step from the database to the models."""

from __future__ import annotations

import sys

from participatie.app import create_app
from participatie.core import migrations
from tests.database import TEMPLATE, Cluster, dispose


def main(name: str) -> None:
    """Write the next numbered file; read it and mend it before it is committed."""
    number = len(list((migrations.DIRECTORY / "versions").glob("*.py"))) + 1
    cluster = Cluster.start()
    try:
        app = create_app(cluster.config(TEMPLATE, role="owner"))
        with app.app_context():
            migrations.write(name, number=number)
        dispose(app)
    finally:
        cluster.stop()


if __name__ == "__main__":
    if not sys.argv[1:] or not sys.argv[1]:
        sys.exit('Give it a name: make migration NAME="two words"')
    main(sys.argv[1])
