"""A small municipality with one of everything, for the tests of who may do what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from participatie.budget.models.changes import OutcomeChange
from participatie.budget.models.execution import ExecutionPhoto, Milestone
from participatie.budget.rules.changes import ChangeKind
from participatie.budget.rules.outcomes import Outcome
from participatie.contributions.models import ContributionDocument, ContributionImage
from participatie.contributions.rules import State
from participatie.core.wording import key_of
from participatie.identity.codes import hash_of
from participatie.identity.models import Account, OneTimeCode
from participatie.identity.rules import LinkPurpose, Role
from participatie.media.models import Document, Image
from participatie.media.storage import Storage
from participatie.moderation.models import Report
from participatie.moderation.rules import Ground
from participatie.notifications.models import DemoMail
from participatie.pages.models import Banner, Batch, MenuEntry, OwnPage, PagePhoto, PageVersion
from participatie.pages.rules import Menu, Several
from participatie.processes.models import Phase, PreviewLink, Process, ProcessDocument
from participatie.processes.rules import PhaseKind
from participatie.theming.theme import SHIPPED, read_theme
from participatie.votes.models.acts import VoteAct
from participatie.votes.models.ballots import Choice, Tally
from participatie.votes.models.board import BoardHead
from participatie.votes.models.paper_ballots import PaperPile
from participatie.votes.rules.acts import Act
from participatie.votes.rules.rounds import GREEDY, Grade, RollKind, RoundState
from tests.factories import (
    FAR_AWAY,
    LONG_AGO,
    AdministratorFactory,
    AreaFactory,
    BudgetFactory,
    ClerkFactory,
    CommentFactory,
    DocumentFactory,
    ImageFactory,
    OptionFactory,
    ProcessFactory,
    ProjectFactory,
    ProposalFactory,
    ResidentFactory,
    RoundFactory,
    question_of,
)
from tests.house.assessed import assessed
from tests.house.discussions import discussions
from tests.house.initiatives import on_road
from tests.house.mergers import mergers
from tests.house.teams import a_leader
from tests.house.wordings import WORDINGS
from tests.media.documents import pdf
from tests.media.drawings import image
from tests.votes.polls import make_poll

World = dict[str, Any]
"""Name in the table → what stands in the address."""

ROLES = ("anonymous", "resident", "assessor", "clerk", "administrator")


def people() -> dict[str, Account]:
    """One person of each role."""
    return {
        "resident": ResidentFactory(public_name="Annie"),
        "assessor": ClerkFactory(roles=[Role.ASSESSOR], public_name="Mira"),
        "clerk": ClerkFactory(public_name="Karin"),
        "administrator": AdministratorFactory(public_name="Nico"),
    }


def world(store: Session, persons: dict[str, Account], storage: Storage) -> World:
    """What there is; what is called «own» is the resident's, the rest is of somebody else."""
    other, me = ResidentFactory(public_name="Bilal"), persons["resident"]
    process, elsewhere = ProcessFactory(), ProcessFactory()
    proposal = ProposalFactory(process=process, author_id=other.id)
    comment = CommentFactory(process=process, subject_id=proposal.id, author_id=other.id)
    own_comment = CommentFactory(process=process, subject_id=proposal.id, author_id=me.id)
    own_draft, other_draft = (
        ProposalFactory(
            process=elsewhere, author_id=author.id, state=State.DRAFT, published_at=None
        )
        for author in (me, other)
    )
    own_proposal = ProposalFactory(process=process, author_id=me.id)
    hidden = ProposalFactory(process=process, author_id=other.id, state=State.HIDDEN)
    report = {"account_id": me.id, "ground": Ground.SPAM, "explanation": "", "made_at": LONG_AGO}
    store.add(Report(contribution_id=comment.id, **report))
    photo, draft_photo = (_image(store, of, storage) for of in (proposal.id, own_draft.id))
    shown = [ContributionDocument(contribution_id=of) for of in (proposal.id, own_draft.id)]
    paper, draft_paper = (_document(store, one, storage) for one in shown)
    process_paper = _document(store, ProcessDocument(process_id=process.id), storage)
    budgets = _budgets(store, storage) | _votes_with_letters(store)
    made = {
        "process": process.slug,
        "proposal": proposal.id,
        "comment": comment.id,
        "own_comment": own_comment.id,
        "own_draft": own_draft.id,
        "other_draft": other_draft.id,
        "own_proposal": own_proposal.id,
        "hidden": hidden.id,
        "mail": _mail(store),
        "log_in_code": _code(store, persons["clerk"], LinkPurpose.LOG_IN),
        "address_code": _code(store, other, LinkPurpose.CONFIRM),
        "image": photo.key,
        "image_id": photo.id,
        "draft_image": draft_photo.key,
        "draft_image_id": draft_photo.id,
        "document": paper.key,
        "document_id": paper.id,
        "draft_document": draft_paper.key,
        "draft_document_id": draft_paper.id,
        "process_document": process_paper.key,
        "width": 640,
        "webp": "webp",
        "provider": "stub",
        "file": "dist/manifest.json",
        "theme": read_theme(SHIPPED / "zonneveld").digest,
        "theme_name": "zonneveld",
        "tokens": "theme.css",
    }
    made |= discussions(other, me) | mergers(store, other, me) | WORDINGS
    batch = Batch(clerk_id=persons["clerk"].id, act=Several.HIDE, made_at=LONG_AGO)
    store.add(batch)
    store.commit()
    made |= {"batch": batch.id, "act_with_several": Several.HIDE.value}
    made["process_id"] = process.id
    more = [assessed(store, persons), _polls(store), _draft(store), _set_up(store), on_road(store)]
    return made | budgets | {name: thing for part in more for name, thing in part.items()}


