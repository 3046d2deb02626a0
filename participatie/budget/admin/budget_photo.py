"""The griffie chooses the photo of a budget itself."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.budget.admin.saving import kept, status
from participatie.budget.forms.photos import BudgetPhotoForm, photo_form
from participatie.budget.models.budgets import Budget
from participatie.budget.queries import budgets as queries
from participatie.budget.services import budget_photos
from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.uploads import takes_files
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.media import pictures
from participatie.media.rules import MOST_BYTES, MOST_SENT

bp = Blueprint("budget_photo_admin", __name__, template_folder="../templates")

staff = only(Role.CLERK, Role.ADMINISTRATOR)


@bp.route("/griffie/begrotingen/<int:budget_id>/foto", methods=["GET", "POST"])
@staff
@takes_files(MOST_SENT)
def show(budget_id: int) -> ResponseReturnValue:
    """The photo that there is, what there is to see on it, and another one."""
    budget = _budget(budget_id)
    form = photo_form(budget.image)
    if form.validate_on_submit() and kept(form, lambda: _keep(budget, form)):
        return _saved(budget_id)
    page = render_template(
        "budget/budget_photo.html",
        form=form,
        budget=budget,
        most_megabytes=MOST_BYTES // 1_000_000,
    )
    return page, status(form)


@bp.post("/griffie/begrotingen/<int:budget_id>/foto/weg")
@staff
def take_away(budget_id: int) -> ResponseReturnValue:
    """Show no photo any more."""
    budget_photos.take_photo_away(_budget(budget_id), actor=actor(), now=now())
    db.session.commit()
    return _saved(budget_id)


def _keep(budget: Budget, form: BudgetPhotoForm) -> None:
    said = form.description.data or ""
    if not form.image.data:
        budget_photos.describe_photo(budget, said, actor=actor(), now=now())
        return
    budget_photos.show_photo(
        budget,
        pictures.read(form.image.data.stream),
        said,
        storage=current_app.extensions["media"],
        actor=actor(),
        now=now(),
    )


def _saved(budget_id: int) -> ResponseReturnValue:
    flash(gettext("This is saved."), "success")
    return redirect(url_for(".show", budget_id=budget_id), 303)


def _budget(budget_id: int) -> Budget:
    found = db.session.scalars(queries.any_budget(budget_id)).one_or_none()
    if found is None:
        raise NotFound
    return found
