"""The terms of initiatives that were filed when a term still ended in the middle of a day."""

from __future__ import annotations

import pytest

from participatie.app import create_app
from participatie.core import migrations
from tests.database import Cluster, dispose

pytestmark = pytest.mark.database

OLD = """
INSERT INTO process (id, slug, title, summary, text, html, level,
    contact_name, contact_email, contact_phone, published_at)
VALUES (1, 'plein', 'Plein', 'Wat komt er?', '', '', 'advise', 'Karin', '', '', now());
INSERT INTO contribution (id, kind, state, process_id, author_name, language, title, summary,
    created_at, published_at)
SELECT n, 'proposal', 'published', 1, 'Een inwoner', 'nl', 'Boom', 'Een boom', now(), now()
FROM generate_series(1, 4) n;
INSERT INTO proposal (id, text, html, support_count) SELECT n, '', '', 0
FROM generate_series(1, 4) n;
INSERT INTO initiative (proposal_id, year, number, stop, due_at) VALUES
    (1, 2027, 1, 'test', '2027-03-22 11:22+01'), (2, 2027, 2, 'support', '2027-05-25 00:00+02'),
    (3, 2027, 3, 'support', '2027-05-24 23:59:30+02'), (4, 2027, 4, 'decided', NULL);
"""
ENDS = """
SELECT due_at AT TIME ZONE 'Europe/Amsterdam' FROM initiative ORDER BY proposal_id
"""


def test_a_term_that_ended_in_the_middle_of_a_day_lasts_until_that_day_is_over(cluster: Cluster):
    with cluster.copy("older_initiatives") as name:
        app = create_app(cluster.config(name, role="owner"))
        with app.app_context():
            migrations.downgrade("0065")
            cluster.server.psql(OLD, name)
            migrations.upgrade()
        dispose(app)
        ends = cluster.server.psql(ENDS, name).splitlines()
    night = "2027-05-25 00:00:00"
    assert ends == ["2027-03-23 00:00:00", night, night, ""]
