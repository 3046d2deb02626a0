"""What stands on the page of a process at some moment, and that page before it opens.

A preview gets its moment and its reader from the address, and only reads.
"""

from datetime import date, datetime
from typing import Any

from flask import render_template, request
from sqlalchemy import Row

from participatie.audience.queries import names_of
from participatie.audience.rules import Audience, Person, Reason, local_day, may_take_part
from participatie.audience.services import audience_of
from participatie.budget.models.budgets import Budget
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.discussions.queries.discussions import newest_of as newest_discussions_of
from participatie.identity.current import actor
from participatie.media.models import Image
from participatie.pages import queries
from participatie.pages.cards import card_of, photos_of, timeline
from participatie.processes import queries as processes
from participatie.processes.forms import PreviewForm
from participatie.processes.models import Process
from participatie.processes.rules import (
    Action,
    Reader,
    Refusal,
    Starters,
    first_day_of,
    moment_on,
    reader_as_actor,
    why_not,
)
from participatie.votes.rules.stages import hindrance, stage_ahead
from participatie.votes.views.polls import stage_of

NEWEST = 3
CHILD_AGE, GROWN_UP = 12, 40


def contents(
    found: Row[Process, Budget | None, int], moment: datetime, *, is_ahead: bool = False
) -> dict[str, Any]:
    """What stands on the page of a process at `moment`; `is_ahead` when that is still to come."""
    stage = stage_ahead if is_ahead else stage_of
    process, budget, plans = found
    newest = db.session.execute(queries.newest_proposals_of(process.id, NEWEST)).all()
    talks = db.session.execute(newest_discussions_of(process.id, NEWEST)).all()
    audience = audience_of(process.id)
    follows = processes.followers_of(process.id).where(processes.is_follower(actor().id))
    return {
        "is_archived": process.archived_at is not None and process.archived_at <= moment,
        "card": card_of(
            process, budget, plans, moment=moment, stage_of=stage, photo=_photo(process)
        ),
        "timeline": timeline(process.phases, moment),
        "polls": [
            (vote, stage(vote, moment)) for vote in db.session.scalars(queries.polls_of(process.id))
        ],
        "audience": audience,
        "areas": _names(audience),
        "documents": db.session.scalars(processes.documents_of(process.id)).all(),
        "proposals": [proposal for proposal, _ in newest],
        "total": newest[0][1] if newest else 0,
        "talks": [talk for talk, _ in talks],
        "talks_total": talks[0][1] if talks else 0,
        "follows": actor().id is not None and db.session.scalar(follows) is not None,
    }


def _photo(process: Process) -> Image | None:
    """The photo of a process for who may see it: before it opens the griffie only."""
    if process.published_at is None and not actor().is_clerk:
        return None
    return photos_of([process]).get(process.id)


def preview_page(process_id: int, address: str, *, today: date) -> str:
    """The page of a process on a chosen day, with what a chosen reader can do there."""
    asked = processes.with_changes(processes.any_process(process_id))
    found = db.session.execute(queries.with_budgets(asked)).unique().one_or_none()
    if found is None:
        raise NotFound
    phases = found[0].phases
    form = PreviewForm(formdata=request.args)
    day = form.dag.data or first_day_of(phases) or today
    moment = moment_on(day, phases)
    form.dag.data = day
    reader = form.reader()
    form.als.data = reader.value
    seen_by = reader_as_actor(reader)
    shown = contents(found, moment, is_ahead=True)
    not_for = _reason(reader, shown["audience"], moment)
    lacks = _lacking(found[0], moment)
    return render_template(
        "pages/preview.html",
        **shown,
        is_preview=True,
        form=form,
        address=address,
        moment=moment,
        reader=reader,
        first_days=[(phase.title, first_day_of([phase])) for phase in phases],
        can={
            action: _in_the_way(
                why_not(action, phases, actor=seen_by, now=moment), lacks.get(action), not_for
            )
            for action in Action
        },
    )


def _in_the_way(
    refusal: Refusal | None, lacking: str | None, not_for: Reason | None
) -> Refusal | Reason | str | None:
    """The reason that nobody can change: first the day, then what the process lacks, then who."""
    if refusal is Refusal.NOT_NOW:
        return refusal
    return lacking or refusal or not_for


def _lacking(process: Process, moment: datetime) -> dict[Action, str]:
    """What a phase lets people do and the process has nothing for, with the reason."""
    lacks: dict[Action, str] = {}
    if process.discussion_starters is not Starters.EVERYONE:
        lacks[Action.DISCUSS] = f"started_by_{process.discussion_starters}"
    votes = db.session.scalars(queries.votes_in(process.id)).all()
    no_vote = hindrance(votes, moment)
    if no_vote is not None:
        lacks[Action.VOTE] = no_vote
    return lacks


def _names(audience: Audience) -> list[str]:
    if not audience.area_ids:
        return []
    return list(db.session.scalars(names_of(sorted(audience.area_ids))))


def _reason(reader: Reader, audience: Audience, moment: datetime) -> Reason | None:
    """Why `reader` is not in the audience: a resident is, whoever else is asked what they are."""
    if reader in {Reader.RESIDENT, Reader.VISITOR}:
        return None
    day = local_day(moment)
    age = CHILD_AGE if reader is Reader.CHILD else GROWN_UP
    person = Person(
        lives_here=reader is Reader.CHILD,
        knows_address=True,
        area_id=next(iter(audience.area_ids), None) if reader is Reader.CHILD else None,
        born_on=date(day.year - age, 1, 1),
        in_group=reader is Reader.CHILD,
    )
    return may_take_part(audience, person, day)
