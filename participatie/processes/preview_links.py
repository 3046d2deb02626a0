"""The address of a preview: the number of its link, signed, so that nobody guesses one."""

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer


def token_of(link_id: int) -> str:
    """What stands in the address of this link."""
    return str(_signer().dumps(link_id))


def number_in(token: str) -> int | None:
    """The number of the link; None for an address that we did not make."""
    try:
        return int(_signer().loads(token))
    except (BadSignature, TypeError, ValueError):
        return None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="preview-link")
