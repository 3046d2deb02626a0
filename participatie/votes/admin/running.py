"""Running a vote: where it stands, what the next step is, and asking a second person for it."""

from flask import Blueprint, flash, get_template_attribute, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.core.access import only
from participatie.core.clock import AMSTERDAM, now
from participatie.core.db import db
from participatie.core.errors import DomainError, NotFound
from participatie.core.once import once
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.teams.queries import works_in
from participatie.votes.admin.running_forms import (
    FORMS,
    ActForm,
    ClosersForm,
    ExtendForm,
    LotForm,
)
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import acts as act_queries
from participatie.votes.queries import board as board_queries
from participatie.votes.queries import results as result_queries
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.acts import Act, can_ask
from participatie.votes.rules.rounds import RoundState
from participatie.votes.services import acts, amending, closers, outages
from participatie.votes.services.run_sheets import run_sheet_of
from participatie.votes.voters import vote_keys

bp = Blueprint("vote_running", __name__, template_folder="../templates")

staff = only(Role.CLERK, Role.ADMINISTRATOR)


@bp.get("/griffie/stemmingen")
@only(Role.CLERK, Role.ADMINISTRATOR, of_teams=True)
def index() -> ResponseReturnValue:
    """All votes of the processes in which somebody works, the newest first."""
    mine = round_queries.rounds().where(works_in(VoteRound.process_id, actor()))
    rounds = db.session.scalars(mine).all()
    return render_template("votes/running_index.html", rounds=rounds, by_office=actor().is_clerk)


@bp.get("/griffie/stemmingen/<int:round_id>")
@staff
def entry(round_id: int) -> ResponseReturnValue:
    """To the run sheet: the page from which a vote is run."""
    return redirect(url_for(".show", round_id=round_id), 303)


@bp.get("/griffie/stemmingen/<int:round_id>/draaiboek")
@staff
def show(round_id: int) -> ResponseReturnValue:
    """What has to happen in a vote, what is done, and what comes first; never how people vote."""
    vote_round = round_of(round_id)
    return render_template(
        "votes/run_sheet.html",
        vote_round=vote_round,
        sheet=run_sheet_of(vote_round, keys=vote_keys(), now=now(), zone=AMSTERDAM),
        people=_names(vote_round),
        asked=db.session.scalars(act_queries.acts(round_id)).all(),
        shown=db.session.scalars(result_queries.published_results(round_id)).all(),
        possible=acts.possible(vote_round, now=now()),
        may_ask=can_ask(actor(), closers=closers.named(vote_round)),
        tied=_tied(vote_round),
        fault=db.session.scalars(board_queries.count_fault(round_id)).one_or_none(),
        is_poll=all(q.budget is None for q in vote_round.questions),
        now=now(),
    )


@bp.route("/griffie/stemmingen/<int:round_id>/mensen", methods=["GET", "POST"])
@staff
def people(round_id: int) -> ResponseReturnValue:
    """Name who closes a vote."""
    vote_round = round_of(round_id)
    form = ClosersForm(
        clerk=vote_round.clerk_id, second=vote_round.second_id, substitute=vote_round.substitute_id
    )
    form.offer(db.session.scalars(act_queries.staff_who_close(vote_round.process_id)))
    if form.validate_on_submit():
        chosen = {name: form[name].data for name in ("clerk", "second", "substitute")}
        try:
            closers.name(vote_round, **chosen, actor=actor(), now=now())
        except DomainError as error:
            db.session.rollback()
            form.refuse(error)
        else:
            db.session.commit()
            flash(gettext("Who closes the vote is saved."), "success")
            return redirect(url_for(".show", round_id=round_id), 303)
    page = render_template("votes/closers.html", vote_round=vote_round, form=form)
    return page, 422 if form.errors or form.form_errors else 200


@bp.route("/griffie/stemmingen/<int:round_id>/stap/<act>", methods=["GET", "POST"])
@staff
@once
def ask(round_id: int, act: str) -> ResponseReturnValue:
    """Ask a second person for a step, or close an open vote later."""
    vote_round, wanted = round_of(round_id), _act(act)
    form = FORMS[wanted]()
    if isinstance(form, LotForm):
        form.tied = acts.undecided(acts.counts(round_id))
    if isinstance(form, ExtendForm) and not form.is_submitted():
        _propose(vote_round, form)
    if form.validate_on_submit():
        try:
            _ask(vote_round, wanted, form)
        except DomainError as error:
            db.session.rollback()
            form.refuse(error)
            vote_round = round_of(round_id)
        else:
            db.session.commit()
            return redirect(url_for(".show", round_id=round_id), 303)
    page = render_template(
        "votes/ask.html", vote_round=vote_round, act=wanted, form=form, tied=_tied(vote_round)
    )
    return page, 422 if form.errors or form.form_errors else 200


def round_of(round_id: int) -> VoteRound:
    """The vote with this number, with its questions. Raises `NotFound`."""
    found = db.session.scalars(round_queries.with_questions(round_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def _act(name: str) -> Act:
    try:
        return Act(name)
    except ValueError:
        raise NotFound from None


def _ask(vote_round: VoteRound, act: Act, form: ActForm) -> None:
    """One person moves the closing of an open vote; all else waits for a second one."""
    reason = form.reason.data or ""
    if isinstance(form, ExtendForm) and vote_round.state is RoundState.OPEN:
        until = form.moment
        amending.extend(vote_round.id, until=until, reason=reason, actor=actor(), now=now())
        flash(gettext("The vote closes later now. The reason stands with the vote."), "success")
        return
    acts.ask(vote_round.id, act, terms=form.terms(), reason=reason, actor=actor(), now=now())
    flash(gettext("Asked. It happens as soon as a second person confirms it."), "success")


def _propose(vote_round: VoteRound, form: ExtendForm) -> None:
    """Fill in a later closing when there was an outage."""
    later = outages.proposed_closing(vote_round, now=now(), zone=AMSTERDAM)
    if later is not None:
        words = get_template_attribute("votes/away.html", "away")
        reason = gettext(
            "On the last day this did not work for %(minutes)s minutes: %(what)s.",
            minutes=later.minutes,
            what=words(later.systems),
        )
        form.propose(later.until, reason)


def _names(vote_round: VoteRound) -> dict[int, str]:
    """The names of the staff, by account."""
    return {
        one.id: one.public_name or one.email or str(one.id)
        for one in db.session.scalars(act_queries.staff_who_close(vote_round.process_id))
    }


def _tied(vote_round: VoteRound) -> list[str]:
    """The titles between which a lot must decide, in the order of their codes."""
    titles = {o.code: o.title for question in vote_round.questions for o in question.options}
    return [titles[code] for code in acts.undecided(acts.counts(vote_round.id))]
