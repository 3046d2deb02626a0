"""What one process says in its own words, of what the site says everywhere."""

from collections.abc import Iterator, Mapping

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.forms import Form
from participatie.core.html import as_html
from participatie.core.i18n import DEFAULT_LANGUAGE
from participatie.core.wording import Text
from participatie.identity.current import actor
from participatie.notifications.examples import examples_in
from participatie.pages.admin.interface_texts import texts_in
from participatie.pages.admin.several_texts import TOLD_AT_ONCE, are_kept, texts_of_file
from participatie.pages.admin.texts import Subject
from participatie.pages.forms import texts_form
from participatie.pages.queries import budget_and_vote_in
from participatie.pages.rules import Holds, holds, says
from participatie.processes import queries
from participatie.processes.admin.making import clerks, load
from participatie.processes.models import Process, Regulation
from participatie.processes.rules import ProcessState
from participatie.processes.services import rewording

bp = Blueprint(
    "process_texts_admin",
    __name__,
    url_prefix="/griffie/trajecten/<int:process_id>/teksten",
    template_folder="../templates",
)

SUBJECTS: Mapping[str, Subject] = {
    "huisregels": Subject("pages/house_rules_text.html", "pages.process_house_rules"),
    "privacy": Subject("pages/process_privacy_text.html", "pages.process_privacy"),
    "vervolg": Subject("proposals/next.html"),
    "brief": Subject("votes/letters_print.html"),
}
"""What a process can say in its own words, by its name in the address."""

NEEDS: Mapping[str, Holds] = {
    "vervolg": Holds.PROPOSALS,
    "brief": Holds.VOTE,
    "proposals.answered": Holds.PROPOSALS,
    "proposals.updated": Holds.PROPOSALS,
    "proposals.revised": Holds.PROPOSALS,
    "proposals.withdrawn": Holds.PROPOSALS,
    "proposals.support_ended": Holds.THRESHOLD,
    "proposals.archive_soon": Holds.TERM,
    "proposals.archived": Holds.TERM,
    "proposals.initiative": Holds.INITIATIVES,
    "proposals.meeting_moved": Holds.INITIATIVES,
    "proposals.merger_invited": Holds.PROPOSALS,
    "proposals.merged": Holds.PROPOSALS,
    "proposals.joined": Holds.PROPOSALS,
    "discussions.answered": Holds.ANSWERED_DISCUSSIONS,
    "budget.in_short": Holds.BUDGET,
    "budget.taken_over": Holds.BUDGET,
    "budget.assess_ask": Holds.BUDGET,
    "budget.assessed": Holds.BUDGET,
    "budget.unfinished": Holds.BUDGET,
    "budget.withdrawn": Holds.BUDGET,
    "budget.result": Holds.BUDGET,
    "budget.changed": Holds.BUDGET,
    "budget.execution": Holds.BUDGET,
    "votes.arrived": Holds.VOTE,
    "votes.broken_off": Holds.VOTE,
}
"""What a process has to hold before it says this; the other texts every process says."""

MAILS = (
    "processes.dates_changed",
    *(kind for kind in NEEDS if kind not in SUBJECTS),
    "moderation.hidden",
    "moderation.restored",
)
"""The mails to residents about one process."""


@bp.get("")
@clerks
def index(process_id: int) -> ResponseReturnValue:
    """Say of each text whose it is: of this process, or of the site."""
    process, known = load(process_id), _known(process_id)
    regulation = db.session.get(Regulation, process_id)
    held = _held(process, takes_initiatives=regulation is not None)
    texts = {name: texts_of_file(one.file, known) for name, one in SUBJECTS.items()}
    changed = {
        name: (sum(bool(one.instead) for one in found), len(found)) for name, found in texts.items()
    }
    mails = [mail for mail in _mails(known) if says(NEEDS.get(mail[0]), held, is_changed=mail[2])]
    return render_template(
        "pages/process_texts.html",
        process=process,
        subjects={
            name: subject
            for name, subject in SUBJECTS.items()
            if says(NEEDS.get(name), held, is_changed=changed[name][0] > 0)
        },
        changed=changed,
        mails=sorted(mails, key=lambda mail: mail[1].casefold()),
        spoken=DEFAULT_LANGUAGE,
        regulation=regulation,
    )


