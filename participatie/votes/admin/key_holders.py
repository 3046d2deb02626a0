"""The griffie's pages of the keys of a heavy vote: make, prove, and open with two."""

from collections.abc import Callable
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import Invalid, NotFound
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.votes.admin.key_forms import MakeKeysForm, OpenKeysForm, ProveKeyForm
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import acts as act_queries
from participatie.votes.rules.holders import LEAST_PHRASE
from participatie.votes.rules.rounds import Grade, RoundState
from participatie.votes.services import holders
from participatie.votes.voters import vote_keys

bp = Blueprint(
    "key_holders",
    __name__,
    template_folder="../templates",
    url_prefix="/griffie/stemmingen/<int:round_id>/sleutels",
)

STAFF = (Role.CLERK, Role.ADMINISTRATOR)
Form = MakeKeysForm | ProveKeyForm | OpenKeysForm


@bp.get("")
@only(*STAFF)
def show(round_id: int) -> ResponseReturnValue:
    """Who holds the keys, whether they work, and whether the count waits for them."""
    vote = _load(round_id)
    is_closed = vote.state is RoundState.CLOSED
    return render_template(
        "votes/keys.html",
        vote=vote,
        holders=db.session.scalars(act_queries.key_holders(round_id)).all(),
        waits=is_closed and holders.is_waited_for(vote, keys=vote_keys()),
    )


@bp.get("/maken")
@only(*STAFF)
def ask_to_make(round_id: int) -> ResponseReturnValue:
    """Ask for three people with a pass phrase each."""
    return _page("make", MakeKeysForm(), _in_preparation(round_id))


@bp.post("/maken")
@only(*STAFF)
def make(round_id: int) -> ResponseReturnValue:
    """Make the keys; their files can then be fetched, each once."""
    vote, form = _in_preparation(round_id), MakeKeysForm()

    def act() -> None:
        holders.make(round_id, form.named(), keys=vote_keys(), actor=actor(), now=now())

    return _send("make", form, vote, act, gettext("The keys are made. Now fetch the three files."))


@bp.post("/<letter>/ophalen")
@only(*STAFF)
def fetch(round_id: int, letter: str) -> ResponseReturnValue:
    """Give the file of one key holder, for the one time."""
    file = holders.fetch(round_id, letter, keys=vote_keys(), actor=actor(), now=now())
    db.session.commit()
    name = gettext("key-of-vote-%(number)s-%(letter)s.json", number=round_id, letter=letter)
    answer = send_file(BytesIO(file), "application/json", as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/bewijzen")
@only(*STAFF)
def ask_to_prove(round_id: int) -> ResponseReturnValue:
    """Ask one key holder for file and pass phrase."""
    return _page("prove", ProveKeyForm(), _in_preparation(round_id))


@bp.post("/bewijzen")
@only(*STAFF)
def prove(round_id: int) -> ResponseReturnValue:
    """Write down that the key of one holder works."""
    vote, form = _in_preparation(round_id), ProveKeyForm()

    def act() -> None:
        holders.prove(round_id, form.brought(), actor=actor(), now=now())

    return _send("prove", form, vote, act, gettext("This key works. That is written down."))


@bp.get("/openen")
@only(*STAFF)
def ask_to_open(round_id: int) -> ResponseReturnValue:
    """Ask two key holders for their files and pass phrases."""
    vote = _load(round_id)
    holders.check_waiting(vote)
    return _page("open", OpenKeysForm(), vote)


@bp.post("/openen")
@only(*STAFF)
def open_vote(round_id: int) -> ResponseReturnValue:
    """Open a closed vote with the keys of two holders."""
    vote, form = _load(round_id), OpenKeysForm()
    holders.check_waiting(vote)

    def act() -> None:
        holders.bring(round_id, form.pair(), keys=vote_keys(), actor=actor(), now=now())

    return _send("open", form, vote, act, gettext("The vote is opened. It can be counted now."))


def _send(
    step: str, form: Form, vote: VoteRound, act: Callable[[], None], said: str
) -> ResponseReturnValue:
    """Do what a form asks, or show it again with what is wrong."""
    if not form.validate():
        return _page(step, form, vote), 422
    try:
        act()
    except Invalid as error:
        form.refuse(error)
        return _page(step, form, vote), 422
    db.session.commit()
    flash(said, "success")
    return redirect(url_for(".show", round_id=vote.id), 303)


def _page(step: str, form: Form, vote: VoteRound) -> str:
    held = db.session.scalars(act_queries.key_holders(vote.id)).all()
    return render_template(
        f"votes/keys_{step}.html", form=form, vote=vote, holders=held, least=LEAST_PHRASE
    )


def _in_preparation(round_id: int) -> VoteRound:
    vote = _load(round_id)
    holders.check_in_preparation(vote)
    return vote


def _load(round_id: int) -> VoteRound:
    vote = db.session.get(VoteRound, round_id)
    if vote is None or vote.grade is not Grade.HEAVY:
        raise NotFound
    return vote
