"""The griffie makes a process: from a recipe, in a few short steps, each left and resumed."""

from collections.abc import Callable, Sequence

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.error_pages import say
from participatie.core.errors import Conflict, Invalid, NotFound
from participatie.core.once import once
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.processes import queries
from participatie.processes.forms import (
    CategoriesForm,
    ChangeForm,
    ContactForm,
    NewProcessForm,
    PhaseForm,
    RulesForm,
    WordsForm,
    planning_form,
)
from participatie.processes.models import Process, Regulation
from participatie.processes.open_points import gaps
from participatie.processes.preview_links import token_of
from participatie.processes.recipes.reading import recipes
from participatie.processes.rules import (
    Level,
    PhaseKind,
    ProcessState,
    Starters,
    begins_at,
    holds_proposals,
    is_over,
    is_planned,
    proposed_start,
)
from participatie.processes.services import categories as themes
from participatie.processes.services import drafting, opening, planning
from participatie.teams.queries import works_in
from participatie.theming.themes import themes as house_styles

bp = Blueprint(
    "processes_admin", __name__, template_folder="../templates", url_prefix="/griffie/trajecten"
)

clerks = only(Role.CLERK, Role.ADMINISTRATOR)


@bp.get("")
@only(Role.CLERK, Role.ADMINISTRATOR, of_teams=True)
def index() -> ResponseReturnValue:
    """The processes in which somebody works: being made, open, over, archived."""
    mine = queries.all_processes().where(works_in(Process.id, actor()))
    found = db.session.scalars(mine).all()
    return render_template(
        "processes/index.html",
        processes=found,
        over={process.id for process in found if is_over(process.phases, now())},
        begins={process.id: begins_at(process.phases, now()) for process in found},
        may_make=actor().is_clerk,
    )


@bp.get("/nieuw")
@clerks
def new() -> ResponseReturnValue:
    """Ask which recipe, what it is called and when it begins."""
    return _ask_new(NewProcessForm(data={"first_day": proposed_start(now())}))


@bp.post("/nieuw")
@clerks
@once
def begin() -> ResponseReturnValue:
    """Keep a draft with all that the recipe proposes."""
    form = NewProcessForm()
    form.offer_recipes()
    if not form.validate() or form.first_day.data is None:
        return _ask_new(form), 422
    try:
        draft = drafting.begin(
            recipes()[form.recipe.data],
            title=form.title.data or "",
            first_day=form.first_day.data,
            actor=actor(),
            now=now(),
        )
    except Invalid as error:
        form.refuse(error)
        return _ask_new(form), 422
    db.session.commit()
    return redirect(url_for(".words", process_id=draft.id), 303)


@bp.get("/<int:process_id>")
@clerks
def show(process_id: int) -> ResponseReturnValue:
    """Say what is still missing before it can open, and what can be done with it."""
    process = load(process_id)
    lacks = opening.what_parts_lack(process, inspections(), now())
    links = db.session.scalars(queries.preview_links_of(process_id, now())).all()
    return render_template(
        "processes/show.html",
        process=process,
        is_over=is_over(process.phases, now()),
        holds_proposals=holds_proposals(process.phases),
        begins_at=begins_at(process.phases, now()),
        has_money=is_planned(PhaseKind.COSTS, process.phases)
        or current_app.extensions["has_budget"](process_id),
        has_vote=is_planned(PhaseKind.VOTE, process.phases),
        open_points=opening.what_is_missing(process, now()),
        gaps=gaps(process.phases, now()),
        lacks=[(url_for(one.page, **one.address), say(one.fault)) for one in lacks],
        categories=db.session.scalars(queries.categories_of(process_id)).all(),
        documents=len(db.session.scalars(queries.shown_documents(process_id)).all()),
        regulation=db.session.get(Regulation, process_id),
        links=[(link, token_of(link.id)) for link in links],
    )


@bp.get("/<int:process_id>/tekst")
@clerks
def words(process_id: int) -> ResponseReturnValue:
    """Ask what the process says about itself."""
    process = load(process_id)
    return _ask("words", WordsForm(obj=process), process)


@bp.post("/<int:process_id>/tekst")
@clerks
def save_words(process_id: int) -> ResponseReturnValue:
    """Keep what the process says about itself."""
    process, form = load(process_id), WordsForm()
    return _save(
        "words",
        form,
        process,
        lambda: drafting.write(process, form.words(), actor=actor(), now=now()),
        then="plan",
    )


@bp.get("/<int:process_id>/planning")
@clerks
def plan(process_id: int) -> ResponseReturnValue:
    """Ask when each phase runs."""
    process = load(process_id)
    return _ask("plan", planning_form(process), process)


@bp.post("/<int:process_id>/planning")
@clerks
def save_plan(process_id: int) -> ResponseReturnValue:
    """Keep when each phase runs; of an open process this is told to everyone."""
    process = load(process_id)
    form = planning_form(process)
    reason = form["reason"].data if "reason" in form else ""
    return _save(
        "plan",
        form,
        process,
        lambda: planning.plan(process, form.planned(), reason=reason, actor=actor(), now=now()),
        then="rules",
    )


@bp.get("/<int:process_id>/planning/nieuw")
@clerks
def new_phase(process_id: int) -> ResponseReturnValue:
    """Ask for one phase more."""
    return _ask("phase", PhaseForm(), load(process_id))


