"""A citizen service number is used once, at log-in, and is found nowhere afterwards.

This file comes last, so that what all other files did is looked at as well.
"""

from __future__ import annotations

import subprocess
from base64 import b64encode
from pathlib import Path

from participatie.identity.providers.stub import PEOPLE
from participatie.run.postgres import Postgres
from tests.e2e.acts import HAVENPLEIN, fill_in
from tests.e2e.conftest import OpenContext
from tests.e2e.site import Site

NUMBERS = sorted(person.bsn for person in PEOPLE.values())


def _written(number: str) -> tuple[str, ...]:
    """A number as text, as hexadecimal digits, and in base64."""
    raw = number.encode()
    return number, raw.hex(), b64encode(raw).decode()


def _found_in(text: str) -> list[str]:
    return [form for number in NUMBERS for form in _written(number) if form in text]


def _dump(site: Site) -> str:
    """The whole database as text, the tables of the queue too."""
    server = Postgres(site.data_dir)
    done = subprocess.run(
        [server.program("pg_dump"), "-h", server.socket_dir, "-U", "postgres", "participatie"],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def _files(site: Site) -> list[Path]:
    return [path for path in site.directory.rglob("*") if path.is_file()]


def test_no_number_stays_behind(open_context: OpenContext, site: Site) -> None:
    for person in ("annie", "mira", "nico"):
        open_context(person=person)
    assert len(NUMBERS) == 21

    dump = _dump(site)
    for there in ("Annie de Vries", "demo_mail", "kombu_message", "login_session", "v1$"):
        assert there in dump, "the dump is not whole"
    assert _found_in(dump) == []

    Postgres(site.data_dir).psql("CHECKPOINT")
    names = [path.name for path in _files(site)]
    assert {"log", "PG_VERSION", "pseudonyms.key"} <= set(names), "the files are not there"
    for path in _files(site):
        assert _found_in(path.read_bytes().decode("latin-1")) == [], path


def test_a_number_that_somebody_types_is_found(open_context: OpenContext, site: Site) -> None:
    """So the test above can fail."""
    page = open_context(person="hanna").new_page()
    page.goto(f"{HAVENPLEIN}/nieuw")
    fill_in(page, "Een voorstel met een nummer", text=f"Mijn nummer is {NUMBERS[0]}, bel mij.")
    assert _found_in(_dump(site)) == [NUMBERS[0]]
    page.get_by_role("link", name="Wijzig Uitleg").click()
    page.get_by_role("button", name="Gooi deze kladversie weg").click()
    assert _found_in(_dump(site)) == []