def _held(process: Process, *, takes_initiatives: bool) -> frozenset[Holds]:
    has_budget, has_vote = db.session.execute(budget_and_vote_in(process.id)).one()
    return holds(
        [phase.kind for phase in process.phases],
        has_budget=has_budget,
        has_vote=has_vote,
        takes_initiatives=takes_initiatives,
        has_threshold=process.support_threshold is not None,
        has_term=process.archive_weeks is not None,
        answers_discussions=process.answers_discussions,
    )


@bp.get("/<subject>")
@clerks
def show(process_id: int, subject: str) -> ResponseReturnValue:
    """Show the texts of one subject, each to be changed."""
    process, texts = load(process_id), _texts(process_id, subject)
    return _page(texts_form(texts)(), process, subject, texts)


@bp.post("/<subject>")
@clerks
def save(process_id: int, subject: str) -> ResponseReturnValue:
    """Say this in the process from now on."""
    process, texts = load(process_id), _texts(process_id, subject)
    form = texts_form(texts)()
    if are_kept(
        form,
        texts,
        lambda text, typed: rewording.reword(
            process, text, DEFAULT_LANGUAGE, typed, actor=actor(), now=now()
        ),
    ):
        flash(gettext("This process says this now."), "success")
        return redirect(url_for(".show", process_id=process_id, subject=subject), 303)
    return _page(form, load(process_id), subject, texts), 422


@bp.post("/<subject>/terug")
@clerks
def restore(process_id: int, subject: str) -> ResponseReturnValue:
    """Let a process say again what the site says."""
    process, texts = load(process_id), _texts(process_id, subject)
    rewording.give_back(process, texts, DEFAULT_LANGUAGE, actor=actor(), now=now())
    db.session.commit()
    flash(gettext("This process says this now."), "success")
    return redirect(url_for(".show", process_id=process_id, subject=subject), 303)


def _known(process_id: int) -> dict[str, Text]:
    """All texts as the site says them, with what this process says instead."""
    rows = db.session.scalars(queries.texts_of(process_id))
    instead = {row.message: row.text for row in rows if row.language == DEFAULT_LANGUAGE}
    return {
        text.message: Text(text.message, text.said, instead.get(text.message, ""))
        for text in texts_in(DEFAULT_LANGUAGE)
    }


def _mails(known: Mapping[str, Text]) -> Iterator[tuple[str, str, bool]]:
    """Each mail by its name in the address, its subject, and whether this process changed it."""
    for kind in MAILS:
        texts = texts_of_file(_of_mail(kind).file, known)
        yield kind, _looks(kind, texts)[0][0], any(text.instead for text in texts)


def _looks(kind: str, texts: list[Text]) -> list[tuple[str, str]]:
    return examples_in(kind, DEFAULT_LANGUAGE, {text.message: text.said for text in texts})


def _of_mail(kind: str) -> Subject:
    return Subject(f"mail/{kind}.txt")


def _subject(name: str) -> Subject:
    """A subject by its name in the address. Raises `NotFound`."""
    if name in SUBJECTS:
        return SUBJECTS[name]
    if name in MAILS:
        return _of_mail(name)
    raise NotFound


def _texts(process_id: int, subject: str) -> list[Text]:
    return texts_of_file(_subject(subject).file, _known(process_id))


def _page(form: Form, process: Process, subject: str, texts: list[Text]) -> str:
    messages = [text.message for text in texts]
    asked = queries.versions_of_texts(process.id, DEFAULT_LANGUAGE, messages)
    looks = _looks(subject, texts) if subject in MAILS else []
    return render_template(
        "pages/process_texts_of.html",
        form=form,
        process=process,
        may_change=process.state is not ProcessState.ARCHIVED,
        name=subject,
        subject=_subject(subject),
        looks=[(title, as_html(text)) for title, text in looks],
        texts=texts,
        spoken=DEFAULT_LANGUAGE,
        history=db.session.execute(asked.limit(TOLD_AT_ONCE)).all(),
    )
