"""Merging proposals by invitation: who says nothing keeps everything."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import event, select

from participatie.contributions import services as contributions
from participatie.contributions.rules import NAME_LENGTH, State
from participatie.core.db import db
from participatie.core.errors import Conflict, Invalid, NotAllowed
from participatie.core.outbox import OutboxMessage
from participatie.identity.rules import Actor
from participatie.proposals.models import Answer, Merger, Proposal, Support
from participatie.proposals.rules.merging import Consent, MergerState, goes_on, joint_name
from participatie.proposals.rules.proposals import AnswerStatus
from participatie.proposals.services import merging
from participatie.proposals.services.merging import Joint
from participatie.proposals.services.supporting import recount, support
from participatie.proposals.supports import supportable, supportable_in
from tests.factories import (
    ClerkFactory,
    ProcessFactory,
    ProposalFactory,
    ResidentFactory,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
JOINT = Joint(
    title="Bomen en bankjes op het plein",
    summary="Schaduw, en een plek om te zitten.",
    text="Wij willen bomen met een bank eronder.",
    reason="Beide voorstellen gaan over schaduw op het plein.",
)


def who(account):
    return Actor(id=account.id, roles=frozenset(account.roles))


@pytest.fixture
def plan(context):
    """A process with two proposals, their authors, and a clerk."""
    process = ProcessFactory()
    authors = ResidentFactory.create_batch(2)
    proposals = [
        ProposalFactory(process=process, author_id=author.id, author_name=f"Inwoner {number}")
        for number, author in enumerate(authors)
    ]
    return process, proposals, [who(author) for author in authors], who(ClerkFactory())


def invited(plan, numbers=None):
    process, proposals, _, clerk = plan
    numbers = numbers or [one.id for one in proposals]
    return merging.propose(process, numbers, JOINT, actor=clerk, now=NOW)


def merged(plan):
    """The joint proposal after both authors said yes."""
    merger = invited(plan)
    for one, author in zip(plan[1], plan[2], strict=True):
        merging.answer(merger, one.id, Consent.YES, actor=author, now=NOW)
    assert merger.state is MergerState.MERGED
    joint = db.session.get_one(Proposal, merger.joint_id)
    joint.process = plan[0]
    return merger, joint


def supporters_of(proposal):
    return set(
        db.session.scalars(select(Support.account_id).where(Support.proposal_id == proposal.id))
    )


def told(kind):
    asked = select(OutboxMessage.account_id).where(OutboxMessage.kind == kind)
    return sorted(db.session.scalars(asked))


# Rules


def test_two_have_to_say_yes_and_silence_is_no_yes():
    yes, no = Consent.YES, Consent.NO
    assert goes_on([yes, yes, None])
    assert not goes_on([yes, no, None])


def test_a_joint_proposal_carries_all_names_or_the_first_and_how_many_more():
    assert joint_name(["Annie", "Bilal", "Annie"]) == "Annie en Bilal"
    assert joint_name(["Annie", "Bilal", "Corrie"]) == "Annie, Bilal en Corrie"
    long = joint_name(["Annie " * 9, *(f"Inwoner {n}" for n in range(5))])
    assert long.endswith(" en 5 anderen")
    assert len(long) <= NAME_LENGTH[1]


# Invitations


def test_authors_are_invited_and_nothing_changes_until_they_answer(plan):
    merger = invited(plan)
    assert told("proposals.merger_invited") == sorted(author.id for author in plan[2])
    assert merger.joint_id is None
    assert {one.state for one in plan[1]} == {State.PUBLISHED}


def test_an_author_who_invites_has_said_yes(plan):
    process, proposals, authors, _ = plan
    numbers = [one.id for one in proposals]
    merger = merging.propose(process, numbers, JOINT, actor=authors[0], now=NOW)
    assert [part.consent for part in merger.parts] == [Consent.YES, None]
    assert told("proposals.merger_invited") == [authors[1].id]


def test_a_stranger_invites_nobody(plan):
    process, proposals, _, _ = plan
    with pytest.raises(NotAllowed):
        merging.propose(
            process, [one.id for one in proposals], JOINT, actor=who(ResidentFactory()), now=NOW
        )


def test_only_what_is_open_here_can_become_one(plan):
    process, (one, _other), _, clerk = plan
    answered = ProposalFactory(process=process)
    words = {"text": "Wij doen dit.", "html": "<p>Wij doen dit.</p>"}
    status = AnswerStatus.TAKEN_UP
    db.session.add(Answer(proposal_id=answered.id, status=status, answered_at=NOW, **words))
    db.session.flush()
    for number in (
        ProposalFactory(process=process, state=State.WITHDRAWN).id,
        ProposalFactory().id,
        answered.id,
        10**12,
        one.id,
    ):
        with pytest.raises(Invalid) as refusal:
            merging.propose(process, [one.id, number], JOINT, actor=clerk, now=NOW)
        assert refusal.value.field == "numbers"
    invited(plan)
    with pytest.raises(Invalid):
        invited(plan)


def test_only_an_author_answers_for_a_proposal(plan):
    merger = invited(plan)
    for actor in (plan[3], plan[2][1]):
        with pytest.raises(NotAllowed):
            merging.answer(merger, plan[1][0].id, Consent.YES, actor=actor, now=NOW)


def test_who_says_no_or_nothing_stays_and_the_others_go_on(plan):
    process, proposals, authors, clerk = plan
    silent = ProposalFactory(process=process, author_id=ResidentFactory().id)
    merger = invited(plan, [*(one.id for one in proposals), silent.id])
    with pytest.raises(Conflict):
        merging.go_on(merger, actor=clerk, now=NOW)
    for one, author in zip(proposals, authors, strict=True):
        merging.answer(merger, one.id, Consent.YES, actor=author, now=NOW)
    assert merger.state is MergerState.INVITED
    merging.go_on(merger, actor=clerk, now=NOW)
    assert [one.state for one in (*proposals, silent)] == [
        State.MERGED, State.MERGED, State.PUBLISHED,
    ]  # fmt: skip
    assert silent.merged_into_id is None


def test_after_too_many_times_no_the_invitation_is_over(plan):
    merger = invited(plan)
    merging.answer(merger, plan[1][0].id, Consent.YES, actor=plan[2][0], now=NOW)
    merging.answer(merger, plan[1][1].id, Consent.NO, actor=plan[2][1], now=NOW)
    assert merger.state is MergerState.CALLED_OFF
    assert {one.state for one in plan[1]} == {State.PUBLISHED}
    invited(plan)


# Support


def stand_behind(proposal, *, actor):
    row = db.session.execute(supportable(), {"number": proposal.id}).one()
    support(supportable_in(row), actor=actor, now=NOW)
    db.session.refresh(proposal, ["support_count"])


def test_support_stays_where_it_is_until_somebody_brings_it_along_and_counts_once(plan):
    _process, (one, other), _authors, _ = plan
    both, single, silent = (who(ResidentFactory()) for _ in range(3))
    for proposal, actor in ((one, both), (other, both), (one, single), (other, silent)):
        stand_behind(proposal, actor=actor)
    _, joint = merged(plan)
    assert told("proposals.merged") == sorted([both.id, both.id, single.id, silent.id])
    assert joint.support_count == 0
    assert (one.support_count, other.support_count) == (2, 2)

    assert merging.move_support(joint, actor=both, now=NOW)
    assert not merging.move_support(joint, actor=both, now=NOW)
    assert joint.support_count == 1
    assert (one.support_count, other.support_count) == (1, 1)
    stand_behind(joint, actor=single)
    assert merging.move_support(joint, actor=single, now=NOW)
    assert joint.support_count == 2
    assert supporters_of(joint) == {both.id, single.id}
    assert supporters_of(other) == {silent.id}
    assert recount() == []


def test_who_only_follows_hears_that_it_goes_on_with_others_and_who_supports_hears_more(plan):
    _process, (one, _other), authors, _ = plan
    fan, follower = (who(ResidentFactory()) for _ in range(2))
    stand_behind(one, actor=fan)
    for actor in (follower, authors[0]):
        contributions.follow(one, actor=actor, now=NOW)
    merged(plan)
    assert told("proposals.merged") == [fan.id]
    assert told("proposals.joined") == [follower.id]


def test_what_can_be_merged_is_asked_at_once_for_all(plan, connection):
    process, proposals, _, _ = plan
    more = ProposalFactory.create_batch(4, process=process)
    asked: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda *call: asked.append(call[2]))
    invited(plan)
    of_two = len(asked)
    merging.call_off(db.session.scalars(select(Merger)).one(), actor=plan[3], now=NOW)
    asked.clear()
    invited(plan, [one.id for one in [*proposals, *more]])
    assert len([one for one in asked if "FROM answer" in one]) == 1
    assert len(asked) <= of_two + 4  # the four messages


def test_a_merger_is_undone_while_nobody_supports_the_joint_one(plan):
    _process, (one, _), _, clerk = plan
    stand_behind(one, actor=(fan := who(ResidentFactory())))
    merger, joint = merged(plan)
    with pytest.raises(NotAllowed):
        merging.undo(merger, actor=plan[2][0], now=NOW)
    merging.undo(merger, actor=clerk, now=NOW)
    assert {proposal.state for proposal in plan[1]} == {State.PUBLISHED}
    assert joint.state is State.WITHDRAWN
    assert supporters_of(one) == {fan.id}
    with pytest.raises(NotAllowed):
        merging.move_support(joint, actor=fan, now=NOW)


def test_a_merger_stays_once_somebody_supports_the_joint_one(plan):
    stand_behind(plan[1][0], actor=(fan := who(ResidentFactory())))
    merger, joint = merged(plan)
    merging.move_support(joint, actor=fan, now=NOW)
    with pytest.raises(Conflict):
        merging.undo(merger, actor=plan[3], now=NOW)


# Pages


def test_a_clerk_invites_authors_who_say_yes_and_a_supporter_comes_along(log_in, client):
    process = ProcessFactory()
    authors = ResidentFactory.create_batch(2)
    one, other = (ProposalFactory(process=process, author_id=author.id) for author in authors)
    fan = log_in(ResidentFactory())
    fan.get(f"/voorstellen/{one.id}").press("Steun dit voorstel")

    clerk = log_in(ClerkFactory())
    page = clerk.get(f"/griffie/trajecten/{process.id}/samenvoegen")
    words = {"title": JOINT.title, "summary": JOINT.summary, "text": JOINT.text}
    page = page.press(
        "Nodig de indieners uit", answered=422, numbers="een", reason=JOINT.reason, **words
    )
    assert JOINT.text in page.main
    invitation = page.press("Nodig de indieners uit", numbers=f"{one.id}, #{other.id}")
    assert "De gemeente stelt voor" in invitation.main
    for author in authors:
        waiting = log_in(author).get("/mijn").follow(f"Samen verder: {JOINT.title}")
        waiting.press("Ja, ga samen verder")
        assert f"Samen verder: {JOINT.title}" not in log_in(author).get("/mijn").links()

    old = client.get(f"/voorstellen/{one.id}")
    assert "Dit voorstel is samengevoegd" in old.main
    joint = old.follow("Naar het gezamenlijke voorstel")
    assert joint.h1 == JOINT.title
    assert JOINT.reason in joint.main
    assert one.title in joint.main
    assert one.title not in client.get(f"/trajecten/{process.slug}/voorstellen").main
    invitation = clerk.get(invitation.response.request.path)
    assert "De gemeente stelde voor" in invitation.main
    assert "Draai dit terug" in invitation.main
    page = fan.get(joint.response.request.path).press("Neem mijn steun mee")
    assert "Uw steun staat nu bij het gezamenlijke voorstel." in page.main
    assert "Neem mijn steun mee" not in page.main
    invitation = clerk.get(invitation.response.request.path)
    assert "Draai dit terug" not in invitation.main
    assert "Iemand steunt het gezamenlijke voorstel al." in invitation.main


def test_the_form_names_its_faults_in_the_order_of_the_page(log_in):
    page = log_in(ClerkFactory()).get(f"/griffie/trajecten/{ProcessFactory().id}/samenvoegen")
    page = page.press("Nodig de indieners uit")
    labels = ["De nummers van de voorstellen", "Waarom worden ze samengevoegd?"]
    assert page.fields_with_errors() == [*labels, "Titel", "In het kort", "Uitleg"]
