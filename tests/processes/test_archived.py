"""A process in the archive: people read all of it and change nothing, and each page says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from participatie.core.errors import Conflict
from participatie.identity.models import Account
from participatie.identity.rules import Actor
from participatie.processes.models import Phase, Process
from participatie.processes.rules import PhaseKind
from participatie.proposals.models import Proposal
from participatie.proposals.services import merging, revising
from participatie.proposals.services.merging import Joint
from participatie.theming.formats import weekday
from tests.factories import (
    FAR_AWAY,
    ClerkFactory,
    DiscussionFactory,
    ProcessFactory,
    ProposalFactory,
    ResidentFactory,
    soon,
)

ARCHIVED = datetime(2021, 3, 4, 12, tzinfo=UTC)
NOTE = "Dit traject is gearchiveerd"
NEWS = "Wij hebben de wethouder gesproken over de speeltuin."


def over() -> Phase:
    """A phase that ended before the day of the archive."""
    return Phase(
        kind=PhaseKind.COLLECT,
        title="Indienen",
        starts_at=ARCHIVED - timedelta(days=30),
        ends_at=ARCHIVED - timedelta(days=9),
    )


def archived() -> Process:
    return ProcessFactory(phases=[over()], archived_at=ARCHIVED, discussion_starters="everyone")


def in_it() -> Proposal:
    """A proposal of somebody in an archived process."""
    return ProposalFactory(process=archived(), author_id=ResidentFactory().id)


def author_of(proposal):
    return Actor(id=proposal.author_id)


def test_an_author_tells_no_news_and_takes_nothing_back_in_an_archived_process(context):
    proposal = in_it()
    with pytest.raises(Conflict):
        revising.update(proposal, NEWS, actor=author_of(proposal), now=ARCHIVED)
    with pytest.raises(Conflict):
        revising.withdraw(proposal, NEWS, actor=author_of(proposal), now=ARCHIVED)
    assert (proposal.state, proposal.withdrawn_because) == ("published", None)


def test_proposals_of_an_archived_process_are_not_merged(context):
    proposal = in_it()
    other = ProposalFactory(process=proposal.process, author_id=ResidentFactory().id)
    clerk = ClerkFactory()
    joint = Joint(title="Samen", summary=NEWS, text=NEWS, reason=NEWS)
    with pytest.raises(Conflict):
        merging.propose(
            proposal.process,
            [proposal.id, other.id],
            joint,
            actor=Actor(id=clerk.id, roles=frozenset(clerk.roles)),
            now=ARCHIVED,
        )


def test_the_page_of_a_proposal_says_that_its_process_is_archived(client, log_in, store):
    proposal = in_it()
    assert NOTE in client.get(f"/voorstellen/{proposal.id}").main
    own = log_in(store.get_one(Account, proposal.author_id))
    page = own.get(f"/voorstellen/{proposal.id}")
    assert NOTE in page.main
    assert "Uw voorstel" not in page.main
    for end in ("nieuws", "terugnemen", "samenvoegen"):
        own.get(f"/voorstellen/{proposal.id}/{end}", status=409)


def test_the_page_of_a_discussion_says_that_its_process_is_archived(client):
    discussion = DiscussionFactory(process=archived())
    assert NOTE in client.get(f"/discussies/{discussion.id}").main


def test_no_answer_is_promised_or_waited_for_in_an_archived_process(log_in, store):
    process = archived()
    process.answer_weeks, process.answers_discussions = 6, True
    own = {"process": process, "author_id": ResidentFactory().id}
    proposal, discussion = ProposalFactory(**own), DiscussionFactory(**own)
    store.commit()
    reader = log_in(ResidentFactory())
    for page in (
        reader.get(f"/voorstellen/{proposal.id}"),
        reader.get(f"/discussies/{discussion.id}"),
    ):
        assert "Afgesloten" in page.main
        assert "Dit traject is voorbij. Hier gebeurt niets meer mee." in page.main
        assert "De tijd om te reageren is voorbij." in page.main
        for promise in ("Wacht op antwoord", "antwoord komt", "De gemeente antwoordt", "Volg di"):
            assert promise not in page.main
        assert "op dit moment" not in page.main


def test_the_griffie_answers_nothing_in_an_archived_process(log_in):
    process = archived()
    process.answers_discussions = True
    own = {"process": process, "author_id": ResidentFactory().id}
    clerk = log_in(ClerkFactory())
    proposal, discussion = ProposalFactory(**own), DiscussionFactory(**own)
    for address in (f"voorstellen/{proposal.id}", f"discussies/{discussion.id}"):
        assert "Beantwoord di" not in clerk.get(f"/{address}").main
        page = clerk.get(f"/griffie/{address}/antwoord", status=409)
        assert "Dit traject is gearchiveerd." in page.main


@pytest.mark.parametrize("end", ["voorstellen", "voorstellen/kaart", "discussies"])
def test_each_list_of_an_archived_process_says_so(client, end):
    process = archived()
    ProposalFactory(process=process)
    DiscussionFactory(process=process)
    assert NOTE in client.get(f"/trajecten/{process.slug}/{end}").main


def test_between_two_phases_one_reads_from_when_on_one_can_comment(client):
    begins = soon(days=5)
    coming = Phase(kind=PhaseKind.ASSESS, title="Bekijken", starts_at=begins, ends_at=FAR_AWAY)
    process = ProcessFactory(phases=[over(), coming], discussion_starters="everyone")
    day = weekday(begins).replace("\xa0", " ")
    page = client.get(f"/discussies/{DiscussionFactory(process=process).id}").main
    assert f"U kunt op dit moment niet reageren. Vanaf {day} kunt u reageren." in page
    assert f"U kunt nu niet meepraten. Vanaf {day} kunt u meepraten." in page
    page = client.get(f"/voorstellen/{ProposalFactory(process=process).id}").main
    assert f"U kunt op dit moment niet reageren. Vanaf {day} kunt u reageren." in page


def test_nobody_is_asked_to_follow_what_changes_no_more(client, log_in):
    address = f"/trajecten/{archived().slug}"
    assert "om dit traject te volgen" not in client.get(address).main
    assert "Volg dit traject" not in log_in(ResidentFactory()).get(address).main


def test_the_griffie_is_not_led_to_merging_in_an_archived_process(log_in):
    page = log_in(ClerkFactory()).get(f"/griffie/trajecten/{archived().id}")
    assert "Voeg voorstellen samen" not in page.main
    assert "Haal uit het archief" in page.main


def test_a_preview_of_a_day_before_the_archive_says_nothing_of_it(log_in):
    clerk = log_in(ClerkFactory())
    before = (ARCHIVED - timedelta(days=20)).date().isoformat()
    after = (ARCHIVED + timedelta(days=2)).date().isoformat()
    address = f"/griffie/trajecten/{archived().id}/bekijken"
    assert NOTE not in clerk.get(address, query_string={"dag": before}).main
    assert NOTE in clerk.get(address, query_string={"dag": after}).main


def test_the_button_to_archive_is_there_once_all_phases_are_over(log_in):
    running, ended = ProcessFactory(), ProcessFactory(phases=[over()])
    clerk = log_in(ClerkFactory())
    assert "Archiveer dit traject" not in clerk.get(f"/griffie/trajecten/{running.id}").main
    assert "Archiveer dit traject" in clerk.get(f"/griffie/trajecten/{ended.id}").main
