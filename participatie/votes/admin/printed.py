"""What is printed for a vote on paper: the ballot, and a form to count by hand with."""

from typing import Any

from flask import Blueprint, get_template_attribute, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from werkzeug.wrappers import Response

from participatie.core.access import only
from participatie.core.clock import now
from participatie.identity.rules import Role
from participatie.theming import sheets
from participatie.theming.formats import money
from participatie.theming.sheets import Part, Sheet
from participatie.theming.themes import themes
from participatie.theming.typesetting import pdf
from participatie.votes.admin.running import round_of
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.kinds import BallotKind, Option, Question
from participatie.votes.rules.papers import Paper
from participatie.votes.services.papers import paper_of, printed_orders

bp = Blueprint("vote_printed", __name__, template_folder="../templates")

staff = only(Role.CLERK, Role.ADMINISTRATOR)

BALLOT = "votes/pdf/ballot.typ"
LARGE = "groot"
MARKS = {BallotKind.RANKING: "number", BallotKind.POINTS: "number", BallotKind.OPEN: "lines"}


@bp.get("/griffie/stemmingen/<int:round_id>/papier/stembiljet")
@staff
def ballot(round_id: int) -> ResponseReturnValue:
    """The ballot as a page."""
    vote_round = round_of(round_id)
    return render_template(
        "votes/ballot_print.html",
        vote_round=vote_round,
        ballot=_ballot(vote_round),
        large=LARGE in request.args,
    )


@bp.get("/griffie/stemmingen/<int:round_id>/papier/stembiljet.pdf")
@staff
def ballot_pdf(round_id: int) -> ResponseReturnValue:
    """The same to print, in large letters when that is asked."""
    vote_round = round_of(round_id)
    facts = _ballot(vote_round) | {"large": LARGE in request.args}
    return _sent(BALLOT, facts, f"stemming-{round_id}-stembiljet.pdf")


@bp.get("/griffie/stemmingen/<int:round_id>/papier/telformulier")
@staff
def count_form(round_id: int) -> ResponseReturnValue:
    """A form to count papers by hand with, as a page."""
    vote_round = round_of(round_id)
    sheet = _count_form(vote_round)
    return render_template("votes/count_form.html", vote_round=vote_round, sheet=sheet)


@bp.get("/griffie/stemmingen/<int:round_id>/papier/telformulier.pdf")
@staff
def count_form_pdf(round_id: int) -> ResponseReturnValue:
    """The same to print."""
    facts = _count_form(round_of(round_id)).facts()
    return _sent(sheets.TEMPLATE, facts, f"stemming-{round_id}-telformulier.pdf")


def _ballot(vote_round: VoteRound) -> dict[str, Any]:
    """All that stands on a ballot, for the page and for the PDF. Raises `Conflict`."""
    orders, asked = printed_orders(vote_round), paper_of(vote_round)
    limit_words: Any = get_template_attribute("votes/_parts.html", "limit_words")
    explanations = {question.code: question.explanation for question in vote_round.questions}
    questions = [
        _question(question, explanations[question.code], orders[question.code])
        for question in asked.questions
    ]
    once = _said_once(questions)
    return {
        "kind": gettext("Ballot"),
        "title": vote_round.title,
        "intro": [
            gettext("Fill in this ballot with a pen. Put it in the ballot box yourself."),
            gettext("Do not write your name on it, nor anything else that shows who you are."),
            *once,
            *(str(limit_words(asked, limit)) for limit in asked.limits),
        ],
        "more": gettext("There is more on the next page."),
        "questions": [question | {"how": ""} for question in questions] if once else questions,
        "rules": [
            gettext("Do you leave a question open? Then your vote is blank there."),
            *_too_many_areas(asked),
            gettext("Did you make a mistake? Ask for a new ballot and hand in this one."),
            gettext("The order of the answers was drawn by lot. It is the same on every paper."),
        ],
    }


def _said_once(questions: list[dict[str, Any]]) -> list[str]:
    """How to fill in all questions where that is the same for all of several."""
    ways = {question["how"] for question in questions}
    return list(ways) if len(ways) == 1 < len(questions) else []


def _too_many_areas(asked: Paper) -> list[str]:
    """What happens to marks in too many areas; nothing where nobody has to leave one empty."""
    if not any(limit.is_limit for limit in asked.limits):
        return []
    return [
        gettext("Do you choose in more areas than you may? Then your vote does not count there.")
    ]


def _question(question: Question, explanation: str, order: list[str]) -> dict[str, Any]:
    limits: Any = get_template_attribute("votes/_ballot.html", "limits")
    if question.budget is not None:
        limit = gettext(
            "Choose one or more plans. Together they cost at most %(money)s.",
            money=money(question.money),
        )
    else:
        limit = " ".join(str(limits(question)).split())
    return {
        "title": question.title,
        "explanation": explanation,
        "limits": limit,
        "how": _how(question),
        "mark": MARKS.get(question.kind, "box"),
        "options": [_option(question, question.options[code]) for code in order],
    }


def _option(question: Question, option: Option) -> dict[str, str]:
    cost = money(option.cost) if question.budget is not None else ""
    text = "" if option.text == cost else option.text
    return {"title": option.title, "text": text, "cost": cost}


def _how(question: Question) -> str:
    if question.kind is BallotKind.RANKING:
        return str(gettext("Write 1 beside the best, 2 beside the next, and so on."))
    if question.kind is BallotKind.POINTS:
        return str(gettext("Write the number of points in the box."))
    if question.kind is BallotKind.OPEN:
        return str(gettext("Write on the lines."))
    return str(gettext("Put a cross in the box."))


def _count_form(vote_round: VoteRound) -> Sheet:
    """Lines to fill in by hand; two people sign."""
    orders = printed_orders(vote_round)
    head = (gettext("Answer"), gettext("Tally marks"), gettext("Total"))
    last = (gettext("Blank"), gettext("Does not count"), gettext("All papers of this pile"))
    parts = [
        Part(
            heading=question.title,
            head=head,
            is_form=True,
            rows=tuple(
                (words, "", "")
                for words in (
                    *(question.options[code].title for code in orders[question.code]),
                    *last,
                )
            ),
        )
        for question in paper_of(vote_round).questions
        if question.options
    ]
    signs = Part(
        heading=gettext("Counted by"),
        texts=(gettext("The second person counts the same pile on a form of their own."),),
        signs=(gettext("Name and signature"), gettext("Number of the pile, date and time")),
    )
    return Sheet(
        title=gettext("Count form"),
        over=vote_round.title,
        lead=gettext("One form for each pile of papers, and for each person who counts."),
        parts=(*parts, signs),
    )


def _sent(template: str, facts: dict[str, Any], name: str) -> Response:
    facts = facts | {
        "language": str(get_locale()),
        "municipality": themes().site().municipality,
    }
    response = Response(pdf(template, facts, made_at=now()), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
