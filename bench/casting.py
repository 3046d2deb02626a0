"""Casting over HTTP: session and token ready, one POST a vote. Prints figures, tests nothing.

    python -m bench.casting [port]

Accounts, sessions and press numbers are made in the database; the application has no back door.
The database is a durable one of its own, the site the one of `participatie run`.
"""

from __future__ import annotations

import http.client
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import psutil
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, insert, select, text

from bench.report import Report
from participatie.app import create_app
from participatie.config import Config, Environment
from participatie.core import migrations
from participatie.core.db import db
from participatie.identity.current import VOTE_PSEUDONYM
from participatie.identity.models import Account, LoginSession
from participatie.identity.rules import Assurance, Role
from participatie.identity.sessions import ServerSessions, hashed
from participatie.identity.views import session_contents
from participatie.run.postgres import Postgres
from participatie.run.programs import environment, keepers, services
from participatie.run.site import listen
from participatie.votes.models.ballots import Ballot
from participatie.votes.models.drafts import VoteDraft
from participatie.votes.models.rounds import Roll
from participatie.votes.rules.rounds import GREEDY
from tests import factories
from tests.factories import (
    BudgetFactory,
    OptionFactory,
    ProjectFactory,
    RoundFactory,
    question_of,
)
from tests.votes.checked import checked_draft

VOTERS = 6000
PLANS = 58
SECONDS = 10
CONNECTIONS = 16
PACE = 50  # casts a second, far below what the site can take
PORT = 8241

SCRIPT = """
local count = 0
function setup(thread)
  thread:set("first", count)
  count = count + 1
end
function init(args)
  lines = {}
  for line in io.lines("REQUESTS") do table.insert(lines, line) end
  at = first
end
function request()
  local line = lines[at % #lines + 1]
  at = at + 2
  local cookie, body = line:match("^(%S+) (%S+)$")
  return wrk.format("POST", "PATH", {["Cookie"] = "session=" .. cookie,
    ["Content-Type"] = "application/x-www-form-urlencoded"}, body)
end
"""


