"""Plans of a budget: taken over, written by a clerk, kept apart, withdrawn."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import select

from participatie.budget.models.budgets import Project, ProjectConflict
from participatie.budget.rules.outcomes import Outcome
from participatie.budget.rules.projects import exclusive_groups, in_short, pair_of, shortened
from participatie.budget.tasks import award_counted
from participatie.contributions.models import Follow
from participatie.contributions.rules import State
from participatie.core.audit import AuditEntry
from participatie.core.errors import Invalid
from participatie.core.outbox import OutboxMessage
from participatie.processes.rules import PhaseKind
from participatie.proposals.models import Support
from participatie.votes.models.ballots import Tally
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.rounds import RoundState
from tests.budget.steps import cast, counted, make_budget, put
from tests.factories import (
    LONG_AGO,
    BudgetFactory,
    ClerkFactory,
    ProcessFactory,
    ProjectFactory,
    ProposalFactory,
    ResidentFactory,
    RoundFactory,
)
from tests.media.drawings import image

WHY = "De grond blijkt van het waterschap te zijn."


def test_in_short_is_twenty_words_at_most():
    assert in_short("  een   twee ") == "een twee"
    assert in_short("woord " * 20).count("woord") == 20
    with pytest.raises(Invalid, match="at most"):
        in_short("woord " * 21)
    assert shortened("woord " * 30).endswith("woord…")


def test_two_plans_are_kept_apart_once_and_only_when_both_are_on_the_ballot():
    assert pair_of(5, 3) == (3, 5)
    with pytest.raises(Invalid):
        pair_of(3, 3)
    assert exclusive_groups([(3, 5), (3, 5), (5, 9)], [3, 5]) == [["3", "5"]]


@pytest.fixture
def process(store):
    return ProcessFactory(phase=PhaseKind.VOTE)


@pytest.fixture
def draft(process):
    vote = RoundFactory(state=RoundState.DRAFT, opened_at=None)
    return BudgetFactory(process=process, round=vote)


@pytest.fixture
def clerk(store, log_in):
    return log_in(ClerkFactory())


def told(store, kind):
    return {
        m.account_id: m.parameters for m in store.scalars(select(OutboxMessage)) if m.kind == kind
    }


def test_proposals_become_plans_and_who_supports_them_hears_it(store, clerk, process, draft):
    author, fan, follower = ResidentFactory(), ResidentFactory(), ResidentFactory()
    proposal = ProposalFactory(
        process=process,
        author_id=author.id,
        language="en",
        title="Bankjes bij de vijver",
        support_count=1,
    )
    ProposalFactory(process=process, title="Verborgen voorstel", state=State.HIDDEN)
    store.add(Support(proposal_id=proposal.id, account_id=fan.id, since=LONG_AGO))
    store.add(Follow(contribution_id=proposal.id, account_id=follower.id, since=LONG_AGO))
    store.commit()
    page = clerk.get(f"/griffie/begrotingen/{draft.id}").follow("Maak plannen van voorstellen")
    assert "Verborgen voorstel" not in page.main
    page = page.press("Maak plannen van deze voorstellen", proposals=[str(proposal.id)])
    plan = store.scalars(select(Project)).one()
    assert (plan.title, plan.language) == (proposal.title, "en")
    assert (plan.author_id, plan.proposal_id) == (author.id, proposal.id)
    assert set(told(store, "budget.taken_over")) == {author.id, fan.id}
    assert store.get(Follow, (plan.id, follower.id)) is not None
    assert "heeft nog geen kosten" in page.main
    again = clerk.get(f"/griffie/begrotingen/{draft.id}/plannen/overnemen")
    assert "Bankjes bij de vijver" not in again.main


def test_a_clerk_writes_a_plan_and_its_author_sees_it_in_short(store, clerk, process, draft):
    author = ResidentFactory()
    plan = ProjectFactory(budget_id=draft.id, process=process, author_id=author.id)
    page = clerk.get(f"/griffie/begrotingen/{draft.id}").follow(f"Wijzig {plan.title}")
    page = page.press(
        "Bewaar", summary="Tien bomen op het plein.", cost="12.500", yearly_cost="500"
    )
    assert "Dit is bewaard" in page.main
    store.refresh(plan)
    assert (plan.cost, plan.yearly_cost) == (12_500_00, 500_00)
    assert told(store, "budget.in_short")[author.id]["summary"] == "Tien bomen op het plein."
    noted = store.scalars(select(AuditEntry).where(AuditEntry.act == "budget.change_plan")).one()
    assert noted.detail["changed"]["cost"] == [10_000_00, 12_500_00]


def test_a_plan_that_is_wrong_is_refused_beside_its_field(store, clerk, draft):
    page = clerk.get(f"/griffie/begrotingen/{draft.id}").follow("Nieuw plan")
    said = {"title": "Bomen", "text": "Bomen op het plein planten.", "cost": "veel"}
    page = page.press("Bewaar", **said, summary="woord " * 21)
    assert page.fields_with_errors() == ["Wat kost het?"]
    page = page.press("Bewaar", cost="5000")
    assert page.fields_with_errors() == ["In het kort"]
    page = page.press("Bewaar", summary="Bomen.", cost="0")
    assert page.fields_with_errors() == ["Wat kost het?"]
    page.press("Bewaar", cost="5000")
    assert store.scalars(select(Project.cost)).one() == 5_000_00


def test_plans_that_cannot_go_together_are_a_group_of_the_count(store, clerk, process, draft):
    one, other = (
        ProjectFactory(budget_id=draft.id, process=process, title=title)
        for title in ("Vijver", "Plein")
    )
    page = clerk.get(f"/griffie/plannen/{one.id}/gaat-niet-samen")
    page.press("Bewaar", conflicts=[str(other.id)])
    page.press("Bewaar", conflicts=[str(other.id)])
    assert len(store.scalars(select(ProjectConflict)).all()) == 1
    clerk.get(f"/griffie/begrotingen/{draft.id}").press("Leg de regels vast en open de stemming")
    vote = store.get_one(VoteRound, draft.round_id, populate_existing=True)
    assert vote.counting["exclusive"] == [[str(one.id), str(other.id)]]


def test_a_plan_withdrawn_during_the_vote_wins_no_more_and_ballots_stay(
    app, store, clerk, resident
):
    budget = make_budget()
    cast(resident(), budget, "Speeltuin", "Bankjes")
    follower = ResidentFactory()
    plan = store.scalars(select(Project).where(Project.title == "Speeltuin")).one()
    store.add(Follow(contribution_id=plan.id, account_id=follower.id, since=LONG_AGO))
    store.commit()
    page = clerk.get(f"/griffie/plannen/{plan.id}/intrekken").press("Trek dit plan in", reason=WHY)
    assert "Het plan is ingetrokken" in page.main
    mail = told(store, "budget.withdrawn")[follower.id]
    assert (mail["reason"], mail["is_open"]) == (WHY, True)
    page = resident("v1$other").get(f"/begrotingen/{budget.id}")
    assert "Ingetrokken" in page.main
    assert not [b for b in page.all("button") if b.get("value") == "put:speeltuin"]
    assert WHY in clerk.get(f"/plannen/{plan.id}").main
    counted(app, store, budget)
    with app.app_context():
        award_counted.run()
    tally = store.scalars(select(Tally)).one()
    assert tally.result["winners"] == ["bankjes"]
    assert tally.result["reasons"]["speeltuin"]["code"] == "withdrawn"
    assert tally.result["votes"]["speeltuin"] == 1
    assert store.scalars(select(Project.outcome).where(Project.id == plan.id)).one() is (
        Outcome.NOT_AWARDED
    )


def test_a_list_with_a_plan_that_is_withdrawn_meanwhile_goes_on_without_it(store, clerk, resident):
    budget = make_budget()
    voter = resident()
    put(put(voter.get(f"/begrotingen/{budget.id}"), "Speeltuin"), "Bankjes")
    plan = store.scalars(select(Project).where(Project.title == "Speeltuin")).one()
    clerk = clerk.get(f"/griffie/plannen/{plan.id}/intrekken").press("Trek dit plan in", reason=WHY)
    assert clerk.status == 200


def test_a_plan_is_not_withdrawn_after_the_vote(app, store, clerk):
    budget = make_budget()
    counted(app, store, budget)
    plan = store.scalars(select(Project)).first()
    page = clerk.get(f"/griffie/plannen/{plan.id}/intrekken")
    page = page.press("Trek dit plan in", reason=WHY)
    assert "De stemming is voorbij" in page.main
    store.refresh(plan)
    assert plan.state is State.PUBLISHED


# Photos


def test_a_plan_shows_its_own_photo_in_the_list_and_on_its_page(store, log_in):
    budget = make_budget()
    number = store.scalars(select(Project.id).where(Project.title == "Speeltuin")).one()
    page = log_in(ClerkFactory()).get(f"/griffie/plannen/{number}/fotos")
    page = page.press(
        "Voeg deze foto toe",
        image=(BytesIO(image()), "speeltuin.jpg"),
        description="Een schommel onder een boom",
    )
    assert "Een schommel onder een boom" in page.main
    reader = log_in(ResidentFactory())
    assert "Een schommel onder een boom" in reader.get(f"/plannen/{number}").html
    pictures = [one.get("src") for one in reader.get(f"/begrotingen/{budget.id}").all("img")]
    (shown,) = [address for address in pictures if address.startswith("/fotos/")]
    assert reader.raw.get(shown).status_code == 200