def _draft(store: Session) -> World:
    """A process in the making, with a link to its preview that works and one that is revoked."""
    draft = ProcessFactory(published_at=None, summary="", contact_name="")
    terms = {"process_id": draft.id, "made_at": LONG_AGO, "expires_at": FAR_AWAY}
    works, revoked = PreviewLink(**terms), PreviewLink(**terms, revoked_at=LONG_AGO)
    store.add_all([works, revoked])
    store.commit()
    return {
        **a_leader(store, draft.id),
        "process_draft": draft.id,
        "process_draft_slug": draft.slug,
        "draft_phase": store.scalars(select(Phase.id).where(Phase.process_id == draft.id)).one(),
        "link": works.id,
        "revoked_link": revoked.id,
    }


def _set_up(store: Session) -> World:
    """An own page that is public, one that is not, a link in the menu, and a notice."""
    public, private = (OwnPage(slug=slug, language="nl") for slug in ("over-ons", "later"))
    entry = MenuEntry(
        language="nl", menu=Menu.MAIN, position=1, label="Contact", address="/contact"
    )
    banner = Banner(
        kind="info", text="Zondag is de site dicht.", starts_at=LONG_AGO, ends_at=FAR_AWAY
    )
    store.add_all([public, private, entry, banner])
    store.flush()
    words = {"title": "Over ons", "text": "Wie wij zijn.", "html": "<p>Wie wij zijn.</p>"}
    for page in (public, private):
        store.add(PageVersion(page_id=page.id, number=1, saved_at=LONG_AGO, **words))
    store.flush()
    public.shown = 1
    made: Image = ImageFactory(description="Een leeg plein.")
    store.add(PagePhoto(page_id=private.id, number=1, image_id=made.id))
    store.commit()
    return {
        "own_page": public.slug,
        "own_page_id": public.id,
        "private_page": private.slug,
        "page_photo": made.key,
        "first": 1,
        "entry": entry.id,
        "banner": banner.id,
        "main": "main",
        "dutch": "nl",
        "german": "de",
        "text": key_of("Log in"),
        "programs_own": 0,
        "up": "omhoog",
        "accessibility": "accessibility",
        "area": AreaFactory().id,
    }


