"""Setting up a vote: what it asks, what can be chosen, and whether it is ready to open."""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.core.access import only
from participatie.core.clock import AMSTERDAM, now
from participatie.core.db import db
from participatie.core.error_pages import say
from participatie.core.errors import N_, Conflict, Invalid, NotFound
from participatie.core.forms import Form, tried
from participatie.core.once import once
from participatie.identity.current import actor, by_office
from participatie.identity.rules import Role
from participatie.processes import queries as processes
from participatie.processes.models import Process
from participatie.teams.queries import works_in
from participatie.votes.admin.setup_forms import (
    LIMITED,
    NO_PROCESS,
    AskForm,
    FactsForm,
    NewForm,
    OptionForm,
    OptionsForm,
    QuestionForm,
)
from participatie.votes.models.rounds import VoteOption, VoteQuestion, VoteRound
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.kinds import BallotKind
from participatie.votes.rules.rounds import Grade, Publication, RoundState
from participatie.votes.rules.setting_up import lines, out_of_office, proposed_in
from participatie.votes.services import opening, setting_up
from participatie.votes.services.entitling import who_may
from participatie.votes.services.papers import paper_of
from participatie.votes.services.readying import place_of
from participatie.votes.voters import vote_keys

bp = Blueprint("vote_setup", __name__, template_folder="../templates")

staff = only(Role.CLERK, Role.ADMINISTRATOR)

T = TypeVar("T")
UP, DOWN, REMOVE = "up", "down", "remove"
STEPS = {UP: -1, DOWN: 1}


@bp.get("/griffie/stemmingen/opzet")
@only(Role.CLERK, Role.ADMINISTRATOR, of_teams=True)
def index() -> ResponseReturnValue:
    """The votes that divide no money, of the processes in which somebody works; newest first."""
    mine = round_queries.polls().where(works_in(VoteRound.process_id, actor()))
    return render_template("votes/setup_index.html", votes=db.session.scalars(mine))


@bp.route("/griffie/stemmingen/nieuw", methods=["GET", "POST"])
@staff
@once
def new() -> ResponseReturnValue:
    """Begin a vote: few questions, and the rest is right until somebody says otherwise."""
    offered, of_process = _processes(), request.args.get("process_id", NO_PROCESS, type=int)
    phases = processes.phases_of(of_process if of_process in dict(offered) else NO_PROCESS)
    opens_at, closes_at = proposed_in(db.session.scalars(phases), now(), AMSTERDAM)
    form = NewForm(
        opens_at=opens_at,
        closes_at=closes_at,
        grade=Grade.LIGHT.value,
        publication=Publication.COUNTS.value,
        of_process=of_process,
    )
    form.offer(offered)
    if form.validate_on_submit():
        vote = _tried(form, lambda: _begin(form))
        if vote is not None:
            flash(gettext("The vote is kept. Only you and your colleagues see it."), "success")
            return redirect(url_for(".show", round_id=vote.id), 303)
    return render_template("votes/setup_new.html", form=form), _status(form)


@bp.get("/griffie/stemmingen/<int:round_id>/opzet")
@staff
def show(round_id: int) -> ResponseReturnValue:
    """What is set up, and what must still be mended before it can open."""
    vote = _load(round_id)
    if vote.state is not RoundState.DRAFT:
        return redirect(url_for("vote_running.show", round_id=round_id), 303)
    faults = [(_address(vote, fault), say(fault)) for fault in opening.faults(vote, now=now())]
    return render_template(
        "votes/setup_show.html",
        vote=vote,
        paper=paper_of(vote),
        whom=who_may(round_id),
        faults=faults,
        late=out_of_office((vote.opens_at, vote.closes_at), AMSTERDAM),
    )


@bp.route("/griffie/stemmingen/<int:round_id>/gegevens", methods=["GET", "POST"])
@staff
def facts(round_id: int) -> ResponseReturnValue:
    """Say it otherwise."""
    vote = _draft(round_id)
    form = FactsForm(
        data={**FactsForm.filled_in(vote), "of_process": vote.process_id or NO_PROCESS}
    )
    form.offer(_processes(vote.process_id or NO_PROCESS))
    if form.validate_on_submit() and _tried(
        form,
        lambda: setting_up.change(vote, form.facts(form.of_process.data or None), actor=actor()),
    ):
        return _saved(round_id)
    return render_template("votes/setup_facts.html", vote=vote, form=form), _status(form)


