"""The pages of everybody, and my page."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import event

from participatie.app import create_app
from participatie.contributions.models import Follow
from participatie.contributions.rules import State
from participatie.core.clock import AMSTERDAM, now
from participatie.core.db import db
from participatie.processes.models import Phase
from participatie.processes.rules import Level, PhaseKind
from participatie.votes.models.ballots import Tally
from participatie.votes.rules.rounds import RoundState
from tests.database import dispose
from tests.factories import (
    LONG_AGO,
    AdministratorFactory,
    AreaFactory,
    BudgetFactory,
    ClerkFactory,
    CommentFactory,
    ProcessFactory,
    ProjectFactory,
    ProposalFactory,
    ResidentFactory,
    RoundFactory,
    question_of,
)

DAY = timedelta(days=1)
STATEMENTS = {
    "/contact": "Contact en hulp",
    "/privacy": "Privacy",
    "/toegankelijkheid": "Toegankelijkheid",
    "/zo-tellen-wij": "Zo tellen wij de stemmen",
    "/vertrouwen": "Waar u op kunt rekenen",
    "/open-data": "Open data",
}


@pytest.fixture
def statements(app):
    """The statements sent to the database since the test began."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    with app.app_context():
        engine = db.engine.engine if hasattr(db.engine, "engine") else db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def short(seen):
    """The tables that statements are about."""
    return [" ".join(statement[statement.rfind("FROM") :].split())[:60] for statement in seen]


def counted_budget(**options):
    """A budget of which the vote is counted, with two plans, one of them awarded."""
    vote = RoundFactory(state=RoundState.PUBLISHED, closed_at=LONG_AGO)
    process = ProcessFactory(phase=PhaseKind.RESULT)
    budget = BudgetFactory(round=vote, process=process, **options)
    ProjectFactory(budget_id=budget.id, process=process, outcome="awarded")
    ProjectFactory(budget_id=budget.id, process=process, outcome="not_awarded")
    return budget, vote, process


def tally(vote, **options):
    row = {"version": 1, "ballots": 420, "result": {}, "input_hash": "0" * 64}
    row |= {"result_hash": "0" * 64, "counted_at": LONG_AGO}
    return Tally(round_id=vote.id, question_id=question_of(vote.id).id, **{**row, **options})


def test_home_says_what_one_can_do_now_and_until_when(client):
    ends = datetime(2099, 3, 14, 23, 0, tzinfo=UTC)
    phase = Phase(kind=PhaseKind.COLLECT, title="Ideeën", starts_at=LONG_AGO, ends_at=ends)
    ProcessFactory(title="Havenplein", slug="havenplein", phases=[phase])
    page = client.get("/")
    assert page.h1 == "Wat kunt u nu doen?"
    assert "Open tot zaterdag 14 maart 2099, 23.59 uur" in page.main
    assert "Bekijk het, en dien een voorstel in" in page.main
    assert page.follow("Havenplein").h1 == "Havenplein"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2027-03-01 12:00", "Nog 13 dagen"),
        ("2027-03-13 00:00", "Nog 1 dag"),
        ("2027-03-13 23:59", "Nog 1 dag"),
        ("2027-03-14 00:00", "Vandaag is de laatste dag"),
        ("2027-03-14 23:59", "Vandaag is de laatste dag"),
    ],
)
def test_the_days_to_go_are_counted_by_the_calendar_of_amsterdam(client, moment, words):
    ends = datetime(2027, 3, 14, 23, 0, tzinfo=UTC)
    phase = Phase(kind=PhaseKind.COLLECT, title="Ideeën", starts_at=LONG_AGO, ends_at=ends)
    ProcessFactory(slug="plein", phases=[phase])
    with time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=AMSTERDAM), tick=False):
        for path in ("/", "/trajecten", "/trajecten/plein"):
            assert words in client.get(path).main


def test_home_without_anything_open_says_where_to_look(client):
    ProcessFactory(phase=PhaseKind.ASSESS)
    page = client.get("/")
    assert "Er staat nu niets open" in page.main
    assert page.follow("Bekijk alle trajecten").h1 == "Alle trajecten"


