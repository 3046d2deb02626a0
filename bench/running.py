"""A site that runs, as the benches look at it: its processes, what they spend, its application."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import psutil
from flask import Flask

from participatie.app import create_app
from participatie.config import Config
from participatie.run.postgres import Role, database_url
from tests.e2e.site import Site


def processes(site: Site) -> list[psutil.Process]:
    """All of them, the database too."""
    parent = psutil.Process(site.process.pid)
    return [parent, *parent.children(recursive=True)]


def web(site: Site) -> list[psutil.Process]:
    """Those that answer."""
    return [one for one in processes(site) if _is_gunicorn(one)]


def _is_gunicorn(process: psutil.Process) -> bool:
    """Whether it answers; one that has ended by now, as a connection of the database, does not."""
    try:
        return any("gunicorn" in word for word in process.cmdline())
    except psutil.NoSuchProcess:
        return False


def spent(of: Sequence[psutil.Process]) -> float:
    """The seconds of CPU that these took until now."""
    return sum(sum(one.cpu_times()[:2]) for one in of)


def work() -> float:
    """CPU seconds of work like that of a page: words put together."""
    start = time.process_time()
    "".join(f"<li>{number}</li>" for number in range(20_000))
    return time.process_time() - start


def application(site: Site, secret: str) -> Flask:
    """The application of a demo that runs, to make in its database what a bench needs."""
    settings = {
        "APP_ENV": "demo",
        "DATA_DIR": str(site.data_dir),
        "BASE_URL": site.address,
        "DATABASE_URL": database_url(site.data_dir, Role.OWNER),
    }
    return create_app(replace(Config.from_env(settings), secret_key=secret))
