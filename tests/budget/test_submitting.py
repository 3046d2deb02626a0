"""A resident submits a plan, where and when a budget takes them."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import select

from participatie.budget.models.budgets import Project
from participatie.budget.queries.budgets import whole_project
from participatie.budget.rules.projects import can_edit, fits_ballot, takes_plans
from participatie.budget.services import materials, opening, projects, submitting
from participatie.budget.services.submitting import Idea
from participatie.contributions import services as contributions
from participatie.contributions.rules import State
from participatie.core.db import db
from participatie.core.errors import IllegalTransition, Invalid, NotAllowed
from participatie.core.outbox import OutboxMessage
from participatie.identity.rules import VISITOR
from participatie.processes.models import Process
from participatie.processes.rules import PhaseKind
from participatie.votes.queries.rounds import with_questions
from participatie.votes.rules.rounds import RoundState
from tests.budget.assessing import NOW, acting
from tests.factories import (
    BudgetFactory,
    ClerkFactory,
    ProcessFactory,
    ProjectFactory,
    ProposalFactory,
    ResidentFactory,
    RoundFactory,
)
from tests.media.documents import pdf
from tests.media.drawings import image

IDEA = Idea(
    "één idee voor café Özgür 🌳",
    "Twee banken bij café Özgür 🌳, zodat ouderen er kunnen rusten.",
    "Nu staat er niets. Wie moe is, moet door naar het winkelcentrum.",
)
DATA = {"title": IDEA.title, "summary": IDEA.summary, "text": IDEA.text}


def budget_with(**values):
    vote = RoundFactory(state=RoundState.DRAFT, opened_at=None)
    process = ProcessFactory(phase=values.pop("phase", PhaseKind.COLLECT))
    return BudgetFactory(process=process, round=vote, **{"takes_plans": True, **values})


@pytest.mark.parametrize("kind", PhaseKind)
def test_plans_come_in_where_it_is_on_and_in_the_phase_to_propose(context, kind):
    phases = ProcessFactory(phase=kind).phases
    assert takes_plans(True, phases, NOW) == (kind is PhaseKind.COLLECT)
    assert not takes_plans(False, phases, NOW)


def test_only_the_author_changes_a_plan_and_only_before_it_is_submitted(context):
    author = acting(ResidentFactory())
    assert can_edit(State.DRAFT, author_id=author.id, actor=author)
    assert not can_edit(State.PUBLISHED, author_id=author.id, actor=author)
    assert not can_edit(State.DRAFT, author_id=None, actor=VISITOR)


def test_a_plan_is_a_draft_until_its_author_submits_it_once(context):
    budget, author = budget_with(), acting(ResidentFactory())
    draft = submitting.begin(budget, IDEA, actor=author, now=NOW)
    assert (draft.state, draft.cost, draft.author_id) == (State.DRAFT, 0, author.id)
    submitting.submit(budget, draft, public_name="Annie", actor=author, now=NOW)
    assert (draft.state, draft.author_name) == (State.PUBLISHED, "Annie")
    with pytest.raises(IllegalTransition):
        submitting.submit(budget, draft, public_name="Annie", actor=author, now=NOW)
    with pytest.raises(NotAllowed):
        submitting.change(draft, IDEA, actor=author)
    with pytest.raises(NotAllowed):
        submitting.discard(draft, actor=author)


@pytest.mark.parametrize(
    "values", [{"takes_plans": False}, {"phase": PhaseKind.ASSESS}, {"phase": PhaseKind.VOTE}]
)
def test_no_plan_comes_in_where_or_when_it_is_not_asked(context, values):
    with pytest.raises(NotAllowed, match="at this moment"):
        submitting.begin(budget_with(**values), IDEA, actor=acting(ResidentFactory()), now=NOW)


def test_no_plan_comes_in_once_the_vote_is_fixed(context):
    budget = budget_with()
    budget.round.rules_hash = "0" * 64
    with pytest.raises(NotAllowed):
        submitting.begin(budget, IDEA, actor=acting(ResidentFactory()), now=NOW)


def test_staff_submits_no_plan_as_a_resident(context):
    with pytest.raises(NotAllowed, match="Only residents"):
        submitting.begin(budget_with(), IDEA, actor=acting(ClerkFactory()), now=NOW)


@pytest.mark.parametrize(
    ("field", "idea"),
    [
        ("title", Idea("", IDEA.summary, IDEA.text)),
        ("summary", Idea(IDEA.title, "Kort", IDEA.text)),
        ("text", Idea(IDEA.title, IDEA.summary, "")),
    ],
)
def test_what_is_missing_is_said_beside_its_field(context, field, idea):
    with pytest.raises(Invalid) as refused:
        submitting.begin(budget_with(), idea, actor=acting(ResidentFactory()), now=NOW)
    assert refused.value.field == field


def test_a_plan_that_is_too_long_for_the_ballot_is_named_before_the_vote_opens(context):
    budget = budget_with()
    long = ProjectFactory(
        budget_id=budget.id, process=budget.process, summary="woord " * 21, title="Te lang"
    )
    assert not fits_ballot(long.summary)
    vote = db.session.scalars(with_questions(budget.round_id)).one()
    said = [str(fault) for fault in opening.faults(vote, [long], now=NOW)]
    assert any("Te lang" in one and "20 words" in one for one in said)
    words = projects.Words("Te lang", "Twee banken.", IDEA.text, None, 1_000_00, None)
    projects.change(budget, long, words, actor=acting(ClerkFactory()), now=NOW)
    assert not any("20 words" in str(one) for one in opening.faults(vote, [long], now=NOW))


def test_the_griffie_says_a_plan_in_short_before_it_has_a_cost(context):
    budget = budget_with(has_assessment=True)
    author, clerk = ResidentFactory(), acting(ClerkFactory())
    plan = ProjectFactory(budget_id=budget.id, process=budget.process, author_id=author.id, cost=0)
    words = projects.Words("Bankjes", "Twee banken.", IDEA.text, None, 0, None)
    projects.change(budget, plan, words, actor=clerk, now=NOW)
    told = select(OutboxMessage.account_id).where(OutboxMessage.kind == "budget.in_short")
    assert db.session.scalars(told).all() == [author.id]
    budget.has_assessment = False
    with pytest.raises(Invalid) as refused:
        projects.change(budget, plan, words, actor=clerk, now=NOW)
    assert refused.value.field == "cost"


def test_a_resident_submits_a_plan_in_four_steps(store, log_in):
    budget, browser, other = budget_with(), log_in(ResidentFactory()), log_in(ResidentFactory())
    asked = browser.get(f"/begrotingen/{budget.id}").follow("Dien een plan in")
    assert asked.press("Bewaar en ga verder", title="Bank").errors()
    placed = asked.press("Bewaar en ga verder", **DATA)
    draft = store.scalars(select(Project)).one()
    assert draft.state is State.DRAFT
    assert IDEA.title not in other.get(f"/begrotingen/{budget.id}").main
    checked = placed.press("Bewaar en ga verder").follow("Verder naar de controle")
    assert IDEA.summary in checked.main
    done = checked.press("Dien dit plan in", name="other", public_name="Annie")
    assert "Annie" in done.main
    assert IDEA.title in other.get(f"/begrotingen/{budget.id}").main
    assert IDEA.title in browser.get("/mijn").main


def test_photos_documents_and_keywords_go_along_with_a_plan(store, log_in, client):
    budget, browser = budget_with(), log_in(ResidentFactory())
    page = browser.get(f"/begrotingen/{budget.id}/plannen/nieuw")
    wrong = page.press("Bewaar en ga verder", **DATA, tags="a, b, c, d, e, f, g")
    assert wrong.errors()
    page = wrong.press("Bewaar en ga verder", tags="banken, schaduw")
    page = page.press("Bewaar en ga verder")
    refused = page.press("Voeg deze foto toe", image=(BytesIO(b"geen foto"), "foto.jpg"))
    assert refused.errors()
    page = page.press(
        "Voeg deze foto toe", image=(BytesIO(image()), "foto.jpg"), description="Een lege vijver."
    )
    page = page.press(
        "Voeg dit document toe", document=(BytesIO(pdf()), "x.pdf"), title="Begroting"
    )
    page = page.follow("Wijzig de beschrijving van foto 1")
    page = page.press("Bewaar de beschrijving", description="Een lege vijver met een bank.")
    for words in ("Een lege vijver met een bank.", "Begroting"):
        assert words in page.main
    page = page.follow("Verder naar de controle")
    for words in ("banken, schaduw", "Een lege vijver met een bank.", "Begroting"):
        assert words in page.html
    page.press("Dien dit plan in", name="other", public_name="Annie")
    plan = store.scalars(select(Project)).one()
    page = client.get(f"/plannen/{plan.id}")
    for words in ("banken, schaduw", "Een lege vijver met een bank.", "Begroting (PDF"):
        assert words in page.html
    browser.get(f"/plannen/{plan.id}/fotos", status=404)


def test_the_griffie_adds_documents_and_keywords_to_a_plan(store, log_in, client):
    budget = budget_with()
    process = store.get_one(Process, budget.process_id)
    plan = ProjectFactory(budget_id=budget.id, process=process)
    browser = log_in(ClerkFactory())
    page = browser.get(f"/griffie/plannen/{plan.id}").press("Bewaar", tags="water", cost="1.000")
    page = browser.get(f"/griffie/plannen/{plan.id}/fotos")
    page = page.press("Voeg dit document toe", document=(BytesIO(pdf()), "x.pdf"), title="Tekening")
    page = client.get(f"/plannen/{plan.id}")
    assert "Tekening (PDF" in page.main
    assert "water" in page.main
    page = browser.get(f"/griffie/plannen/{plan.id}/fotos").press("Haal weg Tekening")
    assert "Tekening" not in client.get(f"/plannen/{plan.id}").main


def test_what_a_proposal_is_found_by_goes_along_when_it_becomes_a_plan(context):
    budget = budget_with()
    proposal = ProposalFactory(process=budget.process)
    contributions.set_tags(proposal, ("banken",))
    [plan] = projects.take_over(budget, [proposal], actor=acting(ClerkFactory()), now=NOW)
    found = db.session.scalars(whole_project(plan.id)).one()
    assert [tag.name for tag in found.tags] == ["banken"]


def test_nobody_else_adds_to_the_draft_of_a_plan_not_the_griffie_either(context):
    budget, author = budget_with(), acting(ResidentFactory())
    draft = submitting.begin(budget, IDEA, actor=author, now=NOW)
    for other in (ResidentFactory(), ClerkFactory()):
        with pytest.raises(NotAllowed):
            materials.take_photo_away(draft, 1, actor=acting(other), now=NOW)
    submitting.submit(budget, draft, public_name="Annie", actor=author, now=NOW)
    with pytest.raises(NotAllowed):
        materials.take_document_away(draft, 1, actor=author, now=NOW)
