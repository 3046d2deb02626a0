"""Paper: who votes on it at the desk, and what two people typed of the papers in the box."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from participatie.core import audit
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, DomainError, Invalid, NotAllowed
from participatie.identity.rules import Actor
from participatie.votes.models.paper_ballots import PaperBallot, PaperPile, PileWithdrawal
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.queries import acts as act_queries
from participatie.votes.queries import letters as letter_queries
from participatie.votes.rules.acts import Act, public_reason
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.kinds import Choice
from participatie.votes.rules.paper_ballots import (
    Difference,
    Judged,
    Typed,
    Validity,
    differences,
    judge,
)
from participatie.votes.rules.papers import Paper
from participatie.votes.rules.rounds import Channel, Grade, RollKind, RoundState
from participatie.votes.services import board, locks
from participatie.votes.services.casting import paper as paper_of

MOST_PAPERS = 500  # in a pile: what two people type in an hour or two


def give_paper(vote_round: VoteRound, voter_key: bytes, *, actor: Actor, now: datetime) -> bool:
    """This person votes on paper: a vote that came in otherwise no longer counts.

    Whether there was one is what this tells; a second paper is refused. The board gets an entry
    that names nobody. Raises `NotAllowed` for who is not on a closed roll, `Conflict`.
    """
    if not actor.is_at_desk:
        raise NotAllowed(N_("Only the desk gives out a paper ballot."))
    if vote_round.grade is Grade.LIGHT:
        raise Conflict(N_("This vote is counted by itself when it closes, so it has no paper."))
    if not locks.share(vote_round.id):
        raise Conflict(N_("This vote is not open, so nobody gets a paper ballot."))
    version = _turn_to_paper(vote_round, voter_key)
    if version is None:
        raise _no_paper(vote_round, voter_key)
    had_voted = version > 1
    board.write(vote_round.id, EntryKind.PAPER, {"overrides": had_voted})
    subject = f"vote_round/{vote_round.id}"
    audit.record("votes.give_paper", account_id=actor.id, subject=subject, now=now)
    return had_voted


def _turn_to_paper(vote_round: VoteRound, voter_key: bytes) -> int | None:
    """Note the channel on the roll; how often this voter took a turn by now, None if refused."""
    where = Roll.version == 0, Roll.channel != Channel.PAPER
    changed = {"version": Roll.version + 1, "channel": Channel.PAPER}
    if vote_round.roll_kind is RollKind.OPEN:
        new = {"round_id": vote_round.id, "voter_key": voter_key, "channel": Channel.PAPER}
        return db.session.scalars(
            insert(Roll)
            .values(**new, version=1)
            .on_conflict_do_update(constraint="pk_roll", set_=changed, where=or_(*where))
            .returning(Roll.version)
        ).one_or_none()
    return db.session.scalars(
        update(Roll)
        .where(Roll.round_id == vote_round.id, Roll.voter_key == voter_key, or_(*where))
        .values(changed)
        .returning(Roll.version)
    ).one_or_none()


def _no_paper(vote_round: VoteRound, voter_key: bytes) -> DomainError:
    if db.session.get(Roll, (vote_round.id, voter_key)) is None:
        return NotAllowed(N_("This person is not on the list of voters of this vote."))
    return Conflict(N_("This person has a paper ballot already."))


def begin_pile(vote_round: VoteRound, papers: int, *, actor: Actor, now: datetime) -> PaperPile:
    """A pile of papers out of the box, to be typed twice. Raises `Invalid` and `Conflict`."""
    _only_after_closing(vote_round, actor)
    if not 1 <= papers <= MOST_PAPERS:
        raise Invalid(
            N_("Fill in how many papers this pile has: 1 to %(most)s. Make more piles for more."),
            field="papers",
            most=MOST_PAPERS,
        )
    last = select(func.max(PaperPile.number)).where(PaperPile.round_id == vote_round.id)
    number = (db.session.scalars(last).one() or 0) + 1
    pile = PaperPile(round_id=vote_round.id, number=number, papers=papers)
    db.session.add(pile)
    db.session.flush()
    detail = {"number": number, "papers": papers}
    subject = f"vote_round/{vote_round.id}"
    audit.record("votes.begin_pile", account_id=actor.id, subject=subject, now=now, detail=detail)
    return pile


def turn_of(pile: PaperPile, actor: Actor) -> int:
    """Whether somebody types this pile first or second; the first free turn is theirs.

    Raises `NotAllowed` when two others type it.
    """
    if actor.id == pile.first_id:
        return 1
    if actor.id == pile.second_id:
        return 2
    if pile.first_id is None:
        return 1
    if pile.second_id is None:
        return 2
    raise NotAllowed(N_("Two others type this pile. Take another one."))


def type_paper(
    pile: PaperPile, vote_round: VoteRound, number: int, typed: Typed, *, actor: Actor
) -> Judged:
    """Store one paper as `actor` read it, and say what it is worth. Typing it again replaces it.

    Raises `Invalid`, `NotAllowed`, and `Conflict` when the pile is agreed on.
    """
    _only_after_closing(vote_round, actor)
    db.session.refresh(pile, with_for_update=True)
    if pile.agreed_at is not None:
        raise Conflict(N_("Both found the same on this pile, so nobody changes it."))
    if not 1 <= number <= pile.papers:
        raise Invalid(
            N_("The papers of this pile are numbered 1 to %(most)s."),
            field="number",
            most=pile.papers,
        )
    turn = turn_of(pile, actor)
    judged = judge(paper_of(vote_round.id).questions, typed)
    if turn == 1:
        pile.first_id = actor.id
    else:
        pile.second_id = actor.id
    answers = [None if answer is None else list(answer) for answer in typed.answers]
    row = {"pile_id": pile.id, "turn": turn, "number": number}
    found = {"fault": typed.fault, "answers": answers}
    db.session.execute(
        insert(PaperBallot)
        .values(**row, **found)
        .on_conflict_do_update(constraint="pk_paper_ballot", set_=found)
    )
    db.session.flush()
    return judged


def compare(pile: PaperPile, ballot_paper: Paper) -> list[Difference]:
    """The papers of a pile on which the two differ, those that one did not type yet among them."""
    first, second = (_judged(pile.id, turn, ballot_paper) for turn in (1, 2))
    everything = range(1, pile.papers + 1)
    missing = [
        Difference(number, None, None)
        for number in everything
        if number not in first and number not in second
    ]
    return sorted([*differences(first, second), *missing], key=lambda found: found.number)


def agree(pile: PaperPile, vote_round: VoteRound, *, actor: Actor, now: datetime) -> None:
    """Close a pile of which two people found the same on every paper. Raises `Conflict`."""
    _only_after_closing(vote_round, actor)
    db.session.refresh(pile, with_for_update=True)
    if pile.agreed_at is not None:
        raise Conflict(N_("This pile is closed already."))
    if compare(pile, paper_of(vote_round.id)):
        raise Conflict(N_("There are still differences. Look at those papers again, together."))
    pile.agreed_at = now
    db.session.flush()
    subject, detail = f"paper_pile/{pile.id}", {"papers": pile.papers}
    audit.record("votes.agree_pile", account_id=actor.id, subject=subject, now=now, detail=detail)


def withdraw_pile(
    pile: PaperPile, vote_round: VoteRound, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Take a pile back, also one that is agreed on: two people type its papers in another pile.

    Raises `NotAllowed`, `Invalid`, and `Conflict` once two people have finalised, or when it was
    taken back already.
    """
    _only_after_closing(vote_round, actor)
    why = public_reason(reason)
    db.session.refresh(pile, with_for_update=True)
    if db.session.get(PileWithdrawal, pile.id) is not None:
        raise Conflict(N_("This pile is taken back already."))
    taken = PileWithdrawal(pile_id=pile.id, withdrawn_by=actor.id, withdrawn_at=now, reason=why)
    db.session.add(taken)
    db.session.flush()
    subject, detail = f"paper_pile/{pile.id}", {"papers": pile.papers, "reason": why}
    audit.record(
        "votes.withdraw_pile", account_id=actor.id, subject=subject, now=now, detail=detail
    )


