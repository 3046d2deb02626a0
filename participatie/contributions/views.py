"""What can be done with a contribution of any kind: find its page, follow it, list it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import BigInteger, Select, bindparam, func
from sqlalchemy.dialects.postgresql import ARRAY

from participatie.areas.queries import names as names_of_areas
from participatie.contributions import lists, queries, services
from participatie.contributions.filters import Filters
from participatie.contributions.models import Contribution
from participatie.contributions.orders import seed_for
from participatie.contributions.rules import (
    A_WHILE,
    MOST_IN_A_WHILE,
    READABLE,
    State,
    Written,
    can_see,
)
from participatie.core.access import anyone, logged_in
from participatie.core.clock import now, today
from participatie.core.db import db
from participatie.core.errors import N_, NotFound, TooMany
from participatie.core.limits import count_try
from participatie.core.page_cache import shared
from participatie.identity.current import actor
from participatie.identity.forms import AddressForm
from participatie.media.rules import Encoding
from participatie.media.sending import send_document, send_photo

bp = Blueprint("contributions", __name__, template_folder="templates")

IN_A_FEED = 30
ATOM = "application/atom+xml"

F = TypeVar("F", bound=Filters)

_JUST_DONE = "just_done"


def load(contribution_id: int) -> Contribution:
    """The contribution, with process and phases; someone's draft is there for its author only.

    What is hidden is given to everyone: the page shows what is left of it. Raises `NotFound`.
    """
    found = db.session.scalars(queries.contribution(contribution_id)).unique().one_or_none()
    if found is None:
        raise NotFound
    if found.state is State.DRAFT and not can_see(
        found.state, author_id=found.author_id, actor=actor()
    ):
        raise NotFound
    return found


def check_pace(written: Written) -> None:
    """Count one more of what the reader sends. Raises `TooMany` when that goes too fast."""
    try:
        count_try(
            f"{written}:{actor().id}", most=MOST_IN_A_WHILE[written], window=A_WHILE, now=now()
        )
    except TooMany:
        raise TooMany(
            N_(
                "You have sent much in a short time. This is not sent yet, and not lost. "
                "Wait ten minutes, and send it again."
            )
        ) from None


def list_head(slug: str) -> tuple[Any, list[Any]]:
    """What a list says of its process, and the phases of it. Raises `NotFound`."""
    rows = shared(f"the list of {slug}", lambda: _published(slug))
    return rows[0], [row for row in rows if row.kind]


def _published(slug: str) -> Sequence[Any]:
    rows = db.session.execute(lists.head(slug)).all()
    if not rows:
        raise NotFound
    return rows


def known_areas() -> Sequence[Any]:
    """The areas among which the reader of a list chooses."""
    return shared("areas", lambda: db.session.execute(names_of_areas()).all())


def filters_of(kind: type[F], process: Any) -> F:
    """What the reader of a list of `process`, as `list_head` gives it, asks for in the address."""
    return kind.read(
        request.args,
        areas=known_areas(),
        categories=process.categories,
        offered=process.offered_orders,
    )


def list_values(process_id: int, chosen: Filters, moment: datetime) -> lists.Values:
    """What a list is asked with, for who reads it now."""
    day = today()
    seed = seed_for(actor().id, day)
    return lists.values(chosen.asked, process_id, seed=seed, today=day, now=moment)


def rows_of(cards: Select[Any], numbers: Sequence[int]) -> list[Any]:
    """What `cards` says of these contributions, in the order of their numbers here."""
    found = db.session.execute(_of_numbers(cards), {"numbers": list(numbers)}).all()
    rows = {row.id: row for row in found}
    return [rows[number] for number in numbers if number in rows]


@lru_cache(maxsize=8)
def _of_numbers(cards: Select[Any]) -> Select[Any]:
    numbers = bindparam("numbers", type_=ARRAY(BigInteger))
    return cards.where(cards.selected_columns.id == func.any(numbers))


def as_feed(template: str, process: Any, rows: Sequence[Any], *, filters: Filters) -> Response:
    """Rows of a list for a feed reader; what was answered later changed then."""
    changed = [max(row.published_at, row.answered_at or row.published_at) for row in rows]
    page = render_template(
        template,
        process=process,
        rows=list(zip(rows, changed, strict=True)),
        changed=max(changed, default=process.published_at),
        filters=filters,
    )
    return Response(page, mimetype=ATOM)


def page_of(contribution: Contribution) -> str:
    """The address of the page that shows a contribution."""
    return url_for(contribution.page_endpoint, contribution_id=contribution.id)


def name_to_offer() -> str:
    """The public name that stands in a form when it opens."""
    name = gettext("A resident") if actor().is_resident else gettext("The municipality")
    return str(current_user.public_name or name)


@dataclass(frozen=True, slots=True)
class AfterAct:
    """What `contributions/after.html` asks who has just done something: may we send a message?"""

    number: int
    confirmed: str | None
    form: AddressForm


def after_act(contribution_id: int) -> AfterAct:
    """The one question after an act with this contribution; nobody has to answer it."""
    has_address = current_user.email_confirmed_at is not None
    return AfterAct(
        number=contribution_id,
        confirmed=current_user.email if has_address else None,
        form=AddressForm(formdata=None, email=current_user.email),
    )


def ask_after(contribution_id: int) -> None:
    """Let the page that comes next ask it, once."""
    session[_JUST_DONE] = contribution_id


def just_done(contribution_id: int) -> AfterAct | None:
    """The question, when something was done with this contribution a moment ago."""
    if current_user.is_anonymous or session.get(_JUST_DONE) != contribution_id:
        return None
    del session[_JUST_DONE]
    return after_act(contribution_id)


@bp.get("/bijdragen/<int:contribution_id>")
@anyone
def show(contribution_id: int) -> ResponseReturnValue:
    """Go to the page of a contribution: an address that works for every kind."""
    return redirect(page_of(load(contribution_id)), 303)


@bp.post("/bijdragen/<int:contribution_id>/volgen")
@logged_in
def follow(contribution_id: int) -> ResponseReturnValue:
    """Follow, or stop with it when the form says so."""
    contribution = load(contribution_id)
    if request.form.get("follow") == "no":
        services.unfollow(contribution, actor=actor())
        message = gettext("You no longer follow this.")
    else:
        services.follow(contribution, actor=actor(), now=now())
        message = gettext("You follow this. We tell you when there is an answer.")
    db.session.commit()
    flash(message, "success")
    return redirect(page_of(contribution), 303)


@bp.get("/fotos/<string(length=32):key>/<int:width>.<any(webp, jpg):encoding>")
@anyone
def image(key: str, width: int, encoding: str) -> ResponseReturnValue:
    """Send a photo to who may see the contribution that shows it."""
    found = db.session.execute(queries.image_with_contribution(key=key)).one_or_none()
    if found is None or width not in found[0].widths:
        raise NotFound
    shown_by = found[1]
    if not can_see(shown_by.state, author_id=shown_by.author_id, actor=actor()):
        raise NotFound
    return send_photo(key, width, Encoding(encoding), is_public=shown_by.state in READABLE)


@bp.get("/documenten/<string(length=32):key>")
@anyone
def document(key: str) -> ResponseReturnValue:
    """Let who may see the contribution that shows a document keep it; no browser opens it here."""
    found = db.session.execute(queries.document_with_contribution(key=key)).one_or_none()
    if found is None:
        raise NotFound
    kept, shown_by = found
    if not can_see(shown_by.state, author_id=shown_by.author_id, actor=actor()):
        raise NotFound
    return send_document(kept, is_public=shown_by.state in READABLE)
