"""The security headers that go with every answer, errors included."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def policy(*, images_from: str = "") -> str:
    """What a page may load: what is our own, and images of one more server where that is said."""
    images = " ".join(filter(None, ("img-src 'self'", images_from)))
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            images,
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-src 'none'",
            "frame-ancestors 'none'",
        )
    )


HEADERS = {
    "Content-Security-Policy": policy(),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


STRICT = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
UNKEPT = ("Cache-Control", "no-store")


def init_app(app: Flask, *, https: bool) -> None:
    """Set what an answer does not say itself; HSTS only where the base address is https."""
    app.wsgi_app = _Front(app.wsgi_app, HEADERS | (STRICT if https else {}))  # type: ignore[method-assign]


class _Front:
    """Sets them as the answer leaves: that costs less than to read the answer once more."""

    def __init__(self, inner: "WSGIApplication", always: dict[str, str]) -> None:
        self._inner = inner
        self._always = [((name, value), name.lower()) for name, value in always.items()]

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        def start(status: str, said: list[tuple[str, str]], trouble: object = None) -> object:
            known = {name.lower() for name, _ in said}
            said += [header for header, name in self._always if name not in known]
            if "cache-control" not in known:
                said.append(UNKEPT)
            return start_response(status, said, trouble)  # type: ignore[arg-type]

        return self._inner(environ, start)  # type: ignore[arg-type]
