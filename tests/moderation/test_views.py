"""Reporting, and the griffie's desk."""

from __future__ import annotations

import pytest
from flask import render_template
from sqlalchemy import delete, select
from sqlalchemy.orm import object_session

from participatie.contributions.models import Contribution
from participatie.contributions.rules import MOST_IN_A_WHILE, State, Written
from participatie.core.audit import AuditEntry
from participatie.core.outbox import OutboxMessage
from participatie.moderation.models import Decision, Report
from participatie.moderation.rules import Act, DecisionGround, Ground
from participatie.processes.models import Process
from participatie.proposals.models import ProposalClaim
from tests.factories import (
    LONG_AGO,
    AdministratorFactory,
    ClerkFactory,
    CommentFactory,
    DiscussionFactory,
    ProcessFactory,
    ProposalFactory,
    ResidentFactory,
    soon,
)

SEND = "Verstuur deze melding"
SAVE = "Leg deze beslissing vast"
PREVIEW = "Bekijk eerst de mail"
WHY = "Er staat een adres van iemand anders in. <b>Haal</b> dat weg, café Özgür 🌳."


def report(client, contribution, **fields):
    page = client.get(f"/bijdragen/{contribution.id}/melden")
    return page.press(SEND, **{"ground": "privacy", "explanation": "Adres van Ö 🌳", **fields})


def decide(client, contribution, button=SAVE, **fields):
    page = client.get(f"/griffie/bijdragen/{contribution.id}")
    chosen = {"act": "hide", "ground": "privacy", "explanation": WHY, **fields}
    return page.press(button, **chosen)


def report_of(contribution, **options):
    store = object_session(contribution)
    assert store is not None
    made = Report(
        contribution_id=contribution.id,
        account_id=ResidentFactory().id,
        **{"ground": Ground.SPAM, "explanation": "", "made_at": LONG_AGO, **options},
    )
    store.add(made)
    store.commit()
    return made


def token_of(client):
    page = client.get(f"/voorstellen/{ProposalFactory().id}")
    return page.all("input", name="csrf_token")[0].get("value")


def state_of(store, contribution):
    return store.scalar(select(Contribution.state).where(Contribution.id == contribution.id))


def test_a_report_is_thanked_for_and_counts_once(log_in, store):
    proposal = ProposalFactory()
    resident = log_in(ResidentFactory())
    for _ in range(2):
        assert report(resident, proposal).h1 == "Dank voor uw melding"
    made = store.scalars(select(Report)).one()
    assert made.explanation == "Adres van Ö 🌳"
    assert made.decision_id is None


def test_reporting_asks_to_log_in(client):
    address = f"/bijdragen/{ProposalFactory().id}/melden"
    assert client.raw.get(address).location == f"/inloggen?next={address}"
    assert client.raw.post(address).status_code == 400


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"ground": None}, "Kies wat er mis is."),
        ({"ground": "other", "explanation": " \u200e"}, "Dit mag niet leeg zijn."),
        ({"explanation": "x" * 501}, "Schrijf hoogstens 500 tekens. U hebt er 501."),
    ],
)
def test_a_wrong_report_comes_back_with_a_sentence(log_in, store, fields, sentence):
    page = report(log_in(ResidentFactory()), ProposalFactory(), **fields)
    assert page.status == 422
    assert sentence in page.errors()
    assert store.scalars(select(Report)).all() == []


def test_nobody_reports_their_own_or_what_is_hidden(log_in, store):
    author = ResidentFactory()
    own = ProposalFactory(author_id=author.id)
    hidden = ProposalFactory(state=State.HIDDEN, title="Geheim lek")
    client = log_in(author)
    data = {"csrf_token": token_of(client), "ground": "spam"}
    for contribution, status in ((own, 403), (hidden, 404)):
        address = f"/bijdragen/{contribution.id}/melden"
        for answer in (client.raw.get(address), client.raw.post(address, data=data)):
            assert answer.status_code == status
            assert "Geheim" not in answer.get_data(as_text=True)
    assert store.scalars(select(Report)).all() == []


@pytest.mark.parametrize("end", ["", "/bijdragen/{id}"])
def test_the_desk_is_open_to_clerks_and_administrators_only(client, log_in, end):
    address = "/griffie" + end.format(id=ProposalFactory().id)
    assert client.raw.get(address).status_code == 303
    assert log_in(ResidentFactory()).raw.get(address).status_code == 403
    for account in (ClerkFactory(), AdministratorFactory()):
        assert log_in(account).get(address).status == 200


