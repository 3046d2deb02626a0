"""What stands in the protocol of a vote whose result everybody may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from participatie.core.db import db
from participatie.core.errors import N_, NotFound
from participatie.identity.models import Account
from participatie.votes.models.acts import PublishedResult, VoteAct
from participatie.votes.models.ballots import Tally
from participatie.votes.models.board import BoardHead, EntryStatus
from participatie.votes.models.letter_codes import CodeBatch
from participatie.votes.models.paper_ballots import PaperPile
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import acts as act_queries
from participatie.votes.queries import letters as letter_queries
from participatie.votes.queries import results as result_queries
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.board import Status
from participatie.votes.rules.cells import told
from participatie.votes.rules.rounds import Channel
from participatie.votes.services import desk_watch, heads, holders, results
from participatie.votes.services.entitling import WhoMay, who_may


@dataclass(frozen=True, slots=True)
class Protocol:
    """The facts; numbers of fewer than ten people by one road are held back.

    `held_back` are the codes of the areas of which nobody reads how many chose there;
    `opened_with` names the two holders whose keys opened a heavy vote.
    """

    vote: VoteRound
    whom: WhoMay
    tallies: Sequence[Tally]
    held_back: frozenset[str]
    shown: Sequence[PublishedResult]
    acts: Sequence[VoteAct]
    names: Mapping[int, str]
    opened_with: Sequence[str]
    voters: int
    on_roll: int
    channels: Mapping[Channel, int | None]
    statuses: Mapping[Status, int]
    papers: int
    piles: Sequence[PaperPile]
    letters: int
    new_codes: Sequence[int]
    many_codes: Sequence[int]
    head: BoardHead | None
    head_note: str


def protocol(round_id: int) -> Protocol:
    """Raises `NotFound` before a result is published."""
    vote = db.session.scalars(round_queries.public_round(round_id)).one_or_none()
    tallies = db.session.scalars(result_queries.visible_tallies(round_id)).all()
    if vote is None or not tallies:
        raise NotFound(N_("There is no result yet."))
    channels = {
        row.channel: row.voters
        for row in db.session.execute(round_queries.voters_by_channel(round_id))
    }
    head = heads.last_head(round_id)
    acts = [
        act
        for act in db.session.scalars(act_queries.acts(round_id).order_by(None))
        if act.confirmed_at is not None
    ]
    letters = select(func.coalesce(func.sum(CodeBatch.printed), 0)).where(
        CodeBatch.round_id == round_id
    )
    new_codes = letter_queries.reissued().where(VoteRound.id == round_id)
    return Protocol(
        vote=vote,
        whom=who_may(round_id),
        tallies=tallies,
        held_back=results.held_back(vote, tallies, results.shows(vote, results.counted(round_id))),
        shown=db.session.scalars(result_queries.published_results(round_id)).all(),
        acts=sorted(acts, key=lambda act: act.id),
        names=_names(vote, acts),
        opened_with=holders.who_opened(round_id),
        voters=sum(channels.values()),
        on_roll=db.session.scalars(round_queries.on_roll(round_id)).one(),
        channels=told(channels),
        statuses=_statuses(round_id),
        papers=db.session.scalars(letter_queries.papers_given(round_id)).one(),
        piles=db.session.scalars(letter_queries.piles(round_id)).all(),
        letters=db.session.scalars(letters).one(),
        new_codes=[row.codes for row in db.session.execute(new_codes)],
        many_codes=[one.codes for one in desk_watch.many_codes(VoteRound.id == round_id)],
        head=head,
        head_note=heads.head_note(head) if head else "",
    )


def _statuses(round_id: int) -> dict[Status, int]:
    """How many casts had each status."""
    counted = (
        select(EntryStatus.status, func.count().label("number"))
        .where(EntryStatus.round_id == round_id)
        .group_by(EntryStatus.status)
        .order_by(EntryStatus.status)
    )
    return {row.status: row.number for row in db.session.execute(counted)}


def _names(vote: VoteRound, acts: Sequence[VoteAct]) -> dict[int, str]:
    """The names of who closed the vote, by account."""
    people = {vote.clerk_id, vote.second_id, vote.substitute_id}
    people |= {number for act in acts for number in (act.asked_by, act.confirmed_by)}
    accounts = select(Account).where(Account.id.in_([one for one in people if one is not None]))
    return {one.id: one.public_name or "–" for one in db.session.scalars(accounts)}
