"""Submitting a plan in four steps: plan, place, photos, check. Each step is kept as one goes."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from participatie.areas import queries as areas
from participatie.audience.services import AskedFirst
from participatie.budget.forms.submitting import IdeaForm
from participatie.budget.models.budgets import Budget, Project
from participatie.budget.queries import submitting as queries
from participatie.budget.queries.budgets import any_budget
from participatie.budget.rules.projects import SUBMITTED_SUMMARY_LENGTH, TEXT_LENGTH, can_edit
from participatie.budget.services import submitting
from participatie.contributions.forms import offer_categories
from participatie.contributions.rules import State, Written, is_own, private_data_in
from participatie.contributions.views import check_pace
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import Invalid, NotAllowed, NotFound, TooMany
from participatie.core.once import once
from participatie.identity.current import actor, residents
from participatie.maps.tiles import tiles, with_map
from participatie.maps.views import OnMap, looked_up
from participatie.processes.queries import categories_of
from participatie.proposals.forms.proposals import PlaceForm, PublishForm
from participatie.theming.themes import themes

bp = Blueprint("budget_submitting", __name__, template_folder="../templates")


@bp.route("/begrotingen/<int:budget_id>/plannen/nieuw", methods=["GET", "POST"])
@residents
@once
def new(budget_id: int) -> ResponseReturnValue:
    """Ask for a plan, or go on with the one that was begun."""
    budget, form = budget_taking_plans(budget_id), IdeaForm()
    _offer(form, budget)
    if request.method == "GET":
        begun = db.session.scalars(queries.draft_of(actor().id or 0, budget_id)).one_or_none()
        if begun is not None:
            flash(gettext("You had begun already. You can go on here."), "info")
            return redirect(url_for(".edit", contribution_id=begun.id), 303)
    try:
        submitting.check_may_submit(budget, actor=actor(), now=now())
    except AskedFirst:
        return redirect(url_for("processes.may_i", slug=budget.process.slug), 303)
    if not form.validate_on_submit():
        return _ask_idea(form, budget, None)
    try:
        check_pace(Written.PROPOSAL)
        draft = submitting.begin(budget, form.idea(), actor=actor(), now=now())
    except (Invalid, TooMany) as error:
        form.refuse(error)
        return _ask_idea(form, budget, None)
    db.session.commit()
    return redirect(url_for(".place", contribution_id=draft.id), 303)


@bp.route("/plannen/<int:contribution_id>/wijzigen", methods=["GET", "POST"])
@residents
def edit(contribution_id: int) -> ResponseReturnValue:
    """Let the author go on with the words of a draft."""
    draft = own_draft(contribution_id)
    budget, form = budget_taking_plans(draft.budget_id), IdeaForm(data=IdeaForm.filled_in(draft))
    _offer(form, budget)
    if not form.validate_on_submit():
        return _ask_idea(form, budget, draft)
    try:
        form.check_seen(draft)
        submitting.change(draft, form.idea(), actor=actor())
    except Invalid as error:
        form.refuse(error)
        return _ask_idea(form, budget, draft)
    db.session.commit()
    return _go_on(draft, ".place")


@bp.route("/plannen/<int:contribution_id>/plek", methods=["GET", "POST"])
@residents
def place(contribution_id: int) -> ResponseReturnValue:
    """Ask which area a plan is for."""
    draft = own_draft(contribution_id)
    form = PlaceForm(data={"area": str(draft.area_id or ""), "point": str(draft.point or "")})
    form.offer(db.session.execute(areas.names()).all())
    form.offer_points()
    if form.validate_on_submit() and not looked_up(form) and _placed(draft, form):
        return _go_on(draft, "budget_materials.show")
    page = render_template(
        "budget/submit_place.html",
        form=form,
        draft=draft,
        budget=budget_taking_plans(draft.budget_id),
        on_map=OnMap(tiles()),
    )
    return with_map(make_response(page, 422 if form.errors else 200))


def _placed(draft: Project, form: PlaceForm) -> bool:
    """Whether the place is kept; else the form says why not."""
    point = form.point.data or ""
    try:
        submitting.place(draft, area_id=form.area_id(), point=point, actor=actor())
    except Invalid as error:
        form.refuse(error)
        return False
    db.session.commit()
    return True


@bp.route("/plannen/<int:contribution_id>/controleren", methods=["GET", "POST"])
@residents
def check(contribution_id: int) -> ResponseReturnValue:
    """Show a draft to its author as others will see it; pressing twice submits once."""
    draft = _own(contribution_id)
    if draft.state is not State.DRAFT:
        return redirect(url_for(".submitted", contribution_id=contribution_id), 303)
    budget, form = budget_taking_plans(draft.budget_id), _publish_form(draft)
    if request.method == "POST" and form.validate():
        try:
            submitting.submit(
                budget,
                draft,
                public_name=form.chosen(),
                language=form.language.data,
                actor=actor(),
                now=now(),
            )
        except (Invalid, NotAllowed) as error:
            db.session.rollback()
            form.refuse(error)
            draft, budget = own_draft(contribution_id), budget_taking_plans(draft.budget_id)
        else:
            db.session.commit()
            return redirect(url_for(".submitted", contribution_id=contribution_id), 303)
    page = render_template(
        "budget/submit_check.html",
        form=form,
        draft=draft,
        budget=budget,
        private=private_data_in("\n".join((draft.title, draft.summary, draft.text))),
        is_open=submitting.is_open(budget, now=now()),
    )
    return page, 422 if form.errors else 200


@bp.get("/plannen/<int:contribution_id>/ingediend")
@residents
def submitted(contribution_id: int) -> ResponseReturnValue:
    """Say to the author what happens now."""
    project = _own(contribution_id)
    if project.state is State.DRAFT:
        raise NotFound
    budget = budget_taking_plans(project.budget_id)
    return render_template("budget/submitted.html", project=project, budget=budget)


@bp.post("/plannen/<int:contribution_id>/weggooien")
@residents
def discard(contribution_id: int) -> ResponseReturnValue:
    """Throw a draft away."""
    draft = own_draft(contribution_id)
    submitting.discard(draft, actor=actor())
    db.session.commit()
    flash(gettext("Your draft is gone."), "success")
    return redirect(url_for("budget.show", budget_id=draft.budget_id), 303)


def _go_on(draft: Project, step: str) -> ResponseReturnValue:
    """Go to the next step; who came from the check goes back to it."""
    then = ".check" if "controle" in request.args else step
    return redirect(url_for(then, contribution_id=draft.id), 303)


def _publish_form(draft: Project) -> PublishForm:
    """The names to choose from: the one that is known, or else where somebody lives."""
    form = PublishForm(language=draft.language)
    places = [draft.area.name] if draft.area else []
    places.append(themes().site().municipality.removeprefix("Gemeente "))
    names = [gettext("Resident of %(place)s", place=place) for place in places]
    known = [current_user.public_name] if current_user.public_name else []
    form.offer(list(dict.fromkeys(known + names)))
    return form


def _ask_idea(form: IdeaForm, budget: Budget, draft: Project | None) -> ResponseReturnValue:
    page = render_template(
        "budget/submit_idea.html",
        form=form,
        budget=budget,
        draft=draft,
        summary_most=SUBMITTED_SUMMARY_LENGTH[1],
        text_most=TEXT_LENGTH[1],
    )
    return page, 422 if form.errors else 200


def _offer(form: IdeaForm, budget: Budget) -> None:
    offer_categories(form, db.session.scalars(categories_of(budget.process_id)).all())


def _own(contribution_id: int) -> Project:
    """A plan of who asks, a draft too. Raises `NotFound`."""
    project = db.session.scalars(queries.own_project(contribution_id)).one_or_none()
    if project is None or not is_own(project.author_id, actor()):
        raise NotFound
    return project


def own_draft(contribution_id: int) -> Project:
    """The draft of who asks. Raises `NotFound`."""
    draft = _own(contribution_id)
    if not can_edit(draft.state, author_id=draft.author_id, actor=actor()):
        raise NotFound
    return draft


def budget_taking_plans(budget_id: int) -> Budget:
    """A budget of a published process, with its phases. Raises `NotFound`."""
    budget = db.session.scalars(any_budget(budget_id)).one_or_none()
    if budget is None or budget.process.published_at is None:
        raise NotFound
    return budget