def _polls(store: Session) -> World:
    """A poll that is open, and one with its result."""
    counted = make_poll(store, state=RoundState.PUBLISHED, closed_at=LONG_AGO)
    told = {"method": "votes", "answered": 1, "blank": 0, "first": ["v1a"], "dropped": {}}
    told |= {"scores": {"v1a": 1, "v1b": 0, "v1c": 0}}
    _tally(store, counted.id, question_of(counted.id).id, told)
    draft = make_poll(store, state=RoundState.DRAFT, opened_at=None)
    heavy = make_poll(store, grade=Grade.HEAVY, state=RoundState.DRAFT, opened_at=None)
    closed = make_poll(store, grade=Grade.HEAVY, state=RoundState.CLOSED, closed_at=LONG_AGO)
    by_hand = make_poll(store, grade=Grade.COMMON, state=RoundState.CLOSED, closed_at=LONG_AGO)
    store.add(PaperPile(round_id=by_hand.id, number=1, papers=2, by_hand=True))
    store.commit()
    return {
        "poll": make_poll(store).id,
        "asking": make_poll(store, minimum_age=14).id,
        "hand_vote": by_hand.id,
        "polled": counted.id,
        "draft": draft.id,
        "question": "v1",
        "one": 1,
        "two": 2,
        "answer": "v1a",
        "heavy": heavy.id,
        "heavy_closed": closed.id,
        "key_letter": "A",
    }


def _image(store: Session, contribution_id: int, storage: Storage) -> Image:
    """A photo on a contribution, with the one file that is asked for."""
    made: Image = ImageFactory(description="")
    store.add(ContributionImage(contribution_id=contribution_id, position=1, image_id=made.id))
    storage.put(made.key, "640.webp", image("WEBP"))
    return made


def _document(store: Session, shown: Any, storage: Storage) -> Document:
    """A document that `shown` shows, and its file."""
    made: Document = DocumentFactory()
    shown.position, shown.document_id = 1, made.id
    store.add(shown)
    storage.put(made.key, "document.pdf", pdf())
    return made


def _budgets(store: Session, storage: Storage) -> World:
    """A budget that is open, one of which the rules are not fixed yet, and one that is counted."""
    voting, planning = (ProcessFactory(phase=PhaseKind.VOTE) for _ in range(2))
    opened = BudgetFactory(process=voting)
    option = OptionFactory(round_id=opened.round_id, code="plan-a")
    other = OptionFactory(round_id=opened.round_id, code="plan-d")
    project, hidden_project = (
        ProjectFactory(budget_id=opened.id, process=voting, state=state, option_id=chosen)
        for state, chosen in ((State.PUBLISHED, option.id), (State.HIDDEN, None))
    )
    not_yet = RoundFactory(state=RoundState.DRAFT, opened_at=None, counting=GREEDY)
    planned = BudgetFactory(process=planning, round=not_yet)
    return {
        "open": opened.id,
        "budget_round": opened.round_id,
        "break_off": "break_off",
        "asked": _asked(store, opened.round_id),
        "process_with_budget": voting.slug,
        "option": option.code,
        "other_option": other.code,
        "project": project.id,
        "hidden_project": hidden_project.id,
        "planned": planned.id,
        "planned_plan": ProjectFactory(budget_id=planned.id, process=planning).id,
        "planned_round": not_yet.id,
        **_counted_budget(store),
        **_carried_out(store, opened.id, voting, storage),
    }


def _carried_out(store: Session, budget_id: int, process: Process, storage: Storage) -> World:
    """A plan that goes ahead, with a step and a photo of the work."""
    won = ProjectFactory(budget_id=budget_id, process=process, outcome=Outcome.AWARDED)
    step = Milestone(project_id=won.id, title="Spade in de grond", planned_on=LONG_AGO.date())
    photo: Image = ImageFactory(description="")
    store.add_all([step, ExecutionPhoto(project_id=won.id, image_id=photo.id)])
    storage.put(photo.key, "640.webp", image("WEBP"))
    store.flush()
    return {
        "won": won.id,
        "milestone": step.id,
        "work_photo": photo.id,
        "work_photo_key": photo.key,
    }


