"""What ends by itself: a proposal without enough support, and the time for support."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from participatie.contributions.models import Follow
from participatie.contributions.rules import State
from participatie.core.db import db
from participatie.core.outbox import OutboxMessage
from participatie.processes.models import Phase
from participatie.processes.rules import PhaseKind
from participatie.proposals import ends
from participatie.proposals.models import Answer, Proposal, SupportEnd
from participatie.proposals.rules.proposals import AnswerStatus, archive_moment, support_ended
from participatie.proposals.services import ending
from tests.factories import (
    FAR_AWAY,
    LONG_AGO,
    ClerkFactory,
    ProcessFactory,
    ProposalFactory,
    ResidentFactory,
)

PUBLISHED = datetime(2027, 1, 4, 9, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = 7 * DAY


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        (PUBLISHED + 8 * WEEK - 14 * DAY - DAY / 24, None),
        (PUBLISHED + 8 * WEEK - 14 * DAY, PUBLISHED + 8 * WEEK),
        (PUBLISHED + 8 * WEEK - DAY, PUBLISHED + 8 * WEEK + 13 * DAY),  # told late: two weeks still
        (PUBLISHED + 50 * WEEK, PUBLISHED + 52 * WEEK),
    ],
)
def test_nothing_goes_to_the_archive_without_two_weeks_of_notice(now, moment):
    assert archive_moment(PUBLISHED, 8, now) == moment


def phase(kind, starts, ends):
    return Phase(kind=kind, title="Nu", starts_at=starts, ends_at=ends)


def test_support_ends_with_the_last_phase_in_which_it_can_be_given():
    collect = phase(PhaseKind.COLLECT, PUBLISHED, PUBLISHED + WEEK)
    support = phase(PhaseKind.SUPPORT, PUBLISHED + WEEK, PUBLISHED + 2 * WEEK)
    vote = phase(PhaseKind.VOTE, PUBLISHED + 2 * WEEK, PUBLISHED + 3 * WEEK)
    phases = [collect, support, vote]
    assert support_ended(phases, PUBLISHED + 2 * WEEK - DAY) is None
    assert support_ended(phases, PUBLISHED + 2 * WEEK) == support.ends_at
    assert support_ended([vote], PUBLISHED + 9 * WEEK) is None


def process_with_term():
    return ProcessFactory(archive_weeks=8, support_threshold=3)


def proposal_in(process, **values):
    author = ResidentFactory()
    made = {"author_id": author.id, "published_at": PUBLISHED, "support_count": 2, **values}
    return ProposalFactory(process=process, **made)


def found(statement):
    return [one.id for one in db.session.scalars(statement)]


def told(kind):
    rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind))
    return {(row.account_id, row.parameters["contribution_id"]) for row in rows}


def test_author_and_followers_hear_it_two_weeks_before_and_again_when_it_ends(context):
    process = process_with_term()
    proposal, fan = proposal_in(process), ResidentFactory()
    db.session.add(Follow(contribution_id=proposal.id, account_id=fan.id, since=LONG_AGO))
    db.session.commit()
    both = {(proposal.author_id, proposal.id), (fan.id, proposal.id)}
    near = PUBLISHED + 6 * WEEK + DAY
    assert found(ends.to_announce(near - 2 * DAY)) == []
    (due,) = db.session.scalars(ends.to_announce(near))
    ending.announce(due, now=near)
    db.session.commit()
    assert told("proposals.archive_soon") == both
    assert found(ends.to_announce(near)) == []  # once
    end = near + 2 * WEEK
    assert found(ends.to_archive(end - DAY)) == []
    (due,) = db.session.scalars(ends.to_archive(end))
    ending.archive(due, now=end)
    db.session.commit()
    assert told("proposals.archived") == both
    assert db.session.get_one(Proposal, proposal.id).state is State.ARCHIVED


def test_what_has_enough_support_or_an_answer_stays(context):
    process = process_with_term()
    proposal_in(process, support_count=3)
    answered = proposal_in(process)
    words = {"status": AnswerStatus.PARTLY, "text": "Ja.", "html": "<p>Ja.</p>"}
    answer = Answer(proposal_id=answered.id, clerk_id=ClerkFactory().id, **words)
    answer.answered_at = PUBLISHED
    db.session.add(answer)
    proposal_in(process, author_id=None, is_official=True)  # asks no answer
    proposal_in(ProcessFactory(support_threshold=3))  # no term
    proposal_in(ProcessFactory(support_threshold=3, archive_weeks=8, archived_at=PUBLISHED))
    left = proposal_in(process)
    assert found(ends.to_announce(PUBLISHED + 30 * WEEK)) == [left.id]


def test_what_is_archived_stands_in_its_own_list_and_takes_no_support(store, client, log_in):
    process = process_with_term()
    kept = proposal_in(process, state=State.ARCHIVED, archive_on=PUBLISHED + 8 * WEEK)
    assert kept.title not in client.get(f"/trajecten/{process.slug}/voorstellen").main
    archive = client.get(f"/trajecten/{process.slug}/voorstellen/archief")
    page = archive.follow(kept.title)
    assert "in het archief" in page.main
    page = log_in(ResidentFactory()).get(f"/voorstellen/{kept.id}")
    assert "Steun dit voorstel" not in page.main
    token = page.all("input", name="csrf_token")[0].get("value")
    page.client.post(f"/voorstellen/{kept.id}/steun", data={"csrf_token": token}, status=403)


def test_the_end_of_support_is_told_once_with_what_it_came_to(context):
    now = PUBLISHED + 2 * WEEK
    phases = [phase(PhaseKind.COLLECT, PUBLISHED, now), phase(PhaseKind.VOTE, now, FAR_AWAY)]
    process = ProcessFactory(support_threshold=3, phase=None, phases=phases)
    enough, too_little = proposal_in(process, support_count=3), proposal_in(process)
    official = proposal_in(process, author_id=None, is_official=True)  # gets no answer
    fan = ResidentFactory().id
    db.session.add(Follow(contribution_id=official.id, account_id=fan, since=LONG_AGO))
    told = []
    for day in (1, 2):
        (ended,) = db.session.scalars(ends.to_tell_of_end(now - ending.LATE)).all()
        told.append(ending.tell_end_of_support(ended, now=now + day * DAY))
        db.session.commit()
    assert told == [True, False]
    rows = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "proposals.support_ended")
    )
    outcome = {(row.account_id, row.parameters["reached"]) for row in rows}
    assert outcome == {(enough.author_id, True), (too_little.author_id, False)}
    assert db.session.get_one(SupportEnd, process.id).ended_at == now


def test_an_end_of_long_ago_is_no_news(context):
    ended = phase(PhaseKind.COLLECT, LONG_AGO, PUBLISHED)
    process = ProcessFactory(support_threshold=3, phase=None, phases=[ended])
    proposal_in(process)
    assert not ending.tell_end_of_support(process, now=PUBLISHED + 2 * WEEK)


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.ARCHIVED])
def test_what_has_ended_promises_no_answer_and_asks_nobody_to_take_part(client, state):
    process = ProcessFactory(support_threshold=50, answer_weeks=6)
    shown = client.get(f"/voorstellen/{ProposalFactory(process=process, state=state).id}")
    assert "Het gaat niet verder. De gemeente geeft er geen antwoord op." in shown.main
    assert "U kunt dit niet meer steunen." in shown.main
    assert "U kunt hier niet op reageren." in shown.main
    for promise in ("moet de gemeente antwoorden", "Log in en reageer", "Het antwoord komt"):
        assert promise not in shown.main
