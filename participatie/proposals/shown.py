"""What the page of one proposal shows, found with one question, and more only of what is there."""

from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import BigInteger, Select, Text, bindparam, exists, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from participatie.areas.models import Area
from participatie.contributions.models import (
    Contribution,
    ContributionDocument,
    ContributionImage,
    ContributionTag,
    Tag,
)
from participatie.processes.models import Category, Process
from participatie.proposals.models import (
    Answer,
    Initiative,
    Merger,
    Proposal,
    ProposalUpdate,
    ProposalVersion,
)

_BASE = Contribution.__table__
_OWN: Any = Proposal.__table__
_PROCESS = Process.__table__
_ANSWER, _INITIATIVE, _MERGER = Answer.__table__, Initiative.__table__, Merger.__table__
_AREA, _CATEGORY = Area.__table__, Category.__table__

_TAGS = func.array(
    select(Tag.name)
    .join(ContributionTag, ContributionTag.tag_id == Tag.id)
    .where(ContributionTag.contribution_id == _BASE.c.id)
    .order_by(Tag.key)
    .correlate(_BASE)
    .scalar_subquery(),
    type_=ARRAY(Text),
)

_SHOWN = (
    select(
        _BASE.c.id,
        _BASE.c.state,
        _BASE.c.process_id,
        _BASE.c.author_id,
        _BASE.c.author_name,
        _BASE.c.title,
        _BASE.c.summary,
        _BASE.c.language,
        _BASE.c.latitude,
        _BASE.c.longitude,
        _BASE.c.published_at,
        _OWN.c.html,
        _OWN.c.is_official,
        _OWN.c.support_count,
        _OWN.c.withdrawn_because,
        _OWN.c.merged_into_id,
        _OWN.c.archive_on,
        _OWN.c.film_place,
        _OWN.c.film_id,
        _PROCESS.c.slug,
        _AREA.c.name.label("area"),
        _CATEGORY.c.name.label("category"),
        _ANSWER.c.status.label("answer"),
        _ANSWER.c.html.label("answer_html"),
        _ANSWER.c.answered_at,
        _ANSWER.c.corrected_at,
        _INITIATIVE.c.year.label("initiative_year"),
        _INITIATIVE.c.number.label("initiative_number"),
        _INITIATIVE.c.stop,
        _INITIATIVE.c.due_at,
        _MERGER.c.state.label("merger"),
        _MERGER.c.ended_at.label("merged_at"),
        _MERGER.c.by_municipality,
        _MERGER.c.reason.label("merged_because"),
        _TAGS.label("tags"),
        exists()
        .where(ContributionImage.contribution_id == _BASE.c.id)
        .correlate(_BASE)
        .label("has_images"),
        exists()
        .where(ContributionDocument.contribution_id == _BASE.c.id)
        .correlate(_BASE)
        .label("has_documents"),
        exists()
        .where(ProposalUpdate.proposal_id == _BASE.c.id)
        .correlate(_BASE)
        .label("has_updates"),
        exists()
        .where(ProposalVersion.proposal_id == _BASE.c.id)
        .correlate(_BASE)
        .label("is_changed"),
    )
    .select_from(
        _BASE.join(_OWN, _OWN.c.id == _BASE.c.id)
        .join(_PROCESS, _PROCESS.c.id == _BASE.c.process_id)
        .outerjoin(_AREA, _AREA.c.id == _BASE.c.area_id)
        .outerjoin(_CATEGORY, _CATEGORY.c.id == _BASE.c.category_id)
        .outerjoin(_ANSWER, _ANSWER.c.proposal_id == _BASE.c.id)
        .outerjoin(_INITIATIVE, _INITIATIVE.c.proposal_id == _BASE.c.id)
        .outerjoin(_MERGER, _MERGER.c.joint_id == _BASE.c.id)
    )
    .where(
        _BASE.c.id == bindparam("number", type_=BigInteger), _PROCESS.c.published_at.is_not(None)
    )
)


def shown() -> Select[Any]:
    """The proposal with this `number`, when its process is published; made once."""
    return _SHOWN


def updates_of(proposal_id: int) -> Select[datetime, Markup]:
    """What its author told since, the newest first."""
    of_this = ProposalUpdate.proposal_id == proposal_id
    columns = select(ProposalUpdate.made_at, ProposalUpdate.html)
    return columns.where(of_this).order_by(ProposalUpdate.made_at.desc())
