"""What runs by itself: the end of the time for support, and of proposals without enough of it."""

from celery import shared_task

from participatie.core.clock import now
from participatie.core.db import db
from participatie.proposals import ends
from participatie.proposals.models import Proposal
from participatie.proposals.services import ending


@shared_task  # type: ignore[untyped-decorator]
def end_terms() -> str:
    """Tell what ended, announce what goes to the archive, and archive what was announced."""
    told = _tell_ends()
    announced = _announce()
    archived = _archive()
    if told or announced or archived:
        return f"told of {told}, announced {announced}, archived {archived}"
    return ""


def _tell_ends() -> list[int]:
    told, moment = [], now()
    for process in db.session.scalars(ends.to_tell_of_end(moment - ending.LATE)).all():
        if ending.tell_end_of_support(process, now=moment):
            told.append(process.id)
        db.session.commit()
    return told


def _announce() -> list[int]:
    announced, moment = [], now()
    due = ends.to_announce(moment).limit(1).with_for_update(of=Proposal, skip_locked=True)
    while proposal := db.session.scalars(due).first():
        ending.announce(proposal, now=moment)
        db.session.commit()
        announced.append(proposal.id)
    return announced


def _archive() -> list[int]:
    archived, moment = [], now()
    due = ends.to_archive(moment).limit(1).with_for_update(of=Proposal, skip_locked=True)
    while proposal := db.session.scalars(due).first():
        ending.archive(proposal, now=moment)
        db.session.commit()
        archived.append(proposal.id)
    return archived
