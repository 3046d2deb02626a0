"""Putting the plans of a budget on the ballot, and opening its vote."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from participatie.budget.models.assessment import Assessment
from participatie.budget.models.budgets import Budget, Project
from participatie.budget.queries import assessments
from participatie.budget.queries import budgets as queries
from participatie.budget.rules.areas import Division
from participatie.budget.rules.assessment import AssessmentState, is_settled
from participatie.budget.rules.projects import MOST_WORDS, exclusive_groups, fits_ballot
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, Invalid
from participatie.core.money import euros
from participatie.identity.rules import Actor
from participatie.votes.keys import Keys
from participatie.votes.models.rounds import VoteOption, VoteQuestion, VoteRound
from participatie.votes.queries.rounds import with_questions
from participatie.votes.rules.kinds import Option
from participatie.votes.rules.rounds import RoundState
from participatie.votes.services import opening
from participatie.votes.services.papers import question_of


def open_vote(budget: Budget, *, keys: Keys, actor: Actor, now: datetime) -> None:
    """Put the published projects on the ballot, title and cost frozen, and open the vote on time.

    Raises `NotAllowed`, `Conflict` and `Invalid`.
    """
    if budget.round_id is None:
        raise Conflict(N_("This budget has no vote yet. Set up the dates first."))
    vote_round = db.session.scalars(
        with_questions(budget.round_id).with_for_update(of=VoteRound)
    ).one()
    if vote_round.rules_hash is None and vote_round.state is RoundState.DRAFT:
        for fault in faults_of_assessment(budget, now=now):
            raise fault
        for fault in _faults_of_groups(vote_round):
            raise fault
        projects = db.session.scalars(queries.publishable(budget.id)).all()
        _freeze_projects(vote_round, projects)
        groups = exclusive_of(budget, projects)
        if groups:
            vote_round.counting = {**vote_round.counting, "exclusive": groups}
    opening.open_round(vote_round, keys=keys, actor=actor, now=now)


def exclusive_of(budget: Budget, projects: Sequence[Project]) -> list[list[str]]:
    """The groups of plans of which at most one can win, by the codes of their options."""
    pairs = [(a, b) for a, b in db.session.execute(queries.conflicts(budget.id))]
    return exclusive_groups(pairs, [project.id for project in projects])


def ballot_of(vote_round: VoteRound, projects: Sequence[Project]) -> dict[str, list[Option]]:
    """The plans of each question as they come on the ballot. Raises `Invalid`."""
    placed, homeless = by_question(vote_round, projects)
    for fault in _faults_of_plans(projects, homeless, _division(vote_round)):
        raise fault
    return {
        code: [Option(str(p.id), p.title, p.cost, euros(p.cost)) for p in found]
        for code, found in placed.items()
    }


def faults(
    vote_round: VoteRound, projects: Sequence[Project], *, now: datetime
) -> Iterator[Invalid]:
    """What must be mended before the vote of a budget can open with these projects.

    Faults of the ballot have the code of their question as field, those of the plans «plans».
    """
    yield from faults_of_ballot(vote_round, projects)
    yield from opening.faults_beside_questions(vote_round, now=now)


def faults_of_ballot(vote_round: VoteRound, projects: Sequence[Project]) -> Iterator[Invalid]:
    """What must be mended of the plans and of what is asked about them."""
    placed, homeless = by_question(vote_round, projects)
    yield from _faults_of_plans(projects, homeless, _division(vote_round))
    yield from _faults_of_groups(vote_round)
    for asked in vote_round.questions:
        options = {
            str(p.id): Option(str(p.id), p.title, p.cost) for p in placed.get(asked.code, ())
        }
        yield from replace(question_of(asked), options=options).faults()


def faults_of_assessment(budget: Budget, *, now: datetime) -> Iterator[Invalid]:
    """The plans of which nobody can say yet whether they come on the ballot."""
    if not budget.has_assessment:
        return
    for project, last in db.session.execute(assessments.with_assessments(budget.id)):
        if last is None or not is_settled(last.state, last.objection_by, now=now):
            yield Invalid(_why_undecided(last), field="assessment", title=project.title)


def _why_undecided(last: Assessment | None) -> str:
    if last is None or last.state is AssessmentState.OPEN:
        return N_("«%(title)s» is not assessed yet.")
    if last.state is AssessmentState.WITH_AUTHOR:
        return N_("«%(title)s» waits for its maker, who can still agree or respond.")
    return N_("«%(title)s» cannot be done, and its maker can still ask for another look.")


def by_question(
    vote_round: VoteRound, projects: Sequence[Project]
) -> tuple[dict[str, list[Project]], list[Project]]:
    """The projects by the question that asks for them, and those of no part with money."""
    placed: dict[str, list[Project]] = {asked.code: [] for asked in vote_round.questions}
    homeless = []
    division = _division(vote_round)
    for project in projects:
        code = division.code(_part_of(project, division)) if division else next(iter(placed))
        if code in placed:
            placed[code].append(project)
        else:
            homeless.append(project)
    return placed, homeless


def _division(vote_round: VoteRound) -> Division | None:
    """What the questions are about; nothing for one pot."""
    return Division.of(vote_round.questions[0].code)


def _part_of(project: Project, division: Division) -> int | None:
    return project.area_id if division is Division.AREA else project.category_id


def _faults_of_plans(
    projects: Sequence[Project], homeless: Sequence[Project], division: Division | None
) -> Iterator[Invalid]:
    """Plans without cost, too long for the ballot, and plans that no part can pay."""
    for project in projects:
        if not project.cost:
            yield Invalid(
                N_("«%(title)s» has no costs yet. Fill them in."),
                field="plans",
                title=project.title,
            )
        if not fits_ballot(project.summary):
            yield Invalid(
                N_("«%(title)s» is too long in short. Say it in at most %(most)s words."),
                field="plans",
                title=project.title,
                most=MOST_WORDS,
            )
    for project in homeless:
        yield Invalid(
            N_("«%(title)s» has no theme that has money. Choose another theme for it.")
            if division is Division.CATEGORY
            else N_("«%(title)s» lies in no area that has money. Choose another area for it."),
            field="plans",
            title=project.title,
        )


def _faults_of_groups(vote_round: VoteRound) -> Iterator[Invalid]:
    """Areas that are in no group, where others are."""
    if not any(asked.group_code for asked in vote_round.questions):
        return
    for asked in vote_round.questions:
        if not asked.group_code:
            yield Invalid(
                N_("%(area)s is in no group yet. Tick it in one of the groups."),
                field="groups",
                area=asked.title,
            )


def _freeze_projects(vote_round: VoteRound, projects: Sequence[Project]) -> None:
    """One option for each project. Raises `Invalid` for one that no part can pay."""
    placed, homeless = by_question(vote_round, projects)
    for fault in _faults_of_plans(projects, homeless, _division(vote_round)):
        raise fault
    for question in vote_round.questions:
        for project in placed[question.code]:
            question.options.append(_option(question, project))
    db.session.flush()


def _option(question: VoteQuestion, project: Project) -> VoteOption:
    option = VoteOption(
        round_id=question.round_id,
        question_id=question.id,
        code=str(project.id),
        title=project.title,
        cost=project.cost,
        text=euros(project.cost),
    )
    project.option = option
    return option