def _votes_with_letters(store: Session) -> World:
    """A vote of which letters are being made, and one that is closed and has papers to type."""
    letters = RoundFactory(
        state=RoundState.DRAFT, opened_at=None, counting=GREEDY, roll_kind=RollKind.CODES
    )
    papers = RoundFactory(
        state=RoundState.CLOSED, closed_at=LONG_AGO, counting=GREEDY, grade=Grade.COMMON
    )
    OptionFactory(round_id=papers.id, code="plan-c")
    store.add(PaperPile(round_id=papers.id, number=1, papers=2))
    return {"letter_vote": letters.id, "letter": "7" * 12, "paper_vote": papers.id, "pile": 1}


def _asked(store: Session, round_id: int | None) -> int:
    """Something in an open vote that waits for a second person."""
    asked = VoteAct(
        round_id=round_id,
        act=Act.BREAK_OFF,
        terms={},
        facts={},
        subject_hash="0" * 64,
        asked_by=ClerkFactory().id,
        asked_at=LONG_AGO,
    )
    store.add(asked)
    store.flush()
    return asked.id


def _counted_budget(store: Session) -> dict[str, int]:
    vote = RoundFactory(state=RoundState.PUBLISHED, closed_at=LONG_AGO, counting=GREEDY)
    process = ProcessFactory(phase=PhaseKind.RESULT)
    budget = BudgetFactory(round=vote, process=process)
    option = OptionFactory(round_id=vote.id, code="plan-b")
    plan = ProjectFactory(
        budget_id=budget.id, process=process, option_id=option.id, outcome=Outcome.AWARDED
    )
    change = OutcomeChange(
        project_id=plan.id,
        kind=ChangeKind.FALLS_OUT,
        reason="De grond is niet van ons.",
        asked_by=ClerkFactory().id,
        asked_at=LONG_AGO,
    )
    store.add(change)
    store.flush()
    made = {"counted_plan": plan.id, "change": change.id}
    result = {
        "rule": "greedy",
        "winners": ["plan-b"],
        "votes": {"plan-b": 60},
        "reasons": {},
        "ties": [],
        "input_hash": "0" * 64,
        "result_hash": "0" * 64,
    }
    choice = {
        "round_id": vote.id,
        "question_id": option.question_id,
        "answer": ["plan-b"],
        "weight": 60,
    }
    head = {"size": 1, "root": b"", "signature": b"", "signed_at": LONG_AGO}
    store.execute(insert(BoardHead).values(round_id=vote.id, **head))
    store.execute(insert(Choice).values(choice))
    _tally(store, vote.id, option.question_id, result)
    return {"counted": int(budget.id), "counted_round": int(vote.id), **made}


def _tally(store: Session, round_id: int, question_id: int, result: dict[str, Any]) -> None:
    store.add(
        Tally(
            round_id=round_id,
            question_id=question_id,
            version=1,
            ballots=60,
            result=result,
            input_hash="0" * 64,
            result_hash="0" * 64,
            counted_at=LONG_AGO,
        )
    )
    store.commit()


def _mail(store: Session) -> int:
    mail = DemoMail(
        message_id="<1@localhost>",
        recipient="annie@waterlanden.example",
        subject="Antwoord op uw voorstel",
        text="Dag,",
        html="<p>Dag,</p>",
        sent_at=LONG_AGO,
    )
    store.add(mail)
    store.flush()
    return mail.id


def _code(store: Session, account: Account, purpose: LinkPurpose) -> str:
    code = f"a code to {purpose}"
    moment = datetime.now(UTC)
    store.add(
        OneTimeCode(
            code_hash=hash_of(code),
            account_id=account.id,
            purpose=purpose,
            email=account.email or "bilal@waterlanden.example",
            created_at=moment,
            expires_at=moment + timedelta(hours=1),
        )
    )
    return code
