"""The home page, the processes, what waits for somebody, and the pages that say what this is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Blueprint, Response, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from participatie.budget.models import Budget
from participatie.config import Environment
from participatie.core.access import anyone, logged_in
from participatie.core.clock import AMSTERDAM, now
from participatie.core.db import db
from participatie.core.errors import N_, NotFound
from participatie.core.page_cache import cached_page
from participatie.core.paging import paginate
from participatie.identity.current import actor
from participatie.pages import queries
from participatie.pages.rules import OPEN_STEPS, Step, step_now
from participatie.processes import queries as processes
from participatie.processes.models import Phase, Process
from participatie.processes.rules import Place, next_phase, phase_at, place_of
from participatie.theming import formats
from participatie.theming.themes import themes
from participatie.votes.rules.rounds import RoundState
from participatie.votes.views.polls import stage_of

bp = Blueprint("pages", __name__, template_folder="templates")

MOST_CARDS = 4
NEWEST = 3
MOST_OF_MINE = 20
MINUTE = timedelta(minutes=1)
SECURITY_TXT_LASTS = timedelta(days=180)
NOT_FOR_SEARCH_ENGINES = ("/mijn", "/griffie", "/inloggen", "/uitloggen")


@dataclass(frozen=True, slots=True)
class Card:
    """A process as a reader wants it now: the phase that runs or comes, and the one thing to do."""

    process: Process
    phase: Phase | None
    coming: Phase | None
    step: Step
    budget: Budget | None
    plans: int
    today: date

    @property
    def closes_at(self) -> datetime | None:
        """The end of what can be done now."""
        if self.step is Step.VOTE and self.budget and self.budget.round:
            return self.budget.round.closes_at
        return self.phase.ends_at if self.phase else None

    @property
    def days_left(self) -> int:
        """How many days come after today until it closes: a cached page is made anew each day."""
        if self.closes_at is None:
            return 0
        return ((self.closes_at - MINUTE).astimezone(AMSTERDAM).date() - self.today).days


@bp.get("/")
@anyone
@cached_page
def home() -> ResponseReturnValue:
    """Show what one can do now, what others proposed, and what came of it."""
    moment = now()
    running = queries.with_budgets(processes.running(moment)).limit(3 * MOST_CARDS)
    cards = [_card(*row, moment=moment) for row in db.session.execute(running).unique()]
    return render_template(
        "pages/home.html",
        cards=[card for card in cards if card.step in OPEN_STEPS][:MOST_CARDS],
        polls=db.session.scalars(queries.open_polls(moment, MOST_CARDS)).all(),
        proposals=db.session.scalars(queries.newest_proposals(NEWEST)).all(),
        results=db.session.execute(queries.newest_results(NEWEST)).all(),
    )


@bp.get("/trajecten")
@anyone
@cached_page
def process_list() -> ResponseReturnValue:
    """Show all processes, what closes first in front."""
    moment = now()
    page = paginate(processes.by_what_is_next(moment))
    rows = db.session.execute(queries.budgets_of([one.id for one in page.items]))
    budgets = {budget.process_id: (budget, plans) for budget, plans in rows}
    cards = [_card(one, *budgets.get(one.id, (None, 0)), moment=moment) for one in page.items]
    return render_template("pages/processes.html", page=page, cards=cards)


@bp.get("/trajecten/<slug>")
@anyone
@cached_page
def process(slug: str) -> ResponseReturnValue:
    """Show one process: where it stands, and the one thing to do now."""
    moment = now()
    found = db.session.execute(queries.with_budgets(processes.public_process(slug))).one_or_none()
    if found is None:
        raise NotFound(N_("There is no process at this address."))
    card = _card(*found, moment=moment)
    newest = db.session.execute(queries.newest_proposals_of(card.process.id, NEWEST)).all()
    return render_template(
        "pages/process.html",
        card=card,
        timeline=timeline(card.process.phases, moment),
        polls=[
            (vote, stage_of(vote, moment))
            for vote in db.session.scalars(queries.polls_of(card.process.id))
        ],
        proposals=[proposal for proposal, _ in newest],
        total=newest[0][1] if newest else 0,
    )


@bp.get("/mijn")
@logged_in
def mine() -> ResponseReturnValue:
    """Show what waits for somebody, what they made and what they follow."""
    moment = now()
    me = actor()
    related = db.session.scalars(queries.proposals_of(me.id, 2 * MOST_OF_MINE)).all()
    return render_template(
        "pages/mine.html",
        account=current_user,
        actor=me,
        budgets=db.session.scalars(queries.open_budgets(moment)).all(),
        proposals=[proposal for proposal in related if proposal.author_id == me.id],
        followed=[proposal for proposal in related if proposal.author_id != me.id],
        comments=db.session.execute(queries.comments_by(me.id, MOST_OF_MINE)).all(),
    )


@bp.get("/contact")
@anyone
@cached_page
def contact() -> ResponseReturnValue:
    """Say who helps, by telephone and at the desk."""
    return render_template("pages/contact.html")


@bp.get("/privacy")
@anyone
@cached_page
def privacy() -> ResponseReturnValue:
    """Say what is kept of whom, how long, and why."""
    return render_template("pages/privacy.html")


@bp.get("/toegankelijkheid")
@anyone
@cached_page
def accessibility() -> ResponseReturnValue:
    """Show what the municipality declares about accessibility; the program claims nothing."""
    return render_template("pages/accessibility.html")


@bp.get("/zo-tellen-wij")
@anyone
@cached_page
def counting() -> ResponseReturnValue:
    """Explain the ways of counting by one worked example."""
    return render_template("pages/counting.html")


@bp.get("/huisregels")
@anyone
@cached_page
def house_rules() -> ResponseReturnValue:
    """Say what may be written here, and what a clerk does with what may not."""
    return render_template("pages/house_rules.html")


@bp.get("/vertrouwen")
@anyone
@cached_page
def trust() -> ResponseReturnValue:
    """Say what this program promises and what it does not."""
    config = current_app.extensions["config"]
    is_trial = config.environment is not Environment.PRODUCTION
    return render_template("pages/trust.html", is_trial=is_trial)


@bp.get("/open-data")
@anyone
@cached_page
def open_data() -> ResponseReturnValue:
    """Say what anyone may take along, and where it is."""
    results = db.session.execute(queries.newest_results(MOST_OF_MINE)).all()
    return render_template("pages/open_data.html", results=results)


@bp.get("/gezond")
@anyone
def health() -> ResponseReturnValue:
    """Answer 200 when the database answers, else 503."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        current_app.logger.error("not well: %s", type(error).__name__)  # noqa: TRY400 - one line
        return jsonify(status="no database"), 503
    return jsonify(status="ok")


