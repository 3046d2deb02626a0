"""Paper: who votes on it at the desk, and what two people typed of the papers in the box."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from participatie.core import audit
from participatie.core.db import db, hold_row
from participatie.core.errors import N_, Conflict, DomainError, Invalid, NotAllowed
from participatie.identity.rules import Actor
from participatie.votes.models.paper_ballots import PaperBallot, PaperPile, PileWithdrawal
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.queries import letters as letter_queries
from participatie.votes.rules.acts import public_reason
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.hand_counts import can_be_counted_by_hand
from participatie.votes.rules.kinds import Answer
from participatie.votes.rules.paper_ballots import (
    Difference,
    Judged,
    Typed,
    Validity,
    differences,
    judge,
)
from participatie.votes.rules.papers import Paper
from participatie.votes.rules.rounds import Channel, Grade, RollKind
from participatie.votes.services import board, hand_counts, locks, piles
from participatie.votes.services.casting import paper as paper_of


@dataclass(frozen=True, slots=True)
class PileCount:
    """What a pile on which two people agree says.

    `ballots` is how many of its papers count, `answers` the answers to each question in order with
    how often; a blank question is an empty answer.
    """

    pile: PaperPile
    ballots: int
    answers: list[Counter[Answer]]


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


def begin_pile(
    vote_round: VoteRound, papers: int, *, by_hand: bool = False, actor: Actor, now: datetime
) -> PaperPile:
    """A pile of papers out of the box, to be typed twice, or counted twice `by_hand`.

    Raises `Invalid`, and `Conflict` too where totals would not say it all.
    """
    piles.only_after_closing(vote_round, actor)
    if not 1 <= papers <= piles.MOST_PAPERS:
        raise Invalid(
            N_("Fill in how many papers this pile has: 1 to %(most)s. Make more piles for more."),
            field="papers",
            most=piles.MOST_PAPERS,
        )
    if by_hand and not can_be_counted_by_hand(paper_of(vote_round.id).questions):
        raise Conflict(N_("This vote has a question with more than one answer: type its papers."))
    last = select(func.max(PaperPile.number)).where(PaperPile.round_id == vote_round.id)
    number = (db.session.scalars(last).one() or 0) + 1
    pile = PaperPile(round_id=vote_round.id, number=number, papers=papers, by_hand=by_hand)
    db.session.add(pile)
    db.session.flush()
    detail = {"number": number, "papers": papers, "by_hand": by_hand}
    subject = f"vote_round/{vote_round.id}"
    audit.record("votes.begin_pile", account_id=actor.id, subject=subject, now=now, detail=detail)
    return pile


def type_paper(
    pile: PaperPile, vote_round: VoteRound, number: int, typed: Typed, *, actor: Actor
) -> Judged:
    """Store one paper as `actor` read it, and say what it is worth. Typing it again replaces it.

    Raises `Invalid`, `NotAllowed`, and `Conflict` when the pile is agreed on.
    """
    piles.only_after_closing(vote_round, actor)
    piles.hold(pile)
    if pile.by_hand:
        raise Conflict(N_("This pile is counted by hand. Fill in the totals."))
    if not 1 <= number <= pile.papers:
        raise Invalid(
            N_("The papers of this pile are numbered 1 to %(most)s."),
            field="number",
            most=pile.papers,
        )
    judged = judge(paper_of(vote_round.id), typed)
    turn = piles.take_turn(pile, actor)
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
    piles.only_after_closing(vote_round, actor)
    hold_row(pile)
    if pile.agreed_at is not None:
        raise Conflict(N_("This pile is closed already."))
    if _differs(pile, paper_of(vote_round.id)):
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
    piles.only_after_closing(vote_round, actor)
    why = public_reason(reason)
    hold_row(pile)
    if db.session.get(PileWithdrawal, pile.id) is not None:
        raise Conflict(N_("This pile is taken back already."))
    taken = PileWithdrawal(pile_id=pile.id, withdrawn_by=actor.id, withdrawn_at=now, reason=why)
    db.session.add(taken)
    db.session.flush()
    subject, detail = f"paper_pile/{pile.id}", {"papers": pile.papers, "reason": why}
    audit.record(
        "votes.withdraw_pile", account_id=actor.id, subject=subject, now=now, detail=detail
    )


def counted_piles(round_id: int, ballot_paper: Paper) -> list[PileCount]:
    """What every pile says. Raises `Conflict` while there is one without agreement."""
    found = db.session.scalars(letter_queries.piles(round_id)).all()
    if any(pile.agreed_at is None for pile in found):
        raise Conflict(N_("Not all papers are typed twice yet."))
    return [_counted(pile, ballot_paper) for pile in found]


def _counted(pile: PaperPile, ballot_paper: Paper) -> PileCount:
    if pile.by_hand:
        totals = hand_counts.answers(pile, ballot_paper)
        return PileCount(pile, max(map(Counter.total, totals)), totals)
    judged = _judged(pile.id, 1, ballot_paper).values()
    valid = [one.choice for one in judged if one.validity is not Validity.INVALID]
    places = range(len(ballot_paper.questions))
    return PileCount(pile, len(valid), [Counter(one[place] for one in valid) for place in places])


def _differs(pile: PaperPile, ballot_paper: Paper) -> bool:
    if pile.by_hand:
        return hand_counts.compare(pile, ballot_paper) != {}
    return bool(compare(pile, ballot_paper))


def _judged(pile_id: int, turn: int, ballot_paper: Paper) -> dict[int, Judged]:
    rows: Sequence[PaperBallot] = db.session.scalars(letter_queries.papers(pile_id, turn)).all()
    return {row.number: judge(ballot_paper, Typed(_answers(row), row.fault)) for row in rows}


def _answers(row: PaperBallot) -> tuple[tuple[str, ...] | None, ...]:
    return tuple(None if marks is None else tuple(marks) for marks in row.answers)
