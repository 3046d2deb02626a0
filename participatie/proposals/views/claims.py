"""Who proposed something at a meeting makes it theirs, with the code on a slip."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.forms import tried
from participatie.identity.current import actor, residents
from participatie.proposals.forms.entering import ClaimForm
from participatie.proposals.services import claiming

bp = Blueprint("proposal_claims", __name__, template_folder="../templates")


@bp.get("/mijn/idee")
@residents
def ask() -> ResponseReturnValue:
    """Ask for the code on a slip."""
    return render_template("proposals/claim.html", form=ClaimForm())


@bp.post("/mijn/idee")
@residents
def claim() -> ResponseReturnValue:
    """Make the proposal of a slip of who typed its code."""
    form = ClaimForm()
    number = None
    if form.validate():
        typed = form.code.data or ""
        number = tried(form, lambda: claiming.claim(typed, actor=actor(), now=now()))
    if number is None:
        return render_template("proposals/claim.html", form=form), 422
    db.session.commit()
    flash(gettext("This proposal is yours now. You follow it from now on."), "success")
    return redirect(url_for("proposals.show", contribution_id=number), 303)
