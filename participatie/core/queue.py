"""The queue that wakes workers: how both sides of it, web and worker, and beat speak to it."""

from sqlalchemy.engine import make_url

from participatie.config import Config

BROKER_SCHEMA = "broker"
NETWORK = {
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""When a connection to the database by TCP counts as cut; a unix socket does not know these."""


def broker_of(config: Config) -> str:
    """The queue of these settings: their own, or in the same PostgreSQL in a schema of its own.

    Raises `ValueError` without a database.
    """
    if config.broker_url:
        return config.broker_url
    if config.database_url is None:
        raise ValueError("the queue needs a database address")
    url = make_url(config.database_url)
    url = url.update_query_dict({"options": f"-csearch_path={BROKER_SCHEMA}"})
    return "sqla+" + url.render_as_string(hide_password=False)


def settings(broker: str) -> dict[str, object]:
    """What every Celery application here is told."""
    return {
        "broker_url": broker,
        "broker_connection_retry_on_startup": True,
        "broker_transport_options": {"pool_pre_ping": True, "pool_recycle": 600, "pool_size": 2}
        | {"connect_args": NETWORK}
        if broker.startswith("sqla+")
        else {},
        "task_ignore_result": True,
        "worker_hijack_root_logger": False,
        "enable_utc": True,
        "timezone": "Europe/Amsterdam",
    }
