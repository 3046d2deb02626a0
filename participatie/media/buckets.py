"""Storage in a bucket of an S3-compatible service; loaded only where one is set."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from typing import IO

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from participatie.config import S3Bucket
from participatie.core.errors import N_, Unavailable

log = logging.getLogger("participatie.media")

TIMEOUT = "10s"


class Bucket:
    """Files by `key/name` in one bucket, closed to everybody else."""

    def __init__(self, place: S3Bucket) -> None:
        self._store = S3Store(
            place.bucket,
            endpoint=place.endpoint,
            region=place.region,
            access_key_id=place.key_id,
            secret_access_key=place.secret,
            virtual_hosted_style_request=False,
            client_options={
                "allow_http": place.endpoint.startswith("http://"),
                "timeout": TIMEOUT,
            },
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=20)},
        )

    def put(self, key: str, name: str, content: bytes) -> None:
        """Keep `content`; the service says so before this returns. Raises `Unavailable`."""
        try:
            obstore.put(self._store, f"{key}/{name}", content)
        except BaseError as error:
            log.error("the bucket keeps nothing: %s", type(error).__name__)  # noqa: TRY400
            raise Unavailable(
                N_("We cannot keep photos at this moment. Try again in a few minutes.")
            ) from error

    def open(self, key: str, name: str) -> IO[bytes]:
        """Read it. Raises `FileNotFoundError`."""
        return BytesIO(bytes(obstore.get(self._store, f"{key}/{name}").bytes()))

    def delete(self, key: str) -> None:
        """Throw all files of `key` away."""
        if paths := [path for path, _ in self._files(key)]:
            obstore.delete(self._store, paths)

    def keys(self, before: datetime) -> Iterator[str]:
        """The keys of which nothing was kept since `before`."""
        newest: dict[str, datetime] = {}
        for path, kept_at in self._files():
            key = path.partition("/")[0]
            newest[key] = max(kept_at, newest.get(key, kept_at))
        yield from (key for key, kept_at in newest.items() if kept_at < before)

    def _files(self, key: str | None = None) -> Iterator[tuple[str, datetime]]:
        for batch in obstore.list(self._store, prefix=key):
            yield from ((one["path"], one["last_modified"]) for one in batch)
