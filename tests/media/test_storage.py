"""Files are kept whole, found by their key, and thrown away when nothing needs them."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from participatie.contributions.models import ContributionDocument, ContributionImage
from participatie.core.db import db
from participatie.media import pictures, queries, services, tasks
from participatie.media.models import Image
from participatie.media.storage import Directory
from tests.factories import LONG_AGO, DocumentFactory, ImageFactory, ProposalFactory
from tests.media.drawings import image

KEY = "a" * 32


@pytest.fixture
def storage(tmp_path):
    return Directory(tmp_path)


@pytest.fixture
def stored(app, context, storage, monkeypatch):
    """An image that a proposal shows and one that nothing shows, both with a file."""
    monkeypatch.setitem(app.extensions, "media", storage)
    shown, unused = ImageFactory(), ImageFactory()
    db.session.add(
        ContributionImage(contribution_id=ProposalFactory().id, position=1, image_id=shown.id)
    )
    for one in (shown, unused):
        storage.put(one.key, "320.webp", b"x")
    db.session.commit()
    return shown, unused


def is_there(storage, key):
    try:
        storage.open(key, "320.webp").close()
    except FileNotFoundError:
        return False
    return True


def test_what_is_kept_comes_back_to_the_byte(storage):
    storage.put(KEY, "320.webp", b"\0\xff")
    with storage.open(KEY, "320.webp") as file:
        assert file.read() == b"\0\xff"


def test_what_was_never_kept_is_not_found(storage):
    with pytest.raises(FileNotFoundError):
        storage.open(KEY, "320.webp")
    storage.delete(KEY)


def test_a_file_that_cannot_be_kept_leaves_nothing_half(storage, tmp_path, monkeypatch):
    def full(_handle):
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        storage.put(KEY, "320.webp", b"x")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_sweep_throws_away_what_nothing_shows_and_nothing_else(stored, storage):
    shown, unused = stored
    assert tasks.sweep() == "1 images and documents that nothing needs, 0 strays"
    assert [one.key for one in queries_all()] == [shown.key]
    assert is_there(storage, shown.key)
    assert not is_there(storage, unused.key)
    assert tasks.sweep() == ""


def test_the_sweep_throws_documents_away_as_well(stored, storage):
    shown, unused = DocumentFactory(), DocumentFactory()
    db.session.add(
        ContributionDocument(contribution_id=ProposalFactory().id, position=1, document_id=shown.id)
    )
    for one in (shown, unused):
        storage.put(one.key, "320.webp", b"x")
    db.session.commit()
    assert tasks.sweep() == "2 images and documents that nothing needs, 0 strays"
    assert is_there(storage, shown.key)
    assert not is_there(storage, unused.key)


def queries_all():
    return db.session.scalars(select(Image)).all()


def test_a_file_without_a_row_goes_after_a_day(stored, storage, tmp_path):
    storage.put(KEY, "320.webp", b"x")
    tasks.sweep()
    assert is_there(storage, KEY), "its row may be on its way"
    two_days_ago = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    for place in tmp_path.glob("??/*"):
        os.utime(place, (two_days_ago, two_days_ago))
    assert tasks.sweep() == "0 images and documents that nothing needs, 1 strays"
    assert not is_there(storage, KEY)
    assert is_there(storage, stored[0].key)


def test_an_image_that_is_shown_cannot_lose_its_row(stored):
    session = db.session
    session.delete(stored[0])
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_sweep_knows_every_table_that_points_at_an_image():
    pointing = {str(column) for column in queries._pointing_at(Image)}
    assert pointing == {
        "budget.image_id",
        "contribution_image.image_id",
        "execution_photo.image_id",
        "page_photo.image_id",
        "process.photo_id",
    }


def test_the_key_of_an_image_is_made_by_chance(context, storage):
    kept = [services.keep(_small(), storage=storage, now=LONG_AGO).key for _ in range(2)]
    assert len(set(kept)) == 2
    assert all(len(key) == 32 for key in kept)


def _small():
    return pictures.read(BytesIO(image(size=(20, 20))))
