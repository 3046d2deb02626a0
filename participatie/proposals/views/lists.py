"""Lists of proposals: as a page, as a feed, and how they are ordered."""

from typing import Any, NamedTuple

from flask import Blueprint, jsonify, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from participatie.contributions.orders import ALWAYS, ON_CHOICE, Order
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
from participatie.core.paging import cards_on_page, page_of
from participatie.maps.rules import Point
from participatie.maps.tiles import with_map
from participatie.maps.views import dot, on_map
from participatie.media.rules import widths_of
from participatie.processes.rules import Action, may
from participatie.proposals import queries
from participatie.proposals.filters import Filters
from participatie.proposals.rules.proposals import AnswerStatus

bp = Blueprint("proposal_lists", __name__, template_folder="../templates")


class Cover(NamedTuple):
    """The photo on a card, as `contributions/images.html` shows it."""

    key: str
    width: int
    height: int
    description: str

    @property
    def widths(self) -> tuple[int, ...]:
        return widths_of(self.width)


class Card(NamedTuple):
    """What a list says of one proposal. Two that say the same look the same."""

    id: int
    title: str
    summary: str
    language: str
    area: str | None
    is_official: bool
    answer: AnswerStatus | None
    comments: int
    supporters: int
    cover: Cover | None


@bp.get("/trajecten/<slug>/voorstellen")
@anyone
@cached_page
def index(slug: str) -> ResponseReturnValue:
    """List the proposals of a process."""
    process, phases = list_head(slug)
    chosen, moment = filters_of(Filters, process), now()
    found = queries.in_order(chosen.asked_of_proposals, chosen.order)
    page = cards_on_page(found, queries.cards(), list_values(process.id, chosen, moment))
    return render_template(
        "proposals/index.html",
        process=process,
        page=page,
        cards=[_card(row) for row in page.items],
        filters=chosen,
        may_propose=may(Action.PROPOSE, phases, moment),
        opens=next_chance(Action.PROPOSE, phases, moment),
    )


@bp.get("/trajecten/<slug>/voorstellen/kaart")
@anyone
@cached_page
def as_map(slug: str) -> ResponseReturnValue:
    """The same list on a map, with the proposals that have a dot beside it."""
    process, _ = list_head(slug)
    chosen = filters_of(Filters, process)
    asked_with = list_values(process.id, chosen, now())
    found = db.session.execute(queries.on_the_map(chosen.asked_of_proposals), asked_with).all()
    page = page_of(found)
    shown = render_template(
        "proposals/map.html",
        process=process,
        page=page,
        cards=[_card(row) for row in rows_of(queries.cards(), [row.id for row in page.items])],
        filters=chosen,
        without=db.session.scalars(queries.numbers(chosen.asked_of_proposals), asked_with).one()
        - len(found),
        on_map=on_map(Point(row.latitude, row.longitude) for row in found),
    )
    return with_map(make_response(shown))


@bp.get("/trajecten/<slug>/voorstellen/stippen")
@anyone
@cached_page
def points(slug: str) -> ResponseReturnValue:
    """What the map shows, for its script."""
    process, _ = list_head(slug)
    chosen = filters_of(Filters, process)
    found = db.session.execute(
        queries.on_the_map(chosen.asked_of_proposals), list_values(process.id, chosen, now())
    ).all()
    return jsonify([_dot(row) for row in found])


@bp.get("/trajecten/<slug>/voorstellen/feed")
@anyone
@cached_page
def feed(slug: str) -> ResponseReturnValue:
    """The newest of the same list, for a feed reader."""
    process, _ = list_head(slug)
    chosen = filters_of(Filters, process)
    newest = queries.in_order(chosen.asked_of_proposals, Order.NEWEST).limit(IN_A_FEED)
    rows = rows_of(
        queries.cards(), db.session.scalars(newest, list_values(process.id, chosen, now())).all()
    )
    return as_feed("proposals/feed.xml", process, rows, filters=chosen)


@bp.get("/hoe-wij-sorteren")
@anyone
@cached_page
def orders() -> ResponseReturnValue:
    """Each order of a list, with its formula."""
    return render_template("proposals/orders.html", always=ALWAYS, on_choice=ON_CHOICE)


def _dot(row: Any) -> dict[str, object]:
    address = url_for("proposals.show", contribution_id=row.id)
    return dot(Point(row.latitude, row.longitude), row.title, address)


def _card(row: Any) -> Card:
    return Card(
        id=row.id,
        title=row.title,
        summary=row.summary,
        language=row.language,
        area=row.area,
        is_official=row.is_official,
        answer=row.answer,
        comments=row.comment_count,
        supporters=row.support_count,
        cover=Cover(row.cover_key, row.cover_width, row.cover_height, row.cover_description)
        if row.cover_key
        else None,
    )
