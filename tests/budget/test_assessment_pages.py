"""The pages of an assessment, as clerk, assessor and author go through them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participatie.budget.models.budgets import Project
from participatie.identity.models import Account
from participatie.processes.models import Phase
from participatie.processes.rules import PhaseKind
from participatie.votes.rules.rounds import RoundState
from tests.budget.assessing import CHANGED, WHY
from tests.factories import (
    AssessorFactory,
    BudgetFactory,
    ClerkFactory,
    ProcessFactory,
    ProjectFactory,
    ResidentFactory,
    RoundFactory,
    soon,
)


@pytest.fixture
def people(store):
    """Clerk, assessor and author."""
    return (
        ClerkFactory(public_name="Karin"),
        AssessorFactory(public_name="Mira"),
        ResidentFactory(public_name="Annie"),
    )


@pytest.fixture
def plan(store, people):
    vote = RoundFactory(state=RoundState.DRAFT, opened_at=None)
    process = ProcessFactory(phase=PhaseKind.ASSESS)
    budget = BudgetFactory(process=process, round=vote, has_assessment=True)
    return ProjectFactory(
        budget_id=budget.id,
        process=process,
        author_id=people[2].id,
        title="Bankjes bij de vijver",
        cost=0,
    )


def test_a_plan_goes_from_clerk_to_assessor_to_author_and_to_everybody(
    store, log_in, client, plan, people
):
    karin, mira, annie = map(log_in, people)
    overview = karin.get(f"/griffie/begrotingen/{plan.budget_id}/beoordeling")
    asked = overview.follow("Toewijzen Bankjes bij de vijver")
    assert asked.press("Wijs deze plannen toe").errors()
    assigned = asked.press("Wijs deze plannen toe", people=str(people[1].id))
    assert "Mira" in assigned.main

    form = mira.get("/beoordelen").follow("Bankjes bij de vijver")
    refused = form.press("Rond af en vertel het de maker", verdict="with_changes", cost="veel")
    assert refused.errors()
    words = {"verdict": "with_changes", "cost": "8.000", "reason": WHY, "changed_text": CHANGED}
    form.press("Bewaar, ik ben nog niet klaar", **words)
    form.press("Rond af en vertel het de maker", **words)
    talk = mira.get(f"/beoordelen/{plan.id}/overleg").press("Plaats deze notitie", text="Kabels?")
    assert "Kabels?" in talk.main
    assert "8.000" in talk.main

    for other in (client, mira):
        assert WHY not in other.get(f"/plannen/{plan.id}").main
    mine = annie.get("/mijn").follow("Uw plan: Bankjes bij de vijver")
    assert CHANGED in mine.main
    assert mine.follow("Iets klopt niet").press("Verstuur uw reactie").errors()
    mine.press("Ik ga akkoord met deze aanpassing")
    shown = client.get(f"/plannen/{plan.id}").main
    assert WHY in shown
    assert CHANGED in shown
    assert store.scalar(select(Project.cost)) == 8_000_00

    again = karin.get(f"/griffie/plannen/{plan.id}/heropenen")
    again.press("Heropen de beoordeling", reason=WHY)
    assert WHY not in client.get(f"/plannen/{plan.id}").main


def test_32_a_cost_in_letters_is_refused_on_the_server_and_nothing_is_kept(
    store, log_in, plan, people
):
    karin, mira = log_in(people[0]), log_in(people[1])
    overview = karin.get(f"/griffie/begrotingen/{plan.budget_id}/beoordeling")
    overview.follow("Toewijzen Bankjes bij de vijver").press(
        "Wijs deze plannen toe", people=str(people[1].id)
    )
    form = mira.get("/beoordelen").follow("Bankjes bij de vijver")
    refused = form.press(
        "Rond af en vertel het de maker", verdict="feasible", cost="achtduizend", reason=WHY
    )
    assert refused.fields_with_errors() == ["Wat kost het?"]
    assert store.scalars(select(Project.cost)).one() == 0
    done = form.press("Rond af en vertel het de maker", verdict="feasible", cost="8.000")
    assert done.response.status_code == 200
    store.expire_all()
    assert store.scalars(select(Project.cost)).one() == 8_000_00


def test_who_asked_for_a_second_look_reads_that_it_is_under_way(log_in, plan, people):
    karin, mira, annie = map(log_in, people)
    overview = karin.get(f"/griffie/begrotingen/{plan.budget_id}/beoordeling")
    overview.follow("Toewijzen Bankjes bij de vijver").press(
        "Wijs deze plannen toe", people=str(people[1].id)
    )
    form = mira.get("/beoordelen").follow("Bankjes bij de vijver")
    form.press("Rond af en vertel het de maker", verdict="not_feasible", reason=WHY)
    page = annie.get(f"/plannen/{plan.id}/beoordeling")
    assert "Uw plan wordt nog eens bekeken" not in page.main
    asking = page.follow("Vraag om nog eens te kijken")
    assert asking.press("Vraag om nog eens te kijken").errors()
    asking.press("Vraag om nog eens te kijken", text="De kabels liggen aan de andere kant.")
    page = annie.get(f"/plannen/{plan.id}/beoordeling")
    assert "Uw plan wordt nog eens bekeken" in page.main
    assert "Vraag om nog eens te kijken" not in page.links()


def test_costs_wait_for_their_phase(store, client, log_in, plan, people):
    plan.cost = 8_000_00
    store.commit()
    assert "8.000" in client.get(f"/plannen/{plan.id}").main
    now = store.scalars(select(Phase).where(Phase.process_id == plan.process_id)).one()
    end, now.ends_at = now.ends_at, soon(days=7)
    costs = {"kind": PhaseKind.COSTS, "title": "De kosten op een rij"}
    store.flush()
    store.add(Phase(process_id=plan.process_id, starts_at=now.ends_at, ends_at=end, **costs))
    store.commit()
    for path in (f"/plannen/{plan.id}", f"/begrotingen/{plan.budget_id}"):
        assert "8.000" not in client.get(path).main


def test_the_griffie_sees_what_keeps_the_vote_closed(store, log_in, plan, people):
    page = log_in(people[0]).get(f"/griffie/begrotingen/{plan.budget_id}")
    assert "«Bankjes bij de vijver» is nog niet beoordeeld." in page.main


def test_the_terms_say_how_to_mend_them(store, log_in, plan, people):
    page = log_in(people[0]).get(f"/griffie/begrotingen/{plan.budget_id}/beoordeling/afspraken")
    refused = page.press("Bewaar", agree_days="3")
    assert refused.errors() == ["Vul een aantal dagen in van 7 tot en met 60."]


def test_a_group_is_made_and_changed(store, log_in, people):
    karin = log_in(people[0])
    made = karin.get("/griffie/beoordelaars/nieuw").press(
        "Bewaar", name="Groen en spelen", members=str(people[1].id)
    )
    page = made.follow("Groen en spelen")
    assert page.press("Bewaar", name="G").errors()
    assert store.get_one(Account, people[1].id)
