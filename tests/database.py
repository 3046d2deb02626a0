"""One PostgreSQL for a test run: a template made by the migrations, and copies of it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from kombu.transport.sqlalchemy import Channel

from participatie.app import create_app
from participatie.config import Config, Environment
from participatie.core import migrations
from participatie.core.db import db
from participatie.run.postgres import Postgres

TEMPLATE = "template_of_tests"

MOVE_CLOSING = """
CREATE SCHEMA tests;
CREATE FUNCTION tests.move_closing(round bigint, moment timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE vote_round DISABLE TRIGGER keep_closing_time;
    UPDATE vote_round SET closes_at = moment, extended_from = CASE
        WHEN extended_from >= moment THEN moment - interval '1 minute' ELSE extended_from END
        WHERE id = round;
    ALTER TABLE vote_round ENABLE TRIGGER keep_closing_time;
END $$;
ALTER FUNCTION tests.move_closing OWNER TO owner;
GRANT USAGE ON SCHEMA tests TO owner, web;
"""
"""Time passes for one round, which the program cannot do: as the owner, in databases of tests."""


class Cluster:
    """The server of this run; other processes of the run reach it by its directory."""

    def __init__(self, directory: Path, server: Postgres) -> None:
        self.directory = directory
        self.server = server

    @classmethod
    def at(cls, directory: Path) -> Cluster:
        """The cluster that another process of this run has started."""
        return cls(directory, _server(directory))

    @classmethod
    def start(cls) -> Cluster:
        """A new server with the template in it."""
        directory = Path(tempfile.mkdtemp(prefix="participatie-"))
        directory.chmod(0o755)
        cluster = cls(directory, _server(directory / "data"))
        cluster.directory = directory / "data"
        cluster.server.prepare()
        cluster.server.start()
        cluster.server.wait_ready()
        cluster.server.create_roles()
        cluster.create(TEMPLATE, template="template0")
        app = create_app(cluster.config(TEMPLATE, role="owner"))
        with app.app_context():
            migrations.upgrade()
        dispose(app)
        cluster.server.psql(MOVE_CLOSING, TEMPLATE)
        return cluster

    def stop(self) -> None:
        """End the server and delete everything."""
        self.server.stop()
        shutil.rmtree(self.directory.parent)

    def create(self, name: str, *, template: str = TEMPLATE) -> None:
        """Make the database `name`, anew when it is there."""
        self.drop(name)
        copy = "" if template == "template0" else f" TEMPLATE {template}"
        self.server.psql(f'CREATE DATABASE "{name}" OWNER owner{copy}')

    def drop(self, name: str) -> None:
        """Delete the database `name` if it is there."""
        self.server.psql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @contextmanager
    def copy(self, name: str) -> Iterator[str]:
        """The name of a fresh database, for a test with real commits."""
        self.create(name)
        try:
            yield name
        finally:
            self.drop(name)

    def config(self, name: str, *, role: str = "web") -> Config:
        """The settings of an application on the database `name`."""
        return Config(
            environment=Environment.TEST,
            data_dir=self.directory / f"of-{name}",  # keys of one database are not those of another
            base_url="http://localhost",
            secret_key="a secret of the tests, long enough to pass",
            database_url=self.server.url(role, name),
        )


def dispose(app: Flask) -> None:
    """Close the connections of an application, and those of the queue."""
    with app.app_context():
        for each in db.engines.values():
            each.dispose()
    while Channel._engines:
        _, (engine, _) = Channel._engines.popitem()
        engine.dispose()


def _server(directory: Path) -> Postgres:
    chosen = os.environ.get("PARTICIPATIE_TEST_PG_BIN")
    return Postgres(
        directory,
        bin_dir=Path(chosen) if chosen else None,
        durable=False,
        settings={"max_connections": "200"},
    )