def choices_on_paper(round_id: int, ballot_paper: Paper) -> Counter[Choice]:
    """What the papers say that count, each with how often; a blank question is an empty answer.

    Raises `Conflict` while there is a pile that two people did not agree on.
    """
    choices = Counter[Choice]()
    for pile in db.session.scalars(letter_queries.piles(round_id)):
        if pile.agreed_at is None:
            raise Conflict(N_("Not all papers are typed twice yet."))
        judged = _judged(pile.id, 1, ballot_paper).values()
        choices.update(one.choice for one in judged if one.validity is not Validity.INVALID)
    return choices


def _judged(pile_id: int, turn: int, ballot_paper: Paper) -> dict[int, Judged]:
    rows: Sequence[PaperBallot] = db.session.scalars(letter_queries.papers(pile_id, turn)).all()
    return {
        row.number: judge(ballot_paper.questions, Typed(_answers(row), row.fault)) for row in rows
    }


def _answers(row: PaperBallot) -> tuple[tuple[str, ...] | None, ...]:
    return tuple(None if marks is None else tuple(marks) for marks in row.answers)


def _only_after_closing(vote_round: VoteRound, actor: Actor) -> None:
    """And before two people finalise: they see how much there is to count. Holds the round."""
    if not actor.is_clerk:
        raise NotAllowed(N_("Only the team of the municipality types paper ballots."))
    if vote_round.grade is Grade.LIGHT:
        raise Conflict(N_("This vote is counted by itself when it closes, so it has no paper."))
    if vote_round.rehearsal_of is not None:
        raise Conflict(N_("A rehearsal has no paper ballots."))
    locks.have_alone(vote_round.id)
    state = select(VoteRound.state).where(VoteRound.id == vote_round.id)
    is_closed = db.session.scalars(state).one() is RoundState.CLOSED
    finalised = act_queries.confirmed(vote_round.id, Act.FINALISE)
    if not is_closed or db.session.scalars(finalised).first() is not None:
        raise Conflict(N_("Papers are typed after the vote has closed and before it is counted."))