def test_the_work_list_groups_reports_and_puts_the_oldest_first(log_in):
    young, old, _ = (
        ProposalFactory(title=title, published_at=soon(days=-1))
        for title in ("Jonge melding", "Oude melding", "Kakelvers")
    )
    report_of(young, made_at=soon(hours=-1))
    report_of(old, made_at=soon(days=-3))
    report_of(old, made_at=soon(days=-2))
    page = log_in(ClerkFactory()).get("/griffie")
    assert page.main.index("Oude melding") < page.main.index("Jonge melding")
    assert "Meldingen (2)" in page.main
    assert "Gemeld" in page.main
    assert "3 dagen geleden" in page.main
    assert "Nieuw in de laatste twee weken (1)" in page.main
    assert "Voorstellen zonder antwoord (3)" in page.main
    assert page.links()["Kakelvers"]


def test_an_empty_work_list_says_so(log_in):
    page = log_in(ClerkFactory()).get("/griffie")
    for sentence in ("Er is niets gemeld.", "U hebt alles gezien.", "Elk voorstel heeft een"):
        assert sentence in page.main


def test_hiding_closes_the_reports_tells_the_author_and_is_written_down(client, log_in, store):
    author = ResidentFactory()
    proposal = ProposalFactory(author_id=author.id, title="Geheim lek")
    report_of(proposal)
    clerk = ClerkFactory()
    page = decide(log_in(clerk), proposal)
    assert "Uw beslissing is opgeslagen." in page.main
    assert state_of(store, proposal) is State.HIDDEN
    decision = store.scalars(select(Decision)).one()
    assert (decision.act, decision.ground, decision.clerk_id) == (
        Act.HIDE,
        DecisionGround.PRIVACY,
        clerk.id,
    )
    assert store.scalars(select(Report.decision_id)).all() == [decision.id]
    entry = store.scalars(select(AuditEntry)).one()
    assert (entry.act, entry.subject) == ("moderation.hide", f"contribution/{proposal.id}")
    told = store.scalars(select(OutboxMessage)).one()
    assert (told.kind, told.account_id) == ("moderation.hidden", author.id)
    assert "Geheim" not in str(told.parameters)
    assert client.raw.get(f"/voorstellen/{proposal.id}").status_code == 410


def test_the_preview_is_the_mail_that_the_author_gets(app, log_in, store):
    proposal = ProposalFactory(author_id=ResidentFactory().id, title="Geheim lek")
    clerk = log_in(ClerkFactory())
    page = decide(clerk, proposal, PREVIEW)
    assert state_of(store, proposal) is State.PUBLISHED
    assert page.all("textarea")[0].text.strip() == WHY
    decide(clerk, proposal)
    message = store.scalars(select(OutboxMessage)).one()
    with app.test_request_context():
        mail = render_template(
            f"mail/{message.kind}.txt", **message.parameters, base_url="http://localhost"
        )
    for line in mail.splitlines():
        assert line in page.main
    subject, empty, *text = mail.splitlines()
    assert subject == "Wij hebben uw voorstel verborgen"
    assert empty == ""
    assert WHY in text
    assert "Reden: Er staan privégegevens van iemand in." in text


def test_restoring_shows_it_again_and_tells_the_author(client, log_in, store):
    proposal = ProposalFactory(author_id=ResidentFactory().id, state=State.HIDDEN)
    clerk = log_in(ClerkFactory())
    offered = clerk.get(f"/griffie/bijdragen/{proposal.id}")
    grounds = [field.get("value") for field in offered.all("input", name="ground")]
    assert grounds == ["mistake", "objection", "other"]
    decide(clerk, proposal, act="restore", ground="mistake")
    assert state_of(store, proposal) is State.PUBLISHED
    assert store.scalars(select(OutboxMessage.kind)).all() == ["moderation.restored"]
    assert client.get(f"/voorstellen/{proposal.id}").h1 == proposal.title


def test_keeping_closes_the_reports_and_tells_nobody(log_in, store):
    proposal = ProposalFactory(author_id=ResidentFactory().id)
    report_of(proposal)
    clerk = log_in(ClerkFactory())
    fields = {"act": "keep", "ground": "sharp_opinion"}
    assert "krijgt niemand een mail" in decide(clerk, proposal, PREVIEW, **fields).main
    decide(clerk, proposal, **fields)
    assert state_of(store, proposal) is State.PUBLISHED
    assert store.scalars(select(OutboxMessage)).all() == []
    assert "Er is niets gemeld." in clerk.get("/griffie").main
    assert "U hebt alles gezien." in clerk.get("/griffie").main


