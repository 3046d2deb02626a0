"""Plans of a budget: taken over from proposals or entered, written anew, and withdrawn."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, literal, select
from sqlalchemy.dialects.postgresql import insert

from participatie.areas.models import Area
from participatie.budget.models.budgets import Budget, Project, ProjectConflict
from participatie.budget.queries import budgets as queries
from participatie.budget.rules.projects import (
    SUMMARY_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    in_short,
    pair_of,
    shortened,
)
from participatie.contributions.models import ContributionTag, Follow
from participatie.contributions.rules import TRANSITIONS, State, tags_in
from participatie.contributions.services import fill_in, hold, set_category, set_tags, written
from participatie.core import audit, outbox
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, Invalid, NotAllowed
from participatie.core.states import advance
from participatie.identity.rules import Actor
from participatie.maps.services import placed
from participatie.proposals.models import Proposal, Support
from participatie.votes.models.rounds import VoteRound
from participatie.votes.rules.rounds import RoundState
from participatie.votes.services import withdrawing

REASON_LENGTH = (10, 500)


@dataclass(frozen=True, slots=True)
class Words:
    """What a clerk says of a plan; amounts in cents, no area is the whole municipality.

    `tags` is a line with commas, `category_id` a category of its process.
    """

    title: str
    summary: str
    text: str
    area_id: int | None
    cost: int
    yearly_cost: int | None
    point: str = ""
    tags: str = ""
    category_id: int | None = None


def take_over(
    budget: Budget, proposals: Sequence[Proposal], *, actor: Actor, now: datetime
) -> list[Project]:
    """Make plans of proposals: words, place, author and followers go along, and supporters hear it.

    A proposal that is a plan already is left out. Raises `NotAllowed` and `Conflict`.
    """
    refuse_unless_changeable(budget, actor=actor)
    taken = set(db.session.scalars(queries.taken_over(budget.id)))
    made = [
        _taken_over(budget, proposal, now=now) for proposal in proposals if proposal.id not in taken
    ]
    db.session.flush()
    for project in made:
        _follow_along(project)
        _tags_along(project)
        _tell_supporters(budget, project, now=now)
        _note("budget.take_over", project, actor=actor, now=now, proposal=project.proposal_id)
    return made


def add(budget: Budget, words: Words, *, actor: Actor, now: datetime) -> Project:
    """A plan that nobody proposed here. Raises `NotAllowed`, `Conflict` and `Invalid`."""
    refuse_unless_changeable(budget, actor=actor)
    project = Project(
        process_id=budget.process_id,
        budget_id=budget.id,
        state=State.PUBLISHED,
        author_name="",
        created_at=now,
        published_at=now,
    )
    _fill(project, words, has_assessment=budget.has_assessment)
    db.session.add(project)
    db.session.flush()
    set_tags(project, tags_in(words.tags))
    _note("budget.add_plan", project, actor=actor, now=now)
    return project


def change(budget: Budget, project: Project, words: Words, *, actor: Actor, now: datetime) -> None:
    """Say a plan otherwise; its author hears what it says in short from now on.

    Raises `NotAllowed`, `Conflict` and `Invalid`.
    """
    refuse_unless_changeable(budget, actor=actor)
    before = _facts(project)
    _fill(project, words, has_assessment=budget.has_assessment)
    set_tags(project, tags_in(words.tags))
    after = _facts(project)
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    _note("budget.change_plan", project, actor=actor, now=now, changed=changed)
    if "summary" in changed and project.author_id is not None:
        outbox.tell(
            project.author_id,
            "budget.in_short",
            dedup=f"{project.id}/{now.isoformat()}",
            now=now,
            parameters={
                "project_id": project.id,
                "title": project.title,
                "language": project.language,
                "summary": project.summary,
                "path": _path(project),
            },
        )


def keep_apart(
    budget: Budget, project: Project, others: Collection[int], *, actor: Actor, now: datetime
) -> None:
    """Let at most one of this plan and each of `others` win. Raises `NotAllowed`, `Conflict`."""
    refuse_unless_changeable(budget, actor=actor)
    there = set(db.session.scalars(select(Project.id).where(Project.budget_id == budget.id)))
    if not set(others) <= there:
        raise Conflict(N_("This has changed in the meantime. Look at the page again."))
    pairs = {pair_of(project.id, other) for other in others}
    mine = (ProjectConflict.project_id == project.id) | (ProjectConflict.other_id == project.id)
    db.session.execute(delete(ProjectConflict).where(mine))
    db.session.add_all(ProjectConflict(project_id=a, other_id=b) for a, b in sorted(pairs))
    db.session.flush()
    _note("budget.keep_apart", project, actor=actor, now=now, others=sorted(others))


def withdraw(
    project: Project, vote: VoteRound | None, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Let a plan win no more, for a public reason, until the votes are counted.

    Ballots stay as they were cast; the count leaves the plan out. Authors and followers of the
    plans and of the process hear that a vote can be changed until closing. Raises `NotAllowed`,
    `Conflict` and `Invalid`.
    """
    _refuse_others(actor)
    told = written(reason, REASON_LENGTH, field="reason")
    hold(project)
    if vote is not None and vote.state not in {RoundState.DRAFT, RoundState.OPEN}:
        raise Conflict(N_("The vote is over. A plan cannot be withdrawn any more."))
    project.state = advance(TRANSITIONS, project.state, State.WITHDRAWN)
    project.withdrawn_because = told
    if project.option is not None:
        withdrawing.withdraw(project.option, reason=told, now=now)
    db.session.flush()
    _note("budget.withdraw_plan", project, actor=actor, now=now, reason=told)
    is_open = vote is not None and vote.state is RoundState.OPEN
    outbox.tell_each(
        queries.to_tell_of_withdrawal(project),
        "budget.withdrawn",
        dedup=str(project.id),
        now=now,
        parameters={
            "project_id": project.id,
            "title": project.title,
            "language": project.language,
            "reason": told,
            "is_open": is_open,
            "path": _path(project),
        },
    )