def test_home_of_a_site_without_any_process_sends_nobody_to_an_empty_list(client):
    page = client.get("/")
    assert "Er zijn nog geen trajecten" in page.main
    assert "/trajecten" not in [
        link.get("href") for main in page.all("main") for link in main.iter("a")
    ]


def test_home_shows_four_processes_at_most_the_first_to_close_in_front(client):
    for days in (5, 2, 9, 7, 4):
        ends = now() + days * DAY
        phase = Phase(kind=PhaseKind.SUPPORT, title="Steun", starts_at=LONG_AGO, ends_at=ends)
        ProcessFactory(title=f"Nog {days}", phases=[phase])
    page = client.get("/")
    shown = [link for link in page.links() if link.startswith("Nog ")]
    assert shown == ["Nog 2", "Nog 4", "Nog 5", "Nog 7"]


def test_home_shows_the_newest_published_proposals(client):
    process = ProcessFactory(support_threshold=300)
    area = AreaFactory(name="Parkwijk")
    for number in range(5):
        moment = LONG_AGO + number * DAY
        ProposalFactory(
            process=process, title=f"Idee {number}", area=area, support_count=number,
            published_at=moment,
        )  # fmt: skip
    ProposalFactory(process=process, title="Weg ermee", state=State.HIDDEN, published_at=now())
    page = client.get("/")
    shown = [link for link in page.links() if link.startswith("Idee")]
    assert shown == ["Idee 4", "Idee 3", "Idee 2"]
    assert "4 van de 300 steunbetuigingen" in page.main
    assert "Parkwijk" in page.main
    assert "Weg ermee" not in page.text


def test_home_shows_what_is_published_of_a_budget_and_no_newer_count(client, store):
    budget, vote, _ = counted_budget(title="Oude Haven 2026", amount=60_000_00)
    store.add_all([tally(vote, ballots=1420), tally(vote, version=2, ballots=7)])
    store.commit()
    page = client.get("/")
    assert page.links()["Oude Haven 2026"].endswith(f"{budget.id}/uitslag")
    assert "1 van de 2 plannen gaat door. 1.420 mensen verdeelden € 60.000." in page.main


def test_home_asks_the_database_eight_times_at_most(client, store, log_in, statements):
    _, vote, _ = counted_budget()
    store.add(tally(vote))
    store.commit()
    for _ in range(5):
        process = ProcessFactory(phase=PhaseKind.VOTE)
        BudgetFactory(process=process)
        ProposalFactory(process=process, area=AreaFactory())
    someone = log_in(ResidentFactory())
    client.get("/contact")  # what all pages share is asked once for each version
    for reader, most in ((client, 8), (client, 1), (someone, 8)):
        statements.clear()
        reader.get("/")
        assert len(statements) <= most, short(statements)


def test_a_process_that_is_not_published_is_not_there(client):
    ProcessFactory(slug="geheim", title="Geheim", published_at=None)
    assert client.get("/trajecten/geheim", status=404).h1
    assert client.get("/trajecten/bestaat-niet", status=404).h1
    assert "Geheim" not in client.get("/trajecten").text
    assert "Geheim" not in client.get("/").text


def test_all_processes_stand_in_one_list_with_how_they_stand(log_in, statements):
    client = log_in(ResidentFactory())
    soon, later = now() + 5 * DAY, now() + 9 * DAY
    ProcessFactory(title="Loopt")
    ProcessFactory(title="Wordt bekeken", phase=PhaseKind.ASSESS)
    coming = Phase(kind=PhaseKind.COLLECT, title="Ideeën", starts_at=soon, ends_at=later)
    ProcessFactory(title="Komt nog", phases=[coming])
    ProcessFactory(title="Voorbij", phase=None)
    client.get("/contact")  # what all pages share is asked once for each version
    statements.clear()
    page = client.get("/trajecten")
    assert len(statements) <= 7, short(statements)
    assert [link for link in page.links() if link in {"Loopt", "Komt nog", "Voorbij"}] == [
        "Loopt", "Komt nog", "Voorbij",
    ]  # fmt: skip
    for words in ("Open tot", "Komt nog", "Begint op", "Afgerond"):
        assert words in page.main


