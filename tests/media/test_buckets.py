"""A bucket keeps files as the disk does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from participatie.config import Config, ConfigError, S3Bucket
from participatie.core.errors import Unavailable
from participatie.media.buckets import Bucket
from participatie.media.storage import Directory, storage_of
from tests.media.bucket_service import LONG_AGO, bucket_service

KEY, OTHER = "a" * 32, "b" * 32


@pytest.fixture
def address() -> Iterator[str]:
    with bucket_service() as one:
        yield one


@pytest.fixture
def bucket(address):
    return Bucket(S3Bucket.parse(address))


def test_what_is_kept_comes_back_to_the_byte(bucket):
    bucket.put(KEY, "320.webp", b"\0\xff")
    with bucket.open(KEY, "320.webp") as file:
        assert file.read() == b"\0\xff"


def test_what_was_never_kept_is_not_found(bucket):
    with pytest.raises(FileNotFoundError):
        bucket.open(KEY, "320.webp")
    bucket.delete(KEY)


def test_all_of_one_key_goes_and_nothing_of_another(bucket):
    for key in (KEY, OTHER):
        for name in ("320.webp", "320.jpg"):
            bucket.put(key, name, b"x")
    bucket.delete(KEY)
    assert list(bucket.keys(LONG_AGO + timedelta(days=1))) == [OTHER]
    assert list(bucket.keys(LONG_AGO)) == []
    with pytest.raises(FileNotFoundError):
        bucket.open(KEY, "320.jpg")


def test_a_bucket_that_keeps_nothing_is_said_to_the_resident_and_to_the_host(address, caplog):
    stranger = Bucket(S3Bucket.parse(address.replace("waterlanden", "anders")))
    with pytest.raises(Unavailable, match="Try again in a few minutes"):
        stranger.put(KEY, "a", b"x")
    assert "PermissionDenied" in caplog.text


def test_the_storage_is_the_disk_unless_a_bucket_is_set(address):
    env = {"APP_ENV": "test", "DATA_DIR": "/tmp/nowhere"}
    assert isinstance(storage_of(Config.from_env(env)), Directory)
    assert isinstance(storage_of(Config.from_env({**env, "MEDIA_S3_URL": address})), Bucket)


@pytest.mark.parametrize(
    "url",
    [
        "s3://bucket",
        "https://s3.example/bucket",
        "https://id:secret@s3.example",
        "https://id:secret@s3.example/a/b",
        "https://id@s3.example/bucket",
        "https://id:secret@s3.example/bucket?x=1",
        "https://[",
    ],
)
def test_an_address_of_a_bucket_that_cannot_be_is_said_at_the_start(url):
    with pytest.raises(ConfigError, match="MEDIA_S3_URL"):
        Config.from_env({"APP_ENV": "test", "MEDIA_S3_URL": url})
