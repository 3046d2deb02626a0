"""The home page, the processes, what waits for somebody, and the pages that say what this is."""

from datetime import timedelta

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_login import current_user
from sqlalchemy import Select, text
from sqlalchemy.exc import SQLAlchemyError

from participatie.areas.drawing import drawing_of
from participatie.areas.queries import area_at, drawn_areas
from participatie.areas.rules import postcode
from participatie.audience.services import audience_of
from participatie.budget.queries.assessments import made_by
from participatie.config import Environment
from participatie.core.access import anyone, logged_in
from participatie.core.clock import now, today
from participatie.core.db import db
from participatie.core.errors import N_, Invalid, NotFound
from participatie.core.i18n import DEFAULT_LANGUAGE
from participatie.core.page_cache import cached_page
from participatie.core.paging import paginate
from participatie.discussions.queries.discussions import of_account as discussions_of
from participatie.identity.current import actor
from participatie.media.rules import Encoding
from participatie.media.sending import send_photo
from participatie.pages import furniture, queries
from participatie.pages.cards import card_of, photos_of
from participatie.pages.forms import PostcodeForm
from participatie.pages.models import Statement
from participatie.pages.own_pages import page_contents
from participatie.pages.previews import contents, preview_page
from participatie.pages.rules import OPEN_STEPS, Band, Subject
from participatie.processes import queries as processes
from participatie.processes.models import Process
from participatie.processes.preview_links import number_in
from participatie.processes.services.own_words import own_words
from participatie.proposals.mergers import invitations_of
from participatie.theming.site import Furniture
from participatie.theming.themes import themes

bp = Blueprint("pages", __name__, template_folder="templates")

MOST_CARDS = 4
NEWEST = 3
MOST_NEAR = 12
MOST_OF_MINE = 20
SECURITY_TXT_LASTS = timedelta(days=180)
NOT_FOR_SEARCH_ENGINES = ("/mijn", "/griffie", "/voorbeeld", "/inloggen", "/uitloggen")


def furnished(language: str) -> Furniture:
    """What the municipality put round the pages, now."""
    return furniture.of_page(language, now())


