"""What the pages that show a bit of everything ask of the slices below."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased, joinedload, selectinload

from participatie.budget.models.budgets import Budget, Project
from participatie.budget.rules.outcomes import Outcome
from participatie.contributions.models import Contribution, Follow
from participatie.contributions.rules import READABLE, State
from participatie.discussions.models import Comment, Discussion
from participatie.identity.models import Account
from participatie.media.models import Image
from participatie.pages.models import (
    Banner,
    HiddenBand,
    InterfaceText,
    LanguageApprover,
    MenuEntry,
    OwnPage,
    PagePhoto,
    PageVersion,
    Statement,
    TextApproval,
)
from participatie.pages.rules import Band, Menu, Subject
from participatie.processes.models import Process
from participatie.proposals.models import Proposal
from participatie.votes.models.acts import PublishedResult
from participatie.votes.models.ballots import Tally
from participatie.votes.models.rounds import Roll, VoteQuestion, VoteRound
from participatie.votes.queries.rounds import NO_REHEARSAL, public_polls
from participatie.votes.rules.rounds import RoundState

_GOES_ON = (Process.published_at.is_not(None), Process.archived_at.is_(None))


def newest_proposals(count: int) -> Select[Proposal]:
    """The newest published proposals of processes that go on, with area and process."""
    return (
        select(Proposal)
        .join(Process)
        .where(Proposal.state == State.PUBLISHED, *_GOES_ON)
        .options(
            joinedload(Proposal.area), joinedload(Proposal.process), joinedload(Proposal.cover)
        )
        .order_by(Proposal.published_at.desc(), Proposal.id.desc())
        .limit(count)
    )


def newest_discussions(count: int) -> Select[Discussion]:
    """The newest published discussions of processes that go on, with area and process."""
    return (
        select(Discussion)
        .join(Process)
        .where(Discussion.state == State.PUBLISHED, *_GOES_ON)
        .options(joinedload(Discussion.area), joinedload(Discussion.process))
        .order_by(Discussion.published_at.desc(), Discussion.id.desc())
        .limit(count)
    )


def newest_proposals_of(process_id: int, count: int) -> Select[Proposal, int]:
    """The newest published proposals of one process, each beside how many there are in all."""
    return (
        select(Proposal, func.count().over())
        .where(Proposal.state == State.PUBLISHED, Proposal.process_id == process_id)
        .options(joinedload(Proposal.area), joinedload(Proposal.cover))
        .order_by(Proposal.published_at.desc(), Proposal.id.desc())
        .limit(count)
    )


def budgets_of(process_ids: Collection[int]) -> Select[Budget, int]:
    """The budgets of these processes with their round, each beside its number of plans."""
    return (
        select(Budget, _projects())
        .where(Budget.process_id.in_(process_ids))
        .options(joinedload(Budget.round))
    )


def with_budgets(processes: Select[Process]) -> Select[Process, Budget, int]:
    """`processes`, each beside its budget (None without) and the number of plans in it."""
    return (
        processes.add_columns(Budget, _projects())
        .outerjoin(Budget, Budget.process_id == Process.id)
        .options(joinedload(Budget.round))
    )


def budget_and_vote_in(process_id: int) -> Select[bool, bool]:
    """Whether there is a budget in a process, and whether there is a vote, of it or beside it."""
    budgets = select(Budget.round_id).where(Budget.process_id == process_id)
    rounds = select(VoteRound.id).where(
        or_(VoteRound.process_id == process_id, VoteRound.id.in_(budgets))
    )
    return select(budgets.exists(), rounds.exists())


def newest_results(count: int) -> Select[Budget, int, int, int]:
    """The budgets published last: with plans, awarded plans, and ballots of the published count."""
    newest = (
        select(PublishedResult.round_id, func.max(PublishedResult.version).label("version"))
        .group_by(PublishedResult.round_id)
        .subquery()
    )
    of_areas = select(func.count()).where(Roll.round_id == VoteRound.id, Roll.version > 0)
    voters = case(
        (VoteRound.most_answered.is_(None), Tally.ballots),
        else_=of_areas.correlate(VoteRound).scalar_subquery(),  # one may choose in several areas
    )
    return (
        select(
            Budget,
            _projects(),
            _projects(Project.outcome == Outcome.AWARDED),
            voters.label("ballots"),
        )
        .join(Process, Process.id == Budget.process_id)
        .join(VoteRound, VoteRound.id == Budget.round_id)
        .join(newest, newest.c.round_id == VoteRound.id)
        .join(VoteQuestion, and_(VoteQuestion.round_id == VoteRound.id, VoteQuestion.position == 1))
        .join(Tally, and_(Tally.question_id == VoteQuestion.id, Tally.version == newest.c.version))
        .where(VoteRound.state == RoundState.PUBLISHED, Process.published_at.is_not(None))
        .order_by(Tally.counted_at.desc(), Budget.id.desc())
        .limit(count)
    )


def open_budgets(now: datetime) -> Select[Budget]:
    """The budgets of which the vote is open at `now`, the one that closes first in front."""
    return (
        select(Budget)
        .join(VoteRound, VoteRound.id == Budget.round_id)
        .join(Process, Process.id == Budget.process_id)
        .where(
            VoteRound.state == RoundState.OPEN,
            VoteRound.opens_at <= now,
            VoteRound.closes_at > now,
            Process.published_at.is_not(None),
        )
        .options(joinedload(Budget.round))
        .order_by(VoteRound.closes_at, Budget.id)
    )


def open_polls(now: datetime, count: int) -> Select[VoteRound]:
    """The polls that are open at `now`, the one that closes first in front."""
    return (
        public_polls()
        .where(
            VoteRound.state == RoundState.OPEN,
            VoteRound.opens_at <= now,
            VoteRound.closes_at > now,
        )
        .order_by(None)
        .order_by(VoteRound.closes_at, VoteRound.id)
        .limit(count)
    )


def polls_of(process_id: int) -> Select[VoteRound]:
    """The polls of one process that everybody may know of, the newest first."""
    return public_polls().where(VoteRound.process_id == process_id)


def proposals_of(account_id: int | None, count: int) -> Select[Proposal]:
    """What this account proposed, whatever became of it, and what it follows; the newest first."""
    follows = exists().where(Follow.contribution_id == Proposal.id, Follow.account_id == account_id)
    return (
        select(Proposal)
        .where(
            or_(
                Proposal.author_id == account_id,
                and_(Proposal.state.in_(READABLE), follows),
            )
        )
        .options(joinedload(Proposal.process), joinedload(Proposal.answer))
        .order_by(Proposal.created_at.desc(), Proposal.id.desc())
        .limit(count)
    )


def comments_by(account_id: int | None, count: int) -> Select[Comment, str, str]:
    """What this account said, each beside the title of what it was about,
    and the language of that."""
    subject = aliased(Contribution.__table__)
    return (
        select(Comment, subject.c.title, subject.c.language)
        .join(subject, subject.c.id == Comment.subject_id)
        .where(Comment.author_id == account_id)
        .order_by(Comment.created_at.desc(), Comment.id.desc())
        .limit(count)
    )


def _projects(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    counted = select(func.count(Project.id)).where(
        Project.budget_id == Budget.id, Project.state == State.PUBLISHED, *conditions
    )
    return counted.correlate(Budget).scalar_subquery()


def menu_entries(languages: Collection[str]) -> Select[MenuEntry]:
    """The links of all menus in these languages, each menu in its order."""
    return (
        select(MenuEntry)
        .where(MenuEntry.language.in_(languages))
        .order_by(MenuEntry.language, MenuEntry.menu, MenuEntry.position)
    )


def interface_texts() -> Select[InterfaceText]:
    """The newest version of each text that was ever changed."""
    newest = InterfaceText.number.desc()
    place = (InterfaceText.language, InterfaceText.message)
    return select(InterfaceText).ext(distinct_on(*place)).order_by(*place, newest)


def versions_of_text(language: str, message: str) -> Select[InterfaceText]:
    """All versions of a text, the newest first."""
    asked = select(InterfaceText).where(
        InterfaceText.language == language, InterfaceText.message == message
    )
    return asked.order_by(InterfaceText.number.desc())


def versions_of_texts(
    language: str, messages: Collection[str]
) -> Select[InterfaceText, str | None]:
    """What the site said in these places, the newest first, with the name of who said it."""
    return (
        select(InterfaceText, func.coalesce(Account.public_name, Account.email))
        .outerjoin(Account, Account.id == InterfaceText.account_id)
        .where(InterfaceText.language == language, InterfaceText.message.in_(messages))
        .order_by(InterfaceText.saved_at.desc(), InterfaceText.number.desc())
    )


def votes_in(process_id: int) -> Select[VoteRound]:
    """The votes of a process, of its budget too, in the making or further; no rehearsals."""
    of_budget = select(Budget.round_id).where(Budget.process_id == process_id)
    return select(VoteRound).where(
        NO_REHEARSAL, or_(VoteRound.process_id == process_id, VoteRound.id.in_(of_budget))
    )


def approvers() -> Select[LanguageApprover, str]:
    """Who approves the texts of each language, with their name or else their address."""
    name = func.coalesce(Account.public_name, Account.email)
    return select(LanguageApprover, name).join(Account, Account.id == LanguageApprover.account_id)


def approver_of(language: str) -> Select[int]:
    """The account of who approves the texts of a language."""
    return select(LanguageApprover.account_id).where(LanguageApprover.language == language)


def approvals(language: str) -> Select[TextApproval, str]:
    """The newest approval of each text in a language, beside the name of who gave it."""
    return (
        select(TextApproval, func.coalesce(Account.public_name, Account.email))
        .join(Account, Account.id == TextApproval.account_id)
        .where(TextApproval.language == language)
        .ext(distinct_on(TextApproval.message))
        .order_by(TextApproval.message, TextApproval.id.desc())
    )


def last_approvals() -> Select[str, int]:
    """The number of the last approval in each language."""
    language = TextApproval.language
    return select(language, func.max(TextApproval.id)).group_by(language).order_by(language)


def entries_of(menu: Menu, language: str) -> Select[MenuEntry]:
    """The links of one menu in one language, in their order."""
    asked = select(MenuEntry).where(MenuEntry.menu == menu, MenuEntry.language == language)
    return asked.order_by(MenuEntry.position)


def banners() -> Select[Banner]:
    """All banners, the first to begin in front."""
    return select(Banner).order_by(Banner.starts_at, Banner.id)


def banners_after(moment: datetime) -> Select[Banner]:
    """The banners that are not over at `moment`, the first to begin in front."""
    return banners().where(Banner.ends_at > moment)


def next_banner_boundary(moment: datetime) -> Select[datetime]:
    """When the next banner comes or goes."""
    moments = union_all(
        select(Banner.starts_at.label("at")), select(Banner.ends_at.label("at"))
    ).subquery()
    return select(func.min(moments.c.at)).where(moments.c.at > moment)


def shown_page(slug: str, language: str) -> Select[OwnPage, PageVersion]:
    """A page beside the version of it that is public, with its photos."""
    return (
        select(OwnPage, PageVersion)
        .join(PageVersion, _is_shown())
        .where(OwnPage.slug == slug, OwnPage.language == language)
        .options(selectinload(OwnPage.photos).joinedload(PagePhoto.image))
    )


def photo_of_page(key: str) -> Select[Image, bool]:
    """A photo of a page, and whether that page is public."""
    return (
        select(Image, OwnPage.shown.is_not(None))
        .join(PagePhoto, PagePhoto.image_id == Image.id)
        .join(OwnPage, OwnPage.id == PagePhoto.page_id)
        .where(Image.key == key)
    )


def own_page(page_id: int) -> Select[OwnPage]:
    """One page with its versions, the newest first, and its photos."""
    return (
        select(OwnPage)
        .where(OwnPage.id == page_id)
        .options(
            selectinload(OwnPage.versions),
            selectinload(OwnPage.photos).joinedload(PagePhoto.image),
        )
    )


def own_pages() -> Select[OwnPage, str, int]:
    """Every page beside the title and number of its newest version, by address."""
    newest = (
        select(PageVersion)
        .ext(distinct_on(PageVersion.page_id))
        .order_by(PageVersion.page_id, PageVersion.number.desc())
        .subquery()
    )
    return (
        select(OwnPage, newest.c.title, newest.c.number)
        .join(newest, newest.c.page_id == OwnPage.id)
        .order_by(OwnPage.slug, OwnPage.language)
    )


def near(area_id: int, count: int) -> Select[Proposal]:
    """The newest published proposals of one area."""
    return newest_proposals(count).where(Proposal.area_id == area_id)


def plans_near(area_id: int, count: int) -> Select[Project]:
    """The newest published plans of one area, in processes that go on."""
    return (
        select(Project)
        .join(Process, Process.id == Project.process_id)
        .where(
            Project.area_id == area_id,
            Project.state == State.PUBLISHED,
            *_GOES_ON,
        )
        .options(joinedload(Project.process))
        .order_by(Project.published_at.desc(), Project.id.desc())
        .limit(count)
    )


def hidden_bands() -> Select[Band]:
    """The bands of the home page that are switched off."""
    return select(HiddenBand.band)


def statement(subject: Subject) -> Select[Statement]:
    """What the municipality declares about a subject."""
    return select(Statement).where(Statement.subject == subject)


def _is_shown() -> ColumnElement[bool]:
    return and_(PageVersion.page_id == OwnPage.id, PageVersion.number == OwnPage.shown)
