"""Finding proposals, with all that a list or a page shows of them."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Select,
    Update,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from participatie.areas.models import Area
from participatie.contributions import lists
from participatie.contributions.models import (
    Contribution,
    ContributionImage,
    ContributionTag,
    Tag,
)
from participatie.contributions.orders import Order
from participatie.contributions.queries import support_counted_anew
from participatie.contributions.rules import State
from participatie.discussions.queries.comments import number_of_comments
from participatie.media.models import Image
from participatie.processes.models import Category, Process
from participatie.proposals.models import (
    Answer,
    ConditionFinding,
    Initiative,
    InitiativeStep,
    MeetingMove,
    PaperCheck,
    PaperDelivery,
    Proposal,
    ProposalVersion,
    Support,
)
from participatie.proposals.rules.initiatives import TRANSITIONS, Flaw
from participatie.proposals.rules.proposals import AnswerStatus

_BASE = Contribution.__table__
_OWN: Any = Proposal.__table__
_AREA = Area.__table__
_ANSWER = Answer.__table__
_SHOWN = ContributionImage.__table__
_COVER = Image.__table__

YES = "ja"
MOST_COMPARED = 10_000
"""With how many of the newest proposals one that is being written is compared."""

_CARDS = select(
    _BASE.c.id,
    _BASE.c.title,
    _BASE.c.summary,
    _BASE.c.language,
    _BASE.c.author_name,
    _BASE.c.published_at,
    _BASE.c.latitude,
    _BASE.c.longitude,
    _OWN.c.is_official,
    _OWN.c.support_count,
    _AREA.c.name.label("area"),
    _ANSWER.c.status.label("answer"),
    func.coalesce(_ANSWER.c.corrected_at, _ANSWER.c.answered_at).label("answered_at"),
    number_of_comments(_BASE.c.id).label("comment_count"),
    _COVER.c.key.label("cover_key"),
    _COVER.c.width.label("cover_width"),
    _COVER.c.height.label("cover_height"),
    _COVER.c.description.label("cover_description"),
).select_from(
    _BASE.join(_OWN, _OWN.c.id == _BASE.c.id)
    .outerjoin(_AREA, _AREA.c.id == _BASE.c.area_id)
    .outerjoin(_ANSWER, _ANSWER.c.proposal_id == _BASE.c.id)
    .outerjoin(_SHOWN, and_(_SHOWN.c.contribution_id == _BASE.c.id, _SHOWN.c.position == 1))
    .outerjoin(_COVER, _COVER.c.id == _SHOWN.c.image_id)
)
"""Made once, and rows of it no objects: a list shows twenty at a time to everybody."""


def process_of_form(slug: str) -> Select[Process]:
    """A published process with its phases in one query; the result needs `.unique()`."""
    return (
        select(Process)
        .where(Process.slug == slug, Process.published_at.is_not(None))
        .options(joinedload(Process.phases))
    )


@dataclass(frozen=True, slots=True)
class Asked(lists.Asked):
    """What a reader asks of a list of proposals; `unanswered` and `answer` exclude each other."""

    answer: AnswerStatus | None = None
    unanswered: bool = False
    official: bool | None = None
    """Only what the municipality itself proposes, or only the others."""


@lru_cache(maxsize=256)
def in_order(asked: Asked, order: Order) -> Select[int]:
    """The numbers of the published proposals of a process, narrowed by what is asked, in order.

    Made once for each way to ask; `lists.values` gives what it is asked with.
    """
    return _ordered(_listed(asked), order, typed=asked.words)


def _listed(asked: Asked) -> Select[int]:
    found = lists.listed("proposal", asked)
    if asked.unanswered:
        found = found.where(~exists().where(_ANSWER.c.proposal_id == _BASE.c.id))
    elif asked.answer is not None:
        found = found.join(_ANSWER, _ANSWER.c.proposal_id == _BASE.c.id).where(
            _ANSWER.c.status == asked.answer
        )
    if asked.official is not None:
        of_whom = select(_OWN.c.id).where(_OWN.c.is_official.is_(asked.official))
        found = found.where(_BASE.c.id.in_(of_whom))
    return found


@lru_cache(maxsize=256)
def on_the_map(asked: Asked) -> Select[Any]:
    """Number, title and point of the published proposals that have one, the newest first."""
    found = lists.ordered(_listed(asked), Order.NEWEST, typed="")
    return found.where(_BASE.c.latitude.is_not(None)).add_columns(
        _BASE.c.title, _BASE.c.latitude, _BASE.c.longitude
    )


@lru_cache(maxsize=256)
def numbers(asked: Asked) -> Select[int]:
    """How many proposals a list has."""
    found = _listed(asked)
    return found.with_only_columns(func.count(), maintain_column_froms=True)


def _ordered(found: Select[int], order: Order, *, typed: str) -> Select[int]:
    if order is Order.DISCUSSED:
        return found.order_by(number_of_comments(_BASE.c.id).desc(), _BASE.c.id.desc())
    if order in {Order.SUPPORT, Order.PACE}:
        supporters = _OWN.c.support_count
        first = supporters / lists.days_published() if order is Order.PACE else supporters
        # an outer join, which the database leaves out where it only counts
        joined = found.outerjoin(_OWN, _OWN.c.id == _BASE.c.id)
        return joined.order_by(first.desc(), _BASE.c.id.desc())
    return lists.ordered(found, order, typed=typed)


def cards() -> Select[Any]:
    """What a list shows of each of some proposals."""
    return _CARDS


def proposal(proposal_id: int) -> Select[Proposal]:
    """One proposal of a published process with all that its page shows; needs `.unique()`."""
    return (
        select(Proposal)
        .join(Proposal.process)
        .where(Proposal.id == proposal_id, Process.published_at.is_not(None))
        .options(
            contains_eager(Proposal.process).joinedload(Process.phases),
            joinedload(Proposal.area),
            joinedload(Proposal.category),
            joinedload(Proposal.answer),
            joinedload(Proposal.initiative),
            joinedload(Proposal.merger),
            selectinload(Proposal.tags),
            selectinload(Proposal.updates),
            selectinload(Proposal.images),
            selectinload(Proposal.documents),
        )
    )


def table(process_id: int) -> Select[Any]:
    """All proposals of a process that are not drafts, as the columns of a table."""
    tags = (
        select(func.string_agg(Tag.name, aggregate_order_by(literal(", "), Tag.key)))
        .join(ContributionTag, ContributionTag.tag_id == Tag.id)
        .where(ContributionTag.contribution_id == _BASE.c.id)
        .correlate(_BASE)
        .scalar_subquery()
    )
    return (
        select(
            _BASE.c.id,
            _BASE.c.title,
            _BASE.c.summary,
            _OWN.c.text,
            Category.name,
            _AREA.c.name,
            tags,
            _BASE.c.author_name,
            _BASE.c.latitude,
            _BASE.c.longitude,
            _BASE.c.published_at,
            _BASE.c.state,
            _OWN.c.support_count,
            number_of_comments(_BASE.c.id),
            _ANSWER.c.status,
            _ANSWER.c.text,
            case((_OWN.c.is_official, YES), else_=""),
        )
        .select_from(
            _BASE.join(_OWN, _OWN.c.id == _BASE.c.id)
            .outerjoin(_AREA, _AREA.c.id == _BASE.c.area_id)
            .outerjoin(Category.__table__, Category.__table__.c.id == _BASE.c.category_id)
            .outerjoin(_ANSWER, _ANSWER.c.proposal_id == _BASE.c.id)
        )
        .where(_BASE.c.process_id == process_id, _BASE.c.state != State.DRAFT)
        .order_by(_BASE.c.id)
    )


def titles_in(process_id: int) -> Select[Any]:
    """Number and title of the published proposals of a process, the newest first."""
    return lists.titles_in("proposal", process_id).limit(MOST_COMPARED)


def versions(proposal_id: int) -> Select[ProposalVersion]:
    """How a proposal read before each change, the oldest first."""
    of_this = ProposalVersion.proposal_id == proposal_id
    return select(ProposalVersion).where(of_this).order_by(ProposalVersion.number)


def support(proposal_id: int, account_id: int) -> Select[Support]:
    """That someone stands behind a proposal, when it is so."""
    return select(Support).where(
        Support.proposal_id == proposal_id, Support.account_id == account_id
    )


def draft_of(account_id: int, process_id: int) -> Select[Proposal]:
    """The proposal that someone began last in a process and has not published."""
    return (
        select(Proposal)
        .where(
            Proposal.author_id == account_id,
            Proposal.process_id == process_id,
            Proposal.state == State.DRAFT,
        )
        .order_by(Proposal.id.desc())
        .limit(1)
    )


def unanswered() -> Select[Proposal]:
    """Published proposals without an answer: first what has the support to get one, the oldest
    first; with their process. What is on its road to the council stands in `under_way`, the
    municipality does not answer itself, and in the archive nothing is answered."""
    return (
        select(Proposal)
        .join(Proposal.process)
        .options(contains_eager(Proposal.process))
        .where(
            Proposal.state == State.PUBLISHED,
            ~Proposal.is_official,
            Process.archived_at.is_(None),
            ~exists().where(Answer.proposal_id == Proposal.id),
            ~exists().where(Initiative.proposal_id == Proposal.id),
        )
        .order_by(
            func.coalesce(Proposal.support_count >= Process.support_threshold, false()).desc(),
            Proposal.published_at,
            Proposal.id,
        )
    )


def counted_anew() -> Update:
    """Mend every proposal whose number is not that of its supporters; gives their numbers."""
    return support_counted_anew(_OWN, Support.proposal_id)


def flaws(proposal_id: int) -> Select[Flaw | None, int]:
    """How many signatures on paper do not count, by reason."""
    return (
        select(PaperCheck.flaw, func.count())
        .where(PaperCheck.proposal_id == proposal_id, PaperCheck.flaw.is_not(None))
        .group_by(PaperCheck.flaw)
    )


def signatures(proposal_id: int) -> Select[Any]:
    """How many support an initiative, how many of them on paper, and how far its paper is."""
    paper = select(func.count()).where(Support.proposal_id == proposal_id, Support.on_paper)
    received = select(func.coalesce(func.sum(PaperDelivery.signatures), 0)).where(
        PaperDelivery.proposal_id == proposal_id
    )
    checked = select(func.count()).where(PaperCheck.proposal_id == proposal_id)
    return select(
        _OWN.c.support_count.label("supporters"),
        paper.scalar_subquery().label("on_paper"),
        cast(received.scalar_subquery(), BigInteger).label("received"),
        checked.scalar_subquery().label("checked"),
    ).where(_OWN.c.id == proposal_id)


def steps_of(proposal_id: int) -> Select[InitiativeStep]:
    """The stops that an initiative came to, the first one first."""
    return (
        select(InitiativeStep)
        .where(InitiativeStep.proposal_id == proposal_id)
        .order_by(InitiativeStep.id)
    )


def moves_of(proposal_id: int) -> Select[MeetingMove]:
    """Which other days the meeting about an initiative got, the last move in front."""
    return (
        select(MeetingMove)
        .where(MeetingMove.proposal_id == proposal_id)
        .order_by(MeetingMove.id.desc())
    )


def findings_of(proposal_id: int) -> Select[ConditionFinding]:
    """What was found of each condition, in the order of the regulation."""
    return (
        select(ConditionFinding)
        .where(ConditionFinding.proposal_id == proposal_id)
        .order_by(ConditionFinding.position)
    )


def under_way() -> Select[Proposal]:
    """Published initiatives that are not at an end of their road: what has to be done first in
    front; with their process."""
    going = [stop for stop, next_stops in TRANSITIONS.items() if next_stops]
    return (
        select(Proposal)
        .join(Proposal.process)
        .join(Proposal.initiative)
        .options(contains_eager(Proposal.process), contains_eager(Proposal.initiative))
        .where(Proposal.state == State.PUBLISHED, Initiative.stop.in_(going))
        .order_by(Initiative.due_at, Proposal.id)
    )


def next_due(moment: datetime) -> Select[datetime | None]:
    """When the next term of an initiative is over after `moment`."""
    return select(func.min(Initiative.due_at)).where(Initiative.due_at > moment)