@bp.post("/<int:process_id>/planning/nieuw")
@clerks
@once
def add_phase(process_id: int) -> ResponseReturnValue:
    """Keep one phase more."""
    process, form = load(process_id), PhaseForm()
    return _save(
        "phase",
        form,
        process,
        lambda: planning.add_phase(
            process, PhaseKind(form.kind.data), form.planned(), actor=actor(), now=now()
        ),
        then="plan",
    )


@bp.post("/<int:process_id>/planning/<int:phase_id>/weg")
@clerks
def remove_phase(process_id: int, phase_id: int) -> ResponseReturnValue:
    """Take a phase out of a draft."""
    planning.remove_phase(load(process_id), phase_id, actor=actor(), now=now())
    db.session.commit()
    flash(gettext("The phase is gone."), "success")
    return redirect(url_for(".plan", process_id=process_id), 303)


@bp.get("/<int:process_id>/meedoen")
@clerks
def rules(process_id: int) -> ResponseReturnValue:
    """Ask what residents decide."""
    process = load(process_id)
    return _ask("rules", RulesForm(obj=process), process)


@bp.post("/<int:process_id>/meedoen")
@clerks
def save_rules(process_id: int) -> ResponseReturnValue:
    """Keep what residents decide."""
    process, form = load(process_id), RulesForm()
    return _save(
        "rules",
        form,
        process,
        lambda: drafting.set_rules(
            process,
            level=Level(form.level.data),
            support_threshold=form.support_threshold.data,
            answer_weeks=form.answer_weeks.data,
            discussion_starters=Starters(form.discussion_starters.data),
            answers_discussions=form.answers_discussions.data,
            archive_weeks=form.archive_weeks.data,
            actor=actor(),
            now=now(),
        ),
        then="contact",
    )


@bp.get("/<int:process_id>/themas")
@clerks
def categories(process_id: int) -> ResponseReturnValue:
    """Ask what proposals can be about."""
    names = [one.name for one in db.session.scalars(queries.categories_of(process_id))]
    form = CategoriesForm(data={"categories": "\n".join(names)})
    return _ask("categories", form, load(process_id))


@bp.post("/<int:process_id>/themas")
@clerks
def save_categories(process_id: int) -> ResponseReturnValue:
    """Keep what proposals can be about."""
    process, form = load(process_id), CategoriesForm()
    return _save(
        "categories",
        form,
        process,
        lambda: themes.set_categories(process, form.names(), actor=actor(), now=now()),
        then="show",
    )


@bp.get("/<int:process_id>/contact")
@clerks
def contact(process_id: int) -> ResponseReturnValue:
    """Ask whom residents can ask."""
    process, site = load(process_id), house_styles().site()
    form = ContactForm(obj=process)
    form.contact_email.data = process.contact_email or site.contact_email
    form.contact_phone.data = process.contact_phone or site.contact_phone
    return _ask("contact", form, process)


@bp.post("/<int:process_id>/contact")
@clerks
def save_contact(process_id: int) -> ResponseReturnValue:
    """Keep whom residents can ask."""
    process, form = load(process_id), ContactForm()
    return _save(
        "contact",
        form,
        process,
        lambda: drafting.name_contact(process, form.contact(), actor=actor(), now=now()),
        then="show",
    )


@bp.post("/<int:process_id>/kopie")
@clerks
@once
def copy(process_id: int) -> ResponseReturnValue:
    """Begin a new draft from an older process."""
    draft = drafting.copy(load(process_id), actor=actor(), now=now())
    db.session.commit()
    flash(gettext("This is a copy. Give it its own name, and look at every date."), "success")
    return redirect(url_for(".words", process_id=draft.id), 303)


@bp.post("/<int:process_id>/weggooien")
@clerks
def discard(process_id: int) -> ResponseReturnValue:
    """Throw a draft away."""
    try:
        drafting.discard(load(process_id), actor=actor(), now=now())
    except Conflict as refusal:
        db.session.rollback()
        flash(say(refusal), "error")
        return redirect(url_for(".show", process_id=process_id), 303)
    db.session.commit()
    flash(gettext("The draft is gone."), "success")
    return redirect(url_for(".index"), 303)


def load(process_id: int) -> Process:
    """The process, whatever its state. Raises `NotFound`."""
    found = db.session.scalars(queries.any_process(process_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def inspections() -> Sequence[opening.Inspection]:
    """What every slice above looks at before a process opens."""
    found: Sequence[opening.Inspection] = current_app.extensions["inspections"]
    return found


def _ask_new(form: NewProcessForm) -> str:
    form.offer_recipes()
    return render_template("processes/new.html", form=form, recipes=recipes())


def _ask(page: str, form: ChangeForm, process: Process) -> str:
    if not form.version.data:
        form.version.data = str(process.version)
    return render_template(f"processes/{page}.html", form=form, process=process)


def _save(
    page: str, form: ChangeForm, process: Process, keep: Callable[[], object], *, then: str
) -> ResponseReturnValue:
    """Keep one step and go on: of a draft with the next question, else back to its page."""
    if not form.validate():
        return _ask(page, form, process), 422
    is_draft = process.state is ProcessState.DRAFT
    try:
        drafting.check_unchanged(process, form.seen())
        keep()
    except (Invalid, Conflict) as error:
        db.session.rollback()
        form.refuse(error)
        if isinstance(error, Conflict):
            form.version.data = None  # who saves again has seen it
        return _ask(page, form, load(process.id)), 422 if isinstance(error, Invalid) else 409
    db.session.commit()
    flash(gettext("This is kept."), "success")
    return redirect(url_for(f".{then if is_draft else 'show'}", process_id=process.id), 303)
