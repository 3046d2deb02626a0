"""The table of what runs: the steps before the site, and the services that stay."""

import os
import signal
import sys
import sysconfig
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from participatie.config import COUNT_SOCKET, Config, Environment, KeysWith
from participatie.run.data_dir import secret_key_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A command. `dies_by` is the signal it gets when the supervisor is killed, `patience` how many
    seconds it has to end after SIGTERM, `listens` whether it inherits the listening socket.

    What `loads_ahead` may be started early: it reads its code and waits for its turn.
    """

    name: str
    argv: Sequence[str]
    dies_by: signal.Signals = signal.SIGKILL
    patience: float = 10.0
    listens: bool = False
    loads_ahead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Work):
    """A command that must succeed before the services start; its database role is `owner`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Work):
    """A command that must live as long as the system; its database role is `web`.

    `socket`: where it can be asked as soon as it is ready.
    """

    socket: Path | None = None


StepTable = Callable[[Config], Sequence[Step]]
KeeperTable = Callable[[Config], Sequence[Service]]
ServiceTable = Callable[[Config, int], Sequence[Service]]

# Who ends first: no new requests, no new messages, no work left, then the keys and the database.
STOP_ORDER = ("web", "beat", "worker", "sealer", "postgres")


def _participatie(*words: str) -> tuple[str, ...]:
    return (str(Path(sysconfig.get_path("scripts")) / "participatie"), *words)


MIGRATE = Step(name="migrate", argv=_participatie("migrate"), loads_ahead=True)
SEED = Step(name="seed", argv=_participatie("seed", "--if-empty"), loads_ahead=True)


def steps(config: Config) -> tuple[Step, ...]:
    """What happens between the database and the site; seeding migrates first."""
    return (SEED,) if config.environment is Environment.DEMO else (MIGRATE,)


def keepers(config: Config) -> tuple[Service, ...]:
    """Who must be there before the steps, and gets no setting of the system: who keeps the keys."""
    sealer = Service(
        name="sealer",
        argv=(
            *(sys.executable, "-m", "participatie.votes.sealer"),
            *("--keys", str(config.keys_dir), "--sockets", str(config.sockets_dir)),
        ),
        socket=config.sockets_dir / COUNT_SOCKET,
    )
    return (sealer,)


def services(config: Config, listener: int) -> tuple[Service, ...]:
    """The site, first, and the work behind it; `listener` is the descriptor of its socket."""
    celery = (sys.executable, "-m", "celery", "-q", "-A")
    web = Service(
        name="web",
        argv=(
            *(sys.executable, "-m", "gunicorn", "--config", "python:participatie.web"),
            *("--bind", f"fd://{listener}", "--no-control-socket"),
            *("--worker-class", "gthread", "--graceful-timeout", "8"),
            *("--workers", str(config.web_workers), "--threads", str(config.web_threads)),
        ),
        dies_by=signal.SIGTERM,
        listens=True,
        loads_ahead=True,
    )
    worker = Service(
        name="worker",
        argv=(
            *(*celery, "participatie.worker:celery_app", "worker"),
            *("-P", "threads", "-c", str(config.worker_threads)),
            *("--without-gossip", "--without-mingle", "--loglevel", "INFO"),
        ),
        patience=20.0,
    )
    beat = Service(
        name="beat",
        argv=(
            *(*celery, "participatie.beat:celery_app", "beat"),
            *("--schedule", str(config.data_dir / "beat-schedule")),
        ),
    )
    return (web, worker, beat)


def bare_environment() -> dict[str, str]:
    """The environment of a keeper: no address and no secret of the system."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG") if name in os.environ}
    return kept | {"PYTHONUNBUFFERED": "1"}


def environment(config: Config, database_url: str) -> dict[str, str]:
    """The environment of a child: the caller's, without what would redirect libpq."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    if not kept.get("SECRET_KEY") and not kept.get("SECRET_KEY_FILE"):
        kept["SECRET_KEY_FILE"] = str(secret_key_file(config.data_dir))
    return kept | {
        "APP_ENV": str(config.environment),
        "BASE_URL": config.base_url,
        "DATABASE_URL": database_url,
        "DATA_DIR": str(config.data_dir),
        "KEYS": str(KeysWith.SEALER),
        "SEALER_DIR": str(config.sockets_dir),
        "PORT": str(config.port),
        "PYTHONUNBUFFERED": "1",
    }