@bp.get("/")
@anyone
@cached_page
def home() -> ResponseReturnValue:
    """Show what one can do now, what others proposed, and what came of it."""
    moment = now()
    running = queries.with_budgets(processes.running(moment)).limit(3 * MOST_CARDS)
    rows = db.session.execute(running).unique().all()
    photos = photos_of(row[0] for row in rows)
    cards = [card_of(*row, moment=moment, photo=photos.get(row[0].id)) for row in rows]
    set_up = furniture.kept()
    hidden = set_up.hidden
    open_polls = queries.open_polls(moment, MOST_CARDS)
    return render_template(
        "pages/home.html",
        hidden=hidden,
        areas=() if Band.NEARBY in hidden else set_up.areas,
        cards=[card for card in cards if card.step in OPEN_STEPS][:MOST_CARDS],
        has_processes=bool(rows) or _is_there(processes.public_processes()),
        polls=[] if Band.POLLS in hidden else db.session.scalars(open_polls).all(),
        proposals=db.session.scalars(queries.newest_proposals(NEWEST)).all(),
        discussions=[]
        if Band.DISCUSSIONS in hidden
        else db.session.scalars(queries.newest_discussions(NEWEST)).all(),
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
    photos = photos_of(page.items)
    cards = [
        card_of(one, *budgets.get(one.id, (None, 0)), moment=moment, photo=photos.get(one.id))
        for one in page.items
    ]
    has_archive = _is_there(processes.in_archive())
    return render_template("pages/processes.html", page=page, cards=cards, has_archive=has_archive)


def _is_there(asked: Select[Process]) -> bool:
    return db.session.scalars(asked.limit(1)).first() is not None


@bp.get("/archief")
@anyone
@cached_page
def archive() -> ResponseReturnValue:
    """Show the processes that are over and kept."""
    page = paginate(processes.in_archive())
    return render_template("pages/archive.html", page=page)


@bp.get("/trajecten/<slug>")
@anyone
@cached_page
def process(slug: str) -> ResponseReturnValue:
    """Show one process: where it stands, and the one thing to do now."""
    moment = now()
    asked = processes.with_changes(processes.public_process(slug))
    found = db.session.execute(queries.with_budgets(asked)).unique().one_or_none()
    if found is None:
        raise NotFound(N_("There is no process at this address."))
    return render_template("pages/process.html", **contents(found, moment), is_preview=False)


@bp.get("/trajecten/<slug>/huisregels")
@anyone
@cached_page
def process_house_rules(slug: str) -> ResponseReturnValue:
    """Say what may be written in one process."""
    process = _process(slug)
    return render_template(
        "pages/process_house_rules.html", process=process, words=own_words(process.id)
    )


@bp.get("/trajecten/<slug>/privacy")
@anyone
@cached_page
def process_privacy(slug: str) -> ResponseReturnValue:
    """Say what is asked and kept of whom takes part in one process."""
    process = _process(slug)
    return render_template(
        "pages/process_privacy.html",
        process=process,
        audience=audience_of(process.id),
        words=own_words(process.id),
    )


@bp.get("/voorbeeld/<token>")
@anyone
def preview(token: str) -> ResponseReturnValue:
    """Show a process before it opens, to who got the link."""
    link = db.session.scalars(processes.preview_link(number_in(token) or 0, now())).one_or_none()
    if link is None:
        raise NotFound(N_("This link works no longer. Ask the municipality for a new one."))
    return preview_page(link.process_id, url_for(".preview", token=token), today=today())


@bp.get("/mijn")
@logged_in
def mine() -> ResponseReturnValue:
    """Show what waits for somebody, what they made and what they follow."""
    moment = now()
    me = actor()
    related = db.session.scalars(queries.proposals_of(me.id, 2 * MOST_OF_MINE)).all()
    talks = db.session.scalars(discussions_of(me.id, 2 * MOST_OF_MINE)).all()
    return render_template(
        "pages/mine.html",
        account=current_user,
        actor=me,
        budgets=db.session.scalars(queries.open_budgets(moment)).all(),
        proposals=[proposal for proposal in related if proposal.author_id == me.id],
        projects=db.session.execute(made_by(me.id, moment).limit(MOST_OF_MINE)).all(),
        discussions=[talk for talk in talks if talk.author_id == me.id],
        invitations=db.session.scalars(invitations_of(me.id)).all(),
        followed=[one for one in (*related, *talks) if one.author_id != me.id],
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
    return render_template("pages/privacy.html", statement=_statement(Subject.PRIVACY))


@bp.get("/toegankelijkheid")
@anyone
@cached_page
def accessibility() -> ResponseReturnValue:
    """Show what the municipality declares about accessibility; the program claims nothing."""
    declared = _statement(Subject.ACCESSIBILITY)
    return render_template("pages/accessibility.html", statement=declared)


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


@bp.get("/in-mijn-buurt")
@anyone
@cached_page
def nearby() -> ResponseReturnValue:
    """Show the areas on a map, and what was proposed in one of them."""
    areas = db.session.scalars(drawn_areas()).all()
    wanted = request.args.get("wijk", type=int)
    area = next((one for one in areas if one.id == wanted), None)
    chosen = area.id if area else 0
    return render_template(
        "pages/nearby.html",
        areas=areas,
        area=area,
        drawing=drawing_of(areas),
        proposals=db.session.scalars(queries.near(chosen, MOST_NEAR)).all(),
        plans=db.session.scalars(queries.plans_near(chosen, MOST_NEAR)).all(),
    )


@bp.get("/in-mijn-buurt/postcode")
@anyone
def ask_postcode() -> ResponseReturnValue:
    """Ask for a postcode: it is sent, so that it stands in no address and in no log."""
    return render_template("pages/nearby_postcode.html", form=PostcodeForm())


@bp.post("/in-mijn-buurt/postcode")
@anyone
def find_area() -> ResponseReturnValue:
    """Go to the area with this postcode; the postcode is kept nowhere."""
    form = PostcodeForm()
    try:
        if form.validate():
            typed = postcode(form.who_postcode.data or "", field="who_postcode")
            return redirect(url_for(".nearby", wijk=_area_with(typed)), 303)
    except Invalid as error:
        form.refuse(error)
    return render_template("pages/nearby_postcode.html", form=form), 422


def _area_with(typed: str) -> int:
    found = db.session.scalar(area_at(typed))
    if found is None:
        raise Invalid(
            N_("We do not know an area with this postcode. Choose your area from the list."),
            field="who_postcode",
        )
    return found


@bp.get("/echt-van-ons")
@anyone
@cached_page
def genuine() -> ResponseReturnValue:
    """Say how to tell whether a letter or mail is from the municipality."""
    return render_template("pages/genuine.html")


@bp.get("/pagina/<slug>")
@anyone
@cached_page
def own_page(slug: str) -> ResponseReturnValue:
    """Show a page of the municipality itself, in the language of the reader when it is there."""
    language = str(get_locale())
    for one in dict.fromkeys([language, DEFAULT_LANGUAGE]):
        found = db.session.execute(queries.shown_page(slug, one)).one_or_none()
        if found is not None:
            return render_template("pages/own_page.html", **page_contents(*found))
    raise NotFound


@bp.get("/pagina/fotos/<string(length=32):key>/<int:width>.<any(webp, jpg):encoding>")
@anyone
def photo(key: str, width: int, encoding: str) -> ResponseReturnValue:
    """Send a photo of a page that is public; staff see those of other pages too."""
    found = db.session.execute(queries.photo_of_page(key)).one_or_none()
    if found is None or width not in found[0].widths:
        raise NotFound
    if not (found[1] or (current_user.is_authenticated and current_user.is_staff)):
        raise NotFound
    return send_photo(key, width, Encoding(encoding), is_public=found[1])


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


def _process(slug: str) -> Process:
    found = db.session.scalars(processes.public_process(slug)).one_or_none()
    if found is None:
        raise NotFound(N_("There is no process at this address."))
    return found


def _statement(subject: Subject) -> Statement | None:
    return db.session.scalars(queries.statement(subject)).one_or_none()


def _plain(*lines: str) -> Response:
    return Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")
