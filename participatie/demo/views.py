"""The post of the demo: the mails that went out. These pages are there in a demo only."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from participatie.core.access import anyone
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.html import as_html
from participatie.core.paging import paginate
from participatie.notifications.models import DemoMail
from participatie.notifications.queries import demo_post

bp = Blueprint("demo", __name__, url_prefix="/demo", template_folder="templates")

LOOK = (
    "default-src 'none'; style-src 'unsafe-inline';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What a mail may do in a browser: wear its own style. Nothing runs and nothing is fetched."""


@bp.get("/post")
@anyone
def post() -> ResponseReturnValue:
    """List the mails, the newest first."""
    return render_template("demo/post.html", page=paginate(demo_post()), veiled=veiled)


@bp.get("/post/<int:mail_id>")
@anyone
def mail(mail_id: int) -> ResponseReturnValue:
    """Show one mail: how it reads, and what was sent to the letter."""
    found = _found(mail_id)
    return render_template("demo/mail.html", mail=found, body=as_html(found.text), veiled=veiled)


@bp.get("/post/<int:mail_id>/opmaak")
@anyone
def look(mail_id: int) -> ResponseReturnValue:
    """Show one mail as a mail program does."""
    answer = Response(_found(mail_id).html)
    answer.headers["Content-Security-Policy"] = LOOK
    return answer


def _found(mail_id: int) -> DemoMail:
    if (mail := db.session.get(DemoMail, mail_id)) is None:
        raise NotFound
    return mail


def veiled(address: str) -> str:
    """An address of which one sees whose it may be: a visitor may have filled in their own."""
    name, _, host = address.partition("@")
    return f"{name[:2]}…@{host}"
