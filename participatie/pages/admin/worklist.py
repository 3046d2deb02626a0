"""The griffie's work list, and what an administrator sets for the whole site."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.contributions.models import Contribution
from participatie.contributions.queries import undescribed_images
from participatie.core.access import only, roles_in_teams
from participatie.core.clock import now, today
from participatie.core.db import db
from participatie.core.errors import Invalid, NotFound
from participatie.core.forms import Form
from participatie.core.once import once
from participatie.core.paging import paginate
from participatie.discussions.queries.discussions import unanswered as unanswered_discussions
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.moderation.queries import reported
from participatie.pages import batches
from participatie.pages.forms import ChooseThemeForm, SampleForm, UploadThemeForm
from participatie.pages.led import parts_led
from participatie.pages.previews import preview_page
from participatie.pages.rules import UNDO_WITHIN, Several
from participatie.pages.unjudged import but_of, published_after, unjudged
from participatie.proposals.queries import unanswered
from participatie.teams.queries import works_in
from participatie.theming import services as theming
from participatie.theming.checks import check
from participatie.theming.themes import themes
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import rounds as round_queries
from participatie.votes.queries.acts import keys_due, with_key_holders
from participatie.votes.queries.board import with_count_fault
from participatie.votes.services import desk_watch

bp = Blueprint("pages_admin", __name__, template_folder="../templates")

SHOWN = 50
FEW = 5
"""How much of each kind of work stands on the list, until somebody asks for all of a kind."""
MOST_FINDINGS = 10
IS_NEW = timedelta(days=14)
WITH_SEVERAL = {
    "meldingen": (Several.HIDE, Several.KEEP),
    "nieuw": (Several.HIDE, Several.KEEP, Several.CATEGORY, Several.TAGS),
    "antwoorden": (Several.ANSWER, Several.CATEGORY, Several.TAGS, Several.HIDE),
}
"""What can be done at once with several of a kind of work."""


@bp.get("/griffie")
@only(Role.CLERK, Role.ADMINISTRATOR, Role.MODERATOR, of_teams=True)
def worklist() -> ResponseReturnValue:
    """Show the first of what was reported, what is new, and what waits for an answer or for words;
    or all of one kind, page by page.

    Of a process in which somebody does not work, nothing.
    """
    moment = now()
    work = work_of(moment)
    keeps = works_in(VoteRound.process_id, actor())
    whole = request.args.get("alles")
    if whole in work:
        page = paginate(work[whole], per_page=SHOWN)
        acts = [act for act in WITH_SEVERAL.get(whole, ()) if _may_do(act)]
        return render_template(
            "pages/work_of_kind.html", now=moment, kind=whole, page=page, acts=acts
        )
    just_done = db.session.scalars(batches.just_done(actor().id, moment - UNDO_WITHIN))
    return render_template(
        "pages/worklist.html",
        now=moment,
        by_office=actor().is_clerk,
        led=db.session.execute(parts_led(actor())).one() if _leads() else None,
        work={kind: paginate(asked, per_page=FEW) for kind, asked in work.items()},
        standing_still=db.session.scalars(with_count_fault().where(keeps).limit(SHOWN)).all(),
        with_keys=db.session.scalars(with_key_holders().where(keeps).limit(SHOWN)).all(),
        many_codes=desk_watch.many_codes(keeps & round_queries.BEING_RUN),
        keys_due=db.session.scalars(keys_due(moment).where(keeps).limit(SHOWN)).all(),
        just_done=just_done.one_or_none(),
        undo_within=UNDO_WITHIN,
    )


@bp.get("/griffie/bijdragen/<int:contribution_id>/volgende")
@only(Role.CLERK, Role.ADMINISTRATOR, Role.MODERATOR)
def next_new(contribution_id: int) -> ResponseReturnValue:
    """Go to what is new after a contribution and what who asks did not write; after the last of it
    to the work list."""
    new = work_of(now())["nieuw"].where(but_of(actor()), published_after(contribution_id))
    found = db.session.scalars(new.limit(1)).one_or_none()
    if found is None:
        flash(gettext("That was the last of what is new."), "success")
        return redirect(url_for(".worklist"), 303)
    return redirect(url_for("moderation_admin.judge", contribution_id=found.id), 303)


def _may_do(act: Several) -> bool:
    """Whether who asks does this in any process; of each contribution it is asked again."""
    if act in {Several.HIDE, Several.KEEP}:
        return True
    return _leads()


def _leads() -> bool:
    """Whether who asks does the work of a clerk, by office or in some team."""
    return actor().is_clerk or Role.CLERK in roles_in_teams()


def work_of(moment: datetime) -> dict[str, Any]:
    """What waits for who asks, by kind; of a process in which they do not work, nothing."""
    judges = works_in(Contribution.process_id, actor(), (Role.CLERK, Role.MODERATOR))
    answers = works_in(Contribution.process_id, actor())
    return {
        "meldingen": reported().where(judges),
        "antwoorden": unanswered().where(answers),
        "nieuw": unjudged(moment - IS_NEW).where(judges),
        "discussies": unanswered_discussions(but_of=actor().id).where(answers),
        "fotos": undescribed_images().where(judges),
    }


@bp.get("/griffie/trajecten/<int:process_id>/bekijken")
@only(Role.CLERK, Role.ADMINISTRATOR)
def preview(process_id: int) -> ResponseReturnValue:
    """Show a process as residents see it, on any day, whatever its state."""
    return preview_page(process_id, url_for(".preview", process_id=process_id), today=today())


@bp.get("/griffie/huisstijl")
@only(Role.ADMINISTRATOR)
def theme() -> ResponseReturnValue:
    """Show the themes, and which one is on."""
    return _themes(ChooseThemeForm())


@bp.post("/griffie/huisstijl")
@only(Role.ADMINISTRATOR)
def choose_theme() -> ResponseReturnValue:
    """Put a theme on, for everybody."""
    form = ChooseThemeForm()
    form.offer(themes().all())
    try:
        if form.validate() and (chosen := themes().named(form.theme.data)):
            theming.choose(chosen, account_id=actor().id, now=now())
            db.session.commit()
            flash(gettext("The site wears this house style now. Everybody sees it."), "success")
            return redirect(url_for(".theme"), 303)
    except Invalid as error:
        _refuse(form, error)
    return _themes(form), 422


@bp.get("/griffie/huisstijl/nieuw")
@only(Role.ADMINISTRATOR)
def new_theme() -> ResponseReturnValue:
    """Ask for a theme in a zip."""
    return render_template("pages/theme_new.html", form=UploadThemeForm())


@bp.post("/griffie/huisstijl/nieuw")
@only(Role.ADMINISTRATOR)
@once
def upload_theme() -> ResponseReturnValue:
    """Take a theme in that passes the checks; it is not on yet."""
    form = UploadThemeForm()
    try:
        if form.validate():
            kept = theming.upload(
                form.name.data or "",
                form.archive.data.read(),
                on_disk=themes().on_disk,
                account_id=actor().id,
                now=now(),
            )
            db.session.commit()
            flash(
                gettext("The house style is kept. Look at the sample, then put it on."), "success"
            )
            return redirect(url_for(".try_theme", name=kept.name), 303)
    except Invalid as error:
        _refuse(form, error)
    return render_template("pages/theme_new.html", form=form), 422


@bp.get("/griffie/huisstijl/<name>/proef")
@only(Role.ADMINISTRATOR)
def try_theme(name: str) -> ResponseReturnValue:
    """Show a sample page in one theme, to nobody else."""
    wanted = themes().named(name)
    if wanted is None:
        raise NotFound
    themes().try_on(wanted)
    form = SampleForm(formdata=None)
    return render_template(
        "pages/theme_sample.html", theme=wanted, findings=check(wanted), form=form
    )


def _refuse(form: Form, error: Invalid) -> None:
    """Say what is wrong beside its field, and of a theme each finding."""
    form.refuse(error)
    if isinstance(error, theming.Unfit):
        found = [gettext(one.sentence, **one.values) for one in error.findings[:MOST_FINDINGS]]
        field = form[error.field]
        field.errors = [*field.errors, *found]


def _themes(form: ChooseThemeForm) -> str:
    known = themes().all()
    form.offer(known)
    if not form.theme.data:
        form.theme.data = themes().chosen().name
    findings = {theme.name: len(check(theme)) for theme in known}
    return render_template("pages/themes.html", themes=known, findings=findings, form=form)
