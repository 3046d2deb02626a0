"""A leader makes a team: known colleagues, new ones, and who gave whom what."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participatie.core.outbox import OutboxMessage
from participatie.identity.models import Account
from participatie.identity.rules import Role
from participatie.processes.models import Process
from participatie.teams.models import OnlyTeam, TeamMember
from participatie.teams.rules import TeamRole
from participatie.votes.models.acts import VoteAct
from participatie.votes.models.board import BoardEntry
from participatie.votes.rules.acts import Act
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.rounds import RoundState
from tests.factories import (
    LONG_AGO,
    ClerkFactory,
    ProcessFactory,
    ResidentFactory,
    RoundFactory,
)


@pytest.fixture
def process(store):
    return ProcessFactory()


@pytest.fixture
def team_page(process):
    return f"/griffie/trajecten/{process.id}/team"


def join(store, process, account, role=TeamRole.LEADER):
    row = {"process_id": process.id, "account_id": account.id, "role": role}
    store.add(TeamMember(**row, since=LONG_AGO))
    store.commit()


def roles(store, process):
    rows = store.execute(
        select(TeamMember.account_id, TeamMember.role).where(TeamMember.process_id == process.id)
    )
    return {(number, role) for number, role in rows}


def test_a_clerk_puts_a_known_colleague_in_the_team_who_is_told(store, log_in, process, team_page):
    colleague = ClerkFactory(roles=[Role.COLLEAGUE], public_name="Sanne de Boer")
    clerk = log_in(ClerkFactory(public_name="Karin Smit"))
    page = clerk.get(f"{team_page}/erbij")
    for _ in range(2):  # twice is once
        shown = page.press("Zet in het team", person=str(colleague.id), role="moderator")
        assert shown.errors() == []
    assert roles(store, process) == {(colleague.id, TeamRole.MODERATOR)}
    assert "Karin Smit gaf Sanne de Boer de rol moderator." in shown.main
    told = store.scalars(select(OutboxMessage).where(OutboxMessage.kind == "processes.in_team"))
    assert [one.account_id for one in told] == [colleague.id]


def test_who_is_new_gets_an_account_that_may_nothing_but_what_the_team_gives(
    store, log_in, process, team_page
):
    page = log_in(ClerkFactory()).get(f"{team_page}/uitnodigen")
    page.press(
        "Verstuur de uitnodiging", public_name="Noor", email="Noor@waterlanden.example", role="desk"
    )
    noor = store.scalars(select(Account).where(Account.email == "noor@waterlanden.example")).one()
    assert noor.roles == [Role.COLLEAGUE]
    assert roles(store, process) == {(noor.id, TeamRole.DESK)}
    browser = log_in(noor)
    assert process.title in browser.get("/griffie/mijn-trajecten").main
    assert browser.raw.get("/griffie").status_code == 403
    assert browser.raw.get("/balie").status_code == 200


def test_the_address_of_a_resident_is_not_used_for_work(store, log_in, process, team_page):
    address = "annie@example.nl"
    ResidentFactory(email=address, email_confirmed_at=LONG_AGO, public_name="Annie")
    page = log_in(ClerkFactory()).get(f"{team_page}/uitnodigen")
    answer = page.press(
        "Verstuur de uitnodiging",
        answered=422,
        public_name="Mevrouw De Vries",
        email=address,
        role="leader",
    )
    assert "Dit adres kan hier niet." in answer.main
    assert "Mevrouw De Vries" in answer.html
    annie = store.scalars(select(Account).where(Account.email == address)).one()
    assert (annie.roles, annie.public_name) == ([Role.RESIDENT], "Annie")
    assert roles(store, process) == set()


def test_a_process_for_its_team_goes_out_of_the_lists_of_other_clerks(
    store, log_in, process, team_page
):
    leader, other = ClerkFactory(), ClerkFactory()
    join(store, process, leader)
    log_in(leader).get(team_page).press("Laat alleen het team toe")
    assert store.get(OnlyTeam, process.id) is not None
    assert process.title in log_in(leader).get("/griffie/trajecten").main
    assert process.title not in log_in(other).get("/griffie/trajecten").main
    assert log_in(other).raw.get(team_page).status_code == 403
    log_in(leader).get(team_page).press("Laat alle griffiers toe")
    assert log_in(other).raw.get(team_page).status_code == 200


def test_nobody_keeps_themselves_or_the_last_leader_out(store, log_in, process, team_page):
    clerk = log_in(ClerkFactory())
    leader = ClerkFactory(roles=[Role.COLLEAGUE])
    clerk.get(team_page).press("Laat alleen het team toe", answered=409)  # no leader
    join(store, process, leader)
    clerk.get(team_page).press(
        "Laat alleen het team toe", answered=409
    )  # the clerk is not in the team
    log_in(leader).get(team_page).press("Laat alleen het team toe")
    log_in(leader).get(team_page).press(f"Haal weg {leader.email}, Projectleider", answered=409)
    assert roles(store, process) == {(leader.id, TeamRole.LEADER)}


def test_who_closes_a_vote_stays_in_the_process_of_it(store, log_in, process, team_page):
    leader, clerk, second = (
        ClerkFactory(public_name=name, roles=[role])
        for name, role in (("Lea", Role.CLERK), ("Karin", Role.CLERK), ("Bas", Role.SECOND))
    )
    vote = RoundFactory(process_id=process.id, state=RoundState.OPEN)
    vote.clerk_id, vote.second_id, vote.substitute_id = clerk.id, second.id, leader.id
    join(store, process, leader)
    page = log_in(leader).get(team_page)
    refused = page.press("Laat alleen het team toe", answered=409)
    assert "Karin sluit een stemming van dit traject." in refused.main
    assert "Bas" not in refused.main
    assert store.get(OnlyTeam, process.id) is None
    join(store, process, clerk)
    page = log_in(leader).get(team_page).press("Laat alleen het team toe")
    assert store.get(OnlyTeam, process.id, populate_existing=True) is not None
    take_out = "Haal weg Karin, Projectleider"
    page.press(take_out, answered=409)
    assert (clerk.id, TeamRole.LEADER) in roles(store, process)
    asked = {"asked_by": clerk.id, "asked_at": LONG_AGO, "subject_hash": "0" * 64}
    agreed = {"confirmed_by": leader.id, "confirmed_at": LONG_AGO, "terms": {}, "facts": {}}
    store.add(VoteAct(round_id=vote.id, act=Act.BREAK_OFF, **asked, **agreed))
    told = {"kind": "amendment", "what": "broken_off", "reason": "De vraag klopt niet."}
    entry = {"seq": 0, "kind": EntryKind.AMENDMENT, "body": told, "leaf": b"-"}
    store.add(BoardEntry(round_id=vote.id, **entry))
    store.flush()
    vote.state, vote.broken_off_at = RoundState.BROKEN_OFF, LONG_AGO
    store.commit()
    page.press(take_out)
    assert (clerk.id, TeamRole.LEADER) not in roles(store, process)


def test_a_copy_has_the_team_of_what_it_is_made_from(store, log_in, process):
    leader = ClerkFactory(roles=[Role.COLLEAGUE])
    join(store, process, leader)
    browser = log_in(leader)
    browser.get(f"/griffie/trajecten/{process.id}").press("Begin hiermee een nieuw traject")
    draft = store.scalars(select(Process).where(Process.published_at.is_(None))).one()
    assert roles(store, draft) == {(leader.id, TeamRole.LEADER)}


def test_a_leader_is_led_only_to_what_there_is_in_the_process(store, log_in, process):
    leader = ClerkFactory(roles=[Role.COLLEAGUE])
    join(store, process, leader)
    browser = log_in(leader)
    links = set(browser.get("/griffie").links().values())
    assert "/griffie/trajecten" in links
    elsewhere = {"/griffie/begrotingen", "/griffie/stemmingen", "/griffie/burgerinitiatieven"}
    assert links.isdisjoint(elsewhere)
    texts = browser.get(f"/griffie/trajecten/{process.id}/teksten").links().values()
    assert "/griffie/teksten" not in texts


def test_a_leader_of_a_process_with_a_vote_is_led_to_it(store, log_in, process):
    leader = ClerkFactory(roles=[Role.COLLEAGUE])
    join(store, process, leader)
    RoundFactory(process_id=process.id)
    assert "/griffie/stemmingen" in log_in(leader).get("/griffie").links().values()
