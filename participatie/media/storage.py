"""Where files are kept: a directory of this machine, or a bucket elsewhere."""

import importlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Protocol

from participatie.config import Config, S3Bucket


class Storage(Protocol):
    """Keeps files by the key of what they belong to, and a name of ours."""

    def put(self, key: str, name: str, content: bytes) -> None:
        """Keep `content`; when this returns, it is kept."""

    def open(self, key: str, name: str) -> IO[bytes]:
        """Read it. Raises `FileNotFoundError`."""

    def delete(self, key: str) -> None:
        """Throw all files of `key` away; what is gone already is gone."""

    def keys(self, before: datetime) -> Iterator[str]:
        """The keys whose files were all kept before a moment."""


class Directory:
    """Storage on the disk of this machine, in a directory for each key."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, key: str, name: str, content: bytes) -> None:
        """Keep `content`: a reader sees all of it or nothing."""
        place = self._place(key)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, unfinished = tempfile.mkstemp(dir=place)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(unfinished).replace(place / name)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise

    def open(self, key: str, name: str) -> IO[bytes]:
        """Read it. Raises `FileNotFoundError`."""
        return (self._place(key) / name).open("rb")

    def delete(self, key: str) -> None:
        """Throw all files of `key` away."""
        shutil.rmtree(self._place(key), ignore_errors=True)

    def keys(self, before: datetime) -> Iterator[str]:
        """The keys of which nothing was kept since `before`."""
        for place in self._root.glob("??/*"):
            if datetime.fromtimestamp(place.stat().st_mtime, UTC) < before:
                yield place.name

    def _place(self, key: str) -> Path:
        return self._root / key[:2] / key


def storage_of(config: Config) -> Storage:
    """The storage that this installation is set to."""
    if config.media_s3_url is None:
        return Directory(config.media_dir)
    module = importlib.import_module("participatie.media.buckets")
    bucket: Storage = module.Bucket(S3Bucket.parse(config.media_s3_url))
    return bucket