def test_an_empty_list_of_processes_says_so(client):
    assert "Er zijn nog geen trajecten" in client.get("/trajecten").main


@pytest.mark.parametrize(
    ("kind", "button"),
    [
        (PhaseKind.COLLECT, "Dien een voorstel in"),
        (PhaseKind.SUPPORT, "Steun een voorstel"),
        (PhaseKind.VOTE, "Kies uw plannen"),
    ],
)
def test_a_process_has_one_button_for_now(client, kind, button):
    process = ProcessFactory(phase=kind, slug="plein")
    BudgetFactory(process=process)
    page = client.get("/trajecten/plein")
    others = {"Dien een voorstel in", "Steun een voorstel", "Kies uw plannen"} - {button}
    assert button in page.links()
    assert others.isdisjoint(page.links())
    assert "U bent hier" in page.main
    assert ": tot " in page.main


def test_a_process_with_a_result_leads_to_it(client, store):
    budget, vote, process = counted_budget()
    store.add(tally(vote))
    store.commit()
    page = client.get(f"/trajecten/{process.slug}")
    assert page.links()["Lees de uitslag"].endswith(f"{budget.id}/uitslag")


def test_a_vote_that_is_not_open_yet_is_not_offered(client):
    vote = RoundFactory(opens_at=now() + DAY, closes_at=now() + 2 * DAY)
    BudgetFactory(round=vote, process=ProcessFactory(phase=PhaseKind.VOTE, slug="plein"))
    page = client.get("/trajecten/plein")
    assert "Kies uw plannen" not in page.links()


def test_a_process_says_what_happens_next_and_whom_to_ask(client):
    over = Phase(
        kind=PhaseKind.COLLECT, title="Ideeën", starts_at=now() - 9 * DAY, ends_at=now() - DAY
    )
    ProcessFactory(slug="plein", phases=[over], level=Level.CO_DECIDE)
    page = client.get("/trajecten/plein")
    assert "(klaar)" in page.main
    assert "Karin Smit" in page.main
    assert page.links()["14 0299"] == "tel:140299"
    assert "U beslist mee" in page.main


def test_a_process_counts_its_published_proposals_and_shows_three(client, statements):
    process = ProcessFactory(slug="plein")
    for number in range(5):
        ProposalFactory(process=process, published_at=LONG_AGO + number * DAY)
    ProposalFactory(process=process, state=State.HIDDEN)
    BudgetFactory(process=process)
    client.get("/contact")  # what all pages share is asked once for each version
    statements.clear()
    page = client.get("/trajecten/plein")
    assert len(statements) <= 8, short(statements)
    assert "Bekijk alle 5 voorstellen" in page.links()
    assert len([link for link in page.links() if link.startswith("Speeltuin")]) == 3


def test_a_process_without_proposals_invites_the_first(client):
    ProcessFactory(slug="plein")
    assert "U kunt de eerste zijn" in client.get("/trajecten/plein").main


@pytest.mark.parametrize(("path", "title"), STATEMENTS.items())
def test_a_statement_is_open_to_everyone(client, path, title):
    page = client.get(path)
    assert page.h1 == title
    assert page.response.headers["ETag"]


def test_nobody_claims_accessibility_for_the_municipality(client):
    page = client.get("/toegankelijkheid")
    assert "nog geen status ingevuld" in page.main


def test_the_declared_status_is_shown_as_the_municipality_wrote_it(app, client, monkeypatch):
    declared = replace(
        app.extensions["themes"].site(),
        accessibility_status="voldoet gedeeltelijk",
        accessibility_date="1 maart 2027",
        accessibility_url="https://www.toegankelijkheidsverklaring.example/17",
    )
    monkeypatch.setattr(app.extensions["themes"], "site", lambda: declared)
    page = client.get("/toegankelijkheid")
    assert "voldoet gedeeltelijk" in page.main
    assert "1 maart 2027" in page.main
    assert page.links()["Lees de hele verklaring"] == declared.accessibility_url