@bp.route("/griffie/stemmingen/<int:round_id>/vragen/nieuw", methods=["GET", "POST"])
@staff
@once
def add_question(round_id: int) -> ResponseReturnValue:
    """Ask one thing more."""
    vote, form = _draft(round_id), AskForm()
    if form.validate_on_submit():
        added = _tried(form, lambda: _ask(vote, form))
        if added is not None:
            return redirect(url_for(".question", round_id=round_id, code=added.code), 303)
    return render_template("votes/setup_ask.html", vote=vote, form=form), _status(form)


@bp.route("/griffie/stemmingen/<int:round_id>/vragen/<code>", methods=["GET", "POST"])
@staff
def question(round_id: int, code: str) -> ResponseReturnValue:
    """One question: how it is asked, and what can be chosen."""
    vote = _draft(round_id)
    asked = _question(vote, code)
    form = QuestionForm(data=QuestionForm.filled_in(asked))
    if form.validate_on_submit() and _tried(
        form,
        lambda: setting_up.change_question(vote, code, form.asking(asked.kind), actor=actor()),
    ):
        return _saved(round_id)
    page = render_template(
        "votes/setup_question.html",
        vote=vote,
        asked=asked,
        form=form,
        is_limited=asked.kind in LIMITED,
        has_options=asked.kind is not BallotKind.OPEN,
    )
    return page, _status(form)


@bp.route("/griffie/stemmingen/<int:round_id>/vragen/<code>/antwoorden", methods=["GET", "POST"])
@staff
@once
def add_options(round_id: int, code: str) -> ResponseReturnValue:
    """Let voters choose among more."""
    vote = _draft(round_id)
    asked, form = _question(vote, code), OptionsForm()
    if form.validate_on_submit():
        titles = lines(form.options.data or "")
        if _tried(form, lambda: setting_up.add_options(vote, asked, titles, actor=actor())):
            return redirect(
                url_for(".question", round_id=round_id, code=code, _anchor="answers"), 303
            )
    page = render_template("votes/setup_options.html", vote=vote, asked=asked, form=form)
    return page, _status(form)


@bp.post("/griffie/stemmingen/<int:round_id>/vragen/<code>/zet")
@staff
def move_question(round_id: int, code: str) -> ResponseReturnValue:
    """Move a question one place, or take it off the ballot."""
    vote, act = _draft(round_id), _act()
    if act == REMOVE:
        setting_up.remove_question(vote, code, actor=actor())
    else:
        setting_up.move_question(vote, code, STEPS[act], actor=actor())
    db.session.commit()
    return redirect(url_for(".show", round_id=round_id, _anchor="questions"), 303)


@bp.route("/griffie/stemmingen/<int:round_id>/antwoorden/<code>", methods=["GET", "POST"])
@staff
def option(round_id: int, code: str) -> ResponseReturnValue:
    """One thing that can be chosen."""
    vote = _draft(round_id)
    asked, chosen = _option(vote, code)
    form = OptionForm(data={"title": chosen.title, "text": chosen.text})
    if form.validate_on_submit():
        said = {"title": form.title.data or "", "text": form.text.data or ""}
        if _tried(form, lambda: setting_up.change_option(vote, code, **said, actor=actor())):
            return redirect(
                url_for(".question", round_id=round_id, code=asked.code, _anchor="answers"), 303
            )
    page = render_template("votes/setup_option.html", vote=vote, asked=asked, code=code, form=form)
    return page, _status(form)


