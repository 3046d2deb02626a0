"""Whole pages for readers who are not logged in, fresh in every process without a time-to-live.

The database keeps one number, the version of everything public; a trigger on each public table
raises it in the transaction that changes something (see the first migration). A page is made once
per version, and again when a phase or a vote begins or ends. One small query decides.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from threading import Lock
from typing import ParamSpec

from flask import Flask, Response, current_app, make_response, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from participatie.core.clock import now
from participatie.core.db import Base, db

P = ParamSpec("P")
Boundary = Callable[[datetime], datetime | None]

MOST_PAGES = 500


class ContentVersion(Base):
    """The one row that says how often something public has changed."""

    __tablename__ = "content_version"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]


_VERSION = select(ContentVersion.version)


@dataclass(frozen=True, slots=True)
class _Page:
    version: int
    until: datetime
    body: bytes
    zipped: bytes
    etag: str


class PageCache:
    """The pages of this process, the least used of them dropped first."""

    def __init__(self, next_boundary: Boundary) -> None:
        self._next_boundary = next_boundary
        self._boundary: tuple[int, datetime] = (0, datetime.min.replace(tzinfo=UTC))
        self._pages: OrderedDict[str, _Page] = OrderedDict()
        self._lock = Lock()

    def until(self, version: int, moment: datetime) -> datetime:
        """How long a page of this version stays true; asked once a version and boundary."""
        known, boundary = self._boundary
        if known != version or moment >= boundary:
            boundary = self._next_boundary(moment) or datetime.max.replace(tzinfo=UTC)
            self._boundary = (version, boundary)
        return boundary

    def get(self, key: str, version: int, moment: datetime) -> _Page | None:
        with self._lock:
            page = self._pages.get(key)
            if page is None or page.version != version or moment >= page.until:
                return None
            self._pages.move_to_end(key)
            return page

    def put(self, key: str, page: _Page) -> None:
        with self._lock:
            self._pages[key] = page
            self._pages.move_to_end(key)
            while len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)

    def forget(self) -> None:
        """Drop all pages."""
        with self._lock:
            self._pages.clear()
            self._boundary = (0, datetime.min.replace(tzinfo=UTC))


def init_app(app: Flask, *, next_boundary: Boundary) -> None:
    """`next_boundary(moment)` says when the next phase or vote begins or ends, None for never."""
    app.extensions["page_cache"] = PageCache(next_boundary)


def cached_page(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Keep the page of `view` for readers without a session.

    Such a page holds no form token and nothing about a person.
    """

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if request.method != "GET" or current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
            return view(*args, **kwargs)
        cache: PageCache = current_app.extensions["page_cache"]
        moment = now()
        version = db.session.execute(_VERSION).scalar_one()
        page = cache.get(request.full_path, version, moment)
        if page is None:
            response = make_response(view(*args, **kwargs))
            if response.status_code != 200 or session.modified:
                return response  # with a session it is a page for one person
            page = _make(response.get_data(), version, cache.until(version, moment))
            cache.put(request.full_path, page)
        return _send(page)

    return answer


def _make(body: bytes, version: int, until: datetime) -> _Page:
    return _Page(
        version=version,
        until=until,
        body=body,
        zipped=gzip.compress(body, 6, mtime=0),
        etag=hashlib.sha256(body).hexdigest()[:32],
    )


def _send(page: _Page) -> Response:
    zipped = request.accept_encodings.quality("gzip") > 0
    response = Response(page.zipped if zipped else page.body, mimetype="text/html")
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = "no-cache"
    response.vary.update(["Accept-Encoding", "Cookie"])
    response.set_etag(page.etag, weak=True)
    response.make_conditional(request)
    return response
