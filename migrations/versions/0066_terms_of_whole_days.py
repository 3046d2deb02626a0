"""A term of an initiative lasts until its last day is over in the Netherlands.

Terms ended at the time of the day at which they began. The way back leaves them as they are.
"""

from alembic import op

revision = "0066"
down_revision = "0065"

END_OF_THE_DAY = """
UPDATE initiative SET due_at = (
    date_trunc('day', due_at AT TIME ZONE 'Europe/Amsterdam' - interval '1 microsecond')
    + interval '1 day'
) AT TIME ZONE 'Europe/Amsterdam'
WHERE due_at IS NOT NULL
"""


def upgrade() -> None:
    op.execute(END_OF_THE_DAY)


def downgrade() -> None:
    pass