@bp.post("/griffie/stemmingen/<int:round_id>/antwoorden/<code>/zet")
@staff
def move_option(round_id: int, code: str) -> ResponseReturnValue:
    """Move an answer one place, or take it away."""
    vote, act = _draft(round_id), _act()
    asked, _ = _option(vote, code)
    if act == REMOVE:
        setting_up.remove_option(vote, code, actor=actor())
    else:
        setting_up.move_option(vote, code, STEPS[act], actor=actor())
    db.session.commit()
    return redirect(
        url_for(".question", round_id=round_id, code=asked.code, _anchor="answers"), 303
    )


@bp.post("/griffie/stemmingen/<int:round_id>/open")
@staff
def open_vote(round_id: int) -> ResponseReturnValue:
    """Fix the rules; the vote opens at its time."""
    vote = _draft(round_id)
    try:
        opening.open_round(vote, keys=vote_keys(), actor=actor(), now=now())
    except Invalid:
        db.session.rollback()
        flash(gettext("The vote is not ready yet. Look at the list below."), "error")
        return redirect(url_for(".show", round_id=round_id, _anchor="ready"), 303)
    db.session.commit()
    flash(gettext("The rules of the vote are fixed. Nobody can change them now."), "success")
    return redirect(url_for(".show", round_id=round_id), 303)


@bp.route("/griffie/stemmingen/<int:round_id>/weg", methods=["GET", "POST"])
@staff
def discard(round_id: int) -> ResponseReturnValue:
    """Throw away a vote that nobody else has seen, after asking once."""
    vote, form = _draft(round_id), Form()
    if form.validate_on_submit():
        setting_up.discard(vote, actor=actor(), now=now())
        db.session.commit()
        flash(gettext("The vote is thrown away."), "success")
        return redirect(url_for(".index"), 303)
    return render_template("votes/setup_discard.html", vote=vote, form=form)


def _processes(kept: int = NO_PROCESS) -> list[tuple[int, str]]:
    """The processes that somebody can give a vote; what is archived only `kept` its own."""
    in_use = Process.archived_at.is_(None) | (Process.id == kept)
    names = processes.names().where(works_in(Process.id, by_office()), in_use)
    return [(number, title) for number, title in db.session.execute(names)]


def _begin(form: NewForm) -> VoteRound:
    vote = setting_up.begin(form.facts(form.of_process.data or None), actor=actor(), now=now())
    _ask(vote, form)
    return vote


def _ask(vote: VoteRound, form: AskForm) -> VoteQuestion:
    ready = [gettext("Yes"), gettext("No"), gettext("No opinion")]
    return setting_up.add_question(vote, form.asking(), form.titles(ready), actor=actor())


def _tried(form: Form, act: Callable[[], T]) -> T | None:
    done = tried(form, act)
    db.session.commit()
    return done


def _status(form: Form) -> int:
    return 422 if form.errors else 200


def _saved(round_id: int) -> ResponseReturnValue:
    flash(gettext("This is saved."), "success")
    return redirect(url_for(".show", round_id=round_id), 303)


def _load(round_id: int) -> VoteRound:
    """A vote that divides no money. Raises `NotFound`."""
    vote = db.session.scalars(round_queries.with_questions(round_id)).one_or_none()
    if vote is None or any(q.budget is not None for q in vote.questions):
        raise NotFound
    return vote


def _draft(round_id: int) -> VoteRound:
    """A vote that can still be changed. Raises `NotFound` and `Conflict`."""
    vote = _load(round_id)
    if vote.state is not RoundState.DRAFT or vote.rules_hash is not None:
        raise Conflict(N_("The rules of this vote are fixed already."))
    return vote


def _question(vote: VoteRound, code: str) -> VoteQuestion:
    for asked in vote.questions:
        if asked.code == code:
            return asked
    raise NotFound


def _option(vote: VoteRound, code: str) -> tuple[VoteQuestion, VoteOption]:
    for asked in vote.questions:
        for chosen in asked.options:
            if chosen.code == code:
                return asked, chosen
    raise NotFound


def _act() -> str:
    act = request.form.get("act", "")
    if act != REMOVE and act not in STEPS:
        raise Conflict(N_("This has changed in the meantime. Look at the page again."))
    return act


def _address(vote: VoteRound, fault: Invalid) -> str:
    page, values = place_of(vote, fault)
    return url_for(page, **values)
