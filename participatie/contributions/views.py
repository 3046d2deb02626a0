"""What can be done with a contribution of any kind: find its page, follow it."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from participatie.contributions import queries, services
from participatie.contributions.models import Contribution
from participatie.contributions.rules import State, can_see
from participatie.core.access import anyone, logged_in
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.identity.current import actor

bp = Blueprint("contributions", __name__)


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


def page_of(contribution: Contribution) -> str:
    """The address of the page that shows a contribution."""
    return url_for(contribution.page_endpoint, contribution_id=contribution.id)


def name_to_offer() -> str:
    """The public name that stands in a form when it opens."""
    name = gettext("A resident") if actor().is_resident else gettext("The municipality")
    return str(current_user.public_name or name)


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