def _taken_over(budget: Budget, proposal: Proposal, *, now: datetime) -> Project:
    if proposal.process_id != budget.process_id or proposal.state is not State.PUBLISHED:
        raise Conflict(N_("This has changed in the meantime. Look at the page again."))
    project = Project(
        process_id=budget.process_id,
        budget_id=budget.id,
        proposal_id=proposal.id,
        state=State.PUBLISHED,
        author_id=proposal.author_id,
        author_name=proposal.author_name,
        language=proposal.language,
        area_id=proposal.area_id,
        category_id=proposal.category_id,
        latitude=proposal.latitude,
        longitude=proposal.longitude,
        title=proposal.title,
        summary=shortened(proposal.summary),
        text=proposal.text,
        html=proposal.html,
        cost=0,
        created_at=now,
        published_at=now,
    )
    db.session.add(project)
    return project


def _follow_along(project: Project) -> None:
    """Who follows the proposal follows the plan."""
    rows = select(literal(project.id), Follow.account_id, Follow.since).where(
        Follow.contribution_id == project.proposal_id
    )
    columns = ["contribution_id", "account_id", "since"]
    db.session.execute(insert(Follow).from_select(columns, rows).on_conflict_do_nothing())


def _tags_along(project: Project) -> None:
    """By the words by which the proposal is found, the plan is found too."""
    carried = select(literal(project.id), ContributionTag.tag_id).where(
        ContributionTag.contribution_id == project.proposal_id
    )
    db.session.execute(insert(ContributionTag).from_select(["contribution_id", "tag_id"], carried))


def _tell_supporters(budget: Budget, project: Project, *, now: datetime) -> None:
    supporters = select(Support.account_id).where(Support.proposal_id == project.proposal_id)
    authors = select(Project.author_id).where(
        Project.id == project.id, Project.author_id.is_not(None)
    )
    outbox.tell_each(
        supporters.union(authors),  # type: ignore[arg-type]
        "budget.taken_over",
        dedup=str(project.id),
        now=now,
        parameters={
            "project_id": project.id,
            "title": project.title,
            "language": project.language,
            "budget": budget.title,
            "path": _path(project),
        },
    )


def _fill(project: Project, words: Words, *, has_assessment: bool) -> None:
    """Costs may be unknown where plans are assessed: the assessment gives them."""
    fill_in(project, words, title=TITLE_LENGTH, summary=SUMMARY_LENGTH, text=TEXT_LENGTH)
    project.summary = in_short(project.summary)
    tags_in(words.tags)
    if words.cost <= 0 and not has_assessment:
        raise Invalid(N_("Fill in what the plan costs."), field="cost")
    if words.area_id is not None and db.session.get(Area, words.area_id) is None:
        raise Invalid(N_("Choose an area from the list."), field="area")
    project.point, project.area_id = placed(words.point, words.area_id)
    set_category(project, words.category_id)
    project.cost = words.cost
    project.yearly_cost = words.yearly_cost


def _facts(project: Project) -> dict[str, Any]:
    names = (
        *("title", "summary", "text", "area_id", "category_id"),
        *("latitude", "longitude", "cost", "yearly_cost"),
    )
    return {name: getattr(project, name) for name in names}


def _path(project: Project) -> str:
    return f"/plannen/{project.id}"


def refuse_unless_changeable(budget: Budget, *, actor: Actor) -> None:
    """Plans change until the rules of the vote are fixed. Raises `NotAllowed`, `Conflict`."""
    _refuse_others(actor)
    vote = budget.round
    if vote is not None and (vote.rules_hash is not None or vote.state is not RoundState.DRAFT):
        raise Conflict(N_("The rules of this vote are fixed already."))


def _refuse_others(actor: Actor) -> None:
    if not actor.is_clerk:
        raise NotAllowed(N_("Only the team of the municipality does this."))


def _note(act: str, project: Project, *, actor: Actor, now: datetime, **detail: Any) -> None:
    subject = f"contribution/{project.id}"
    audit.record(act, account_id=actor.id, subject=subject, now=now, detail=detail)
