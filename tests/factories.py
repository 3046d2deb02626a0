"""Things to test with; each factory commits what it makes in the session that is bound."""

from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from sqlalchemy import select
from sqlalchemy.orm import Session

from participatie.areas.models import Area
from participatie.budget.models.budgets import Budget, Project
from participatie.budget.rules.outcomes import Outcome
from participatie.contributions.rules import State
from participatie.discussions.models import Comment, Discussion
from participatie.identity.models import Account
from participatie.identity.rules import Assurance, Role
from participatie.media.models import Document, Image
from participatie.media.rules import DocumentKind
from participatie.processes.models import Phase, Process
from participatie.processes.rules import Level, PhaseKind
from participatie.proposals.models import Proposal
from participatie.votes.keys import Keys
from participatie.votes.models.acts import PublishedResult
from participatie.votes.models.board import BoardCounter
from participatie.votes.models.rounds import VoteOption, VoteQuestion, VoteRound
from participatie.votes.rules.kinds import BallotKind
from participatie.votes.rules.rounds import Grade, Publication, RoundState

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FAR_AWAY = datetime(2100, 1, 1, tzinfo=UTC)

_bound: list[Any] = []
_keys: list[Keys] = []


def bind(session: Session | Any, keys: Keys) -> None:
    """Let all factories write to `session` from now on, and votes open with `keys`."""
    _bound[:] = [session]
    _keys[:] = [keys]


def bound_keys() -> Keys:
    """Who holds the keys of the votes that factories make."""
    return _keys[0]


class Made(factory.alchemy.SQLAlchemyModelFactory):
    class Meta:
        abstract = True
        sqlalchemy_session_factory = lambda: _bound[0]  # noqa: E731 - what factory_boy asks for
        sqlalchemy_session_persistence = "commit"


class ResidentFactory(Made):
    class Meta:
        model = Account

    pseudonym = factory.Sequence(lambda n: f"v1${n:064x}")
    roles = [Role.RESIDENT]
    assurance = Assurance.MIDDEN
    created_at = LONG_AGO


class ClerkFactory(ResidentFactory):
    roles = [Role.CLERK]
    email = factory.Sequence(lambda n: f"griffier{n}@waterlanden.example")
    email_confirmed_at = LONG_AGO
    logged_in_at = LONG_AGO


class AssessorFactory(ClerkFactory):
    roles = [Role.ASSESSOR]
    email = factory.Sequence(lambda n: f"beoordelaar{n}@waterlanden.example")


class AdministratorFactory(ClerkFactory):
    roles = [Role.ADMINISTRATOR]
    email = factory.Sequence(lambda n: f"beheer{n}@waterlanden.example")


class SecondFactory(ClerkFactory):
    roles = [Role.SECOND]
    email = factory.Sequence(lambda n: f"tweede{n}@waterlanden.example")


class AreaFactory(Made):
    class Meta:
        model = Area

    name = factory.Sequence(lambda n: f"Wijk {n}")


class ProcessFactory(Made):
    """A published process; `phase` says which phase runs from long ago until far away."""

    class Meta:
        model = Process

    class Params:
        phase = PhaseKind.COLLECT

    slug = factory.Sequence(lambda n: f"traject-{n}")
    title = factory.Sequence(lambda n: f"Traject {n}")
    summary = "Wat kan er beter in uw buurt?"
    text = "Denk mee over uw buurt."
    html = "<p>Denk mee over uw buurt.</p>"
    level = Level.ADVISE
    contact_name = "Karin Smit"
    contact_email = "meedoen@waterlanden.example"
    contact_phone = "14 0299"
    published_at = LONG_AGO

    @factory.lazy_attribute
    def phases(self):
        if self.phase is None:
            return []
        return [Phase(kind=self.phase, title="Nu", starts_at=LONG_AGO, ends_at=FAR_AWAY)]


class ContributionFactory(Made):
    class Meta:
        abstract = True

    process = factory.SubFactory(ProcessFactory)
    state = State.PUBLISHED
    author_name = "Een inwoner"
    summary = "Een plek waar kinderen veilig kunnen spelen."
    created_at = LONG_AGO
    published_at = LONG_AGO