def test_a_comment_is_judged_in_the_same_way(log_in, store):
    proposal = ProposalFactory()
    process = store.get_one(Process, proposal.process_id)
    said = CommentFactory(process=process, subject_id=proposal.id, author_id=ResidentFactory().id)
    page = decide(log_in(ClerkFactory()), said)
    assert "Goed idee!" in page.main
    assert state_of(store, said) is State.HIDDEN
    assert store.scalars(select(OutboxMessage)).one().parameters["kind"] == "comment"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"act": None}, "Kies wat u beslist."),
        ({"ground": None}, "Kies een reden."),
        ({"act": "keep"}, "Deze reden past niet bij uw beslissing. Kies een andere."),
        ({"ground": "sharp_opinion"}, "Deze reden past niet bij uw beslissing. Kies een andere."),
        ({"explanation": ""}, "Schrijf een uitleg. De schrijver leest die."),
        ({"explanation": "Daarom"}, "Schrijf minstens 10 tekens. U hebt er 6."),
        ({"explanation": "x" * 1001}, "Schrijf hoogstens 1.000 tekens. U hebt er 1.001."),
    ],
)
def test_a_wrong_decision_comes_back_with_a_sentence(log_in, store, fields, sentence):
    proposal = ProposalFactory()
    page = decide(log_in(ClerkFactory()), proposal, **fields)
    assert page.status == 422
    assert sentence in page.errors()
    assert state_of(store, proposal) is State.PUBLISHED


def test_a_clerk_does_not_decide_about_an_own_contribution(log_in, store):
    clerk = ClerkFactory()
    proposal = ProposalFactory(author_id=clerk.id)
    client = log_in(clerk)
    page = client.get(f"/griffie/bijdragen/{proposal.id}")
    assert "Dit is van uzelf. Een collega beslist erover." in page.main
    data = {"csrf_token": token_of(client), "act": "keep", "ground": "other", "explanation": WHY}
    answer = client.raw.post(f"/griffie/bijdragen/{proposal.id}", data=data)
    assert answer.status_code == 403
    assert store.scalars(select(Decision)).all() == []


def test_the_second_of_two_clerks_is_told_that_something_changed(log_in, store):
    proposal = ProposalFactory()
    client = log_in(ClerkFactory())
    page = client.get(f"/griffie/bijdragen/{proposal.id}")
    decide(log_in(ClerkFactory()), proposal)
    again = page.press(SAVE, act="hide", ground="spam", explanation=WHY)
    assert again.status == 422
    assert len(store.scalars(select(Decision)).all()) == 1


def test_a_draft_and_what_is_not_there_have_no_page_on_the_desk(log_in):
    clerk = log_in(ClerkFactory())
    draft = ProposalFactory(state=State.DRAFT, published_at=None)
    for number in (draft.id, 10**9):
        assert clerk.raw.get(f"/griffie/bijdragen/{number}").status_code == 404


def test_an_old_contribution_is_not_new(log_in):
    ProposalFactory(published_at=soon(days=-15))
    assert "U hebt alles gezien." in log_in(ClerkFactory()).get("/griffie").main


def test_who_reports_too_fast_waits_and_loses_nothing(log_in, store):
    resident, most = log_in(ResidentFactory()), MOST_IN_A_WHILE[Written.REPORT]
    for proposal in ProposalFactory.create_batch(most, process=ProcessFactory()):
        report(resident, proposal)
    refused = report(resident, ProposalFactory())
    assert refused.errors()[0].startswith("U hebt in korte tijd veel verstuurd.")
    assert "Adres van Ö 🌳" in refused.main
    assert len(store.scalars(select(Report)).all()) == most


def test_the_work_list_answers_first_what_has_enough_support_and_then_what_waits_longest(log_in):
    few, many = ProcessFactory(support_threshold=100), ProcessFactory(support_threshold=10)
    without = ProcessFactory(support_threshold=None)
    for title, process, support, days in (
        ("Jong en gesteund", many, 10, 1),
        ("Oud zonder drempel", without, 900, 9),
        ("Oud en gesteund", many, 11, 2),
        ("Oud met te weinig", few, 99, 8),
        ("Jong met te weinig", few, 98, 1),
    ):
        ProposalFactory(
            title=title, process=process, support_count=support, published_at=soon(days=-days)
        )
    page = log_in(ClerkFactory()).get("/griffie").main
    answers = page[page.rindex("Voorstellen zonder antwoord") :]
    supported = ("Oud en gesteund", "Jong en gesteund")
    others = ("Oud zonder drempel", "Oud met te weinig", "Jong met te weinig")
    places = [answers.index(title) for title in (*supported, *others)]
    assert places == sorted(places)


