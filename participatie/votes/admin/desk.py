"""The desk (balie): helping who votes on paper, or lost a letter."""

import re

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import N_, DomainError, Invalid
from participatie.identity.current import actor
from participatie.identity.pseudonyms import Purpose
from participatie.identity.rules import Role, is_bsn
from participatie.teams.queries import works_in
from participatie.votes.admin.desk_forms import LOOK, PAPER, DeskForm
from participatie.votes.admin.letter_files import ON_SCREEN, once
from participatie.votes.admin.letters import by_number, vote_round_of
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import rounds as round_queries
from participatie.votes.services import letter_codes, paper_ballots
from participatie.votes.services.rights import right_of
from participatie.votes.voters import vote_keys

bp = Blueprint("vote_desk", __name__, template_folder="../templates")

staff = only(Role.CLERK, Role.ADMINISTRATOR, Role.DESK)

LETTER_NUMBER = re.compile(r"\s*\d{1,12}\s*[-–]\s*\d{1,7}\s*")


@bp.get("/balie")
@only(Role.CLERK, Role.ADMINISTRATOR, Role.DESK, of_teams=True)
def index() -> ResponseReturnValue:
    """The votes that are open now, of the processes in which somebody works."""
    mine = works_in(VoteRound.process_id, actor(), (Role.CLERK, Role.DESK))
    rounds = db.session.scalars(round_queries.open_rounds().where(mine)).all()
    return render_template("votes/desk_index.html", rounds=rounds)


@bp.route("/balie/<int:round_id>", methods=["GET", "POST"])
@staff
def help_voter(round_id: int) -> ResponseReturnValue:
    """Give somebody a paper ballot or a new code."""
    vote_round, form = vote_round_of(round_id), DeskForm()
    if form.validate_on_submit():
        try:
            answer = _give(vote_round, form)
        except DomainError as error:
            db.session.rollback()
            form.refuse(error)
        else:
            return answer
    page = render_template("votes/desk.html", vote_round=vote_round, form=form, used=None)
    return page, 422 if form.errors or form.form_errors else 200


def _give(vote_round: VoteRound, form: DeskForm) -> ResponseReturnValue:
    voter_key = _voter_key(vote_round.id, form.who.data or "")
    if form.act.data == LOOK:
        used = right_of(vote_round, voter_key, actor=actor(), now=now())
        db.session.commit()
        return render_template(
            "votes/desk.html", vote_round=vote_round, form=DeskForm(None), used=used
        )
    if form.act.data != PAPER:
        letter = letter_codes.new_letter(
            vote_round, voter_key, keys=vote_keys(), actor=actor(), now=now()
        )
        db.session.commit()
        return once(vote_round, {"brief": [letter]}, ON_SCREEN)
    had_voted = paper_ballots.give_paper(vote_round, voter_key, actor=actor(), now=now())
    db.session.commit()
    if had_voted:
        said = gettext("Give this person a paper ballot. The vote that came in before is void.")
    else:
        said = gettext("Give this person a paper ballot. They can no longer vote online.")
    flash(said, "success")
    return redirect(url_for(".help_voter", round_id=vote_round.id), 303)


def _voter_key(round_id: int, typed: str) -> bytes:
    """By what key the roll knows who stands at the desk; what was typed goes no further."""
    if LETTER_NUMBER.fullmatch(typed):
        return by_number(round_id, typed, field="who").voter_key
    number = typed.replace(" ", "").replace(".", "")
    if not is_bsn(number):
        raise Invalid(
            N_("This is not a BSN: it has nine digits. A letter number looks like 3-214."),
            field="who",
        )
    pseudonym = current_app.extensions["pseudonyms"].pseudonym(Purpose.VOTE, number)
    return vote_keys().voter_key(round_id, pseudonym)
