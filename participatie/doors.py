"""Which process an address leads to, by the name of the number that it holds.

A new name in the address of a page of the staff is added here, or to the pages of the whole
municipality in the tests of this table.
"""

from sqlalchemy import BigInteger, Select, literal, select

from participatie.budget.models.budgets import Budget
from participatie.budget.models.changes import OutcomeChange
from participatie.contributions.models import Contribution, ContributionImage
from participatie.core.db import Base
from participatie.proposals.models import Merger
from participatie.teams.door import Door, ProcessOf
from participatie.votes.models.acts import VoteAct
from participatie.votes.models.rounds import VoteRound


def _itself(number: int) -> Select[int]:
    return select(literal(number, BigInteger))


def _budget(number: int) -> Select[int]:
    return select(Budget.process_id).where(Budget.id == number)


def _contribution(number: int) -> Select[int]:
    return select(_CONTRIBUTION.c.process_id).where(_CONTRIBUTION.c.id == number)


def _round(number: int) -> Select[int | None]:
    return select(VoteRound.process_id).where(VoteRound.id == number)


def _act(number: int) -> Select[int | None]:
    of_act = select(VoteAct.round_id).where(VoteAct.id == number).scalar_subquery()
    return select(VoteRound.process_id).where(VoteRound.id == of_act)


def _change(number: int) -> Select[int]:
    plan = select(OutcomeChange.project_id).where(OutcomeChange.id == number).scalar_subquery()
    return select(_CONTRIBUTION.c.process_id).where(_CONTRIBUTION.c.id == plan)


def _image(number: int) -> Select[int]:
    shown = select(ContributionImage.contribution_id).where(ContributionImage.image_id == number)
    return select(_CONTRIBUTION.c.process_id).where(_CONTRIBUTION.c.id.in_(shown))


def _merger(number: int) -> Select[int]:
    return select(Merger.process_id).where(Merger.id == number)


_CONTRIBUTION = Base.metadata.tables[Contribution.__tablename__]

PROCESS_OF: ProcessOf = {
    "process_id": _itself,
    "budget_id": _budget,
    "project_id": _contribution,
    "contribution_id": _contribution,
    "round_id": _round,
    "act_id": _act,
    "change_id": _change,
    "image_id": _image,
    "merger_id": _merger,
}
"""The first of these names that an address holds says the process."""

DOOR = Door(PROCESS_OF)
