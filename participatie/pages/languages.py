"""Which languages of the road readers may choose, and in which one a page answers."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask, current_app, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participatie.core import i18n
from participatie.core.db import db
from participatie.core.i18n import DEFAULT_LANGUAGE, ROAD_NAMES, Changes, Offered, Texts
from participatie.identity.current import actor
from participatie.pages import queries
from participatie.pages.road import (
    ROAD,
    Approval,
    RoadText,
    all_approved,
    as_said,
    with_approvals,
)
from participatie.pages.rules import can_approve


@dataclass(slots=True)
class _Known:
    """What this process found, as of the last approval in each language and the Dutch it read."""

    as_of: object = None
    offered: Offered = field(default_factory=dict)


def offered(changes: Changes) -> Offered:
    """The languages of which each text is approved as it is now, with all they say.

    `changes` is what the site says instead of texts of the program. The texts are read again only
    when somebody approved something, or a text changed.
    """
    known: _Known = current_app.extensions["road"]
    last = db.session.execute(queries.last_approvals()).all()
    as_of = (last, changes.get(DEFAULT_LANGUAGE, {}))
    if known.as_of != as_of:
        found = {name: all_approved(texts(name, changes)) for name, _ in last}
        known.offered = {name: said for name, said in found.items() if said is not None}
        known.as_of = as_of
    return known.offered


def texts(language: str, changes: Changes) -> list[RoadText]:
    """The texts of the road in `language`, each with what was approved last."""
    own: Texts = current_app.extensions["texts"]
    approvals = {
        one.message: Approval(one.source, tuple(one.forms), name, one.approved_at)
        for one, name in db.session.execute(queries.approvals(language))
    }
    return with_approvals(language, own[DEFAULT_LANGUAGE], changes, approvals)


def init_app(
    app: Flask, *, is_offered: Callable[[str], bool], changes: Callable[[], Changes]
) -> None:
    """Answer in a language of the road where it is offered, on the pages of the road.

    Where it is not offered, who reads is led to the Dutch page; who sends something is answered in
    Dutch, so that no vote is lost because a text changed. Who has to approve a language reads it
    on its pages already.
    """
    app.extensions["road"] = _Known()

    def may_try(asked: str) -> bool:
        """Whether who asks has to approve this language: they see it before anybody else."""
        if not current_user.is_authenticated:
            return False
        return can_approve(actor(), db.session.scalar(queries.approver_of(asked)))

    def settle() -> ResponseReturnValue | None:
        asked = i18n.asked()
        if asked not in ROAD_NAMES or request.endpoint == "static":
            return None
        is_there = is_offered(asked)
        if not is_there and may_try(asked):
            i18n.try_out(asked, as_said(texts(asked, changes())))
            is_there = True
        if not is_there and request.method in {"GET", "HEAD"}:
            return redirect("/" + request.full_path.strip("/").removesuffix("?"), 303)
        on_road = request.endpoint is None or request.endpoint in ROAD
        if not is_there or not on_road:
            i18n.speak(DEFAULT_LANGUAGE)
        return None

    app.before_request(settle)