def main() -> None:
    """Make the voters, drive the site, read the meters."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else PORT
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="participatie-")))
        folder.chmod(0o755)
        postgres = Postgres(folder / "data")
        postgres.prepare()
        server = postgres.start()
        stack.callback(postgres.stop)
        postgres.wait_ready()
        postgres.create_roles()
        config = Config(
            environment=Environment.DEMO,
            data_dir=folder / "data",
            base_url=f"http://127.0.0.1:{port}",
            secret_key=secrets.token_urlsafe(32),
            port=port,
            database_url=postgres.url("owner"),
        )
        _prepare(config, folder)
        config = replace(config, database_url=postgres.url("web"))
        sealer, web = _keep(config, stack), _serve(config, stack)
        _wait_until_it_answers(port)
        paced = _pace(folder, config)
        _drive(folder, config, paced, web=web.pid, sealer=sealer.pid, database=server.pid)


def _prepare(config: Config, folder: Path) -> None:
    """A budget that is open, and a file with a cookie and a form for each voter."""
    app = create_app(config)
    with app.app_context():
        migrations.upgrade()
        factories.bind(db.session, app.extensions["vote_keys"])
        vote_round = RoundFactory(counting=GREEDY, budget=300_000_00)
        budget = BudgetFactory(round=vote_round)
        for number in range(PLANS):
            option = OptionFactory(round_id=vote_round.id, code=f"{37800 + number}", cost=20_000_00)
            ProjectFactory(
                budget_id=budget.id, process=budget.process, option_id=option.id, title=option.title
            )
        vote_round.rules_hash = "0" * 64  # fixed, as those of every round that opened
        lines = _voters(app, int(vote_round.id))
        (folder / "requests").write_text("\n".join(lines) + "\n")
        script = SCRIPT.replace("REQUESTS", str(folder / "requests"))
        path = f"/begrotingen/{budget.id}/stem"
        (folder / "cast.lua").write_text(script.replace("PATH", path))
        db.session.execute(text("ANALYZE"))
        db.session.commit()
        db.engine.dispose()


def _voters(app: Flask, round_id: int) -> list[str]:
    """Logged in, with five plans on the list, at the last step."""
    sessions = app.session_interface
    assert isinstance(sessions, ServerSessions)
    signer = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token")
    moment = datetime.now(UTC)
    row = {
        "roles": [Role.RESIDENT],
        "assurance": Assurance.MIDDEN,
        "created_at": moment,
        "language": "nl",
        "is_test": True,
    }
    rows = [{"pseudonym": f"v1${n:064x}", **row} for n in range(VOTERS)]
    db.session.execute(insert(Account), rows)
    question, keys = question_of(round_id).code, app.extensions["vote_keys"]
    lines, stored, ready = [], [], []
    for account in db.session.scalars(select(Account)):
        number, raw, press = secrets.token_urlsafe(32), secrets.token_hex(20), uuid4()
        codes = [f"{37800 + (account.id + step) % PLANS}" for step in range(5)]
        contents = {
            **session_contents(account),
            VOTE_PSEUDONYM: f"v1${account.id:064x}",
            "csrf_token": raw,
        }
        ready.append(
            checked_draft(account.id, round_id, question, codes, press=press, keys=keys, now=moment)
        )
        stored.append(
            {
                "id_hash": hashed(number),
                "account_id": account.id,
                "sealed": sessions.seal(contents),
                "created_at": moment,
                "seen_at": moment,
                "expires_at": moment + timedelta(hours=1),
            }
        )
        form = urlencode({"csrf_token": signer.dumps(raw), "press": str(press)})
        lines.append(f"{number} {form}")
    db.session.execute(insert(LoginSession), stored)
    db.session.execute(insert(VoteDraft), ready)
    db.session.commit()
    return lines


def _keep(config: Config, stack: ExitStack) -> subprocess.Popen[bytes]:
    """The sealer as `participatie run` starts it."""
    (keeper,) = keepers(config)
    sealer = subprocess.Popen([*keeper.argv], stderr=subprocess.DEVNULL)
    stack.callback(sealer.wait)
    stack.callback(sealer.terminate)
    return sealer


def _serve(config: Config, stack: ExitStack) -> subprocess.Popen[bytes]:
    """The web processes as `participatie run` starts them."""
    listener = stack.enter_context(listen(config.port))
    service = next(s for s in services(config, listener.fileno()) if s.name == "web")
    assert config.database_url
    web = subprocess.Popen(
        [*service.argv],
        env={**environment(config, config.database_url), "SECRET_KEY": config.secret_key},
        pass_fds=(listener.fileno(),),
        stderr=subprocess.DEVNULL,
    )
    stack.callback(web.wait)
    stack.callback(os.kill, web.pid, signal.SIGTERM)
    return web


def _wait_until_it_answers(port: int) -> None:
    for _ in range(100):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/begrotingen")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise SystemExit("the site does not answer")


def _pace(folder: Path, config: Config) -> int:
    """Cast at an even pace, the last of the voters, and report how long each waits; how many.

    Counted from when a cast was due: a site that falls behind is not spared.
    """
    lines = (folder / "requests").read_text().split("\n")[-PACE * SECONDS - 1 : -1]
    path = re.search(r'"(/begrotingen/\d+/stem)"', (folder / "cast.lua").read_text())
    assert path
    begin = time.monotonic() + 1

    def one(number: int) -> float:
        due = begin + number / PACE
        time.sleep(max(0.0, due - time.monotonic()))
        cookie, body = lines[number].split(" ", 1)
        headers = {
            "Cookie": f"session={cookie}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection = http.client.HTTPConnection("127.0.0.1", config.port, timeout=30)
        connection.request("POST", path[1], body, headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        assert answer.status == 303, answer.status
        return time.monotonic() - due

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        waits = sorted(pool.map(one, range(len(lines))))
    report = Report(f"casting at {PACE}/s ({len(waits)} ballots)")
    report.row("half of them within", 1000 * waits[len(waits) // 2], "ms", "-")
    report.row("99 of 100 within", 1000 * waits[len(waits) * 99 // 100], "ms", "≤ 100")
    report.show()
    return len(waits)


def _drive(
    folder: Path, config: Config, paced: int, *, web: int, sealer: int, database: int
) -> None:
    before = _cpu(web), _cpu(sealer), _cpu(database)
    said = subprocess.run(
        [
            *("wrk", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency"),
            *("-s", str(folder / "cast.lua"), config.base_url),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    time.sleep(1)  # what was under way is finished
    after = _cpu(web), _cpu(sealer), _cpu(database)
    app = create_app(config)
    with app.app_context():
        ballots = db.session.scalars(select(func.count()).select_from(Ballot)).one() - paced
        voters = db.session.scalars(select(func.count()).select_from(Roll)).one() - paced
        db.engine.dispose()
    assert "Non-2xx" not in said, said
    assert "Socket errors" not in said, said
    asked = int(_found(r"(\d+) requests in", said))
    assert ballots == voters, (ballots, voters)
    assert asked <= ballots <= asked + CONNECTIONS or ballots == VOTERS - paced, (asked, ballots)
    spent = [late - early for late, early in zip(after, before, strict=True)]
    report = Report(f"casting ({ballots} ballots of {PLANS} plans in {SECONDS} s)")
    report.row("casts", float(_found(r"Requests/sec:\s+([\d.]+)", said)), "/s", "≥ 150")
    report.row("half of them within", _milliseconds("50%", said), "ms", "-")
    report.row("99 of 100 within", _milliseconds("99%", said), "ms", "≤ 250")
    report.row("CPU of all processes", 1000 * sum(spent) / ballots, "ms a cast", "≤ 7")
    for name, seconds in zip(("the web processes", "the sealer", "PostgreSQL"), spent, strict=True):
        report.row(f"  of {name}", 1000 * seconds / ballots, "ms a cast", "-")
    report.show()


def _cpu(pid: int) -> float:
    """Seconds of CPU that a process and all below it have used, ended children too."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    own = sum(sum(process.cpu_times()[:2]) for process in family)
    return own + sum(psutil.Process(pid).cpu_times()[2:4])


def _milliseconds(share: str, said: str) -> float:
    number, unit = re.findall(rf"{share}\s+([\d.]+)(us|ms|s)", said)[0]
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def _found(pattern: str, said: str) -> str:
    match = re.search(pattern, said)
    assert match, said
    return match[1]


if __name__ == "__main__":
    main()
