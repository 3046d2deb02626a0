"""The security headers that go with every answer, errors included."""

from flask import Flask, Response


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


def init_app(app: Flask, *, https: bool) -> None:
    """Set the headers; HSTS only where the base address is https."""

    @app.after_request
    def secure(response: Response) -> Response:
        said = {name.lower() for name, _ in response.headers}
        response.headers.extend([one for one in HEADERS.items() if one[0].lower() not in said])
        if https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response