class ProposalFactory(ContributionFactory):
    class Meta:
        model = Proposal

    title = factory.Sequence(lambda n: f"Speeltuin nummer {n}")
    text = "Er is in onze straat geen plek om te spelen."
    html = "<p>Er is in onze straat geen plek om te spelen.</p>"
    support_count = 0


class DiscussionFactory(ContributionFactory):
    class Meta:
        model = Discussion

    title = factory.Sequence(lambda n: f"Moet er een brug {n} komen?")
    text = "Wie naar de overkant wil, vaart een half uur om."
    html = "<p>Wie naar de overkant wil, vaart een half uur om.</p>"
    agree_count = 0
    disagree_count = 0


class ImageFactory(Made):
    class Meta:
        model = Image

    key = factory.Sequence(lambda n: f"{n:032x}")
    width = 1280
    height = 960
    made_at = LONG_AGO


class DocumentFactory(Made):
    class Meta:
        model = Document

    key = factory.Sequence(lambda n: f"d{n:031x}")
    title = "Begroting bankje"
    kind = DocumentKind.PDF
    size = 340_000
    made_at = LONG_AGO


class CommentFactory(ContributionFactory):
    class Meta:
        model = Comment

    title = ""
    summary = "Goed idee!"
    text = "Goed idee!"
    html = "<p>Goed idee!</p>"
    parent_id = None

    @factory.lazy_attribute
    def root_id(self):
        if self.parent_id is None:
            return None
        return _bound[0].get_one(Comment, self.parent_id).root_id or self.parent_id


class RoundFactory(Made):
    """A vote round that is open from long ago until far away, with one question: a knapsack."""

    class Meta:
        model = VoteRound

    title = factory.Sequence(lambda n: f"Stemronde {n}")
    state = RoundState.OPEN
    grade = Grade.LIGHT
    publication = Publication.CHOICES
    budget = 100_000_00
    opens_at = LONG_AGO
    closes_at = FAR_AWAY
    opened_at = LONG_AGO
    counting = {"rule": "greedy", "ties": ["cost", "votes", "lot"], "lot": []}

    @classmethod
    def _create(cls, model_class, *args, budget, **kwargs):
        kind = BallotKind.KNAPSACK
        question = VoteQuestion(code="plans", position=1, kind=kind, title="Welke plannen?")
        question.budget = budget
        made = super()._create(model_class, *args, questions=[question], **kwargs)
        if made.state is RoundState.PUBLISHED:
            shown = {"round_id": made.id, "number": 1, "version": 1, "is_final": True}
            _bound[0].add(PublishedResult(**shown, published_at=LONG_AGO))
        if made.state is not RoundState.DRAFT:
            made.seal_public, made.head_public = _keys[0].make(made.id)
            _bound[0].add(BoardCounter(round_id=made.id, size=0))
            _bound[0].commit()
        return made


class OptionFactory(Made):
    class Meta:
        model = VoteOption

    code = factory.Sequence(str)
    title = factory.Sequence(lambda n: f"Plan {n}")
    cost = 10_000_00

    @factory.lazy_attribute
    def question_id(self):
        return question_of(self.round_id).id


class BudgetFactory(Made):
    class Meta:
        model = Budget

    process = factory.SubFactory(ProcessFactory, phase=PhaseKind.VOTE)
    round = factory.SubFactory(RoundFactory)
    title = "Buurtbudget"
    amount = 100_000_00


class ProjectFactory(ContributionFactory):
    class Meta:
        model = Project

    title = factory.Sequence(lambda n: f"Plan {n}")
    text = "Bomen en banken op het plein."
    html = "<p>Bomen en banken op het plein.</p>"
    cost = 10_000_00
    outcome = Outcome.UNDECIDED


def question_of(round_id: int) -> VoteQuestion:
    """The only question of a round."""
    asked = select(VoteQuestion).where(VoteQuestion.round_id == round_id)
    found: VoteQuestion = _bound[0].scalars(asked).one()
    return found


def soon(**span: int) -> datetime:
    """A moment a while from now."""
    return datetime.now(UTC) + timedelta(**span)
