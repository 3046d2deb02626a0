"""An audience keeps people out who are not in it, and says why before any work is done."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from participatie.areas.models import AreaPostcode
from participatie.audience.models import AudienceArea, GroupMember, ProcessAudience
from participatie.audience.rules import Kind
from participatie.discussions.models import Comment
from participatie.identity.models import LoginSession
from participatie.processes.rules import PhaseKind
from participatie.proposals.models import Proposal, Support
from tests.factories import (
    LONG_AGO,
    AreaFactory,
    ClerkFactory,
    ProcessFactory,
    ProposalFactory,
    ResidentFactory,
)
from tests.votes.polls import make_poll

OF_12 = {"born_on": "2012-01-01", "postcode": "1441AB", "lives_here": True}
OF_40 = {"born_on": "1984-01-01", "postcode": "1441AB", "lives_here": True}
OUTSIDER = {"born_on": "1984-01-01", "postcode": "1131AA", "lives_here": False}


@pytest.fixture
def area(store):
    area = AreaFactory(name="Oude Haven")
    store.add(AreaPostcode(code="1441", area_id=area.id))
    store.commit()
    return area


def only_for(store, process, **values):
    row = {"kind": Kind.RESIDENTS, "group_name": "", **values}
    store.add(ProcessAudience(process_id=process.id, **row))
    store.commit()


def count(store, model):
    return store.scalar(select(func.count()).select_from(model))


def test_who_is_too_young_hears_it_before_writing(store, log_in):
    process = ProcessFactory()
    only_for(store, process, youngest=18)
    page = log_in(ResidentFactory(), facts=OF_12).get(
        f"/trajecten/{process.slug}/voorstellen/nieuw", status=403
    )
    assert "18 jaar" in page.main


def test_a_form_of_who_is_not_in_the_audience_makes_nothing(store, log_in):
    process = ProcessFactory()
    only_for(store, process, youngest=18)
    proposal = ProposalFactory(process=process)
    for facts in (OF_12, OUTSIDER, None):
        client = log_in(ResidentFactory(), facts=facts)
        config = client.raw.application.config
        config["WTF_CSRF_ENABLED"] = False
        try:
            words = {"title": "Een bankje", "summary": "Zitten in de zon.", "text": "Graag. " * 9}
            client.raw.post(
                f"/trajecten/{process.slug}/voorstellen/nieuw",
                data={**words, "public_name": "Annie", "area": ""},
            )
            client.raw.post(f"/voorstellen/{proposal.id}/steun")
            client.raw.post(
                f"/bijdragen/{proposal.id}/reacties", data={"text": "Ja!", "public_name": "Annie"}
            )
        finally:
            config["WTF_CSRF_ENABLED"] = True
    assert [count(store, model) for model in (Proposal, Support, Comment)] == [1, 0, 0]


def test_who_gave_support_may_take_it_back_whatever_the_audience(store, log_in):
    process = ProcessFactory()
    proposal = ProposalFactory(process=process, support_count=1)
    resident = ResidentFactory()
    store.add(Support(proposal_id=proposal.id, account_id=resident.id, since=LONG_AGO))
    only_for(store, process, youngest=18)
    log_in(resident, facts=OF_12).get(f"/voorstellen/{proposal.id}").press("Trek mijn steun in")
    assert count(store, Support) == 0


def test_an_area_is_asked_of_the_postcode(store, area, log_in):
    process, other = ProcessFactory(), AreaFactory(name="Parkwijk")
    only_for(store, process, kind=Kind.AREAS)
    store.add_all(
        [
            AudienceArea(process_id=process.id, area_id=area.id),
            AreaPostcode(code="1441ZZ", area_id=other.id),
        ]
    )
    store.commit()
    address = f"/trajecten/{process.slug}/voorstellen/nieuw"
    log_in(ResidentFactory(), facts=OF_40).get(address)
    elsewhere = {**OF_40, "postcode": "1441ZZ"}
    page = log_in(ResidentFactory(), facts=elsewhere).get(address, status=403)
    assert "andere wijk" in page.main


def test_a_group_is_known_by_confirmed_mail_addresses(store, log_in):
    process = ProcessFactory()
    only_for(store, process, group_name="Jongerenpanel")
    store.add(GroupMember(process_id=process.id, email="esra@waterlanden.example"))
    store.commit()
    address = f"/trajecten/{process.slug}/voorstellen/nieuw"
    member = ResidentFactory(email="esra@waterlanden.example", email_confirmed_at=LONG_AGO)
    log_in(member).get(address)
    assert "Jongerenpanel" in log_in(ResidentFactory()).get(address, status=403).main


def test_a_clerk_speaks_for_the_municipality_wherever_they_live(store, log_in):
    process = ProcessFactory()
    only_for(store, process, youngest=18)
    proposal = ProposalFactory(process=process)
    log_in(ClerkFactory(public_name="Karin")).get(f"/bijdragen/{proposal.id}/reacties")


def test_a_poll_refuses_who_is_too_young_by_the_log_in(store, log_in):
    poll = make_poll(store, minimum_age=16)
    path = f"/stemmingen/{poll.id}/overzicht"
    young = log_in(ResidentFactory(), vote_pseudonym="v1$young", facts=OF_12)
    assert "16 jaar" in young.get(path, status=403).main


def test_who_has_an_age_that_nobody_knows_is_asked_and_can_go_on(store, log_in):
    poll = make_poll(store, minimum_age=16)
    someone = log_in(ResidentFactory(), vote_pseudonym="v1$someone")
    page = someone.get(f"/stemmingen/{poll.id}/overzicht")
    assert page.h1 == "Mag ik meedoen?"
    page = page.press("Kijk of ik mee mag doen", who_postcode="1441 AB", who_birth_year="1984")
    assert "u kunt meedoen" in page.main
    away = someone.raw.get(f"/stemmingen/{poll.id}/overzicht")
    assert away.location == f"/stemmingen/{poll.id}/stembiljet", "nothing filled in yet"


def test_the_question_is_answered_without_keeping_anything(store, area, client):
    process = ProcessFactory()
    only_for(store, process, youngest=16)
    address = f"/trajecten/{process.slug}/mag-ik-meedoen"
    ask = "Kijk of ik mee mag doen"
    page = client.get(address).press(ask, who_postcode="1441ab", who_birth_year="1984")
    assert "Ja, u kunt meedoen" in page.main
    sealed = store.scalars(select(LoginSession)).all()
    with client.raw.session_transaction() as kept:
        assert "1441" not in str(dict(kept))
        assert "1984" not in str(dict(kept))
    assert len(sealed) <= 1
    page = client.get(address).press(ask, who_postcode="1131AA", who_birth_year="1984")
    assert "wonen in de gemeente" in page.main
    page = client.get(address).press(ask, who_postcode="zuid", who_birth_year="later")
    assert "1441 AB" in page.main


def test_a_clerk_says_for_whom_a_draft_is(store, area, log_in):
    draft = ProcessFactory(published_at=None, phase=PhaseKind.COLLECT)
    clerk = log_in(ClerkFactory())
    address = f"/griffie/trajecten/{draft.id}/doelgroep"
    page = clerk.get(address).press("Bewaar de wijziging", kind="areas")
    assert "minstens één wijk" in page.main
    page = page.press(
        "Bewaar de wijziging",
        kind="areas",
        areas=str(area.id),
        youngest="12",
        oldest="27",
        group="Jongerenpanel",
        members="Esra@waterlanden.example\nivo@waterlanden.example",
    )
    kept = store.get(ProcessAudience, draft.id, populate_existing=True)
    assert (kept.kind, kept.youngest, kept.oldest) == (Kind.AREAS, 12, 27)
    assert count(store, GroupMember) == 2
    page = clerk.get(address)
    assert page.press("Bewaar de wijziging", members="geen adres")
    copied = clerk.get(f"/griffie/trajecten/{draft.id}").press("Begin hiermee een nieuw traject")
    assert copied.status == 200
    assert count(store, ProcessAudience) == 2


def test_for_whom_a_draft_is_stays_while_the_rules_of_its_vote_are_fixed(store, log_in):
    draft = ProcessFactory(published_at=None, phase=PhaseKind.VOTE)
    make_poll(store, process_id=draft.id, rules_hash="f" * 64)
    store.commit()
    form = log_in(ClerkFactory()).get(f"/griffie/trajecten/{draft.id}/doelgroep")
    page = form.press("Bewaar de wijziging", answered=422, kind="residents", youngest="12")
    assert page.errors() == [
        (
            "De regels van een stemming van dit traject staan vast."
            " Voor wie het is, blijft daarom zoals het is."
        )
    ]
    assert [field.get("value") for field in page.all("input", name="youngest")] == ["12"]
    assert count(store, ProcessAudience) == 0


def test_the_audience_of_an_open_process_stands(store, log_in):
    process = ProcessFactory()
    page = log_in(ClerkFactory()).get(f"/griffie/trajecten/{process.id}/doelgroep")
    assert not page.all("form", action=f"/griffie/trajecten/{process.id}/doelgroep")
