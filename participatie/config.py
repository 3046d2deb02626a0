"""The settings of one installation, read once from the environment."""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

T = TypeVar("T")

LOGIN_PROVIDERS = frozenset({"stub"})

PDOK_TILES = (
    "https://service.pdok.nl/brt/achtergrondkaart/wmts/v2_0/standaard/EPSG:3857/{z}/{x}/{y}.png"
)
ADDRESS_SEARCHES = frozenset({"pdok", "stub", "none"})


ADDRESS_FILE = "address"
"""Where in the data directory the supervisor writes its address, for the other commands."""


BOX_SOCKET = "box/socket"
"""Where log-in and casting ask the sealer."""
COUNT_SOCKET = "count/socket"
"""Where ballots are opened and keys destroyed; the site itself need not reach it."""

PSEUDONYMS_FILE = "pseudonyms.key"
"""The key among those of `keys_dir` that is there as soon as somebody could log in."""


class ConfigError(Exception):
    """A setting is missing or wrong; the message says which, and what to do."""


class Environment(StrEnum):
    """What this installation is for; it decides what may be forgiven."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


class Tls(StrEnum):
    """When a connection to the mail server becomes a secret one."""

    AT_ONCE = "smtps"
    STARTTLS = "starttls"
    NONE = "none"


class KeysWith(StrEnum):
    """Who holds the keys of votes and pseudonyms."""

    LOCAL = "local"
    SEALER = "sealer"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Where mail is handed over, and how."""

    host: str
    port: int
    tls: Tls
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, url: str) -> "SmtpServer":
        """The server of `smtps://user:password@host:port` or `smtp://…?tls=starttls|none`.

        With smtp:// a user needs starttls, which is the default. Raises `ConfigError`.
        """
        try:
            parts = urlsplit(url)
            asked = parse_qs(parts.query, strict_parsing=bool(parts.query))
            tls = Tls.AT_ONCE if parts.scheme == "smtps" else Tls(asked.pop("tls", ["starttls"])[0])
            port = parts.port
        except ValueError:
            raise ConfigError(_BAD_SMTP) from None
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or asked:
            raise ConfigError(_BAD_SMTP)
        if parts.username and tls is Tls.NONE:
            raise ConfigError("SMTP_URL sends a password; that needs smtps:// or tls=starttls.")
        return cls(
            host=parts.hostname,
            port=port or {Tls.AT_ONCE: 465, Tls.STARTTLS: 587, Tls.NONE: 25}[tls],
            tls=tls,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )


_BAD_SMTP = "SMTP_URL must be like smtps://user:password@host:port or smtp://host?tls=starttls."


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Bucket:
    """A bucket of an S3-compatible service, and the key to it."""

    endpoint: str
    bucket: str
    region: str
    key_id: str
    secret: str = field(repr=False)

    @classmethod
    def parse(cls, url: str) -> "S3Bucket":
        """The bucket of `https://key:secret@host/bucket?region=name`. Raises `ConfigError`."""
        try:
            parts = urlsplit(url)
            asked = parse_qs(parts.query, strict_parsing=bool(parts.query))
            port = f":{parts.port}" if parts.port else ""
        except ValueError:
            raise ConfigError(_BAD_S3) from None
        region = asked.pop("region", ["us-east-1"])[0]
        bucket = parts.path.strip("/")
        whole = parts.hostname and parts.username and parts.password and bucket
        if parts.scheme not in {"http", "https"} or not whole or "/" in bucket or asked:
            raise ConfigError(_BAD_S3)
        return cls(
            endpoint=f"{parts.scheme}://{parts.hostname}{port}",
            bucket=bucket,
            region=region,
            key_id=unquote(parts.username or ""),
            secret=unquote(parts.password or ""),
        )


