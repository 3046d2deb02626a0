"""West Begroot, a real budget of Amsterdam, along the whole road: from its plans to its result."""

from __future__ import annotations

import os
import re
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from participatie.budget.queries.budgets import any_budget
from participatie.budget.services import opening, projects
from participatie.budget.services.projects import Words
from participatie.budget.tasks import award_counted
from participatie.core.db import db
from participatie.processes.rules import PhaseKind
from participatie.votes.counting import pabulib
from participatie.votes.models.ballots import Tally
from participatie.votes.rules.acts import Act
from participatie.votes.rules.letter_codes import BatchKind
from participatie.votes.rules.paper_ballots import Typed
from participatie.votes.rules.rounds import GREEDY, Channel, Grade, RollKind, RoundState
from participatie.votes.services import counting, letter_codes, paper_ballots, rolls
from tests.factories import (
    BudgetFactory,
    ClerkFactory,
    ProcessFactory,
    ResidentFactory,
    RoundFactory,
)
from tests.votes.letters import CLERK, NOW, loaded
from tests.votes.two_people import actor_of, both, closed

REAL = os.environ.get("PABULIB_DIR")
FILE = "Netherlands_Amsterdam_309.pb"
ON_PAPER, BY_CODE = 10, 5
"""One in so many votes on paper, and one in so many by a code of a letter."""


@pytest.fixture
def election():
    if REAL is None:
        pytest.skip("PABULIB_DIR names no folder with real votes")
    return pabulib.read(Path(REAL) / FILE)


def chosen_by(election, number):
    """What the first voters of the file chose, as places of plans."""
    ballots = election.ballots
    bounds = zip(ballots.offsets[:-1].tolist(), ballots.offsets[1:].tolist(), strict=True)
    choices = ballots.choices.tolist()
    return list(islice((choices[a:b] for a, b in bounds if b > a), number))


class Road:
    """The budget, who closes its vote, and what is needed to vote in it."""

    def __init__(self, app, election, voters):
        self.app, self.keys = app, app.extensions["vote_keys"]
        self.people = [actor_of(ClerkFactory()) for _ in range(3)]
        money = election.budget * 100 // election.per_unit
        vote = RoundFactory(
            state=RoundState.DRAFT,
            opened_at=None,
            roll_kind=RollKind.UPLOAD,
            grade=Grade.COMMON,
            counting=GREEDY,
            budget=money,
        )
        roles = ("clerk_id", "second_id", "substitute_id")
        for role, person in zip(roles, self.people, strict=True):
            setattr(vote, role, person.id)
        process = ProcessFactory(phase=PhaseKind.VOTE)
        self.budget_id = BudgetFactory(round=vote, process=process, amount=money).id
        self.round_id = vote.id
        db.session.expire_all()
        budget = db.session.scalars(any_budget(self.budget_id)).one()
        made = [
            projects.add(budget, words(plan, election), actor=CLERK, now=NOW)
            for plan in election.projects
        ]
        self.codes = [str(one.id) for one in made]
        self.keys.make(vote.id)
        self.voters = [self.keys.voter_key(vote.id, f"v1${n}") for n in range(voters)]
        rolls.put_on_roll(vote.id, self.voters, Channel.LOGIN)
        by_letter = [key for n, key in enumerate(self.voters) if n % BY_CODE == 1]
        kind, acting = BatchKind.LETTERS, {"keys": self.keys, "actor": CLERK, "now": NOW}
        sent = letter_codes.make_personal(loaded(vote.id), by_letter, kind=kind, **acting)
        self.letters = iter(sent)
        opening.open_vote(budget, keys=self.keys, actor=CLERK, now=NOW)
        db.session.commit()

    @property
    def url(self):
        return f"/begrotingen/{self.budget_id}"

    def cast(self, browser, chosen):
        """One vote over HTTP, from the list to the control code."""
        token = token_of(browser.get(f"{self.url}/lijst?plan={chosen[0]}"))
        for code in chosen:
            put = {"press": f"put:{code}", "csrf_token": token}
            assert browser.post(f"{self.url}/lijst", data=put).status_code == 303
        check = browser.get(f"{self.url}/overzicht")
        press = found(r'name="press" value="([^"]+)"', check)
        sent = browser.post(
            f"{self.url}/stem", data={"press": press, "csrf_token": token_of(check)}
        )
        assert sent.status_code == 303, sent.text
        received = browser.get(f"{self.url}/ontvangen")
        assert "Uw stem is opgeslagen" in received.text
        return received

    def type_papers(self, papers):
        """Two people type each paper, and find the same."""
        vote = loaded(self.round_id)
        pile = paper_ballots.begin_pile(vote, len(papers), actor=CLERK, now=NOW)
        for person in self.people[:2]:
            for number, chosen in enumerate(papers, 1):
                typed = Typed((tuple(chosen),), None)
                paper_ballots.type_paper(pile, vote, number, typed, actor=person)
        paper_ballots.agree(pile, vote, actor=CLERK, now=NOW)

    def end(self, papers):
        """Close by two, count by two, publish by two, and award."""
        closed(loaded(self.round_id))
        self.type_papers(papers)
        two = self.people[:2]
        both(loaded(self.round_id), Act.FINALISE, two)
        counting.tally(self.round_id, keys=self.keys, now=NOW)
        both(loaded(self.round_id), Act.PUBLISH, two, is_final=True)
        db.session.commit()
        award_counted()


