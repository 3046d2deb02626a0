"""Whole pages for readers who are not logged in, fresh in every process without a time-to-live.

The database keeps one number, the version of everything public; a trigger on each public table
raises it in the transaction that changes something (see the first migration). A page is made once
per version, and again when a phase or a vote begins or ends. One small query decides.

The cache stands in front of the application: what it keeps is the whole answer, headers included,
so that giving it again costs no more than that query.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps
from threading import Lock
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

import psycopg
from flask import Flask, current_app, g, make_response, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine
from sqlalchemy.exc import NoResultFound, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.http import parse_accept_header, parse_etags

from participatie.core.clock import now
from participatie.core.db import ALONE, Base, db, let_go, only_read

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

P = ParamSpec("P")
T = TypeVar("T")
Boundary = Callable[[datetime], datetime | None]
Key = tuple[str, ...]

MOST_PAGES = 500
FAST = 3
"""How hard a page is compressed: harder costs more than making the page, and saves a tenth."""

_TRUE_UNTIL = "participatie.true_until"
_VERSION_OF_PAGE = "version_of_page"
_ADDRESS = ("wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING")


class ContentVersion(Base):
    """The one row that says how often something public has changed."""

    __tablename__ = "content_version"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]


_ASKS_VERSION = "SELECT version FROM content_version"


@dataclass(slots=True)
class _Page:
    version: int
    until: datetime
    headers: list[tuple[str, str]]
    body: bytes
    etag: str
    _zipped: bytes = field(default=b"")

    @property
    def weak_etag(self) -> str:
        """As it is sent, and as nearly every reader sends it back."""
        return f'W/"{self.etag}"'

    def zipped(self) -> bytes:
        if not self._zipped:
            self._zipped = gzip.compress(self.body, FAST, mtime=0)
        return self._zipped


class PageCache:
    """The pages of this process, the least used of them dropped first."""

    def __init__(self, next_boundary: Boundary, read_version: Callable[[], int]) -> None:
        self.read_version = read_version
        self._next_boundary = next_boundary
        self._boundary: tuple[int, datetime] = (0, datetime.min.replace(tzinfo=UTC))
        self._pages: OrderedDict[Key, _Page] = OrderedDict()
        self._found: tuple[int, dict[str, object]] = (0, {})
        self._lock = Lock()

    def until(self, version: int, moment: datetime) -> datetime:
        """How long a page of this version stays true; asked once a version and boundary."""
        known, boundary = self._boundary
        if known != version or moment >= boundary:
            boundary = self._next_boundary(moment) or datetime.max.replace(tzinfo=UTC)
            self._boundary = (version, boundary)
        return boundary

    def get(self, key: Key) -> _Page | None:
        """The page, when it is there and still true; what is not there costs no query."""
        with self._lock:
            page = self._pages.get(key)
            if page is None:
                return None
            self._pages.move_to_end(key)
        is_true = page.version == self.read_version() and now() < page.until
        return page if is_true else None

    def put(self, key: Key, page: _Page) -> None:
        with self._lock:
            self._pages[key] = page
            self._pages.move_to_end(key)
            while len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)

    def found(self, version: int) -> dict[str, object]:
        """What pages of this version share; what an older version shared is dropped."""
        known, shared = self._found
        if known != version:
            shared = {}
            self._found = (version, shared)
        return shared

    def forget(self) -> None:
        """Drop all pages."""
        with self._lock:
            self._pages.clear()
            self._found = (0, {})
            self._boundary = (0, datetime.min.replace(tzinfo=UTC))


def init_app(app: Flask, *, next_boundary: Boundary) -> None:
    """`next_boundary(moment)` says when the next phase or vote begins or ends, None for never."""
    cache = PageCache(next_boundary, _version_reader(app))
    app.extensions["page_cache"] = cache
    app.wsgi_app = _Front(app, app.wsgi_app, cache)  # type: ignore[method-assign]


def cached_page(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Keep the page of `view` for readers without a session.

    Such a page holds no form token and nothing about a person.
    """

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if request.method != "GET" or current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
            return view(*args, **kwargs)
        cache: PageCache = current_app.extensions["page_cache"]
        only_read()
        version = cache.read_version()  # before the page: it is never older
        setattr(g, _VERSION_OF_PAGE, version)
        response = make_response(view(*args, **kwargs))
        if response.status_code == 200 and not session.modified:  # else it is for one person
            request.environ[_TRUE_UNTIL] = (version, cache.until(version, now()))
            response.headers["Cache-Control"] = "no-cache"
            response.vary.update(["Accept-Encoding", "Cookie"])
        return response

    return answer


