"""A small service that speaks enough S3 to keep files in memory; it asks for signed requests."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

KEY_ID = "waterlanden"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class _Handler(BaseHTTPRequestHandler):
    files: dict[str, bytes] = {}

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _name(self) -> str:
        return unquote(urlsplit(self.path).path).removeprefix("/fotos/")

    def _is_signed(self) -> bool:
        signed = f"Credential={KEY_ID}/" in self.headers.get("Authorization", "")
        if not signed:
            self._answer(403)
        return signed

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self._is_signed():
            self.files[self._name()] = body
            self._answer(200, ETag=_etag(body))

    def do_GET(self) -> None:
        if not self._is_signed():
            return
        asked = parse_qs(urlsplit(self.path).query)
        if "list-type" in asked:
            self._answer(200, _listing(self.files, asked.get("prefix", [""])[0]))
        elif (body := self.files.get(self._name())) is None:
            self._answer(404)
        else:
            moment = LONG_AGO.strftime("%a, %d %b %Y %H:%M:%S GMT")
            self._answer(200, body, ETag=_etag(body), Last_Modified=moment)

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self._is_signed():
            names = re.findall(r"<Key>(.*?)</Key>", sent)
            gone = "".join(f"<Deleted><Key>{name}</Key></Deleted>" for name in names)
            for name in names:
                self.files.pop(name, None)
            self._answer(200, f"<DeleteResult>{gone}</DeleteResult>".encode())


def _etag(body: bytes) -> str:
    return f'"{md5(body).hexdigest()}"'


def _listing(files: dict[str, bytes], prefix: str) -> bytes:
    rows = "".join(
        f"<Contents><Key>{name}</Key><LastModified>{LONG_AGO:%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
        f"<ETag>{_etag(body)}</ETag><Size>{len(body)}</Size></Contents>"
        for name, body in sorted(files.items())
        if name.startswith(prefix)
    )
    return f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>".encode()


@contextmanager
def bucket_service() -> Iterator[str]:
    """The address of a bucket with nothing in it."""
    handler = type("Handler", (_Handler,), {"files": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{KEY_ID}:secret@127.0.0.1:{server.server_port}/fotos?region=nl"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
