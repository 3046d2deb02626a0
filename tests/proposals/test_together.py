"""What happens at the same moment, with real commits."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from participatie.contributions.rules import State
from participatie.core.db import db
from participatie.core.errors import Conflict, Invalid, NotAllowed, NotFound
from participatie.core.outbox import OutboxMessage
from participatie.identity.rules import Actor, Role
from participatie.processes.models import Phase, Process
from participatie.processes.rules import PhaseKind
from participatie.proposals import mergers, queries
from participatie.proposals.models import Merger, Proposal, Support
from participatie.proposals.rules.merging import Consent
from participatie.proposals.services import ending, merging, revising, supporting, writing
from participatie.proposals.supports import Supportable, supportable, supportable_in
from participatie.teams import services as teams
from participatie.teams.models import OnlyTeam, TeamMember
from participatie.teams.rules import TeamRole
from tests import factories
from tests.conftest import visitor
from tests.factories import ClerkFactory, ProcessFactory, ProposalFactory, ResidentFactory
from tests.real import at_once, real_apps, storing

THREADS = 20
WORDS = writing.Words(
    title="Iets heel anders",
    summary="Een samenvatting die er nog niet was.",
    text="Een tekst die er nog niet was toen dit werd gepubliceerd.",
)


@pytest.fixture(scope="module")
def real(cluster, worker_id) -> Iterator[Flask]:
    with real_apps(cluster, f"together_{worker_id}") as (app,):
        yield app


@pytest.fixture
def committed(real: Flask) -> Iterator[Session]:
    with storing(real) as session:
        yield session


def _supportable(proposal_id: int) -> Supportable:
    return supportable_in(db.session.execute(supportable(), {"number": proposal_id}).one())


def _whole(proposal_id: int) -> Proposal:
    return db.session.scalars(queries.proposal(proposal_id)).unique().one()


def _at_once(
    real: Flask, act, accounts: list[int], proposal_id: int, find=_supportable
) -> list[bool]:
    barrier = Barrier(len(accounts))

    def one(account_id: int) -> bool:
        actor = Actor(id=account_id, roles=frozenset({Role.RESIDENT}))
        with real.app_context():
            barrier.wait(30)
            outcome = act(find(proposal_id), actor=actor, now=factories.soon())
            db.session.commit()
            return outcome

    with ThreadPoolExecutor(len(accounts)) as pool:
        return list(pool.map(one, accounts))


def _counted(session: Session, proposal_id: int) -> tuple[int, int]:
    session.rollback()
    written = session.scalar(
        select(func.count()).select_from(Support).where(Support.proposal_id == proposal_id)
    )
    shown = session.scalar(select(Proposal.support_count).where(Proposal.id == proposal_id))
    assert written is not None
    assert shown is not None
    return written, shown


def test_one_resident_who_presses_twenty_times_at_once_counts_once(real, committed):
    proposal_id = ProposalFactory().id
    outcomes = _at_once(real, supporting.support, [ResidentFactory().id] * THREADS, proposal_id)
    assert outcomes.count(True) == 1
    assert _counted(committed, proposal_id) == (1, 1)


def test_residents_who_press_at_once_all_count(real, committed):
    proposal_id = ProposalFactory().id
    accounts = [account.id for account in ResidentFactory.create_batch(THREADS)]
    assert all(_at_once(real, supporting.support, accounts, proposal_id))
    assert _counted(committed, proposal_id) == (THREADS, THREADS)
    assert all(_at_once(real, supporting.withdraw_support, accounts, proposal_id))
    assert _counted(committed, proposal_id) == (0, 0)


def test_the_end_of_support_is_told_once_when_four_find_it_at_once(real, committed):
    ended = factories.soon() - timedelta(hours=1)
    phase = Phase(kind=PhaseKind.COLLECT, title="Nu", starts_at=factories.LONG_AGO, ends_at=ended)
    process = ProcessFactory(support_threshold=3, phase=None, phases=[phase])
    author = ResidentFactory().id
    ProposalFactory(process=process, author_id=author)

    def tell(number: int) -> bool:
        with real.app_context():
            found = db.session.get_one(Process, process.id, options=[selectinload(Process.phases)])
            told = ending.tell_end_of_support(found, now=ended + timedelta(minutes=number))
            db.session.commit()
            return told

    assert sorted(at_once(tell, 4)) == [False, False, False, True]
    mails = select(func.count()).where(
        OutboxMessage.account_id == author, OutboxMessage.kind == "proposals.support_ended"
    )
    assert committed.scalar(mails) == 1


def _answered_at_once(real: Flask, merger_id: int, parts: dict[int, int]) -> None:
    """The author of each proposal says yes, all in the same moment."""
    barrier = Barrier(len(parts))

    def one(proposal_id: int) -> None:
        actor = Actor(id=parts[proposal_id], roles=frozenset({Role.RESIDENT}))
        with real.app_context():
            barrier.wait(30)
            found = db.session.scalars(mergers.merger(merger_id)).unique().one()
            merging.answer(found, proposal_id, Consent.YES, actor=actor, now=factories.soon())
            db.session.commit()

    with ThreadPoolExecutor(len(parts)) as pool:
        list(pool.map(one, parts))


def test_authors_who_answer_at_once_make_one_joint_proposal(real, committed):
    process = ProcessFactory()
    authors = [account.id for account in ResidentFactory.create_batch(4)]
    parts = {ProposalFactory(process=process, author_id=one).id: one for one in authors}
    clerk = Actor(id=ClerkFactory().id, roles=frozenset({Role.CLERK}))
    joint = merging.Joint(
        "Samen verder", "Bomen en bankjes.", "Bomen en bankjes samen.", "Dubbel werk."
    )
    with real.app_context():
        found = db.session.get_one(Process, process.id)
        merger = merging.propose(found, list(parts), joint, actor=clerk, now=factories.soon())
        db.session.commit()
        merger_id = merger.id
    _answered_at_once(real, merger_id, parts)
    joint_id = committed.scalar(select(Merger.joint_id).where(Merger.id == merger_id))
    assert joint_id is not None
    became = select(Proposal.state, Proposal.merged_into_id).where(Proposal.id.in_(parts))
    assert set(committed.execute(became).all()) == {(State.MERGED, joint_id)}
    assert committed.scalar(select(func.count()).where(Proposal.title == "Samen verder")) == 1


def test_support_that_is_brought_along_twenty_times_at_once_counts_once(real, committed):
    process, fan = ProcessFactory(), ResidentFactory()
    joint = ProposalFactory(process=process)
    olds = [
        ProposalFactory(process=process, state=State.MERGED, merged_into_id=joint.id)
        for _ in range(2)
    ]
    for old in olds:
        committed.add(Support(proposal_id=old.id, account_id=fan.id, since=factories.LONG_AGO))
        old.support_count = 1
    committed.commit()
    numbers = [old.id for old in olds]
    outcomes = _at_once(real, merging.move_support, [fan.id] * THREADS, joint.id, _whole)
    assert outcomes.count(True) == 1
    assert _counted(committed, joint.id) == (1, 1)
    assert [_counted(committed, number) for number in numbers] == [(0, 0), (0, 0)]


def _a_merger(real: Flask) -> tuple[int, int, Actor]:
    """A merger that is done, its joint proposal, and who can undo it."""
    process, authors = ProcessFactory(), ResidentFactory.create_batch(2)
    parts = {ProposalFactory(process=process, author_id=one.id).id: one.id for one in authors}
    clerk = Actor(id=ClerkFactory().id, roles=frozenset({Role.CLERK}))
    joint = merging.Joint(
        "Samen verder", "Bomen en bankjes.", "Bomen en bankjes samen.", "Dubbel werk."
    )
    with real.app_context():
        found = db.session.get_one(Process, process.id)
        merger = merging.propose(found, list(parts), joint, actor=clerk, now=factories.soon())
        for number, author_id in parts.items():
            author = Actor(id=author_id, roles=frozenset({Role.RESIDENT}))
            merging.answer(merger, number, Consent.YES, actor=author, now=factories.soon())
        db.session.commit()
        assert merger.joint_id is not None
        return merger.id, merger.joint_id, clerk


def _undo(real: Flask, merger_id: int, clerk: Actor) -> None:
    with real.app_context():
        found = db.session.scalars(mergers.merger(merger_id)).unique().one()
        merging.undo(found, actor=clerk, now=factories.soon())
        db.session.commit()


def test_who_had_the_page_open_cannot_support_what_was_undone_meanwhile(real, committed):
    merger_id, joint_id, clerk = _a_merger(real)
    fan = Actor(id=ResidentFactory().id, roles=frozenset({Role.RESIDENT}))
    with real.app_context():
        assert db.session.scalars(queries.proposal(joint_id)).unique().one()
        with ThreadPoolExecutor(1) as other:
            other.submit(_undo, real, merger_id, clerk).result(30)
        with pytest.raises(NotAllowed):
            supporting.support(_supportable(joint_id), actor=fan, now=factories.soon())
    assert _counted(committed, joint_id) == (0, 0)


def test_of_an_undo_and_a_support_in_the_same_moment_one_happens(real, committed):
    merger_id, joint_id, clerk = _a_merger(real)
    fan = Actor(id=ResidentFactory().id, roles=frozenset({Role.RESIDENT}))
    barrier = Barrier(2)

    def press() -> bool:
        with real.app_context():
            barrier.wait(30)
            try:
                supporting.support(_supportable(joint_id), actor=fan, now=factories.soon())
            except NotAllowed:
                return False
            db.session.commit()
            return True

    def undo() -> bool:
        barrier.wait(30)
        try:
            _undo(real, merger_id, clerk)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        pressed, undone = pool.submit(press), pool.submit(undo)
        assert pressed.result(30) is not undone.result(30)
    assert _counted(committed, joint_id) == (int(pressed.result()),) * 2


def _change(draft: Proposal, *, actor: Actor) -> None:
    writing.change(draft, WORDS, actor=actor)


def _publish(draft: Proposal, *, actor: Actor) -> None:
    writing.publish(draft, public_name="Annie", actor=actor, now=factories.soon())


def _elsewhere(real: Flask, draft_id: int, act, actor: Actor) -> None:
    """Do it in another request, while this one has the draft in hand already."""

    def request() -> None:
        with real.app_context():
            found = db.session.scalars(queries.proposal(draft_id)).unique().one()
            act(found, actor=actor)
            db.session.commit()

    with ThreadPoolExecutor(1) as other:
        other.submit(request).result(30)


@pytest.mark.parametrize(
    ("first", "then", "refusal"),
    [
        (_publish, _change, NotAllowed),
        (_publish, writing.discard, NotAllowed),
        (writing.discard, _change, NotFound),
        (writing.discard, _publish, NotFound),
    ],
)
def test_what_became_of_a_draft_meanwhile_is_not_undone(real, committed, first, then, refusal):
    author = ResidentFactory()
    draft_id = ProposalFactory(author_id=author.id, state=State.DRAFT, published_at=None).id
    actor = Actor(id=author.id, roles=frozenset({Role.RESIDENT}))
    with real.app_context():
        opened = db.session.scalars(queries.proposal(draft_id)).unique().one()
        _elsewhere(real, draft_id, first, actor)
        with pytest.raises(refusal):
            then(opened, actor=actor)


def test_a_reader_gets_the_new_list_at_once_from_the_cache(real, committed):
    process = ProcessFactory()
    address = f"/trajecten/{process.slug}/voorstellen"
    reader = visitor(real)
    first = reader.get(address).response
    assert (
        reader.raw.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    )
    ProposalFactory(process=process, title="Net nieuw")
    assert "Net nieuw" in reader.get(address).main


def _both(real: Flask, *acts) -> list[bool]:
    """Do these in the same moment, each in a request of its own; whether each was done."""
    barrier = Barrier(len(acts))

    def one(act) -> bool:
        with real.app_context():
            barrier.wait(30)
            try:
                act()
            except (Conflict, Invalid, NotAllowed):
                db.session.rollback()
                return False
            db.session.commit()
            return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def _clerk() -> Actor:
    return Actor(id=ClerkFactory().id, roles=frozenset({Role.CLERK}))


def test_of_two_clerks_who_merge_the_same_proposals_at_once_one_invites(real, committed):
    process, author = ProcessFactory(), ResidentFactory()
    numbers = [ProposalFactory(process=process, author_id=author.id).id for _ in range(2)]
    joint = merging.Joint(WORDS.title, WORDS.summary, WORDS.text, "Ze vragen bijna hetzelfde.")
    process_id = process.id

    def invite(clerk: Actor):
        def act() -> None:
            there = db.session.get_one(Process, process_id)
            merging.propose(there, numbers, joint, actor=clerk, now=factories.soon())

        return act

    assert sorted(_both(real, invite(_clerk()), invite(_clerk()))) == [False, True]
    committed.rollback()
    made = select(func.count()).select_from(Merger).where(Merger.process_id == process_id)
    assert committed.scalar(made) == 1


def test_an_author_who_takes_back_what_a_clerk_merges_at_once_breaks_nothing(real, committed):
    process, clerk = ProcessFactory(), _clerk()
    authors = [ResidentFactory().id for _ in range(2)]
    numbers = [ProposalFactory(process=process, author_id=author).id for author in authors]
    joint = merging.Joint(WORDS.title, WORDS.summary, WORDS.text, "Ze vragen bijna hetzelfde.")
    with real.app_context():
        there = db.session.get_one(Process, process.id)
        merger = merging.propose(there, numbers, joint, actor=clerk, now=factories.soon())
        db.session.commit()
        merger_id = merger.id
    one, other = (Actor(id=author, roles=frozenset({Role.RESIDENT})) for author in authors)

    def agree(number: int, actor: Actor) -> None:
        found = db.session.scalars(mergers.merger(merger_id)).unique().one()
        merging.answer(found, number, Consent.YES, actor=actor, now=factories.soon())

    with real.app_context():
        agree(numbers[0], one)
        db.session.commit()

    def take_back() -> None:
        revising.withdraw(
            _whole(numbers[0]), "Toch geen goed idee.", actor=one, now=factories.soon()
        )

    merged, taken_back = _both(real, lambda: agree(numbers[1], other), take_back)
    assert merged is not taken_back
    committed.rollback()
    states = committed.scalars(select(Proposal.state).where(Proposal.id.in_(numbers))).all()
    assert set(states) == ({State.MERGED} if merged else {State.WITHDRAWN, State.PUBLISHED})


def test_of_two_leaders_who_take_each_other_out_of_a_team_at_once_one_stays(real, committed):
    process, leaders = ProcessFactory(), [_clerk(), _clerk()]
    process_id = process.id
    row = {"process_id": process_id, "role": TeamRole.LEADER, "since": factories.LONG_AGO}
    committed.add_all(TeamMember(account_id=one.id, **row) for one in leaders)
    committed.add(OnlyTeam(process_id=process_id, since=factories.LONG_AGO))
    committed.commit()

    def remove(who: Actor, by: Actor):
        return lambda: teams.remove(
            process_id, who.id or 0, TeamRole.LEADER, actor=by, now=factories.soon()
        )

    done = _both(real, remove(leaders[0], leaders[1]), remove(leaders[1], leaders[0]))
    assert sorted(done) == [False, True]
    committed.rollback()
    left = select(func.count()).select_from(TeamMember).where(TeamMember.process_id == process_id)
    assert committed.scalar(left) == 1