def test_the_trial_says_aloud_that_one_administrator_can_look_along(client):
    page = client.get("/vertrouwen")
    assert "proefopstelling" in page.main.lower()
    assert "Eén beheerder" in page.main


def test_open_data_lists_the_counted_votes(client, store):
    budget, vote, _ = counted_budget(title="Oude Haven 2026")
    store.add(tally(vote))
    store.commit()
    assert budget.title in client.get("/open-data").links()


def test_open_data_without_a_counted_vote_says_so(client):
    assert "Er is nog geen stemming geteld" in client.get("/open-data").main


def test_my_page_asks_to_log_in(client):
    assert client.raw.get("/mijn").headers["Location"] == "/inloggen?next=/mijn"


def test_my_page_shows_what_i_made_and_follow_and_what_waits(log_in, store, statements):
    me, other = ResidentFactory(public_name="Annie"), ResidentFactory()
    mine = ProposalFactory(author_id=me.id, title="Mijn plan", state=State.HIDDEN)
    process = ProcessFactory()
    theirs = ProposalFactory(author_id=other.id, title="Hun plan", process=process)
    said = CommentFactory(author_id=me.id, subject_id=theirs.id, process=process)
    for proposal in (mine, theirs):
        store.add(Follow(contribution_id=proposal.id, account_id=me.id, since=LONG_AGO))
    store.commit()
    BudgetFactory(title="Budget Parkwijk")
    client = log_in(me)
    client.get("/contact")  # what all pages share is asked once for each version
    statements.clear()
    page = client.get("/mijn")
    assert len(statements) <= 8, short(statements)
    assert "Annie" in page.main
    assert "Verborgen door de gemeente" in page.main
    assert "Geef uw mailadres" in page.links()
    assert "Budget Parkwijk" in page.links()
    assert page.links()["Reactie op “Hun plan”"] == f"/reacties/{said.id}"
    assert list(page.links()).count("Mijn plan") == 1
    assert page.main.count("Mijn plan") == 1


def test_my_page_is_clear_when_there_is_nothing(log_in):
    me = ResidentFactory(email="annie@waterlanden.example", email_confirmed_at=LONG_AGO)
    page = log_in(me).get("/mijn")
    for words in ("Er wacht niets op u", "U hebt nog niets gemaakt", "U volgt nog niets"):
        assert words in page.main


@pytest.mark.parametrize("factory", [ClerkFactory, AdministratorFactory])
def test_my_page_leads_staff_to_their_work_and_asks_them_no_vote(log_in, factory):
    BudgetFactory(title="Budget Parkwijk")
    page = log_in(factory()).get("/mijn")
    assert page.links()["Open de werklijst"] == "/griffie"
    assert page.links()["Werklijst"] == "/griffie"
    assert "Budget Parkwijk" not in page.links()


def test_the_health_page_says_that_the_database_answers(client):
    answer = client.raw.get("/gezond")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_health_page_says_that_the_database_is_away(cluster):
    nowhere = "postgresql+psycopg://web@127.0.0.1:1/nothing"
    app = create_app(replace(cluster.config("nothing"), database_url=nowhere))
    answer = app.test_client().get("/gezond")
    dispose(app)
    assert (answer.status_code, answer.get_json()) == (503, {"status": "no database"})


def test_a_trial_is_no_place_for_search_engines(client):
    assert client.raw.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_a_leak_can_be_reported_and_the_file_that_says_where_stays_valid(client):
    lines = client.raw.get("/.well-known/security.txt").text.splitlines()
    fields = dict(line.split(": ", 1) for line in lines)
    assert fields["Contact"] == "mailto:veiligheid@waterlanden.example"
    left = datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC)
    assert timedelta(days=90) < left < timedelta(days=365)


def test_who_administers_the_site_reads_the_work_list_too(log_in):
    assert "Ander werk" in log_in(AdministratorFactory()).get("/griffie").main
