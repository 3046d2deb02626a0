"""What a clerk may still change in an open vote, and what to do about the rest."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import TextAreaField
from wtforms.validators import InputRequired

from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import DomainError, NotFound
from participatie.core.forms import Form
from participatie.core.once import once
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.votes.admin.running import round_of
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.amendments import CONTACT_PLACE, LONGEST_TEXT, ROADS
from participatie.votes.services import amending
from participatie.votes.services.amendments import Text, amendments_of, explanations

bp = Blueprint("vote_amendments", __name__, template_folder="../templates")

staff = only(Role.CLERK, Role.ADMINISTRATOR)


class MendForm(Form):
    """A text as it should be, and why it changes."""

    text = TextAreaField(
        lazy_gettext("The text as it should be"),
        [InputRequired(lazy_gettext("Write the text as it should be."))],
    )
    reason = TextAreaField(
        lazy_gettext("Why? Everybody can read this"),
        [InputRequired(lazy_gettext("Write why. Everybody can read it."))],
    )


class ContactForm(MendForm):
    """Where people can ask, and why that is told."""

    text = TextAreaField(
        lazy_gettext("Where can people ask their questions?"),
        [InputRequired(lazy_gettext("Write where people can ask their questions."))],
        description=lazy_gettext("For example: call 14 0299, on working days from 9 to 5."),
    )
    reason = TextAreaField(
        lazy_gettext("Why? Everybody can read this"),
        [InputRequired(lazy_gettext("Write why. Everybody can read it."))],
    )


@bp.get("/griffie/stemmingen/<int:round_id>/wijzigen")
@staff
def show(round_id: int) -> ResponseReturnValue:
    """What can change, what cannot, and which road to take then."""
    vote_round = round_of(round_id)
    return render_template(
        "votes/amendments.html",
        vote_round=vote_round,
        texts=explanations(vote_round),
        contact=amending.contact(vote_round),
        roads=ROADS,
        amendments=amendments_of(vote_round),
    )


@bp.route("/griffie/stemmingen/<int:round_id>/wijzigen/<place>", methods=["GET", "POST"])
@staff
@once
def mend(round_id: int, place: str) -> ResponseReturnValue:
    """Mend one text of an open vote."""
    vote_round = round_of(round_id)
    text = _text(vote_round, place)
    form = (ContactForm if place == CONTACT_PLACE else MendForm)(text=text.text)
    if form.validate_on_submit():
        try:
            amending.mend(
                round_id,
                place,
                text=form.text.data or "",
                reason=form.reason.data or "",
                actor=actor(),
                now=now(),
            )
        except DomainError as error:
            db.session.rollback()
            form.refuse(error)
            vote_round = round_of(round_id)
        else:
            db.session.commit()
            flash(gettext("Mended. What changed stands with the vote for everybody."), "success")
            return redirect(url_for(".show", round_id=round_id), 303)
    page = render_template(
        "votes/mend.html", vote_round=vote_round, text=text, form=form, most=LONGEST_TEXT
    )
    return page, 422 if form.errors or form.form_errors else 200


def _text(vote_round: VoteRound, place: str) -> Text:
    """The text at a place, as it holds now. Raises `NotFound`."""
    if place == CONTACT_PLACE:
        return amending.contact(vote_round)
    for text in explanations(vote_round):
        if text.place == place:
            return text
    raise NotFound
