"""Reading, writing and supporting proposals."""

from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.contributions.forms import DescriptionForm, ImageForm
from participatie.contributions.queries import follow
from participatie.contributions.rules import (
    MOST_IMAGES,
    State,
    Written,
    can_see,
    next_chance,
    private_data_in,
)
from participatie.contributions.views import check_pace, name_to_offer
from participatie.core.access import anyone
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.error_pages import status_of
from participatie.core.errors import DomainError, Invalid, NotAllowed, NotFound, TooMany
from participatie.core.kept_forms import kept_fields
from participatie.core.limits import count_try
from participatie.core.page_cache import cached_page
from participatie.core.paging import paginate
from participatie.core.uploads import takes_files
from participatie.discussions.views import discussion_of
from participatie.identity.current import actor, residents
from participatie.media import pictures
from participatie.media.models import Image
from participatie.media.rules import MOST_BYTES, MOST_SENT
from participatie.processes.models import Process
from participatie.processes.queries import head_and_phases
from participatie.processes.rules import Action, may, phase_at
from participatie.proposals import queries, services
from participatie.proposals.forms import FilterForm, ProposalForm, filled_in
from participatie.proposals.models import Proposal
from participatie.proposals.rules import (
    SUMMARY_LENGTH,
    TEXT_LENGTH,
    can_answer,
    can_edit,
    can_support,
)

bp = Blueprint("proposals", __name__, template_folder="templates")

MOST_PHOTOS_SENT = 40
PHOTOS_SENT_WITHIN = timedelta(hours=1)


@bp.get("/trajecten/<slug>/voorstellen")
@anyone
@cached_page
def index(slug: str) -> ResponseReturnValue:
    """List the proposals of a process."""
    rows = db.session.execute(head_and_phases(slug)).all()
    if not rows:
        raise NotFound
    process, phases = rows[0], [row for row in rows if row.kind]
    chosen = FilterForm(request.args)
    chosen.offer(db.session.execute(queries.areas()).all())
    page = paginate(
        queries.proposals_in(process.id, area_id=chosen.area_id(), order=chosen.chosen_order())
    )
    return render_template(
        "proposals/index.html",
        process=process,
        page=page,
        form=chosen,
        may_propose=may(Action.PROPOSE, phases, now()),
        opens=next_chance(Action.PROPOSE, phases, now()),
    )


@bp.get("/voorstellen/<int:contribution_id>")
@anyone
@cached_page
def show(contribution_id: int) -> ResponseReturnValue:
    """Show one proposal; of a hidden one only that it was there."""
    proposal = _proposal(contribution_id)
    who, moment = actor(), now()
    if not can_see(proposal.state, author_id=proposal.author_id, actor=who):
        return render_template("proposals/hidden.html", proposal=proposal), 410
    if proposal.state is State.DRAFT:
        return redirect(url_for(".check", contribution_id=proposal.id), 303)
    in_phase = may(Action.SUPPORT, proposal.process.phases, moment)
    return render_template(
        "proposals/show.html",
        proposal=proposal,
        process=proposal.process,
        phase=phase_at(proposal.process.phases, moment),
        talk=discussion_of(proposal),
        support_is_open=in_phase and proposal.state is State.PUBLISHED,
        may_support=in_phase and can_support(proposal.state, actor=who),
        may_answer=can_answer(proposal.state, author_id=proposal.author_id, actor=who),
        supports=_is_there(queries.support(proposal.id, who.id)) if who.id else False,
        follows=_is_there(follow(proposal.id, who.id)) if who.id else False,
        is_own=who.id is not None and who.id == proposal.author_id,
    )


@bp.get("/trajecten/<slug>/voorstellen/nieuw")
@residents
def new(slug: str) -> ResponseReturnValue:
    """Ask for a proposal, or go on with the one that was begun.

    What was typed here before the session ended comes first: it is shown beside any older draft.
    """
    process = _process(slug)
    if kept_fields() is not None:
        return _write(_form(ProposalForm()), process)
    begun = db.session.scalars(queries.draft_of(_account_id(), process.id)).one_or_none()
    if begun is not None:
        flash(gettext("You had begun already. You can go on here."), "info")
        return redirect(url_for(".edit", contribution_id=begun.id), 303)
    if not may(Action.PROPOSE, process.phases, now()):
        return _closed(process)
    return _write(_form(ProposalForm(public_name=name_to_offer())), process)


