"""The fictive municipality: all of it, once, by the rules that hold for everybody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from participatie.app import create_app
from participatie.areas.models import Area
from participatie.budget.models.budgets import Budget, Project
from participatie.budget.queries.assessments import with_assessments
from participatie.budget.queries.budgets import plans as plans_of
from participatie.budget.rules.outcomes import Outcome
from participatie.config import Environment
from participatie.contributions.models import Contribution, ContributionDocument
from participatie.contributions.rules import State
from participatie.core.clock import AMSTERDAM
from participatie.core.db import db
from participatie.core.outbox import OutboxMessage
from participatie.demo.cli import seed as command
from participatie.demo.seeds import waterlanden
from participatie.demo.seeds.budgets import ballots
from participatie.demo.seeds.days import in_the_day, midnight
from participatie.demo.seeds.drawings import DRAWINGS
from participatie.demo.seeds.texts import texts
from participatie.discussions.models import Comment, DiscussionAnswer
from participatie.identity.models import Account
from participatie.identity.providers.stub import PEOPLE
from participatie.media.models import Image
from participatie.moderation.models import Decision, Report
from participatie.processes.models import PhaseChange, Process
from participatie.processes.rules import PhaseKind, phase_at
from participatie.proposals.models import Answer, Proposal, ProposalUpdate, ProposalVersion, Support
from participatie.votes.models.ballots import Choice, Tally
from participatie.votes.models.rounds import Roll, VoteQuestion, VoteRound
from participatie.votes.queries.results import visible_tallies
from participatie.votes.queries.rounds import public_polls, with_questions
from participatie.votes.rules.rounds import RoundState
from participatie.votes.services.papers import paper_of
from tests.conftest import visitor
from tests.database import dispose

BUDGETS = ("parkwijk", "oude_haven")


def fill(app):
    """Seed in the application of a test, as the command does."""
    made = waterlanden.seed(
        pseudonyms=app.extensions["pseudonyms"],
        keys=app.extensions["vote_keys"],
        storage=app.extensions["media"],
        now=datetime.now(UTC),
    )
    db.session.commit()
    return made


@pytest.fixture(scope="module")
def town(cluster, worker_id):
    """An application on a database with Waterlanden in it; who asks it changes nothing."""
    with cluster.copy(f"town_{worker_id}") as name:
        application = create_app(cluster.config(name))
        with application.app_context():
            fill(application)
            db.session.remove()
        yield application
        dispose(application)


@pytest.fixture
def seeded(town):
    """Its database."""
    with town.app_context():
        yield
        db.session.remove()


@pytest.fixture
def pages(town):
    """A visitor of Waterlanden."""
    return visitor(town)


def how_many(model, *conditions):
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions))


def a_process(slug):
    return db.session.scalars(select(Process).where(Process.slug == slug)).one()


def budget_and_round(slug):
    found = (
        select(Budget, VoteRound)
        .join(Budget.round)
        .join(Budget.process)
        .where(Process.slug == slug)
    )
    return db.session.execute(found).one()


def test_seeding_twice_makes_everything_once(app, context):
    kinds = (Account, Area, Process, Contribution, Support, Report, Decision, Choice, Tally)
    assert len(fill(app)) == 10
    before = [how_many(kind) for kind in kinds]
    assert fill(app) == []
    assert [how_many(kind) for kind in kinds] == before


def test_the_processes_stand_all_along_the_road(seeded):
    stand = {}
    for process in db.session.scalars(select(Process)):
        db.session.refresh(process, ["phases"])
        phase = phase_at(process.phases, datetime.now(UTC))
        stand[process.slug] = phase.kind if phase else None
    assert stand == {
        "havenplein": PhaseKind.COLLECT,
        "bewonersbegroting-parkwijk": PhaseKind.VOTE,
        "groen-dichtbij": PhaseKind.VOTE,
        "bewonersbegroting-centrum": PhaseKind.VOTE,
        "wijkgeld": PhaseKind.RESULT,
        "bewonersbegroting-oude-haven": PhaseKind.RESULT,
        "bewonersbegroting-waterkant": PhaseKind.COLLECT,
        "nieuwland-veilig-naar-school": None,
        "burgerinitiatief": PhaseKind.COLLECT,
        "fietspad-zuiderpolder": None,
    }


def test_the_support_of_each_proposal_is_what_stands_in_the_table(seeded):
    counted = select(func.count(Support.account_id)).where(Support.proposal_id == Proposal.id)
    rows = db.session.execute(
        select(Proposal.title, Proposal.support_count, counted.scalar_subquery())
    ).all()
    written = [
        one
        for name in ("havenplein", "burgerinitiatief", "zuiderpolder")
        for one in texts(name)["proposals"]
    ]
    joint = texts("havenplein")["mergers"][:1]  # of the other one an answer is awaited
    entered = texts("havenplein")["entered"]
    assert len(rows) == len(written) + len(joint) + len(entered)
    assert all(count == really for _, count, really in rows)
    assert max(count for _, count, _ in rows) > 100


def test_one_proposal_is_answered_one_hidden_and_one_comment_reported(seeded):
    assert how_many(Answer) == 2
    assert how_many(DiscussionAnswer) == 1
    assert how_many(Proposal, Proposal.state == State.HIDDEN) == 1
    reported = select(Comment.id).join(Report, Report.contribution_id == Comment.id).distinct()
    assert len(db.session.scalars(reported).all()) == 1
    assert how_many(Report, Report.decision_id.is_(None)) == 2


def test_each_way_of_a_proposal_is_there_to_look_at(seeded):
    states = set(db.session.scalars(select(Proposal.state)))
    assert states == {
        State.DRAFT,
        State.PUBLISHED,
        State.WITHDRAWN,
        State.ARCHIVED,
        State.MERGED,
        State.HIDDEN,
    }
    assert how_many(Proposal, Proposal.is_official) == 1
    for kind in (ProposalVersion, ProposalUpdate, ContributionDocument, PhaseChange):
        assert how_many(kind) == 1, kind.__name__
    assert how_many(Proposal, Proposal.film_id.is_not(None)) == 1
    assert how_many(Comment, Comment.state == State.WITHDRAWN) == 1


def test_who_follows_the_answered_proposal_gets_a_mail(seeded):
    told = db.session.scalars(
        select(Account.email)
        .join(OutboxMessage, OutboxMessage.account_id == Account.id)
        .where(OutboxMessage.kind == "proposals.answered", Account.email.is_not(None))
    ).all()
    assert "annie@waterlanden.example" in told


def test_the_people_of_the_test_log_in_are_there_with_a_name_and_a_confirmed_address(seeded):
    for key, person in PEOPLE.items():
        account = db.session.scalars(
            select(Account).where(Account.email == f"{key}@waterlanden.example")
        ).one()
        assert account.public_name == person.name
        assert account.email_confirmed_at is not None
        assert account.roles == sorted(person.roles)
    authors = set(db.session.scalars(select(Contribution.author_id)))
    ids = db.session.scalars(select(Account.id).where(Account.email.is_not(None))).all()
    assert len(authors.intersection(ids)) >= 10


def test_who_logged_in_before_keeps_name_and_address(app, context):
    fill(app)
    annie = db.session.scalars(
        select(Account).where(Account.email == "annie@waterlanden.example")
    ).one()
    annie.public_name, annie.email = "Annie", "annie@elders.example"
    db.session.commit()
    fill(app)
    db.session.refresh(annie)
    assert (annie.public_name, annie.email) == ("Annie", "annie@elders.example")


def test_the_vote_of_parkwijk_is_open_for_nine_more_days_with_nothing_cast(seeded):
    budget, vote = budget_and_round("bewonersbegroting-parkwijk")
    assert vote.state is RoundState.OPEN
    asked = select(VoteQuestion.budget).where(VoteQuestion.round_id == vote.id)
    assert budget.amount == db.session.scalars(asked).one() == 60_000_00
    last = (vote.closes_at - timedelta(minutes=1)).astimezone(AMSTERDAM)
    assert (last.date() - datetime.now(AMSTERDAM).date()).days == 9
    assert how_many(Roll, Roll.round_id == vote.id) == 0
    assert how_many(Project, Project.budget_id == budget.id, Project.option_id.is_not(None)) == 12


def test_the_vote_of_oude_haven_is_counted_by_the_real_count(seeded):
    budget, vote = budget_and_round("bewonersbegroting-oude-haven")
    assert vote.state is RoundState.PUBLISHED
    tally = db.session.scalars(select(Tally).where(Tally.round_id == vote.id)).one()
    cast = select(func.sum(Choice.weight)).where(Choice.round_id == vote.id)
    assert tally.ballots == db.session.scalar(cast) == 420
    won = db.session.scalars(
        select(Project).where(Project.budget_id == budget.id, Project.outcome == Outcome.AWARDED)
    ).all()
    counted = select(Project.title).where(Project.id.in_(map(int, tally.result["winners"])))
    fallen_out = texts("oude_haven")["fallen_out"]
    wanted = {*db.session.scalars(counted)} - {fallen_out["title"]} | {fallen_out["next"]}
    assert {project.title for project in won} == wanted
    assert 0 < sum(project.cost for project in won) <= budget.amount
    assert how_many(Project, Project.outcome == Outcome.NOT_AWARDED) >= 4


def test_a_budget_of_the_demo_has_areas_in_groups(seeded):
    _, vote = budget_and_round("groen-dichtbij")
    assert vote.minimum_age == texts("groen")["youngest"], "the ballot says for whom it is"
    paper = paper_of(db.session.scalars(with_questions(vote.id)).one())
    assert [(one.title, one.most, len(one.asked)) for one in paper.groups] == [
        ("De stad", 1, 3),
        ("De polder", 1, 1),
    ]
    for asked in paper.questions:
        costs = [plan.cost for plan in asked.options.values()]
        assert max(costs) <= asked.money < sum(costs), asked.title


def test_a_budget_of_the_demo_has_themes_and_photos_of_their_plans(seeded):
    budget, vote = budget_and_round("bewonersbegroting-centrum")
    assert vote.state is RoundState.OPEN
    paper = paper_of(db.session.scalars(with_questions(vote.id)).one())
    assert [(asked.title, asked.money) for asked in paper.questions] == [
        (name, euros * 100) for name, euros in texts("centrum")["budget"]["themes"].items()
    ]
    for asked in paper.questions:
        costs = [plan.cost for plan in asked.options.values()]
        assert max(costs) <= asked.money < sum(costs), asked.title
    shown = [plan.cover_key for plan in db.session.execute(plans_of(budget.id))]
    assert sum(key is not None for key in shown) == 3


def test_a_vote_with_areas_is_counted_for_each_and_says_how_many_people_voted(seeded):
    budget, vote = budget_and_round("wijkgeld")
    tallies = db.session.scalars(select(Tally).where(Tally.round_id == vote.id)).all()
    money = texts("wijkgeld")["budget"]["areas"]
    assert len(tallies) == len(money)
    # Each chose in one area.
    assert sum(tally.ballots for tally in tallies) == how_many(Roll, Roll.round_id == vote.id)
    won = select(func.sum(Project.cost)).where(
        Project.budget_id == budget.id, Project.outcome == Outcome.AWARDED
    )
    for area in db.session.scalars(select(Area).where(Area.name.in_(money))):
        spent = db.session.scalar(won.where(Project.area_id == area.id)) or 0
        assert 0 < spent <= money[area.name] * 100, area.name


@pytest.mark.parametrize("name", BUDGETS)
def test_the_plans_cost_more_together_than_there_is_and_each_could_win(name):
    text = texts(name)
    costs = [plan["cost"] for plan in text["projects"]]
    assert sum(costs) > text["budget"]["amount"]
    assert max(costs) <= text["budget"]["amount"]


def test_every_made_up_ballot_fits_in_the_money():
    text = texts("oude_haven")
    plans, money = text["projects"], text["budget"]["amount"] * 100
    cast = ballots(plans, money, 420, chance=Random(1))
    assert sum(cast.values()) == 420
    for chosen in cast:
        assert chosen
        assert len(set(chosen)) == len(chosen)
        assert sum(plans[place]["cost"] for place in chosen) * 100 <= money
    assert cast == ballots(plans, money, 420, chance=Random(1))


def test_days_are_counted_by_the_clock_of_amsterdam_also_when_it_changes():
    now = datetime(2027, 3, 27, 23, 30, tzinfo=UTC)  # half past midnight on the 28th
    assert midnight(now, 0) == datetime(2027, 3, 27, 23, 0, tzinfo=UTC)
    assert midnight(now, 1) == datetime(2027, 3, 28, 22, 0, tzinfo=UTC)
    assert in_the_day(now, 0) == now
    assert in_the_day(now, 1, minutes=30) == datetime(2027, 3, 27, 8, 30, tzinfo=UTC)


def test_the_pages_of_waterlanden_are_full(pages):
    home = pages.get("/")
    for title in ("Het Havenplein wordt groen", "Bewonersbegroting Parkwijk"):
        assert title in home.links()
    assert "420 mensen verdeelden € 75.000" in home.main
    result = home.follow("Bewonersbegroting Oude Haven")
    assert result.status == 200
    process = pages.get("/trajecten/havenplein")
    shows = texts("havenplein")["photo"]["shows"]
    assert shows in [one.get("alt") for one in process.all("img")]
    proposals = process.follow("Bekijk alle 21 voorstellen")
    searched = pages.get("/trajecten/havenplein/voorstellen?zoek=bomen")
    searched.follow("Grote bomen, en liefst meteen grote")
    pages.get("/trajecten/bewonersbegroting-parkwijk").follow("Kies uw plannen")
    assert "Snel geld" not in home.text + proposals.text + proposals.follow("Volgende").text


@pytest.mark.database
def test_the_command_says_what_it_made_and_does_nothing_when_there_is_something(cluster):
    with cluster.copy("seeded_by_command") as name:
        app = create_app(cluster.config(name, role="owner"))
        with app.app_context():
            run = CliRunner().invoke
            first = run(command, ["--if-empty"])
            assert first.exit_code == 0, first.output
            assert "Het Havenplein wordt groen" in first.output
            assert "nothing was made" in run(command, ["--if-empty"]).output
            assert "nothing was made" in run(command).output
        dispose(app)


def test_the_command_refuses_production(app, context, monkeypatch):
    config = replace(app.extensions["config"], environment=Environment.PRODUCTION)
    monkeypatch.setitem(app.extensions, "config", config)
    refused = CliRunner().invoke(command)
    assert refused.exit_code == 1
    assert "may not be put in production" in refused.output
    assert how_many(Process) == 0


@pytest.mark.database
def test_two_who_seed_at_once_make_it_once(cluster):
    with cluster.copy("seeded_twice") as name:
        app = create_app(cluster.config(name))

        def one(_number):
            with app.app_context():
                return fill(app)

        with ThreadPoolExecutor(2) as pool:
            made = list(pool.map(one, range(2)))
        assert sorted(len(titles) for titles in made) == [0, 10]
        with app.app_context():
            assert how_many(Process) == 10
            db.session.remove()
        dispose(app)


def test_there_is_a_poll_to_vote_in_and_one_with_its_result(seeded):
    polls = {vote.title: vote for vote in db.session.scalars(public_polls())}
    assert polls["De bibliotheek van Monnikerdam"].state is RoundState.OPEN
    finished = polls["Een naam voor de nieuwe brug"]
    assert finished.state is RoundState.PUBLISHED
    tallies = db.session.scalars(visible_tallies(finished.id)).all()
    assert [tally.ballots for tally in tallies] == [842, 842]
    assert sum(tallies[0].result["scores"].values()) == 842


def test_most_proposals_have_a_picture_and_one_waits_for_its_description(seeded):
    described = how_many(Image, Image.description != "")
    assert described >= 10
    assert how_many(Image, Image.description == "") == 1
    text = texts("havenplein")
    asked_for = {p["drawing"] for p in [*text["proposals"], text["photo"]] if "drawing" in p}
    assert asked_for == set(DRAWINGS)


def test_plans_of_the_waterkant_are_as_far_as_their_assessment(seeded):
    budget, vote = budget_and_round("bewonersbegroting-waterkant")
    assert (budget.has_assessment, budget.takes_plans, vote.state) == (True, True, RoundState.DRAFT)
    asked = db.session.scalars(select(VoteQuestion).where(VoteQuestion.round_id == vote.id))
    assert {q.title: q.budget for q in asked} == {
        name: euros * 100 for name, euros in texts("waterkant")["budget"]["themes"].items()
    }
    last = db.session.execute(with_assessments(budget.id)).all()
    stand = [row.Assessment.state if row.Assessment else None for row in last]
    assert sorted(map(str, stand)) == sorted(
        ["finished", "finished", "with_author", "open", "open", "None"]
    )
