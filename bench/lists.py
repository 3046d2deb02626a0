"""Lists, search, the page of a proposal and support, as the data grows. Prints figures, tests
nothing.

The same acts with 100, 1,000 and 10,000 proposals, each with ten comments and some twenty
supports. Each address is new, so no cache answers, save where a row says so. Whatever else the
machine does can make a figure worse and never better: each is the best of some rounds, and for the
search each question counts with the fastest of its answers.
"""

from __future__ import annotations

import http.client
import random
import secrets
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import insert, select

from bench import many
from bench.report import Report
from bench.running import application, processes, spent, web, work
from participatie.core.db import db
from participatie.identity.models import Account, LoginSession
from participatie.identity.sessions import ServerSessions, hashed
from participatie.identity.views import session_contents
from participatie.run.postgres import Role, database_url
from tests.e2e.site import Site, running_site

LIST = f"/trajecten/{many.SLUG}/voorstellen"
SIZES = (100, 1_000, 10_000)
ROUNDS = 3
PAGE_ROUNDS = 15
ASKED = 60
SEARCHES = 200
SUGGESTIONS = 20
SECONDS = 3
CONNECTIONS = 8

SCRIPT = """
function init(args)
  lines = {}
  for line in io.lines("REQUESTS") do table.insert(lines, line) end
  at = 0
end
function request()
  at = at + 1
  local cookie, proposal, body = lines[(at - 1) % #lines + 1]:match("^(%S+) (%S+) (%S+)$")
  return wrk.format("POST", "/voorstellen/" .. proposal .. "/steun",
    {["Cookie"] = "session=" .. cookie, ["Content-Type"] = "application/x-www-form-urlencoded"},
    body)
end
"""


def main() -> None:
    """Fill the demo three times, and read the meters each time."""
    report = Report(f"lists; load of the machine {psutil.getloadavg()[0]:.1f} at the start")
    secret = secrets.token_urlsafe(32)
    with tempfile.TemporaryDirectory(prefix="participatie-bench-") as folder:
        Path(folder).chmod(0o755)
        with running_site(DATA_DIR=str(Path(folder) / "data"), SECRET_KEY=secret) as site:
            there = 0
            for size in SIZES:
                with _database(site) as connection:
                    many.fill(connection, size - there)
                there = size
                _measure(report, site, size, secret)
    report.show()


def _measure(report: Report, site: Site, size: int, secret: str) -> None:
    took, best = work(), min(work() for _ in range(20))
    answering, everything = web(site), processes(site)
    fetch = _reader(site)
    quiet, few, much = _subjects(site)
    for what, path, asked in (
        ("list", LIST, "≤ 4"),
        ("list, most supported first", f"{LIST}?volgorde=steun", "≤ 4"),
        ("proposal without comments", f"/voorstellen/{quiet}", "≤ 3.5"),
        ("proposal with 20 comments", f"/voorstellen/{few}", "≤ 3.5"),
        ("proposal with 500 comments", f"/voorstellen/{much}", "≤ 25"),
    ):
        report.row(f"{size:>6,}  {what}", _cpu(answering, fetch, path), "ms CPU", asked)
    report.row(
        f"{size:>6,}  list, not changed (304)", _unchanged(answering, site), "ms CPU", "≤ 0.6"
    )
    report.row(f"{size:>6,}  list from cache", _rate(site, LIST), "pages/s", "≥ 1,500")
    report.row(f"{size:>6,}  search, 99 of 100", _search(_reader(site)), "ms", "≤ 60")
    lines = _ready(site, secret)
    report.row(f"{size:>6,}  suggestion", _suggestion(site, answering, lines[0]), "ms CPU", "≤ 50")
    rate, cpu = _support(site, everything, lines)
    report.row(f"{size:>6,}  support", rate, "/s", "≥ 300")
    report.row(f"{size:>6,}  support, all processes", cpu, "ms CPU", "≤ 4")
    report.row(f"{size:>6,}  fixed work, against its best", took / best, "times", "1: quiet")


@contextmanager
def _database(site: Site) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    url = database_url(site.data_dir, Role.OWNER).replace("+psycopg", "")
    with psycopg.connect(url) as connection:
        yield connection


def _reader(site: Site) -> Callable[[str], float]:
    """Asks over one connection that stays open; gives the milliseconds until the answer."""
    connection = http.client.HTTPConnection(site.address.removeprefix("http://"), timeout=60)

    def fetch(path: str) -> float:
        start = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, (path, answer.status)
        return (time.perf_counter() - start) * 1000

    return fetch


def _new(path: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}n={secrets.token_hex(6)}"


def _cpu(of: list[psutil.Process], fetch: Callable[[str], float], path: str) -> float:
    for _ in range(20):
        fetch(_new(path))
    return min(_round(of, lambda: fetch(_new(path)), ASKED) for _ in range(PAGE_ROUNDS))


def _round(of: list[psutil.Process], act: Callable[[], object], times: int) -> float:
    """The milliseconds of CPU that one act costs these processes."""
    before = spent(of)
    for _ in range(times):
        act()
    return (spent(of) - before) / times * 1000