@bp.get("/robots.txt")
@anyone
def robots() -> ResponseReturnValue:
    """Keep search engines out of personal pages, and out of a trial altogether."""
    in_production = current_app.extensions["config"].environment is Environment.PRODUCTION
    closed = NOT_FOR_SEARCH_ENGINES if in_production else ("/",)
    return _plain("User-agent: *", *(f"Disallow: {path}" for path in closed))


@bp.get("/.well-known/security.txt")
@anyone
def security() -> ResponseReturnValue:
    """Say whom to tell about a leak (RFC 9116)."""
    site = themes().site()
    expires = (now() + SECURITY_TXT_LASTS).replace(hour=0, minute=0, second=0, microsecond=0)
    return _plain(
        f"Contact: {site.security_contact}",
        f"Expires: {expires.strftime('%Y-%m-%dT%H:%M:%SZ')}",
        "Preferred-Languages: nl, en",
        f"Canonical: {site.base_url}/.well-known/security.txt",
    )


def timeline(phases: Sequence[Phase], moment: datetime) -> list[dict[str, str]]:
    """The phases as the timeline shows them: name, when in words, and where they stand."""
    return [
        {"name": phase.title, "when": _when(phase, moment), "state": place_of(phase, moment)}
        for phase in phases
    ]


def _when(phase: Phase, moment: datetime) -> str:
    if place_of(phase, moment) is Place.LATER:
        return str(gettext("from %(day)s", day=formats.day(phase.starts_at)))
    last = formats.day(phase.ends_at - MINUTE)
    return str(gettext("until and including %(day)s", day=last))


def _card(process: Process, budget: Budget | None, plans: int, *, moment: datetime) -> Card:
    phase = phase_at(process.phases, moment)
    vote = budget.round if budget else None
    step = step_now(
        phase.kind if phase else None,
        can_vote=vote is not None
        and vote.state is RoundState.OPEN
        and vote.opens_at <= moment < vote.closes_at,
        has_result=vote is not None and vote.state is RoundState.PUBLISHED,
    )
    today = moment.astimezone(AMSTERDAM).date()
    return Card(process, phase, next_phase(process.phases, moment), step, budget, plans, today)


def _plain(*lines: str) -> Response:
    return Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")