def shared(name: str, find: Callable[[], T]) -> T:
    """What `find` gives, asked once for each version of what is public and kept under `name`.

    For what stands on page after page: areas, the theme. It is never older than the page that
    asks. Where no version was asked for, as for who is logged in, it is found anew. What is kept
    belongs to no session of the database: rows, not objects.
    """
    version = g.get(_VERSION_OF_PAGE)
    if version is None:
        return find()
    cache: PageCache = current_app.extensions["page_cache"]
    kept = cache.found(version)
    if name not in kept:
        kept[name] = find()
    return cast(T, kept[name])


def know_version(version: int) -> None:
    """What this page asked already, together with something else."""
    if _VERSION_OF_PAGE not in g:
        setattr(g, _VERSION_OF_PAGE, version)


class _Front:
    """Answers from the cache what it can, and keeps what the application marks as for everybody."""

    def __init__(self, app: Flask, inner: "WSGIApplication", cache: PageCache) -> None:
        self._app = app
        self._inner = inner
        self._cache = cache

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        session_cookie = f"{self._app.config['SESSION_COOKIE_NAME']}="
        if environ["REQUEST_METHOD"] != "GET" or session_cookie in environ.get("HTTP_COOKIE", ""):
            return self._inner(environ, start_response)
        key = tuple(environ.get(part, "") for part in _ADDRESS)
        try:
            page = self._cache.get(key)
        except SQLAlchemyError:
            page = None  # the application meets the same trouble, and has a page for it
        if page is not None:
            return _send(page, environ, start_response)
        return self._ask(key, environ, start_response)

    def _ask(
        self, key: Key, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        headers: list[tuple[str, str]] = []

        def start(status: str, said: list[tuple[str, str]], trouble: object = None) -> object:
            if _TRUE_UNTIL not in environ:
                return start_response(status, said, trouble)  # type: ignore[arg-type]
            headers.extend(said)
            return None

        answer = self._inner(environ, start)  # type: ignore[arg-type]
        if _TRUE_UNTIL not in environ:
            return answer
        try:
            body = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        page = _made(body, headers, *environ[_TRUE_UNTIL])
        if not any(name == "Set-Cookie" for name, _ in headers):
            self._cache.put(key, page)
        return _send(page, environ, start_response)


def _made(body: bytes, said: list[tuple[str, str]], version: int, until: datetime) -> _Page:
    etag = hashlib.blake2b(body, digest_size=16).hexdigest()
    headers = [header for header in said if header[0] not in {"ETag", "Content-Length"}]
    page = _Page(version=version, until=until, headers=headers, body=body, etag=etag)
    headers.append(("ETag", page.weak_etag))
    return page


def _send(
    page: _Page, environ: "WSGIEnvironment", start_response: "StartResponse"
) -> Iterable[bytes]:
    headers = list(page.headers)
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known and (known == page.weak_etag or parse_etags(known).contains_weak(page.etag)):
        start_response("304 Not Modified", headers)
        return []
    body = page.body
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    if "gzip" in accepted and parse_accept_header(accepted)["gzip"] > 0:
        headers.append(("Content-Encoding", "gzip"))
        body = page.zipped()
    headers.append(("Content-Length", str(len(body))))
    start_response("200 OK", headers)
    return [body]


def _version_reader(app: Flask) -> Callable[[], int]:
    """Asks for the version in one round trip; what SQLAlchemy does round a question costs more
    than the question, and this one is asked for every page."""
    engines: list[Engine] = []

    def read() -> int:
        if not engines:
            with app.app_context():
                engines.append(db.engines[ALONE])
        try:
            return _version(engines[0])
        except OperationalError:
            with app.app_context():
                let_go()
            return _version(engines[0])

    return read


def _version(engine: Engine) -> int:
    """Raises `OperationalError` when the database does not answer on the connection it gets."""
    try:
        with closing(engine.raw_connection()) as connection:
            raw = cast("psycopg.Connection[Any]", connection.driver_connection)
            try:
                row = raw.execute(_ASKS_VERSION).fetchone()
            except psycopg.Error as error:
                connection.invalidate(error)
                raise
    except psycopg.Error as error:
        raise OperationalError(_ASKS_VERSION, None, error) from error
    if row is None:
        raise NoResultFound
    return int(row[0])
