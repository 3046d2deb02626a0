"""The database in a file and back."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from participatie.config import Config
from participatie.run.backup import backup, restore
from participatie.run.claim import data_lock
from participatie.run.database import database
from participatie.run.errors import RunError
from participatie.run.postgres import Role

SAID = "één idee voor café Özgür 🌳"


def config_for(data_dir: Path) -> Config:
    return Config.from_env({"APP_ENV": "test", "DATA_DIR": str(data_dir)})


@contextmanager
def connected(config: Config, role: Role) -> Iterator[psycopg.Connection]:
    with (
        database(config, role=role, migrate=None) as ours,
        psycopg.connect(str(ours.database_url).replace("+psycopg", "")) as connection,
    ):
        yield connection


@pytest.fixture
def site(data_dir: Path) -> Config:
    """A data directory with a table of which the daily work may read only."""
    config = config_for(data_dir / "site")
    with connected(config, Role.OWNER) as made:
        made.execute("CREATE TABLE idea (words text)")
        made.execute("GRANT SELECT ON idea TO web")
        made.execute("INSERT INTO idea VALUES (%s)", (SAID,))
    return config


def test_a_backup_brings_the_site_back_to_the_letter_in_an_empty_directory(
    site: Config, data_dir: Path
) -> None:
    file, back = data_dir / "kept.dump", config_for(data_dir / "back")
    backup(site, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    restore(back, file)
    with connected(back, Role.WEB) as daily:
        assert daily.execute("SELECT words FROM idea").fetchone() == (SAID,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            daily.execute("DELETE FROM idea")
    with pytest.raises(RunError, match="holds a site already"):
        restore(back, file)


def test_a_backup_is_made_while_the_system_runs_and_not_restored_over_it(
    site: Config, data_dir: Path
) -> None:
    file = data_dir / "kept.dump"
    with connected(site, Role.OWNER):
        backup(site, file)
        with pytest.raises(RunError, match="already runs"):
            restore(site, file)
    assert file.stat().st_size > 0


def test_a_backup_never_takes_the_place_of_another(site: Config, data_dir: Path) -> None:
    file = data_dir / "kept.dump"
    file.write_text("that of yesterday")
    with pytest.raises(RunError, match="is there already"):
        backup(site, file)
    assert file.read_text() == "that of yesterday"


def test_what_is_no_backup_leaves_the_directory_as_it_was(data_dir: Path) -> None:
    file, back = data_dir / "letter.txt", config_for(data_dir / "back")
    file.write_text("Geachte heer")
    with pytest.raises(RunError, match="pg_restore refused"):
        restore(back, file)
    assert list(back.data_dir.glob("pg*")) == []
    assert data_lock(back.data_dir).take()


def test_a_place_that_cannot_be_written_is_said_in_a_sentence(site: Config) -> None:
    with pytest.raises(RunError, match="cannot be written"):
        backup(site, Path("/proc/kept.dump"))
    assert not Path("/proc/kept.dump").exists()


def test_a_database_of_somebody_else_is_left_to_its_own_tools(site: Config, data_dir: Path) -> None:
    theirs = replace(site, database_url="postgresql+psycopg://owner@host/participatie")
    for act in (backup, restore):
        with pytest.raises(RunError, match="DATABASE_URL is set"):
            act(theirs, data_dir / "kept.dump")
