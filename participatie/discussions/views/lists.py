"""Lists of discussions: as a page, and as a feed."""

from typing import Any, NamedTuple

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from participatie.contributions.orders import Order
from participatie.contributions.rules import next_chance
from participatie.contributions.views import (
    IN_A_FEED,
    as_feed,
    filters_of,
    list_head,
    list_values,
    rows_of,
)
from participatie.core.access import anyone
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.page_cache import cached_page
from participatie.core.paging import cards_on_page
from participatie.discussions.filters import Filters
from participatie.discussions.queries import discussions as queries
from participatie.discussions.rules import can_start
from participatie.identity.current import actor
from participatie.processes.rules import Action, Starters, may

bp = Blueprint("discussion_lists", __name__, template_folder="../templates")


class Card(NamedTuple):
    """What a list says of one discussion. Two that say the same look the same."""

    id: int
    title: str
    summary: str
    language: str
    area: str | None
    agree: int
    disagree: int
    comments: int
    is_official: bool
    is_answered: bool


@bp.get("/trajecten/<slug>/discussies")
@anyone
@cached_page
def index(slug: str) -> ResponseReturnValue:
    """List the discussions of a process."""
    process, phases = list_head(slug)
    chosen, moment = filters_of(Filters, process), now()
    found = queries.in_order(chosen.asked, chosen.order)
    page = cards_on_page(found, queries.cards(), list_values(process.id, chosen, moment))
    return render_template(
        "discussions/index.html",
        process=process,
        page=page,
        cards=[_card(row) for row in page.items],
        filters=chosen,
        may_start=may(Action.DISCUSS, phases, moment) and _is_asked(process),
        opens=next_chance(Action.DISCUSS, phases, moment),
    )


@bp.get("/trajecten/<slug>/discussies/feed")
@anyone
@cached_page
def feed(slug: str) -> ResponseReturnValue:
    """The newest of the same list, for a feed reader."""
    process, _ = list_head(slug)
    chosen = filters_of(Filters, process)
    newest = queries.in_order(chosen.asked, Order.NEWEST).limit(IN_A_FEED)
    rows = rows_of(
        queries.cards(), db.session.scalars(newest, list_values(process.id, chosen, now())).all()
    )
    return as_feed("discussions/feed.xml", process, rows, filters=chosen)


def _is_asked(process: Any) -> bool:
    """Whether the reader is asked to start a discussion, or would be after logging in."""
    who, starters = actor(), process.discussion_starters
    return can_start(starters, actor=who) or (who.id is None and starters is Starters.EVERYONE)


def _card(row: Any) -> Card:
    return Card(
        id=row.id,
        title=row.title,
        summary=row.summary,
        language=row.language,
        area=row.area,
        agree=row.agree_count,
        disagree=row.disagree_count,
        comments=row.comment_count,
        is_official=row.is_official,
        is_answered=row.answered_at is not None,
    )