def _suggestion(site: Site, of: list[psutil.Process], line: str) -> float:
    """What it costs to find the proposals that resemble a title, while it is typed."""
    connection = http.client.HTTPConnection(site.address.removeprefix("http://"), timeout=60)
    lot, cookie = random.Random(3), {"Cookie": f"session={line.split(maxsplit=1)[0]}"}

    def suggest() -> None:
        title = quote(" ".join(lot.choices(many.LEXICON, k=5)))
        connection.request("GET", f"{LIST}/lijkt-op?titel={title}", headers=cookie)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status

    for _ in range(10):
        suggest()
    return min(_round(of, suggest, SUGGESTIONS) for _ in range(ROUNDS))


def _unchanged(of: list[psutil.Process], site: Site) -> float:
    connection = http.client.HTTPConnection(site.address.removeprefix("http://"), timeout=60)
    connection.request("GET", LIST)
    answer = connection.getresponse()
    answer.read()
    known = {"If-None-Match": answer.headers["ETag"]}

    def ask() -> None:
        connection.request("GET", LIST, headers=known)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 304

    return min(_round(of, ask, 10 * ASKED) for _ in range(ROUNDS))


def _search(fetch: Callable[[str], float]) -> float:
    lot = random.Random(1)
    typed = [
        " ".join(lot.choices(many.LEXICON, k=lot.choice((1, 1, 2, 3))))[: lot.choice((5, 9, 40))]
        for _ in range(SEARCHES)
    ]
    took = sorted(
        min(fetch(_new(f"{LIST}?zoek={quote(words)}")) for _ in range(ROUNDS)) for words in typed
    )
    return took[int(len(took) * 0.99)]


def _rate(site: Site, path: str) -> float:
    return max(_wrk("-c16", site.address + path)[0] for _ in range(ROUNDS))


def _wrk(*words: str) -> tuple[float, int]:
    """Answers a second, and how many."""
    said = subprocess.run(
        ["wrk", "-t1", f"-d{SECONDS}s", *words], capture_output=True, text=True, check=True
    ).stdout
    assert "Non-2xx" not in said, said
    lines = {line.split(":")[0].strip(): line for line in said.splitlines()}
    total = next(int(line.split()[0]) for line in said.splitlines() if " requests in " in line)
    return float(lines["Requests/sec"].split()[1]), total


def _subjects(site: Site) -> tuple[int, int, int]:
    """Proposals with no, 20 and 500 comments; the comments of the last two are made here."""
    with _database(site) as connection:
        rows = connection.execute(many.SUBJECTS, {"slug": many.SLUG}).fetchall()
        quiet, few, much = (int(str(row[0])) for row in rows)
        connection.execute(many.SILENCE, {"subject": quiet})
        for subject, number in ((few, 20), (much, 500)):
            connection.execute(many.SILENCE, {"subject": subject})
            connection.execute(many.TALK, {"subject": subject, "number": number})
        connection.commit()
    return quiet, few, much


def _support(site: Site, everything: list[psutil.Process], lines: list[str]) -> tuple[float, float]:
    """Supports a second, and the CPU of one over all processes, the database too."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "requests").write_text("\n".join(lines) + "\n")
        script = Path(folder) / "support.lua"
        script.write_text(SCRIPT.replace("REQUESTS", str(Path(folder) / "requests")))
        before = spent(everything)
        rate, total = _wrk(f"-c{CONNECTIONS}", "-s", str(script), site.address)
    return rate, (spent(everything) - before) / total * 1000


def _ready(site: Site, secret: str) -> list[str]:
    """A cookie, a proposal and a form for each support that is to come, in a drawn order."""
    app = application(site, secret)
    sessions = app.session_interface
    assert isinstance(sessions, ServerSessions)
    signer = URLSafeTimedSerializer(secret, salt="wtf-csrf-token")
    moment, lot, lines, stored = datetime.now(UTC), random.Random(2), [], []
    with app.app_context():
        crowd = db.session.scalars(
            select(Account).where(Account.pseudonym.like("v1$0000%")).limit(many.CROWD)
        ).all()
        proposals = [row[0] for row in db.session.execute(many.PUBLISHED, {"slug": many.SLUG})]
        for account in crowd:
            number, raw = secrets.token_urlsafe(32), secrets.token_hex(20)
            stored.append(
                {
                    "id_hash": hashed(number),
                    "account_id": account.id,
                    "sealed": sessions.seal({**session_contents(account), "csrf_token": raw}),
                    "created_at": moment,
                    "seen_at": moment,
                    "expires_at": moment + timedelta(hours=1),
                }
            )
            lines += [
                f"{number} {proposal} csrf_token={signer.dumps(raw)}"
                for proposal in lot.sample(proposals, 5)
            ]
        db.session.execute(insert(LoginSession), stored)
        db.session.commit()
        db.engine.dispose()
    lot.shuffle(lines)
    return lines


if __name__ == "__main__":
    main()
