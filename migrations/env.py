"""Runs migrations inside the application, one starter at a time."""

from alembic import context
from flask import current_app
from sqlalchemy import text

LOCK = 0x6D696772617465  # «migrate»

database = current_app.extensions["migrate"].db


def run() -> None:
    with database.engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        connection.commit()
        try:
            context.configure(
                connection=connection,
                target_metadata=database.metadatas[None],
                transaction_per_migration=True,
                compare_type=True,
                compare_server_default=True,
            )
            with context.begin_transaction():
                context.run_migrations()
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
            connection.commit()


run()