def test_the_work_list_shows_the_first_of_much_work_and_leads_to_all_of_it(log_in):
    for number in range(53):
        ProposalFactory(title=f"Idee {number:02}", published_at=soon(hours=-99 + number))
    clerk = log_in(ClerkFactory())
    page = clerk.get("/griffie")
    assert "Nieuw in de laatste twee weken (53)" in page.main
    new = page.all("section", **{"aria-labelledby": "nieuw"})[0]
    titles = [text for text in new.itertext() if text.startswith("Idee ")]
    assert titles == ["Idee 00", "Idee 01", "Idee 02", "Idee 03", "Idee 04"]
    page = page.follow("Bekijk alle 53: Nieuw in de laatste twee weken")
    assert page.h1 == "Nieuw in de laatste twee weken"
    assert "Idee 49" in page.main
    assert "Idee 50" not in page.main
    assert "Idee 52" in page.follow("Pagina 2").main


def test_the_griffie_does_not_judge_what_the_municipality_wrote(log_in, store):
    new = {"published_at": soon(hours=-2)}
    mine = ProposalFactory(title="Een plan van de gemeente", is_official=True, **new)
    DiscussionFactory(title="Een vraag van de gemeente", is_official=True, **new)
    CommentFactory(subject_id=mine.id, summary="Een woord erbij", is_official=True, **new)
    typed = ProposalFactory(title="Een idee van een avond", **new)
    store.add(ProposalClaim(proposal_id=typed.id, code_hash=b"1"))
    CommentFactory(subject_id=mine.id, summary="Een woord van een ander", **new)
    DiscussionFactory(title="Een vraag van een ander", **new)
    clerk = log_in(ClerkFactory())
    page = clerk.get("/griffie")
    assert "Nieuw in de laatste twee weken (2)" in page.main
    listed = clerk.get("/griffie?alles=nieuw")
    assert len(listed.all("input", name="item")) == 2
    for text in ("van de gemeente", "Een woord erbij", "Een idee van een avond"):
        assert text not in listed.main
    store.execute(delete(ProposalClaim))
    store.commit()
    claimed = clerk.get("/griffie?alles=nieuw").main
    assert "Een idee van een avond" in claimed, "it is of a resident now"


def test_what_is_all_right_costs_one_press_and_the_next_one_opens(log_in, store):
    clerk = ClerkFactory()
    first, second = (ProposalFactory(published_at=soon(hours=-hours)) for hours in (5, 4))
    ProposalFactory(published_at=soon(hours=-3), author_id=clerk.id)
    last = ProposalFactory(title="De laatste", published_at=soon(hours=-2))
    browser = log_in(clerk)
    page = browser.get(f"/griffie/bijdragen/{first.id}").press("Laat staan, en bekijk de volgende")
    assert second.title in page.h1
    made = store.scalars(select(Decision)).one()
    assert (made.contribution_id, made.act, made.ground) == (first.id, "keep", "within_rules")
    assert store.scalars(select(OutboxMessage)).all() == [], "nobody gets a mail of it"
    page = page.follow("Beslis later, bekijk de volgende")
    assert last.title in page.h1, "what the clerk wrote is passed over"
    page = page.press("Laat staan, en bekijk de volgende")
    assert page.h1 == "Werklijst"
    assert "Dat was het laatste dat nieuw is." in page.main
    assert len(store.scalars(select(Decision)).all()) == 2


def test_after_a_decision_the_page_leads_to_the_next_that_is_new(log_in):
    first, second = (ProposalFactory(published_at=soon(hours=-hours)) for hours in (5, 4))
    page = log_in(ClerkFactory()).get(f"/griffie/bijdragen/{first.id}")
    page = page.press(SAVE, act="hide", ground="spam", explanation=WHY)
    assert second.title in page.follow("Bekijk het volgende dat nieuw is").h1


def test_what_was_reported_asks_for_a_decision_with_its_reason(log_in):
    proposal = ProposalFactory()
    report(log_in(ResidentFactory()), proposal)
    page = log_in(ClerkFactory()).get(f"/griffie/bijdragen/{proposal.id}").main
    assert "Leg deze beslissing vast" in page
    assert "Laat staan, en bekijk de volgende" not in page


def test_the_list_of_what_is_new_says_what_each_says(log_in):
    said = "Laat de bankjes staan. " * 8
    new = {"published_at": soon(hours=-2)}
    proposal = ProposalFactory(summary="Hier komt schaduw, ook in juli.", **new)
    CommentFactory(subject_id=proposal.id, summary=said.strip(), **new)
    clerk = log_in(ClerkFactory())
    page = clerk.get("/griffie?alles=nieuw").main
    assert "Hier komt schaduw, ook in juli." in page
    assert said.strip() in page
    assert "Hier komt schaduw, ook in juli." not in clerk.get("/griffie").main
