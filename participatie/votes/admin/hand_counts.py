"""Piles that are counted by hand: a form for what one person found of the whole pile."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from participatie.core.db import db
from participatie.core.errors import DomainError, NotFound
from participatie.core.forms import Form
from participatie.core.i18n import lazy_number
from participatie.identity.current import actor
from participatie.votes.admin.letters import vote_round_of
from participatie.votes.admin.paper import pile_of, staff
from participatie.votes.admin.running import round_of
from participatie.votes.models.paper_ballots import PaperPile
from participatie.votes.rules.hand_counts import Totals
from participatie.votes.rules.kinds import Question
from participatie.votes.rules.papers import Paper
from participatie.votes.services import hand_counts
from participatie.votes.services.casting import paper
from participatie.votes.services.papers import printed_orders
from participatie.votes.services.piles import MOST_PAPERS, turn_held

bp = Blueprint("vote_hand_counts", __name__, template_folder="../templates")


@bp.route("/griffie/stemmingen/<int:round_id>/papier/<int:number>/telling", methods=["GET", "POST"])
@staff
def enter(round_id: int, number: int) -> ResponseReturnValue:
    """What the person who is logged in counted; never what the other found."""
    vote_round, found, ballot_paper = (
        vote_round_of(round_id),
        pile_of(round_id, number),
        paper(round_id),
    )
    if not found.by_hand:
        raise NotFound
    turn = turn_held(found, actor())
    before = hand_counts.entered(found, turn, ballot_paper) if turn else {}
    form = _form(ballot_paper, before)
    if form.validate_on_submit():
        counts = _counts(form, ballot_paper, found)
        try:
            hand_counts.enter(found, vote_round, counts, actor=actor())
        except DomainError as error:
            db.session.rollback()
            form.refuse(error)
            vote_round, found = vote_round_of(round_id), pile_of(round_id, number)
        else:
            db.session.commit()
            flash(gettext("What you counted is saved."), "success")
            return redirect(url_for("vote_paper.pile", round_id=round_id, number=number), 303)
    orders = printed_orders(round_of(round_id)) if vote_round.rules_hash else {}
    page = render_template(
        "votes/hand_count.html",
        vote_round=vote_round,
        pile=found,
        form=form,
        questions=[(q, _fields(form, q, orders.get(q.code))) for q in ballot_paper.questions],
    )
    return page, 422 if form.errors or form.form_errors else 200


def _form(ballot_paper: Paper, before: Mapping[str, Totals]) -> Form:
    """A number for each option, for blank papers and for those that do not count."""
    fields = {}
    for question in ballot_paper.questions:
        known = before.get(question.code)
        for code, option in question.options.items():
            number = known.votes.get(code) if known else None
            fields[_name(question, code)] = _number(option.title, number)
        blank, invalid = gettext("Blank: nothing is marked"), gettext("Does not count")
        fields[_blank(question)] = _number(blank, known.blank if known else None)
        fields[_invalid(question)] = _number(invalid, known.invalid if known else None)
    form: Form = type("HandCountForm", (Form,), fields)()
    return form


def _number(label: str, value: int | None) -> IntegerField:
    sentence = gettext("Fill in a number from 0 to %(most)s.", most=lazy_number(MOST_PAPERS))
    checks = [InputRequired(sentence), NumberRange(0, MOST_PAPERS, sentence)]
    return IntegerField(label, checks, default=value)


def _fields(form: Form, question: Question, order: list[str] | None) -> list[IntegerField]:
    """The fields of a question, the options in the order of the printed ballot."""
    options = [_name(question, code) for code in order or question.options]
    return [form[name] for name in (*options, _blank(question), _invalid(question))]


def _counts(form: Form, ballot_paper: Paper, pile: PaperPile) -> dict[str, Totals]:
    return {
        question.code: Totals(
            pile.papers,
            invalid=form[_invalid(question)].data,
            blank=form[_blank(question)].data,
            votes={code: form[_name(question, code)].data for code in question.options},
        )
        for question in ballot_paper.questions
    }


def _name(question: Question, code: str) -> str:
    return f"votes.{question.code}.{code}"


def _blank(question: Question) -> str:
    return f"blank.{question.code}"


def _invalid(question: Question) -> str:
    return f"invalid.{question.code}"
