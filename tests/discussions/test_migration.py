"""Where a thread begins, for comments that were there before it was kept."""

import pytest

from participatie.app import create_app
from participatie.core import migrations
from tests.database import Cluster, dispose

pytestmark = pytest.mark.database

OLD = """
INSERT INTO process (id, slug, title, summary, text, html, level,
    contact_name, contact_email, contact_phone, published_at)
VALUES (1, 'plein', 'Plein', 'Wat komt er?', 'Denk mee.', '<p>Denk mee.</p>', 'advise',
    'Karin', 'karin@waterlanden.example', '14 0299', now());
INSERT INTO contribution (id, kind, state, process_id, author_name, language, title, summary,
    created_at, published_at)
SELECT number, CASE WHEN number = 1 THEN 'proposal' ELSE 'comment' END, 'published', 1, 'Jan', 'nl',
    'Een bankje', '', now(), now()
FROM generate_series(1, 5) AS number;
INSERT INTO proposal (id, text, html, support_count) VALUES (1, 'Ja', '<p>Ja</p>', 0);
INSERT INTO comment (id, subject_id, parent_id, text, html, is_official) VALUES
    (2, 1, NULL, 'Goed', '<p>Goed</p>', false),
    (3, 1, 2, 'Ja', '<p>Ja</p>', false),
    (4, 1, 3, 'Zeker', '<p>Zeker</p>', false),
    (5, 1, NULL, 'Nee', '<p>Nee</p>', false);
"""


def test_an_answer_made_before_knows_where_its_thread_begins(cluster: Cluster):
    with cluster.copy("older_comments") as name:
        app = create_app(cluster.config(name, role="owner"))
        with app.app_context():
            migrations.downgrade("0023")
            cluster.server.psql(OLD, name)
            migrations.upgrade()
        dispose(app)
        rows = cluster.server.psql("SELECT id, root_id FROM comment ORDER BY id", name)
    assert rows.split() == ["2|", "3|2", "4|2", "5|"]
