"""What a process said before its text was kept apart from its HTML."""

from __future__ import annotations

import pytest

from participatie.app import create_app
from participatie.core import migrations
from tests.database import Cluster, dispose

pytestmark = pytest.mark.database

OLD = """
INSERT INTO process (slug, title, summary, html, level,
    contact_name, contact_email, contact_phone, published_at)
VALUES ('plein', 'Plein', 'Wat komt er?',
    E'<p>Café &amp; plein<br>met &lt;gras&gt;</p>\\n<ul><li>bomen</li><li>banken</li></ul>',
    'advise', 'Karin', 'karin@waterlanden.example', '14 0299', now())
"""


def test_a_process_made_before_gets_its_text_as_it_was_typed(cluster: Cluster):
    with cluster.copy("older_process") as name:
        app = create_app(cluster.config(name, role="owner"))
        with app.app_context():
            migrations.downgrade("0012")
            cluster.server.psql(OLD, name)
            migrations.upgrade()
        dispose(app)
        text = cluster.server.psql("SELECT text FROM process", name)
    assert text.strip() == "Café & plein\nmet <gras>\n\n- bomen\n- banken"
