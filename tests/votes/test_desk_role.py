"""Who works at the desk only: helps voters, and sees nothing else of the desk of the griffie."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participatie.core.access import ANYONE, LOGGED_IN, rule_of
from participatie.core.audit import AuditEntry
from participatie.identity.rules import Role
from tests.factories import ClerkFactory
from tests.votes.test_paper_pages import BSN, at_the_desk, make_round


@pytest.fixture
def desk(log_in):
    return log_in(ClerkFactory(roles=[Role.DESK], public_name="Quirine"))


def test_the_desk_opens_its_own_pages_and_no_others_of_the_staff(app):
    with app.app_context():
        rules = {name: rule_of(name) or frozenset() for name in app.view_functions}
    theirs = {name for name, rule in rules.items() if Role.DESK in rule}
    of_everybody = {"process_team_admin.mine"} | {
        n for n in theirs if n.startswith("languages_admin.")
    }
    pages = {name.partition(".")[0] for name in theirs - of_everybody}
    assert pages == {"vote_desk", "vote_kiosk"}
    assert not [name for name in theirs if {ANYONE, LOGGED_IN} & rules[name]]


def test_the_desk_gives_paper_and_finds_its_work_in_the_header(desk):
    vote_round = make_round()
    page = at_the_desk(desk, vote_round)
    assert "Geef deze persoon een stembiljet." in page.main
    assert page.links()["Werklijst"] == "/balie"


def test_the_desk_sees_no_letters_piles_or_run_sheet(desk):
    vote_round = make_round()
    for path in ("brieven", "deelnemers", "papier", "draaiboek"):
        desk.get(f"/griffie/stemmingen/{vote_round.id}/{path}", status=403)


def test_the_desk_sees_whether_a_right_is_used_and_for_whom_is_not_kept(desk, store):
    vote_round = make_round()
    assert "is nog niet gebruikt" in at_the_desk(desk, vote_round, act="look").main
    at_the_desk(desk, vote_round)
    page = at_the_desk(desk, vote_round, act="look")
    assert "Deze persoon kreeg een stembiljet op papier." in page.main
    assert BSN not in page.html
    looked = store.scalars(select(AuditEntry).where(AuditEntry.act == "votes.look_up_right")).all()
    assert len(looked) == 2
    assert BSN not in str([one.detail for one in looked])
