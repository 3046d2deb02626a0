"""The settings of one installation, read once from the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class ConfigError(Exception):
    """A setting is missing or wrong; the message says which, and what to do."""


class Environment(StrEnum):
    """What this installation is for; it decides what may be forgiven."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Every setting, checked.

    `database_url` is None when PostgreSQL is embedded: the supervisor and the command line
    then start it in `data_dir` and go on with a copy made by `dataclasses.replace`.
    """

    environment: Environment
    data_dir: Path
    base_url: str
    secret_key: str
    port: int = 8000
    database_url: str | None = None
    broker_url: str | None = None
    pg_bin: Path | None = None
    smtp_url: str | None = None
    mail_from: str = "participatie@localhost"
    theme_dir: Path | None = None
    login_providers: tuple[str, ...] = ("stub",)
    trusted_proxies: int = 0
    web_workers: int = 2
    web_threads: int = 4
    worker_threads: int = 4

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def keys_dir(self) -> Path:
        """Where the keys of pseudonyms and votes lie: outside the database, left out of backups."""
        return self.data_dir / "keys"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Config":
        """The settings in `env`. Raises `ConfigError` for what is missing, unknown or unsafe."""
        environment = _environment(env.get("APP_ENV", "demo"))
        production = environment is Environment.PRODUCTION
        data_dir = Path(env.get("DATA_DIR") or default_data_dir()).expanduser().absolute()
        port = _whole_number(env, "PORT", 1, 65535, default=8000)
        config = cls(
            environment=environment,
            data_dir=data_dir,
            base_url=(env.get("BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
            secret_key=_secret_key(env, data_dir / "keys" / "secret_key", production=production),
            port=port,
            database_url=_database_url(env.get("DATABASE_URL")),
            broker_url=env.get("BROKER_URL") or None,
            pg_bin=_path(env.get("PARTICIPATIE_PG_BIN")),
            smtp_url=env.get("SMTP_URL") or None,
            mail_from=env.get("MAIL_FROM", "participatie@localhost"),
            theme_dir=_path(env.get("THEME_DIR")),
            login_providers=tuple(env.get("LOGIN_PROVIDERS", "" if production else "stub").split()),
            trusted_proxies=_whole_number(env, "TRUSTED_PROXIES", 0, 5, default=0),
            web_workers=_whole_number(env, "WEB_WORKERS", 1, 32, default=2),
            web_threads=_whole_number(env, "WEB_THREADS", 1, 64, default=4),
            worker_threads=_whole_number(env, "WORKER_THREADS", 1, 64, default=4),
        )
        if production:
            _refuse_unsafe(config)
        return config


def default_data_dir() -> Path:
    """`./var`; for root `/var/lib/participatie`, because PostgreSQL then runs as nobody."""
    return Path("/var/lib/participatie") if os.geteuid() == 0 else Path("var")


def _environment(name: str) -> Environment:
    try:
        return Environment(name)
    except ValueError:
        raise ConfigError(
            f"APP_ENV is {name!r}; choose one of: {', '.join(Environment)}."
        ) from None


def _secret_key(env: Mapping[str, str], made: Path, *, production: bool) -> str:
    """SECRET_KEY, or what stands in the file SECRET_KEY_FILE, or in the file that the supervisor
    has made; outside production one for this process only when there is none of these."""
    key = env.get("SECRET_KEY", "")
    file = env.get("SECRET_KEY_FILE") or (str(made) if made.exists() else "")
    if not key and file:
        try:
            key = Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConfigError(f"SECRET_KEY_FILE cannot be read: {error.strerror}.") from None
    if not key and not production:
        return secrets.token_urlsafe(32)
    if len(key) < 32:
        raise ConfigError("SECRET_KEY must be at least 32 characters, made by chance, and secret.")
    return key


def _database_url(url: str | None) -> str | None:
    if not url:
        return None
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    raise ConfigError(
        "DATABASE_URL must start with postgresql://; PostgreSQL is the only database."
    )


def _path(value: str | None) -> Path | None:
    return Path(value).expanduser().absolute() if value else None


def _whole_number(env: Mapping[str, str], name: str, low: int, high: int, *, default: int) -> int:
    text = env.get(name, str(default))
    if not text.isdecimal() or not low <= int(text) <= high:
        raise ConfigError(f"{name} is {text!r}; give a whole number from {low} to {high}.")
    return int(text)


def _refuse_unsafe(config: Config) -> None:
    if not config.is_https:
        raise ConfigError("BASE_URL must start with https:// in production.")
    if "stub" in config.login_providers:
        raise ConfigError("The test log-in (stub) may not run in production: mend LOGIN_PROVIDERS.")
