"""What the settings of this installation are, where each comes from, and what is wrong."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from participatie.config import BOX_SOCKET, PSEUDONYMS_FILE, Config, Environment, KeysWith
from participatie.core.custody import Custody, CustodyAway, Refused

SETTINGS = {
    "APP_ENV": "environment",
    "DATA_DIR": "data_dir",
    "BASE_URL": "base_url",
    "SECRET_KEY": "secret_key",
    "PORT": "port",
    "DATABASE_URL": "database_url",
    "BROKER_URL": "broker_url",
    "PARTICIPATIE_PG_BIN": "pg_bin",
    "SMTP_URL": "smtp_url",
    "MEDIA_S3_URL": "media_s3_url",
    "MAIL_FROM": "mail_from",
    "THEME_DIR": "theme_dir",
    "LOGIN_PROVIDERS": "login_providers",
    "PUBLIC_DEMO": "public_demo",
    "TRUSTED_PROXIES": "trusted_proxies",
    "WEB_WORKERS": "web_workers",
    "WEB_THREADS": "web_threads",
    "WORKER_THREADS": "worker_threads",
    "KEYS": "keys",
    "SEALER_DIR": "sealer_dir",
    "MAP_TILES_URL": "map_tiles_url",
    "MAP_ATTRIBUTION": "map_attribution",
    "ADDRESS_SEARCH": "address_search",
}
"""The name in the environment → the field of `Config`."""

MAY_CHANGE_THE_AUDIT_LOG = text(
    "SELECT current_user, has_table_privilege('audit_entry', 'UPDATE, DELETE, TRUNCATE')"
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it may be shown: never with a secret in it."""

    name: str
    value: str
    origin: str


def settings(config: Config, env: Mapping[str, str]) -> list[Setting]:
    """Every setting, with its value as it is used."""
    return [
        Setting(name, _shown(name, getattr(config, field)), _origin(name, env))
        for name, field in SETTINGS.items()
    ]


def problems(config: Config) -> Iterator[str]:
    """What is wrong beyond a single value, as sentences; it asks the database when it can."""
    if "@" not in config.mail_from:
        yield "MAIL_FROM is not a mail address."
    if config.theme_dir is not None and not config.theme_dir.is_dir():
        yield f"THEME_DIR: there is no directory {config.theme_dir}."
    if config.keys is KeysWith.SEALER:
        yield from _problems_of_sealer(config)
    if config.environment is Environment.PRODUCTION:
        yield from _problems_of_production(config)
    if config.database_url is not None:
        yield from _problems_of_database(config, config.database_url)


def _problems_of_sealer(config: Config) -> Iterator[str]:
    custody = Custody(config.sockets_dir / BOX_SOCKET)
    try:
        custody.ask(b"are-you-there")
    except Refused:
        custody.close()
    except CustodyAway:
        yield (
            f"KEYS is sealer, and no sealer answers in {config.sockets_dir}; "
            "nobody can log in or vote."
        )


def _problems_of_keys(config: Config) -> Iterator[str]:
    """What the program that is asked can read, a break-in into the site can read too."""
    if config.keys is KeysWith.LOCAL:
        yield (
            "KEYS is local: the site holds the keys of votes itself; start the sealer as a user "
            "of its own, and set KEYS=sealer."
        )
    elif os.access(config.keys_dir / PSEUDONYMS_FILE, os.R_OK):
        yield (
            f"This user can read the keys in {config.keys_dir}: keep them in a directory that only "
            "the user of the sealer can open."
        )


def _problems_of_production(config: Config) -> Iterator[str]:
    if not urlsplit(config.base_url).hostname:
        yield "BASE_URL names no host; requests for any other host are refused."
    if config.database_url is None:
        yield "DATABASE_URL is not set; production keeps its data in a PostgreSQL of its own."
    if config.smtp_url is None:
        yield "SMTP_URL is not set; no mail will go out."
    if config.mail_from.endswith("@localhost"):
        yield "MAIL_FROM is not set; mail from @localhost is refused everywhere."
    if not config.login_providers:
        yield "LOGIN_PROVIDERS is empty; residents cannot log in."
    yield from _problems_of_keys(config)
    if config.trusted_proxies == 0:
        yield (
            "TRUSTED_PROXIES is 0; behind a proxy all visitors then share one address, "
            "and the limits on trying with it."
        )


def _problems_of_database(config: Config, url: str) -> Iterator[str]:
    try:
        engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 5})
        with engine.connect() as connection:
            role, may_change = connection.execute(MAY_CHANGE_THE_AUDIT_LOG).one()
    except SQLAlchemyError as error:
        reason = type(getattr(error, "orig", error)).__name__
        if reason == "UndefinedTable":
            yield "The database is empty: run `participatie migrate`."
        else:
            yield f"DATABASE_URL: the database does not let us in ({reason})."
        return
    if may_change and config.environment is Environment.PRODUCTION:
        yield (
            f"DATABASE_URL: the role {role} may change the audit log and ballots; "
            "give the program the role web, and migrate as owner."
        )


def _origin(name: str, env: Mapping[str, str]) -> str:
    if env.get(name):
        return "environment"
    if name == "SECRET_KEY" and env.get("SECRET_KEY_FILE"):
        return f"file {env['SECRET_KEY_FILE']}"
    return "made at the start" if name == "SECRET_KEY" else "default"


def _shown(name: str, value: object) -> str:
    if value is None or value is False or value == ():
        return "-"
    if name == "SECRET_KEY":
        return "(secret)" if value else "-"
    if value is True:
        return "yes"
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return _without_password(str(value)) if name.endswith("_URL") else str(value)


def _without_password(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "(not an address)"
    if parts.username is None and parts.password is None and "password=" not in parts.query:
        return url
    host = parts.netloc.rpartition("@")[2]
    query = "(hidden)" if "password=" in parts.query else parts.query
    return urlunsplit(parts._replace(netloc=f"{parts.username or ''}:(secret)@{host}", query=query))
