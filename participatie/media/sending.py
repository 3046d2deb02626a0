"""Photos and documents on their way to a browser: harmless there, kept by who may keep them."""

from io import BytesIO

from flask import Response, current_app, send_file

from participatie.core.errors import NotFound
from participatie.media.models import Document
from participatie.media.rules import DOCUMENT_TYPES, MIME_TYPES, Encoding
from participatie.media.services import document_file, file_name

FOR_EVERYONE = "public, max-age=31536000, s-maxage=600, immutable"
"""A file never changes; what many share lets it go soon after it is hidden."""
FOR_ONE = "private, no-store"


def send_photo(key: str, width: int, encoding: Encoding, *, is_public: bool) -> Response:
    """A photo in one size, to be kept by everyone's browser or by one person's only."""
    try:
        with current_app.extensions["media"].open(key, file_name(width, encoding)) as file:
            response = Response(file.read(), mimetype=MIME_TYPES[encoding])
    except FileNotFoundError:
        current_app.logger.error("image %s has no file of %s %s", key, width, encoding)  # noqa: TRY400
        raise NotFound from None
    return _harmless(response, is_public=is_public)


def send_document(kept: Document, *, is_public: bool) -> Response:
    """A document, to be saved: no browser opens it here."""
    try:
        with current_app.extensions["media"].open(kept.key, document_file(kept.kind)) as stored:
            content = BytesIO(stored.read())
    except FileNotFoundError:
        current_app.logger.error("document %s has no file", kept.key)  # noqa: TRY400
        raise NotFound from None
    response = send_file(
        content, mimetype=DOCUMENT_TYPES[kept.kind], as_attachment=True, download_name=kept.name
    )
    return _harmless(response, is_public=is_public)


def _harmless(response: Response, *, is_public: bool) -> Response:
    """Kept by everyone's browser or by one person's only, and without any power where it opens."""
    response.headers["Cache-Control"] = FOR_EVERYONE if is_public else FOR_ONE
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