def words(plan, election):
    name = " ".join(plan.name.split())
    return Words(
        title=f"{plan.id} {name}"[:80],
        summary=" ".join(name.split()[:20]) or "Een plan",
        text=f"{name}. Dit plan komt uit West Begroot.",
        area_id=None,
        cost=plan.cost * 100 // election.per_unit,
        yearly_cost=None,
    )


def found(pattern, answer):
    """The one group of `pattern` on a page."""
    match = re.search(pattern, answer.text)
    if match is None:
        raise LookupError(pattern)
    return match[1]


def token_of(answer):
    return found(r'name="csrf_token"[^>]* value="([^"]+)"', answer)


def enter(browser, code):
    sent = browser.post("/code", data={"code": code, "csrf_token": token_of(browser.get("/code"))})
    assert sent.status_code == 303


@pytest.mark.parametrize("number", [12, pytest.param(500, marks=pytest.mark.slow)])
def test_a_real_budget_goes_from_its_plans_to_its_result(app, client, log_in, election, number):
    with app.app_context():
        road = Road(app, election, number)
    chosen = [[road.codes[place] for place in one] for one in chosen_by(election, number)]
    papers, receipts = [], []
    for place, plans in enumerate(chosen):
        if place % ON_PAPER == 0:
            with app.app_context():
                paper_ballots.give_paper(
                    loaded(road.round_id), road.voters[place], actor=CLERK, now=NOW
                )
                db.session.commit()
            papers.append(plans)
        elif place % BY_CODE == 1:
            browser = app.test_client()
            enter(browser, next(road.letters).code)
            road.cast(browser, plans)
        else:
            browser = log_in(ResidentFactory(), vote_pseudonym=f"v1${place}").raw
            receipts.append(road.cast(browser, plans))
    with app.app_context():
        road.end(papers)
        tally = db.session.get_one(Tally, (road.round_id, loaded(road.round_id).questions[0].id, 1))
        votes, winners, ballots = tally.result["votes"], tally.result["winners"], tally.ballots
    expected = Counter(code for plans in chosen for code in plans)
    assert votes == {code: expected[code] for code in road.codes}
    assert ballots == number
    page = client.get(f"{road.url}/uitslag")
    assert f"{len(winners)} van de 58 plannen" in page.main
    code = re.sub(r"<[^>]+>", "", found(r'<p class="p-code">(.*?)</p>', receipts[0]))
    checked = (
        page.follow("Bekijk alle cijfers")
        .follow("Controleer mijn stem")
        .press("Controleer deze code", code=code)
    )
    assert "Uw stem is geteld" in checked.main
    assert "Gaat door" in client.get(f"/plannen/{winners[0]}").main