_BAD_S3 = "MEDIA_S3_URL must be like https://key:secret@host/bucket?region=name."


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Every setting, checked.

    `database_url` is None when PostgreSQL is embedded: the supervisor and the command line
    then start it in `data_dir` and go on with a copy made by `dataclasses.replace`.
    """

    environment: Environment
    data_dir: Path
    base_url: str
    secret_key: str = field(repr=False)
    port: int = 8000
    database_url: str | None = field(default=None, repr=False)
    broker_url: str | None = field(default=None, repr=False)
    pg_bin: Path | None = None
    smtp_url: str | None = field(default=None, repr=False)
    media_s3_url: str | None = field(default=None, repr=False)
    mail_from: str = "participatie@localhost"
    theme_dir: Path | None = None
    login_providers: tuple[str, ...] = ("stub",)
    public_demo: bool = False
    trusted_proxies: int = 0
    web_workers: int = 2
    web_threads: int = 4
    worker_threads: int = 4
    keys: KeysWith = KeysWith.LOCAL
    sealer_dir: Path | None = None
    map_tiles_url: str | None = PDOK_TILES
    map_attribution: str = "Kadaster"
    address_search: str = "stub"

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def keys_dir(self) -> Path:
        """Where the keys of pseudonyms and votes lie: outside the database, left out of backups."""
        return self.data_dir / "keys"

    @property
    def sockets_dir(self) -> Path:
        """Where the sealer can be asked."""
        return self.sealer_dir or self.data_dir / "sealer"

    @property
    def media_dir(self) -> Path:
        """Where images lie; they belong in the backup."""
        return self.data_dir / "media"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Config":
        """The settings in `env`. Raises `ConfigError` for all that is missing or unsafe."""
        config, wrong = cls.read(env)
        if wrong:
            raise ConfigError("\n".join(wrong))
        return config

    @classmethod
    def read(cls, env: Mapping[str, str]) -> "tuple[Config, list[str]]":
        """The settings in `env`, and a sentence for each that is wrong and got its default."""
        wrong: list[str] = []

        def checked(read: Callable[[], T], otherwise: T) -> T:
            try:
                return read()
            except ConfigError as error:
                wrong.append(str(error))
                return otherwise

        def number(name: str, low: int, high: int, default: int) -> int:
            return checked(lambda: _whole_number(env, name, low, high, default=default), default)

        environment = checked(
            lambda: _environment(env.get("APP_ENV", "demo")), Environment.PRODUCTION
        )
        production = environment is Environment.PRODUCTION
        data_dir = Path(env.get("DATA_DIR") or default_data_dir()).expanduser().absolute()
        port = number("PORT", 1, 65535, 8000)
        config = cls(
            environment=environment,
            data_dir=data_dir,
            base_url=_base_url(env, port, data_dir / ADDRESS_FILE),
            secret_key=checked(
                lambda: _secret_key(env, data_dir / "keys" / "secret_key", production=production),
                "",
            ),
            port=port,
            database_url=checked(lambda: _database_url(env.get("DATABASE_URL")), None),
            broker_url=env.get("BROKER_URL") or None,
            pg_bin=_path(env.get("PARTICIPATIE_PG_BIN")),
            smtp_url=checked(lambda: _smtp_url(env.get("SMTP_URL")), None),
            media_s3_url=checked(lambda: _media_s3_url(env.get("MEDIA_S3_URL")), None),
            mail_from=env.get("MAIL_FROM", "participatie@localhost"),
            theme_dir=_path(env.get("THEME_DIR")),
            login_providers=checked(lambda: _login_providers(env, production=production), ()),
            public_demo=env.get("PUBLIC_DEMO") == "yes",
            trusted_proxies=number("TRUSTED_PROXIES", 0, 5, 0),
            web_workers=number("WEB_WORKERS", 1, 32, 2),
            web_threads=number("WEB_THREADS", 1, 64, 4),
            worker_threads=number("WORKER_THREADS", 1, 64, 4),
            keys=checked(lambda: _keys_with(env.get("KEYS") or "local"), KeysWith.SEALER),
            sealer_dir=_path(env.get("SEALER_DIR")),
            map_tiles_url=checked(lambda: _map_tiles_url(env.get("MAP_TILES_URL")), None),
            map_attribution=env.get("MAP_ATTRIBUTION") or "Kadaster",
            address_search=checked(
                lambda: _address_search(env.get("ADDRESS_SEARCH"), production=production), "none"
            ),
        )
        wrong += _unsafe(config) if production else _by_accident(config)
        return config, wrong


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


def _keys_with(name: str) -> KeysWith:
    try:
        return KeysWith(name)
    except ValueError:
        raise ConfigError(f"KEYS is {name!r}; choose one of: {', '.join(KeysWith)}.") from None


def _base_url(env: Mapping[str, str], port: int, running: Path) -> str:
    """BASE_URL, or the address of PORT; without both the one that runs on the data directory."""
    given = env.get("BASE_URL") or ""
    if not given and "PORT" not in env:
        with suppress(OSError):  # of a directory that may not be entered the key tells
            given = running.read_text(encoding="utf-8").strip()
    return (given or f"http://127.0.0.1:{port}").rstrip("/")


def _secret_key(env: Mapping[str, str], made: Path, *, production: bool) -> str:
    """SECRET_KEY, or what stands in the file SECRET_KEY_FILE, or in the file that the supervisor
    has made; outside production one for this process only when there is none of these."""
    key = env.get("SECRET_KEY") or _kept_key(env.get("SECRET_KEY_FILE"), made)
    if not key and not production:
        return secrets.token_urlsafe(32)
    if len(key) < 32:
        raise ConfigError("SECRET_KEY must be at least 32 characters, made by chance, and secret.")
    return key


def _kept_key(file: str | None, made: Path) -> str:
    """What stands in `file`, else in `made`; nothing when that was not made yet."""
    try:
        return Path(file or made).read_text(encoding="utf-8").strip()
    except OSError as error:
        if not file and isinstance(error, FileNotFoundError):
            return ""
        name = "SECRET_KEY_FILE" if file else f"The data directory {made.parent.parent}"
        raise ConfigError(f"{name} cannot be read: {error.strerror}.") from None


def _database_url(url: str | None) -> str | None:
    if not url:
        return None
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    raise ConfigError(
        "DATABASE_URL must start with postgresql://; PostgreSQL is the only database."
    )


def _login_providers(env: Mapping[str, str], *, production: bool) -> tuple[str, ...]:
    names = tuple(env.get("LOGIN_PROVIDERS", "" if production else "stub").split())
    if unknown := set(names) - LOGIN_PROVIDERS:
        raise ConfigError(
            f"LOGIN_PROVIDERS names {', '.join(sorted(unknown))}, which is not there."
        )
    return names


def _path(value: str | None) -> Path | None:
    return Path(value).expanduser().absolute() if value else None


def _whole_number(env: Mapping[str, str], name: str, low: int, high: int, *, default: int) -> int:
    text = env.get(name, str(default))
    if not text.isdecimal() or not low <= int(text) <= high:
        raise ConfigError(f"{name} is {text!r}; give a whole number from {low} to {high}.")
    return int(text)


def _smtp_url(url: str | None) -> str | None:
    if url:
        SmtpServer.parse(url)
    return url or None


def _media_s3_url(url: str | None) -> str | None:
    if url:
        S3Bucket.parse(url)
    return url or None


def _map_tiles_url(url: str | None) -> str | None:
    if not url:
        return PDOK_TILES
    if url == "none":
        return None
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or not re.search("{z}.*{[xy]}.*{[xy]}", url):
        raise ConfigError("MAP_TILES_URL must be like https://host/{z}/{x}/{y}.png, or none.")
    return url


def _address_search(name: str | None, *, production: bool) -> str:
    chosen = name or ("pdok" if production else "stub")
    if chosen not in ADDRESS_SEARCHES or (production and chosen == "stub"):
        raise ConfigError(f"ADDRESS_SEARCH is {chosen!r}; choose pdok or none.")
    return chosen


def _by_accident(config: Config) -> list[str]:
    """In a demo everybody logs in as anybody: on an address for others only when told so."""
    host = urlsplit(config.base_url).hostname or ""
    is_ours = host in {"localhost", "::1"} or re.fullmatch(r"127(\.\d{1,3}){3}", host)
    if is_ours or config.public_demo:
        return []
    told = (
        f"BASE_URL is {config.base_url}, which others can reach, but this is a "
        f"{config.environment}, where everybody can log in as anybody: "
        "set APP_ENV=production, or PUBLIC_DEMO=yes if that is what you want."
    )
    return [told]


def _unsafe(config: Config) -> list[str]:
    wrong = []
    if not config.is_https:
        wrong.append("BASE_URL must start with https:// in production.")
    if "stub" in config.login_providers:
        wrong.append("LOGIN_PROVIDERS names stub; the test log-in may not run in production.")
    return wrong