@bp.post("/trajecten/<slug>/voorstellen/nieuw")
@residents
def begin(slug: str) -> ResponseReturnValue:
    """Keep a first version, and go to the page where photos are added."""
    process = _process(slug)
    form = _form(ProposalForm())
    if not form.validate():
        return _write(form, process), 422
    try:
        check_pace(Written.PROPOSAL)
        draft = services.begin(process, form.words(), actor=actor(), now=now())
    except (Invalid, NotAllowed, TooMany) as error:
        form.refuse(error)
        return _write(form, process), 422
    db.session.commit()
    return redirect(url_for(".images", contribution_id=draft.id), 303)


@bp.get("/voorstellen/<int:contribution_id>/fotos")
@residents
def images(contribution_id: int) -> ResponseReturnValue:
    """Show the photos of a draft, and ask for one more."""
    return _ask_for_image(ImageForm(), _draft(contribution_id))


@bp.post("/voorstellen/<int:contribution_id>/fotos")
@residents
@takes_files(MOST_SENT)
def add_image(contribution_id: int) -> ResponseReturnValue:
    """Keep one more photo; when it is refused, the text and the other photos stay."""
    draft = _draft(contribution_id)
    form = ImageForm()
    if not form.validate():
        return _ask_for_image(form, draft), 422
    try:
        count_try(
            f"photo:{draft.author_id}",
            most=MOST_PHOTOS_SENT,
            window=PHOTOS_SENT_WITHIN,
            now=now(),
        )
        services.add_image(
            draft,
            pictures.read(form.image.data.stream),
            form.description.data or "",
            storage=current_app.extensions["media"],
            actor=actor(),
            now=now(),
        )
    except DomainError as error:
        form.refuse(error)
        return _ask_for_image(form, draft), status_of(error)
    db.session.commit()
    flash(gettext("The photo is added."), "success")
    return redirect(url_for(".images", contribution_id=draft.id), 303)


@bp.get("/voorstellen/<int:contribution_id>/fotos/<int:image_id>")
@residents
def image(contribution_id: int, image_id: int) -> ResponseReturnValue:
    """Ask what there is to see on a photo of a draft."""
    draft = _draft(contribution_id)
    found = _image(draft, image_id)
    return _ask_about(DescriptionForm(description=found.description), draft, found)


@bp.post("/voorstellen/<int:contribution_id>/fotos/<int:image_id>")
@residents
def describe_image(contribution_id: int, image_id: int) -> ResponseReturnValue:
    """Keep what there is to see on a photo of a draft."""
    draft = _draft(contribution_id)
    found, form = _image(draft, image_id), DescriptionForm()
    if not form.validate():
        return _ask_about(form, draft, found), 422
    services.describe_image(draft, found, form.description.data or "", actor=actor())
    db.session.commit()
    flash(gettext("The description is saved."), "success")
    return redirect(url_for(".images", contribution_id=draft.id), 303)


@bp.post("/voorstellen/<int:contribution_id>/fotos/<int:image_id>/weghalen")
@residents
def take_image_away(contribution_id: int, image_id: int) -> ResponseReturnValue:
    """Take a photo away from a draft."""
    draft = _draft(contribution_id)
    services.take_image_away(draft, image_id, actor=actor())
    db.session.commit()
    flash(gettext("The photo is gone."), "success")
    return redirect(url_for(".images", contribution_id=draft.id), 303)


@bp.get("/voorstellen/<int:contribution_id>/controleren")
@residents
def check(contribution_id: int) -> ResponseReturnValue:
    """Show a draft to its author as others will see it."""
    draft = _draft(contribution_id)
    return render_template(
        "proposals/check.html",
        draft=draft,
        private=private_data_in("\n".join((draft.title, draft.summary, draft.text))),
        process=draft.process,
        may_propose=may(Action.PROPOSE, draft.process.phases, now()),
        opens=next_chance(Action.PROPOSE, draft.process.phases, now()),
    )


@bp.get("/voorstellen/<int:contribution_id>/wijzigen")
@residents
def edit(contribution_id: int) -> ResponseReturnValue:
    """Let the author go on with a draft."""
    draft = _draft(contribution_id)
    return _write(_form(ProposalForm(data=filled_in(draft))), draft.process, draft)


