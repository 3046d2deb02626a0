"""Sweeping up images and documents that nothing needs."""

from datetime import timedelta

from celery import shared_task
from flask import current_app

from participatie.core.clock import now
from participatie.core.db import db
from participatie.media import services

STRAY_AFTER = timedelta(days=1)


@shared_task  # type: ignore[untyped-decorator]
def sweep() -> str:
    """Throw away images and documents that nothing points at, and files that never got a row."""
    storage = current_app.extensions["media"]
    unused = services.throw_unused_away(storage=storage)
    db.session.commit()
    strays = services.throw_strays_away(storage=storage, before=now() - STRAY_AFTER)
    db.session.rollback()
    if not unused and not strays:
        return ""
    return f"{unused} images and documents that nothing needs, {strays} strays"
