"""An initiative on its road: test, support online and on paper, check, decision of the council."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import render_template
from sqlalchemy import func, select

from participatie.contributions.models import Follow
from participatie.core.audit import AuditEntry
from participatie.core.clock import AMSTERDAM
from participatie.core.outbox import OutboxMessage
from participatie.identity.models import Account
from participatie.processes.models import Regulation
from participatie.proposals.models import Initiative, InitiativeStep, MeetingMove, Support
from participatie.proposals.rules.initiatives import Stop
from participatie.theming.formats import day, weekday
from tests.factories import (
    LONG_AGO,
    ClerkFactory,
    ProcessFactory,
    ProposalFactory,
    ResidentFactory,
)
from tests.proposals.steps import PUBLISH, write

CONDITIONS = ["U woont in de gemeente.", "De raad gaat erover."]
PAPER = "Bewaar deze controle"
SIGNED = "999990007\n999990019\n999990020"


@pytest.fixture
def process(store):
    made = ProcessFactory(support_threshold=4)
    weeks = {"test_weeks": 3, "support_weeks": 12, "check_weeks": 2, "agenda_weeks": 8}
    store.add(Regulation(process_id=made.id, address="", conditions=CONDITIONS, **weeks))
    store.commit()
    return made


@pytest.fixture
def clerk(log_in):
    return log_in(ClerkFactory())


def initiative(store, process, stop=Stop.SUPPORT, meeting_on=None, **values):
    """One that is at a stop already."""
    proposal = ProposalFactory(process=process, author_id=ResidentFactory().id, **values)
    due = datetime.now(UTC) + timedelta(weeks=3)
    row = {"proposal_id": proposal.id, "year": 2027, "number": proposal.id}
    store.add(Initiative(**row, stop=stop, due_at=due))
    store.flush()
    came = {"stop": stop, "reached_at": due, "reason": ""}
    store.add(InitiativeStep(proposal_id=proposal.id, **came, meeting_on=meeting_on))
    store.commit()
    return proposal


def stop_of(store, proposal):
    return store.get_one(Initiative, proposal.id, populate_existing=True).stop


def desk(proposal):
    return f"/griffie/burgerinitiatieven/{proposal.id}"


def signed(client, proposal, numbers=SIGNED, received=3, **flaws):
    page = client.get(desk(proposal)).press("Bewaar dit aantal", signatures=str(received))
    return page.press(PAPER, numbers=numbers, **flaws)


def test_who_files_one_gets_a_number_and_a_term(log_in, store, process):
    author = ResidentFactory()
    page = write(log_in(author), process).press(PUBLISH)
    year = datetime.now(UTC).year
    assert f"Burgerinitiatief {year}-1" in page.main
    term = store.scalars(select(Initiative.due_at)).one().astimezone(AMSTERDAM)
    assert (term.hour, term.minute) == (0, 0)
    told = store.scalars(select(OutboxMessage.parameters)).one()
    assert told["day"] == day(term - timedelta(days=1)), "the last day, which is over at midnight"
    assert "De griffie toetst uw burgerinitiatief" in page.main
    assert store.scalars(select(OutboxMessage.kind)).all() == ["proposals.initiative"]
    assert "U kunt het steunen als het door de toets komt" in page.follow("Naar uw voorstel").text


def test_who_is_about_to_file_one_reads_that_it_is_tested_first(log_in, process):
    page = write(log_in(ResidentFactory()), process)
    assert "De griffie toetst het eerst. Daarna kunnen anderen het steunen." in page.main
    assert "Iedereen kan het lezen, steunen en erop reageren." not in page.main


def test_nobody_supports_it_before_the_test(log_in, store, process):
    proposal = initiative(store, process, Stop.TEST)
    client = log_in(ResidentFactory())
    assert "Steun dit voorstel" not in client.get(f"/voorstellen/{proposal.id}").main
    config = client.raw.application.config
    config["WTF_CSRF_ENABLED"] = False
    client.post(f"/voorstellen/{proposal.id}/steun", status=403)
    config["WTF_CSRF_ENABLED"] = True
    assert store.scalar(select(func.count()).select_from(Support)) == 0


def test_with_every_yes_it_collects_support(clerk, client, store, process):
    proposal = initiative(store, process, Stop.TEST)
    page = clerk.get(desk(proposal)).press("Publiceer deze toets", met_0="yes", met_1="yes")
    assert "De toets is bewaard" in page.text
    assert stop_of(store, proposal) is Stop.SUPPORT
    public = client.get(f"/voorstellen/{proposal.id}/burgerinitiatief")
    assert "U woont in de gemeente. Ja." in public.main
    assert "Steun verzamelen" in public.main


def test_with_one_no_it_ends_and_everybody_reads_why(clerk, client, store, process):
    proposal = initiative(store, process, Stop.TEST)
    said = {"met_0": "yes", "met_1": "no", "reason_1": ""}
    page = clerk.get(desk(proposal)).press("Publiceer deze toets", **said)
    assert page.fields_with_errors() == ["Als het nee is: waarom?"]
    page.press("Publiceer deze toets", **said | {"reason_1": "Dit beslist het Rijk."})
    public = client.get(f"/voorstellen/{proposal.id}/burgerinitiatief")
    assert "De raad gaat erover. Nee. Dit beslist het Rijk." in public.main
    assert stop_of(store, proposal) is Stop.REFUSED


def test_paper_counts_after_the_check_and_each_person_once(app, clerk, log_in, store, process):
    reader = log_in(ResidentFactory())
    proposal = initiative(store, process)
    clerk.get(desk(proposal)).press("Bewaar dit aantal", signatures="3")
    road = f"/voorstellen/{proposal.id}/burgerinitiatief"
    assert "0 online, 3 op papier, nog niet gecontroleerd" in reader.get(road).main
    pseudonyms = app.extensions["pseudonyms"]
    known = ResidentFactory(pseudonym=pseudonyms.pseudonym("account", "999990007"))
    store.add(Support(proposal_id=proposal.id, account_id=known.id, since=datetime.now(UTC)))
    proposal.support_count = 1
    store.commit()
    page = clerk.get(desk(proposal)).press(PAPER, numbers="999990007\n999990019", unreadable="1")
    assert "De handtekeningen zijn gecontroleerd" in page.text
    shown = reader.get(road).main
    assert "1 online, 1 op papier" in shown
    assert "1: steunde al" in shown
    assert "1: niet leesbaar" in shown


def test_of_who_signed_a_pseudonym_is_kept_and_no_bsn(clerk, store, process):
    signed(clerk, initiative(store, process))
    accounts = store.scalars(select(Account).where(Account.pseudonym.startswith("v1$"))).all()
    new = [one for one in accounts if one.assurance == "none"]
    assert len(new) == 3
    assert {(one.public_name, one.email) for one in new} == {(None, None)}
    assert "99999" not in str(store.execute(select(OutboxMessage.parameters)).all())


def test_who_signed_on_paper_supports_it_when_logging_in(app, log_in, clerk, store, process):
    proposal = initiative(store, process)
    signed(clerk, proposal)
    pseudonym = app.extensions["pseudonyms"].pseudonym("account", "999990019")
    person = store.scalars(select(Account).where(Account.pseudonym == pseudonym)).one()
    page = log_in(person).get(f"/voorstellen/{proposal.id}")
    assert "U steunt dit voorstel." in page.text


def test_a_wrong_line_keeps_all_that_was_typed(clerk, store, process):
    page = signed(clerk, initiative(store, process), numbers="999990007\n123", too_young="1")
    assert page.status == 422
    assert "Dit is geen BSN: regel 2." in page.text
    assert "999990007\n123" in page.response.text
    assert store.scalar(select(func.count()).select_from(Support)) == 0


def test_no_more_is_checked_than_came_in(clerk, store, process):
    page = signed(clerk, initiative(store, process), received=2)
    assert page.status == 422
    assert "maar er zijn er maar 2 niet gecontroleerd" in page.text


def test_enough_support_goes_to_the_council_and_its_decision_is_the_answer(
    clerk, client, store, process
):
    proposal = initiative(store, process, support_count=0)
    store.add_all(
        Support(proposal_id=proposal.id, account_id=ResidentFactory().id, since=datetime.now(UTC))
        for _ in range(2)
    )
    proposal.support_count = 2
    store.commit()
    page = signed(clerk, proposal).press("Begin de controle van de steun")
    assert stop_of(store, proposal) is Stop.CHECK
    day = (datetime.now(UTC) + timedelta(days=20)).date()
    page = page.press("Zet het op de agenda", day=day.isoformat())
    assert stop_of(store, proposal) is Stop.AGENDA
    said = {"status": "taken_up", "text": "De raad neemt het voorstel over."}
    page = page.press("Publiceer dit besluit", **said)
    assert page.fields_with_errors() == ["Wat doet de raad met het initiatief?"]
    assert "De vergadering van de raad komt nog." in page.main
    assert said["text"] in page.main, "nothing typed is lost"
    assert stop_of(store, proposal) is Stop.AGENDA
    on_agenda = select(InitiativeStep).where(InitiativeStep.stop == Stop.AGENDA)
    store.scalars(on_agenda).one().meeting_on = datetime.now(UTC).date()
    store.commit()
    page.press("Publiceer dit besluit", **said)
    assert stop_of(store, proposal) is Stop.DECIDED
    assert "De raad neemt het voorstel over." in client.get(f"/voorstellen/{proposal.id}").main
    kinds = store.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)).all()
    assert kinds == ["proposals.initiative", "proposals.initiative", "proposals.answered"]


def in_days(days):
    return datetime.now(AMSTERDAM).date() + timedelta(days=days)


def on_page(days):
    return weekday(in_days(days)).replace("\xa0", " ")


def moved(clerk, proposal, day, reason="De agenda van de raad is te vol."):
    page = clerk.get(desk(proposal))
    return page.press("Verplaats de vergadering", day=day.isoformat(), reason=reason)


def test_a_meeting_that_moves_keeps_its_old_day_in_public_with_the_reason(
    clerk, client, store, process
):
    proposal = initiative(store, process, Stop.AGENDA, meeting_on=in_days(6))
    follower = ResidentFactory()
    store.add(Follow(contribution_id=proposal.id, account_id=follower.id, since=LONG_AGO))
    store.commit()
    road = f"/voorstellen/{proposal.id}/burgerinitiatief"
    assert "Wat is er veranderd?" not in client.get(road).main
    assert "De vergadering heeft een andere dag" in moved(clerk, proposal, in_days(40)).text
    shown = client.get(road).main
    assert f"Vergadering op {on_page(40)}" in shown
    assert f"Eerst was het: op {on_page(6)}." in shown
    assert "De reden: De agenda van de raad is te vol." in shown
    told = store.scalars(select(OutboxMessage).order_by(OutboxMessage.account_id)).all()
    assert {one.kind for one in told} == {"proposals.meeting_moved"}
    assert [one.account_id for one in told] == sorted([proposal.author_id, follower.id])
    assert told[0].parameters["day"] == day(in_days(40))
    assert told[0].parameters["old_day"] == day(in_days(6))
    entry = store.scalars(
        select(AuditEntry).where(AuditEntry.act == "initiatives.move_meeting")
    ).one()
    assert entry.detail == {"from": str(in_days(6)), "to": str(in_days(40))}


def test_the_decision_waits_for_the_new_day_of_the_meeting(clerk, store, process):
    proposal = initiative(store, process, Stop.AGENDA, meeting_on=in_days(0))
    said = {"status": "taken_up", "text": "De raad neemt het voorstel over."}
    page = moved(clerk, proposal, in_days(3)).press("Publiceer dit besluit", **said)
    assert "De vergadering van de raad komt nog." in page.main
    moved(clerk, proposal, in_days(0)).press("Publiceer dit besluit", **said)
    assert stop_of(store, proposal) is Stop.DECIDED


def test_a_meeting_can_move_more_than_once_and_each_move_is_told(clerk, client, store, process):
    proposal = initiative(store, process, Stop.AGENDA, meeting_on=in_days(6))
    for days in (12, 6, 12):
        moved(clerk, proposal, in_days(days))
    assert store.scalar(select(func.count()).select_from(OutboxMessage)) == 3
    shown = client.get(f"/voorstellen/{proposal.id}/burgerinitiatief").main
    assert shown.count("de vergadering verschuift") == 3


def test_a_meeting_moves_nowhere_without_a_reason_and_another_day(clerk, store, process):
    proposal = initiative(store, process, Stop.AGENDA, meeting_on=in_days(6))
    page = moved(clerk, proposal, in_days(-1), reason="")
    assert page.fields_with_errors() == ["Waarom verschuift de vergadering?"]
    page = page.press("Verplaats de vergadering", reason="De agenda is te vol.")
    assert page.errors() == ["Deze dag is voorbij. Vul de dag van de vergadering in."]
    page = page.press("Verplaats de vergadering", day=in_days(6).isoformat())
    assert page.errors() == ["De vergadering is al op deze dag. Vul een andere dag in."]
    assert "De agenda is te vol." in page.response.text, "nothing typed is lost"
    assert store.scalar(select(func.count()).select_from(MeetingMove)) == 0


@pytest.mark.parametrize("stop", [Stop.CHECK, Stop.DECIDED])
def test_only_what_is_on_the_agenda_gets_another_day(clerk, store, process, stop):
    proposal = initiative(store, process, stop)
    assert "Verplaats de vergadering" not in clerk.get(desk(proposal)).main


def test_a_number_that_is_too_high_is_told_as_numbers_are_written_here(clerk, store, process):
    proposal = initiative(store, process)
    page = clerk.get(desk(proposal)).press("Bewaar dit aantal", signatures="100001")
    assert page.errors() == ["Vul een getal in van 1 tot en met 100.000."]


def test_too_little_support_after_the_term_ends_its_road(clerk, store, process):
    proposal = initiative(store, process)
    found = store.get_one(Initiative, proposal.id)
    found.due_at = datetime.now(UTC) - timedelta(days=1)
    store.commit()
    page = clerk.get(desk(proposal)).press("Begin de controle van de steun")
    page.press("Beëindig dit burgerinitiatief")
    assert stop_of(store, proposal) is Stop.TOO_LITTLE


@pytest.mark.parametrize("stop", list(Stop))
def test_each_stop_has_its_mail(app, stop):
    facts = {"name": "2027-1", "title": "Een <boom> & een bank", "day": "3 mei 2027"}
    with app.test_request_context():
        mail = render_template(
            "mail/proposals.initiative.txt",
            **facts,
            stop=stop.value,
            contribution_id=7,
            base_url="http://localhost",
        )
    subject, empty, *text = mail.splitlines()
    assert subject.startswith("Burgerinitiatief 2027-1: ")
    assert empty == ""
    assert "Het gaat over ‘Een <boom> & een bank’." in text
    assert "http://localhost/voorstellen/7/burgerinitiatief" in text


def test_the_list_to_sign_names_the_initiative(client, store, process):
    proposal = initiative(store, process)
    road = client.get(f"/voorstellen/{proposal.id}/burgerinitiatief")
    page = road.follow("Een lijst voor handtekeningen")
    assert page.h1 == proposal.title
    assert "Ik teken één keer: hier of online." in page.main


@pytest.mark.parametrize("stop", [Stop.TEST, Stop.REFUSED, Stop.CHECK, Stop.DECIDED])
def test_nobody_gets_a_list_to_sign_when_no_support_is_collected(client, store, process, stop):
    road = f"/voorstellen/{initiative(store, process, stop).id}/burgerinitiatief"
    assert "Een lijst voor handtekeningen" not in client.get(road).main
    page = client.get(f"{road}/lijst", status=404)
    assert "Dit burgerinitiatief verzamelt nu geen steun." in page.main


def test_a_condition_keeps_its_full_stop_where_its_fault_is_named(clerk, store, process):
    page = clerk.get(desk(initiative(store, process, Stop.TEST))).press("Publiceer deze toets")
    assert "U woont in de gemeente. Kies ja of nee." in page.main


def test_a_proposal_that_is_no_initiative_has_no_road(client, clerk, store):
    proposal = ProposalFactory()
    client.get(f"/voorstellen/{proposal.id}/burgerinitiatief", status=404)
    clerk.get(desk(proposal), status=404)