@bp.post("/voorstellen/<int:contribution_id>/wijzigen")
@residents
def change(contribution_id: int) -> ResponseReturnValue:
    """Keep a newer version of a draft."""
    draft = _draft(contribution_id)
    form = _form(ProposalForm())
    if not form.validate():
        return _write(form, draft.process, draft), 422
    try:
        services.change(draft, form.words(), actor=actor())
    except Invalid as error:
        form.refuse(error)
        return _write(form, draft.process, draft), 422
    db.session.commit()
    return redirect(url_for(".check", contribution_id=draft.id), 303)


@bp.post("/voorstellen/<int:contribution_id>/publiceren")
@residents
def publish(contribution_id: int) -> ResponseReturnValue:
    """Show a draft to everyone; pressing twice publishes once."""
    proposal = _proposal(contribution_id)
    if proposal.state is State.DRAFT:
        services.publish(proposal, actor=actor(), now=now())
        db.session.commit()
        flash(gettext("Your proposal is published. Thank you."), "success")
    return redirect(url_for(".show", contribution_id=contribution_id), 303)


@bp.post("/voorstellen/<int:contribution_id>/weggooien")
@residents
def discard(contribution_id: int) -> ResponseReturnValue:
    """Throw a draft away."""
    draft = _draft(contribution_id)
    services.discard(draft, actor=actor())
    db.session.commit()
    flash(gettext("Your draft is gone."), "success")
    return redirect(url_for(".index", slug=draft.process.slug), 303)


@bp.post("/voorstellen/<int:contribution_id>/steun")
@residents
def support(contribution_id: int) -> ResponseReturnValue:
    """Stand behind a proposal; pressing twice counts once."""
    is_new = services.support(_proposal(contribution_id), actor=actor(), now=now())
    db.session.commit()
    supported = gettext("You support this proposal. You also follow it from now on.")
    flash(supported if is_new else gettext("You support this proposal already."), "success")
    return redirect(url_for(".show", contribution_id=contribution_id), 303)


@bp.post("/voorstellen/<int:contribution_id>/steun/intrekken")
@residents
def withdraw_support(contribution_id: int) -> ResponseReturnValue:
    """Take support back."""
    services.withdraw_support(_proposal(contribution_id), actor=actor(), now=now())
    db.session.commit()
    flash(gettext("You no longer support this proposal."), "success")
    return redirect(url_for(".show", contribution_id=contribution_id), 303)


def _process(slug: str) -> Process:
    found = db.session.scalars(queries.process_of_form(slug)).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def _proposal(contribution_id: int) -> Proposal:
    """The proposal; a draft is there for its author only."""
    found = db.session.scalars(queries.proposal(contribution_id)).unique().one_or_none()
    if found is None:
        raise NotFound
    if found.state is State.DRAFT and not can_edit(
        found.state, author_id=found.author_id, actor=actor()
    ):
        raise NotFound
    return found


def _draft(contribution_id: int) -> Proposal:
    """The draft of who asks; what is published already is not there any more."""
    found = _proposal(contribution_id)
    if found.state is not State.DRAFT:
        raise NotFound
    return found


def _image(draft: Proposal, image_id: int) -> Image:
    found = next((image for image in draft.images if image.id == image_id), None)
    if found is None:
        raise NotFound
    return found


def _ask_for_image(form: ImageForm, draft: Proposal) -> str:
    return render_template(
        "proposals/images.html",
        form=form,
        draft=draft,
        process=draft.process,
        room=len(draft.images) < MOST_IMAGES,
        most=MOST_IMAGES,
        most_megabytes=MOST_BYTES // 1_000_000,
    )


def _ask_about(form: DescriptionForm, draft: Proposal, image: Image) -> str:
    return render_template(
        "proposals/image.html", form=form, draft=draft, process=draft.process, image=image
    )


def _account_id() -> int:
    account_id = actor().id
    if account_id is None:
        raise NotFound
    return account_id


def _is_there(statement: object) -> bool:
    return db.session.scalars(statement).one_or_none() is not None  # type: ignore[call-overload]


def _form(form: ProposalForm) -> ProposalForm:
    form.offer(db.session.execute(queries.areas()).all())
    return form


def _write(form: ProposalForm, process: Process, draft: Proposal | None = None) -> str:
    return render_template(
        "proposals/write.html",
        form=form,
        process=process,
        draft=draft,
        summary_most=SUMMARY_LENGTH[1],
        text_most=TEXT_LENGTH[1],
    )


def _closed(process: Process) -> ResponseReturnValue:
    opens = next_chance(Action.PROPOSE, process.phases, now())
    return render_template("proposals/closed.html", process=process, opens=opens), 403
