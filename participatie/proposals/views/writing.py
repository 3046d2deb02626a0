"""Writing a proposal in four steps: idea, place, photos, check. Each step is kept as one goes."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from participatie.areas import queries as areas
from participatie.audience.services import AskedFirst, check_may_take_part
from participatie.contributions.queries import tags_most_used
from participatie.contributions.rules import (
    State,
    Written,
    is_own,
    next_chance,
    private_data_in,
)
from participatie.contributions.views import after_act, check_pace
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import DomainError, Invalid, NotAllowed, NotFound, TooMany
from participatie.core.kept_forms import kept_fields
from participatie.core.once import once
from participatie.identity.current import actor, residents
from participatie.maps.tiles import tiles, with_map
from participatie.maps.views import OnMap, looked_up
from participatie.processes.models import Process, Regulation
from participatie.processes.queries import categories_of
from participatie.processes.rules import Action, may, phase_at
from participatie.processes.services.own_words import own_words
from participatie.proposals import queries
from participatie.proposals.forms.proposals import IdeaForm, PlaceForm, PublishForm, filled_in
from participatie.proposals.models import Proposal
from participatie.proposals.rules.proposals import (
    SUMMARY_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    answer_due,
)
from participatie.proposals.services import writing
from participatie.proposals.views.found import own_draft, process_with, proposal_for
from participatie.theming.themes import themes

bp = Blueprint("proposal_writing", __name__, template_folder="../templates")

MOST_SUGGESTED = 100


@bp.get("/trajecten/<slug>/voorstellen/nieuw")
@residents
def new(slug: str) -> ResponseReturnValue:
    """Ask for an idea, or go on with the one that was begun.

    What was typed here before the session ended comes first: it is shown beside any older draft.
    """
    process = process_with(slug)
    if kept_fields() is not None:
        return _ask_idea(_idea_form(process), process)
    begun = db.session.scalars(queries.draft_of(_account_id(), process.id)).one_or_none()
    if begun is not None:
        flash(gettext("You had begun already. You can go on here."), "info")
        return redirect(url_for(".edit", contribution_id=begun.id), 303)
    if not may(Action.PROPOSE, process.phases, now()):
        return _closed(process)
    try:
        check_may_take_part(process.id, actor=actor(), now=now())
    except AskedFirst:
        return redirect(url_for("processes.may_i", slug=slug), 303)
    return _ask_idea(_idea_form(process), process)


@bp.post("/trajecten/<slug>/voorstellen/nieuw")
@residents
@once
def begin(slug: str) -> ResponseReturnValue:
    """Keep a first version, and ask for its place."""
    process = process_with(slug)
    form = _idea_form(process)
    if not form.validate():
        return _ask_idea(form, process), 422
    try:
        check_pace(Written.PROPOSAL)
        draft = writing.begin(process, form.words(), actor=actor(), now=now())
    except (Invalid, NotAllowed, TooMany) as error:
        form.refuse(error)
        return _ask_idea(form, process), 422
    db.session.commit()
    return _go_on(draft, ".place")


@bp.get("/trajecten/<slug>/voorstellen/lijkt-op")
@residents
def similar(slug: str) -> ResponseReturnValue:
    """The proposals that resemble a title, as a part of the page where it is typed."""
    process = process_with(slug)
    title = request.args.get("titel", "")[: TITLE_LENGTH[1]]
    found = writing.similar_to(title, process.id) if title else []
    return render_template("proposals/similar.html", found=found)


@bp.get("/voorstellen/<int:contribution_id>/wijzigen")
@residents
def edit(contribution_id: int) -> ResponseReturnValue:
    """Let the author go on with the words of a draft."""
    draft = own_draft(contribution_id)
    return _ask_idea(_idea_form(draft.process, data=filled_in(draft)), draft.process, draft)


@bp.post("/voorstellen/<int:contribution_id>/wijzigen")
@residents
def change(contribution_id: int) -> ResponseReturnValue:
    """Keep newer words of a draft."""
    draft = own_draft(contribution_id)
    form = _idea_form(draft.process)
    if not form.validate():
        return _ask_idea(form, draft.process, draft), 422
    try:
        form.check_seen(draft)
        writing.change(draft, form.words(), actor=actor())
    except Invalid as error:
        form.refuse(error)
        return _ask_idea(form, draft.process, draft), 422
    db.session.commit()
    return _go_on(draft, ".place")


@bp.get("/voorstellen/<int:contribution_id>/plek")
@residents
def place(contribution_id: int) -> ResponseReturnValue:
    """Ask which area a draft is about, and where on the map."""
    draft = own_draft(contribution_id)
    here = {"area": str(draft.area_id or ""), "point": str(draft.point or "")}
    return _ask_place(_place_form(data=here), draft)


@bp.post("/voorstellen/<int:contribution_id>/plek")
@residents
def save_place(contribution_id: int) -> ResponseReturnValue:
    """Keep where a draft is about; or only look for an address, when that was asked."""
    draft, form = own_draft(contribution_id), _place_form()
    if not form.validate():
        return _ask_place(form, draft), 422
    if looked_up(form):
        return _ask_place(form, draft), 422 if form.errors else 200
    try:
        writing.place(draft, area_id=form.area_id(), point=form.point.data or "", actor=actor())
    except Invalid as error:
        form.refuse(error)
        return _ask_place(form, draft), 422
    db.session.commit()
    return _go_on(draft, "proposal_photos.images")


@bp.get("/voorstellen/<int:contribution_id>/controleren")
@residents
def check(contribution_id: int) -> ResponseReturnValue:
    """Show a draft to its author as others will see it, and ask by which name."""
    draft = own_draft(contribution_id)
    return _ask_to_publish(_publish_form(draft), draft)


@bp.post("/voorstellen/<int:contribution_id>/controleren")
@residents
def publish(contribution_id: int) -> ResponseReturnValue:
    """Show a draft to everyone; pressing twice publishes once."""
    proposal = proposal_for(contribution_id)
    if proposal.state is not State.DRAFT:
        return redirect(url_for(".published", contribution_id=contribution_id), 303)
    form = _publish_form(proposal)
    if not form.validate():
        return _ask_to_publish(form, proposal), 422
    try:
        writing.publish(
            proposal,
            public_name=form.chosen(),
            language=form.language.data,
            actor=actor(),
            now=now(),
        )
    except (Invalid, NotAllowed) as error:
        db.session.rollback()
        return _refuse(form, own_draft(contribution_id), error)
    db.session.commit()
    return redirect(url_for(".published", contribution_id=contribution_id), 303)


@bp.get("/voorstellen/<int:contribution_id>/ingediend")
@residents
def published(contribution_id: int) -> ResponseReturnValue:
    """Say to the author what happens now, with the number of the proposal; made to be printed."""
    proposal, moment = proposal_for(contribution_id), now()
    if not is_own(proposal.author_id, actor()) or proposal.state is State.DRAFT:
        raise NotFound
    return render_template(
        "proposals/published.html",
        proposal=proposal,
        process=proposal.process,
        phase=phase_at(proposal.process.phases, moment),
        supports=may(Action.SUPPORT, proposal.process.phases, moment),
        due=answer_due(proposal.process.phases, proposal.process.answer_weeks),
        after=after_act(proposal.id),
        words=own_words(proposal.process_id),
    )


@bp.post("/voorstellen/<int:contribution_id>/weggooien")
@residents
def discard(contribution_id: int) -> ResponseReturnValue:
    """Throw a draft away."""
    draft = own_draft(contribution_id)
    writing.discard(draft, actor=actor())
    db.session.commit()
    flash(gettext("Your draft is gone."), "success")
    return redirect(url_for("proposal_lists.index", slug=draft.process.slug), 303)


def _account_id() -> int:
    account_id = actor().id
    if account_id is None:
        raise NotFound
    return account_id


def _go_on(draft: Proposal, step: str) -> ResponseReturnValue:
    """Go to the next step; who came from the check goes back to it."""
    then = ".check" if "controle" in request.args else step
    return redirect(url_for(then, contribution_id=draft.id), 303)


def _idea_form(process: Process, **values: Any) -> IdeaForm:
    form = IdeaForm(**values)
    form.offer(db.session.scalars(categories_of(process.id)).all())
    return form


def _place_form(**values: Any) -> PlaceForm:
    form = PlaceForm(**values)
    form.offer(db.session.execute(areas.names()).all())
    form.offer_points()
    return form


def _publish_form(draft: Proposal) -> PublishForm:
    """The names to choose from: the one that is known, or else where the proposal is about."""
    form = PublishForm(language=draft.language)
    places = [draft.area.name] if draft.area else []
    places.append(themes().site().municipality.removeprefix("Gemeente "))
    names = [gettext("Resident of %(place)s", place=place) for place in places]
    known = [current_user.public_name] if current_user.public_name else []
    form.offer(list(dict.fromkeys(known + names)))
    return form


def _ask_idea(form: IdeaForm, process: Process, draft: Proposal | None = None) -> str:
    return render_template(
        "proposals/idea.html",
        form=form,
        process=process,
        draft=draft,
        tags=db.session.scalars(tags_most_used(process.id, MOST_SUGGESTED)).all(),
        summary_most=SUMMARY_LENGTH[1],
        text_most=TEXT_LENGTH[1],
    )


def _ask_place(form: PlaceForm, draft: Proposal) -> Response:
    page = render_template(
        "proposals/place.html", form=form, draft=draft, process=draft.process, on_map=OnMap(tiles())
    )
    return with_map(make_response(page))


def _ask_to_publish(form: PublishForm, draft: Proposal) -> str:
    return render_template(
        "proposals/check.html",
        form=form,
        draft=draft,
        similar=writing.similar_to(draft.title, draft.process_id),
        private=private_data_in("\n".join((draft.title, draft.summary, draft.text))),
        process=draft.process,
        may_propose=may(Action.PROPOSE, draft.process.phases, now()),
        opens=next_chance(Action.PROPOSE, draft.process.phases, now()),
        is_initiative=db.session.get(Regulation, draft.process_id) is not None,
    )


def _refuse(form: PublishForm, draft: Proposal, error: DomainError) -> ResponseReturnValue:
    form.refuse(error)
    return _ask_to_publish(form, draft), 422


def _closed(process: Process) -> ResponseReturnValue:
    opens = next_chance(Action.PROPOSE, process.phases, now())
    return render_template("proposals/closed.html", process=process, opens=opens), 403
