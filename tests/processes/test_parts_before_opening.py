"""What the vote and the budget of a process lack, and that it keeps that process from opening."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from participatie.audience.models import ProcessAudience
from participatie.audience.rules import Kind
from participatie.processes.models import Phase, ProcessText, Regulation
from participatie.processes.rules import Level, PhaseKind
from participatie.votes.models.rounds import VoteQuestion
from participatie.votes.rules.kinds import BallotKind
from participatie.votes.rules.rounds import Grade, RollKind, RoundState
from tests.factories import (
    LONG_AGO,
    AdministratorFactory,
    BudgetFactory,
    ClerkFactory,
    OptionFactory,
    ProcessFactory,
    ProjectFactory,
    RoundFactory,
    SecondFactory,
    soon,
)

WEEK = timedelta(weeks=1)


@pytest.fixture
def clerk(log_in):
    return log_in(ClerkFactory())


def draft(*kinds, **values):
    """A draft that says all it must, with phases of a week from tomorrow."""
    begins = soon(days=1)
    phases = [
        Phase(
            kind=PhaseKind(kind),
            title="Praat mee",
            starts_at=begins + n * WEEK,
            ends_at=begins + (n + 1) * WEEK,
        )
        for n, kind in enumerate(kinds)
    ]
    said = {"title": "Het plein", "level": Level.CONSULT, "published_at": None, **values}
    return ProcessFactory(phases=phases, **said)


def planned(store, process, *, asks=True, **values):
    """A vote in the phase to vote in, on which people choose between two answers."""
    to_vote = select(Phase).where(Phase.process_id == process.id, Phase.kind == PhaseKind.VOTE)
    phase = store.scalars(to_vote).one()
    times = {"opens_at": phase.starts_at, "closes_at": phase.ends_at, "opened_at": None}
    set_up = {"state": RoundState.DRAFT, "grade": Grade.COMMON, **times}
    vote = RoundFactory(process_id=process.id, **{**set_up, **closers(), **values})
    if asks:
        OptionFactory(round_id=vote.id)
        OptionFactory(round_id=vote.id)
    return vote


def closers(**values):
    people = {
        "clerk_id": ClerkFactory().id,
        "second_id": SecondFactory().id,
        "substitute_id": SecondFactory().id,
    }
    return {**people, **values}


def poll(store, process, **values):
    """The same, without money."""
    vote = planned(store, process, **values)
    store.query(VoteQuestion).where(VoteQuestion.round_id == vote.id).update(
        {"kind": BallotKind.SINGLE, "budget": None, "maximum": 1}
    )
    store.commit()
    return vote


def lacking(clerk, process):
    """The sentences on the list before opening, each with the way to mend it."""
    page = clerk.get(f"/griffie/trajecten/{process.id}")
    found = page.all("section", **{"aria-labelledby": "ready"})[0]
    return {"".join(link.itertext()): link.get("href") for link in found.iter("a")}


NO_VOTE = "Er is een fase om te stemmen, maar geen stemming. Zet er een op."
NO_BUDGET = "Een fase zegt wat plannen kosten, maar er is geen begroting. Maak er een."


def test_a_phase_to_vote_in_without_a_vote_keeps_a_process_from_opening(clerk, client, store):
    process = draft("inform", "vote", "result")
    found = lacking(clerk, process)
    assert list(found) == [NO_VOTE]
    page = clerk.get(found[NO_VOTE])
    assert [o.get("value") for o in page.all("option") if "selected" in o.attrib] == [
        str(process.id)
    ]
    token = page.all("input", name="csrf_token")[0].get("value")
    clerk.post(f"/griffie/trajecten/{process.id}/openen", data={"csrf_token": token}, status=409)
    poll(store, process)
    assert lacking(clerk, process) == {}
    clerk.get(f"/griffie/trajecten/{process.id}").press("Open dit traject voor iedereen")
    assert client.get(f"/trajecten/{process.slug}").h1 == "Het plein"


def test_an_open_process_says_that_the_rules_of_its_vote_are_not_fixed_yet(clerk, store):
    process = draft("inform", "vote", "result", published_at=LONG_AGO)
    vote = poll(store, process, title="De bankjes")
    sentence = "Leg de regels van “De bankjes” vast. Eerder kan niemand stemmen."
    address = f"/griffie/trajecten/{process.id}"
    page = clerk.get(address)
    assert "Nog te doen" in page.main
    assert page.follow(sentence).h1 == "De bankjes"
    vote.state, vote.opened_at, vote.rules_hash = RoundState.OPEN, LONG_AGO, "a" * 64
    store.commit()
    assert "Nog te doen" not in clerk.get(address).main


def test_a_phase_about_costs_without_a_budget_keeps_a_process_from_opening(clerk):
    process = draft("collect", "costs", "result", support_threshold=None)
    found = lacking(clerk, process)
    assert list(found) == [NO_BUDGET]
    assert clerk.get(found[NO_BUDGET]).h1


def test_the_vote_about_money_comes_with_the_budget_so_only_that_is_asked(clerk, store):
    process = draft("collect", "costs", "vote", "result", support_threshold=None)
    assert list(lacking(clerk, process)) == [NO_BUDGET]
    budget = BudgetFactory(process=process, round=None)
    assert lacking(clerk, process)[NO_VOTE].startswith(f"/griffie/begrotingen/{budget.id}")


@pytest.mark.parametrize(
    ("values", "sentence", "page"),
    [
        (
            {"clerk_id": None, "second_id": None, "substitute_id": None},
            "Kies wie de stemming sluiten: de griffier, een tweede persoon en een vervanger.",
            "mensen",
        ),
        (
            {"grade": Grade.HEAVY},
            "Maak eerst de sleutels: drie sleutelhouders moeten elk een bestand hebben.",
            "sleutels",
        ),
        (
            {"closes_at": soon(weeks=9)},
            "“Stem” is niet binnen een fase om te stemmen. Kies andere tijden, of andere dagen.",
            "gegevens#closes_at",
        ),
        (
            {"who_decides": "[vul in: wie beslist]"},
            "Vul elke plek in waar [vul in] staat, in “Stem”.",
            "gegevens#title",
        ),
        (
            {"roll_kind": RollKind.UPLOAD},
            "Nog niemand kan stemmen in “Stem”: de lijst is leeg.",
            "brieven",
        ),
    ],
)
def test_what_a_vote_lacks_keeps_its_process_from_opening(clerk, store, values, sentence, page):
    process = draft("inform", "vote", "result")
    poll(store, process, **{"title": "Stem", **values})
    found = lacking(clerk, process)
    assert page in found[sentence]
    assert clerk.get(found[sentence].split("#")[0]).h1


def test_who_closes_a_vote_must_have_logged_in_before_its_process_opens(clerk, store):
    process = draft("collect", "vote", "result", support_threshold=None)
    absent = SecondFactory(public_name="Bo Vis", logged_in_at=None)
    poll(store, process, substitute_id=absent.id)
    sentence = "Bo Vis heeft nog niet ingelogd. Vraag dat eerst. Dan weet u dat het werkt."
    assert sentence in " ".join(lacking(clerk, process))


def test_what_people_choose_from_may_come_in_before_the_vote_of_an_open_process(clerk, store):
    process = draft("collect", "vote", "result", support_threshold=None)
    poll(store, process, asks=False)
    assert lacking(clerk, process) == {}
    process = draft("inform", "vote", "result")
    poll(store, process, asks=False)
    assert len(lacking(clerk, process)) == 1


def test_an_age_that_nobody_has_keeps_a_process_from_opening(clerk, store):
    process = draft("inform", "vote", "result")
    poll(store, process, minimum_age=18)
    store.add(ProcessAudience(process_id=process.id, kind=Kind.RESIDENTS, oldest=17, group_name=""))
    store.commit()
    sentence = "Geen leeftijd past: stemmers zijn 18 jaar of ouder, en 17 jaar of jonger."
    assert lacking(clerk, process)[sentence] == f"/griffie/trajecten/{process.id}/doelgroep"


def test_a_budget_without_a_phase_to_vote_in_keeps_a_process_from_opening(clerk):
    process = draft("collect", "costs", "result", support_threshold=None)
    BudgetFactory(process=process, round=None)
    sentence = "Er is een begroting te verdelen, maar geen fase om te stemmen. Voeg er een toe."
    assert lacking(clerk, process)[sentence].endswith("/planning")


def test_a_budget_without_plans_opens_only_where_plans_can_still_come(clerk, store):
    process = draft("collect", "costs", "vote", "result", support_threshold=None)
    BudgetFactory(process=process, round=planned(store, process, asks=False))
    assert lacking(clerk, process) == {}
    process = draft("inform", "vote", "result")
    budget = BudgetFactory(process=process, round=planned(store, process, asks=False))
    assert len(lacking(clerk, process)) == 1
    plan = ProjectFactory(process=process, budget_id=budget.id, cost=0, title="Bankjes")
    assert any("Bankjes" in one for one in lacking(clerk, process))
    plan.cost = 5_000_00
    store.commit()
    ProjectFactory(process=process, budget_id=budget.id)
    assert lacking(clerk, process) == {}


@pytest.mark.parametrize("where", ["own_words", "regulation"])
def test_a_place_to_fill_in_beside_the_process_keeps_it_from_opening(clerk, store, where):
    process = draft("collect", "result", support_threshold=300)
    if where == "own_words":
        said = {"language": "nl", "message": "House rules", "number": 1, "text": "[vul in: regels]"}
        author = AdministratorFactory()
        store.add(ProcessText(process_id=process.id, saved_at=soon(), account_id=author.id, **said))
    else:
        terms = dict.fromkeys(("test_weeks", "support_weeks", "check_weeks", "agenda_weeks"), 4)
        store.add(
            Regulation(
                process_id=process.id, address="", conditions=["[vul in: leeftijd]"], **terms
            )
        )
    store.commit()
    found = lacking(clerk, process)
    assert len(found) == 1
    assert all(clerk.get(address).h1 for address in found.values())
