"""Typing paper ballots: twice, by two people, until they found the same."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import DomainError, NotFound
from participatie.core.html import readable
from participatie.core.once import once
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.votes.admin.desk_forms import BY_HAND, PileForm, WithdrawPileForm
from participatie.votes.admin.letters import vote_round_of
from participatie.votes.admin.running import round_of
from participatie.votes.models.paper_ballots import PaperBallot, PaperPile
from participatie.votes.queries import acts as act_queries
from participatie.votes.queries import letters as letter_queries
from participatie.votes.rules.acts import Act
from participatie.votes.rules.hand_counts import can_be_counted_by_hand
from participatie.votes.rules.kinds import BallotKind, Question
from participatie.votes.rules.paper_ballots import Fault, Typed, Validity, from_numbers
from participatie.votes.rules.papers import Paper
from participatie.votes.services import hand_counts, paper_ballots
from participatie.votes.services.casting import paper
from participatie.votes.services.papers import printed_orders
from participatie.votes.services.piles import turn_held

bp = Blueprint("vote_paper", __name__, template_folder="../templates")

staff = only(Role.CLERK, Role.ADMINISTRATOR)

UNCLEAR = "unclear"
NUMBERED = frozenset({BallotKind.RANKING, BallotKind.POINTS})


@bp.route("/griffie/stemmingen/<int:round_id>/papier", methods=["GET", "POST"])
@staff
@once
def index(round_id: int) -> ResponseReturnValue:
    """The piles of a vote, and a form for a new one."""
    vote_round, form = vote_round_of(round_id), PileForm()
    if not can_be_counted_by_hand(paper(round_id).questions):
        del form.way
    if form.validate_on_submit():
        by_hand = form.way is not None and form.way.data == BY_HAND
        terms = {"by_hand": by_hand, "actor": actor(), "now": now()}
        try:
            paper_ballots.begin_pile(vote_round, form.papers.data or 0, **terms)
        except DomainError as error:
            db.session.rollback()
            form.refuse(error)
        else:
            db.session.commit()
            return redirect(url_for(".index", round_id=round_id), 303)
    piles = db.session.scalars(letter_queries.piles(round_id)).all()
    page = render_template(
        "votes/piles.html",
        vote_round=vote_round,
        form=form,
        piles=piles,
        typed=sum(pile.papers for pile in piles),
        given=db.session.scalars(letter_queries.papers_given(round_id)).one(),
        is_finalised=db.session.scalars(act_queries.confirmed(round_id, Act.FINALISE)).first()
        is not None,
    )
    return page, 422 if form.errors or form.form_errors else 200


@bp.get("/griffie/stemmingen/<int:round_id>/papier/<int:number>")
@staff
def pile(round_id: int, number: int) -> ResponseReturnValue:
    """How far a pile is, and the papers to look at again."""
    vote_round, found = vote_round_of(round_id), pile_of(round_id, number)
    ballot_paper = paper(round_id)
    if found.by_hand:
        return render_template(
            "votes/pile_by_hand.html",
            vote_round=vote_round,
            pile=found,
            questions=ballot_paper.questions,
            differences=hand_counts.compare(found, ballot_paper),
            mine=turn_held(found, actor()),
        )
    return render_template(
        "votes/pile.html",
        vote_round=vote_round,
        pile=found,
        differences=paper_ballots.compare(found, ballot_paper),
        mine=len(_mine(found)),
    )


@bp.route(
    "/griffie/stemmingen/<int:round_id>/papier/<int:number>/<int:place>", methods=["GET", "POST"]
)
@staff
def type_in(round_id: int, number: int, place: int) -> ResponseReturnValue:
    """One paper, as it lies before who types."""
    vote_round, found, ballot_paper = (
        vote_round_of(round_id),
        pile_of(round_id, number),
        paper(round_id),
    )
    if request.method == "POST":
        judged = paper_ballots.type_paper(
            found, vote_round, place, _typed(ballot_paper), actor=actor()
        )
        db.session.commit()
        counts = judged.validity is not Validity.INVALID
        flash(_said(place, judged.validity), "success" if counts else "warning")
        if place < found.papers:
            return redirect(
                url_for(".type_in", round_id=round_id, number=number, place=place + 1), 303
            )
        return redirect(url_for(".pile", round_id=round_id, number=number), 303)
    if found.by_hand or not 1 <= place <= found.papers:
        raise NotFound
    before = _mine(found).get(place)
    answers = before.answers if before else [[] for _ in ballot_paper.questions]
    return render_template(
        "votes/paper.html",
        vote_round=vote_round,
        pile=found,
        place=place,
        orders=printed_orders(round_of(round_id)) if vote_round.rules_hash else {},
        questions=[
            (question, marks, _shown(question, marks or []))
            for question, marks in zip(ballot_paper.questions, answers, strict=True)
        ],
        numbered=NUMBERED,
        fault=before.fault if before else None,
    )


@bp.post("/griffie/stemmingen/<int:round_id>/papier/<int:number>/klaar")
@staff
def agree(round_id: int, number: int) -> ResponseReturnValue:
    """Both found the same: the pile goes to the count."""
    vote_round, found = vote_round_of(round_id), pile_of(round_id, number)
    paper_ballots.agree(found, vote_round, actor=actor(), now=now())
    db.session.commit()
    flash(gettext("Pile %(number)s is closed. It goes to the count.", number=number), "success")
    return redirect(url_for(".index", round_id=round_id), 303)


@bp.route("/griffie/stemmingen/<int:round_id>/papier/<int:number>/terug", methods=["GET", "POST"])
@staff
def withdraw(round_id: int, number: int) -> ResponseReturnValue:
    """Take a pile back, to be typed again by two people."""
    vote_round, found, form = (
        vote_round_of(round_id),
        pile_of(round_id, number),
        WithdrawPileForm(),
    )
    if form.validate_on_submit():
        try:
            paper_ballots.withdraw_pile(
                found, vote_round, reason=form.reason.data or "", actor=actor(), now=now()
            )
        except DomainError as error:
            db.session.rollback()
            form.refuse(error)
            vote_round, found = vote_round_of(round_id), pile_of(round_id, number)
        else:
            db.session.commit()
            flash(
                gettext("Pile %(number)s is taken back. Begin it again.", number=number), "success"
            )
            return redirect(url_for(".index", round_id=round_id), 303)
    page = render_template("votes/pile_withdraw.html", vote_round=vote_round, pile=found, form=form)
    return page, 422 if form.errors or form.form_errors else 200


def _typed(ballot_paper: Paper) -> Typed:
    """The paper as the form says it is."""
    unclear = set(request.form.getlist(UNCLEAR))
    fault = request.form.get("fault")
    answers = [
        None if question.code in unclear else _marks(question)
        for question in ballot_paper.questions
    ]
    return Typed(tuple(answers), Fault(fault) if fault in set(Fault) else None)


def _marks(question: Question) -> tuple[str, ...] | None:
    """What is marked at one question; None when the numbers beside options say nothing."""
    name = f"q-{question.code}"
    if question.kind not in NUMBERED:
        return tuple(mark for mark in map(readable, request.form.getlist(name)) if mark.strip())
    numbers = {
        code: typed
        for code in question.options
        if (typed := request.form.get(f"{name}-{code}", "").strip())
    }
    return from_numbers(numbers, is_ranking=question.kind is BallotKind.RANKING)


def _shown(question: Question, marks: Sequence[str]) -> dict[str, str]:
    """What stands in the fields beside options, of a paper that was typed before."""
    if question.kind is BallotKind.RANKING:
        return {code: str(place) for place, code in enumerate(marks, 1)}
    if question.kind is BallotKind.POINTS:
        return dict(mark.split("=", 1) for mark in marks)
    return {}


def _said(place: int, validity: Validity) -> str:
    words = {
        Validity.VALID: gettext("Paper %(number)s counts.", number=place),
        Validity.BLANK: gettext("Paper %(number)s is blank.", number=place),
        Validity.PARTLY: gettext("Of paper %(number)s not every answer counts.", number=place),
        Validity.INVALID: gettext("Paper %(number)s does not count.", number=place),
    }
    return str(words[validity])


def _mine(found: PaperPile) -> dict[int, PaperBallot]:
    """The papers of a pile as who is logged in typed them; never those of the other."""
    turn = turn_held(found, actor())
    rows: Sequence[PaperBallot] = (
        db.session.scalars(letter_queries.papers(found.id, turn)).all() if turn else ()
    )
    return {row.number: row for row in rows}


def pile_of(round_id: int, number: int) -> PaperPile:
    """A pile that was not taken back. Raises `NotFound`."""
    found = db.session.scalars(
        letter_queries.piles(round_id).where(PaperPile.number == number)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found
