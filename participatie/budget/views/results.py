"""Who won and why, and what everybody can check."""

import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import Blueprint, Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from participatie.budget.models.budgets import Budget
from participatie.budget.queries import budgets as queries
from participatie.budget.queries.changes import confirmed
from participatie.budget.queries.comparisons import other_outcomes
from participatie.budget.rules.areas import Division
from participatie.budget.services import reporting
from participatie.budget.services.changing import standings
from participatie.budget.views.found import load, vote_of
from participatie.budget.views.maps import plans_on_map
from participatie.core.access import anyone, only
from participatie.core.db import db
from participatie.core.errors import NotFound
from participatie.core.page_cache import cached_page
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.maps.tiles import with_map
from participatie.votes.counting.reasons import Code
from participatie.votes.models.ballots import Tally
from participatie.votes.models.rounds import VoteOption, VoteQuestion, VoteRound
from participatie.votes.queries.rounds import turnout, voters_by_channel, with_questions
from participatie.votes.rules.cells import told
from participatie.votes.rules.publication import published, without_numbers
from participatie.votes.rules.rounds import Channel, Publication
from participatie.votes.services import heads
from participatie.votes.services.elections import ballots_text
from participatie.votes.services.folder import result_text
from participatie.votes.services.opening import frozen_facts
from participatie.votes.services.papers import paper_of
from participatie.votes.services.results import counted, held_back, shows
from participatie.votes.services.versions import NO_RESULT, Version, to_publish, version

bp = Blueprint("budget_results", __name__, template_folder="../templates")


@dataclass(frozen=True, slots=True)
class Pot:
    """What was counted with one pot of money: that of all areas together, or of one.

    `ranked` has the most votes first; where they are equal, the order in which they were counted.
    """

    question: VoteQuestion
    tally: Tally
    options: dict[str, VoteOption]
    ranked: list[str]
    has_choices: bool
    is_held_back: bool

    @classmethod
    def of(
        cls, question: VoteQuestion, tally: Tally, shown: Publication, hidden: Container[str]
    ) -> "Pot":
        """A question that divides money, with its count; `hidden` are codes of small areas."""
        options = {option.code: option for option in question.options}
        votes, winners = tally.result["votes"], tally.result["winners"]
        turn = {code: place for place, code in enumerate(winners)}
        ranked = sorted(
            votes,
            key=lambda code: (-votes[code], turn.get(code, len(turn)), options[code].cost, code),
        )
        has_choices, is_hidden = shown is not Publication.COUNTS, question.code in hidden
        return cls(question, tally, options, ranked, has_choices, is_hidden)

    @property
    def result(self) -> Mapping[str, Any]:
        """What came out, as far as everybody may read it."""
        found = self.tally.result
        return without_numbers(found) if self.is_held_back else found

    @property
    def ballots(self) -> int | None:
        """How many people chose here; nothing where that is held back."""
        return None if self.is_held_back else self.tally.ballots

    @property
    def winners(self) -> list[str]:
        """The plans that go ahead, in the order in which they got their money."""
        winners: list[str] = self.tally.result["winners"]
        return winners

    @property
    def money(self) -> int:
        return self.question.budget or 0

    @property
    def share_in_the_end(self) -> int:
        """What each voter had to spend under equal shares, in whole cents; 0 by other rules."""
        endowment = self.tally.result.get("endowment") or {"final": "0"}
        return int(Fraction(endowment["final"]) * 100)

    @property
    def missing(self) -> list[tuple[str, int]]:
        """The plans that lost because their voters had too little left, and how much they had."""
        reasons = self.tally.result["reasons"]
        short = {
            code: reasons[code]["facts"]["behind"]
            for code in self.ranked
            if code in reasons and reasons[code]["code"] == Code.SUPPORTERS_SHORT
        }
        return sorted(short.items(), key=lambda one: -one[1] / self.options[one[0]].cost)

    @property
    def spent(self) -> int:
        return sum(self.options[code].cost for code in self.winners)


@bp.get("/begrotingen/<int:budget_id>/uitslag")
@bp.get("/begrotingen/<int:budget_id>/uitslag/<int:number>")
@anyone
@cached_page
def result(budget_id: int, number: int | None = None) -> ResponseReturnValue:
    """Who won and why, with the numbers; each version stays readable under its number."""
    budget = load(budget_id)
    shown = version(budget.round_id or 0, number)
    return _first_page(budget, shown, url_for(".numbers", budget_id=budget_id, number=number))


@bp.get("/begrotingen/<int:budget_id>/uitslag/cijfers")
@bp.get("/begrotingen/<int:budget_id>/uitslag/<int:number>/cijfers")
@anyone
@cached_page
def numbers(budget_id: int, number: int | None = None) -> ResponseReturnValue:
    """One page deeper: the votes of each plan, how people voted, and what it takes to recount."""
    budget = load(budget_id)
    shown = version(budget.round_id or 0, number)
    return _numbers_page(budget, shown, url_for(".result", budget_id=budget_id, number=number))


@bp.get("/stemmingen/<int:round_id>/begroting/voorbeeld")
@only(Role.CLERK, Role.ADMINISTRATOR, Role.SECOND)
def preview(round_id: int) -> ResponseReturnValue:
    """The result as everybody will see it, for who closes the vote."""
    budget = _of_round(round_id)
    shown = to_publish(whole_vote(budget), actor=actor())
    return _first_page(budget, shown, url_for(".preview_numbers", round_id=round_id))


@bp.get("/stemmingen/<int:round_id>/begroting/voorbeeld/cijfers")
@only(Role.CLERK, Role.ADMINISTRATOR, Role.SECOND)
def preview_numbers(round_id: int) -> ResponseReturnValue:
    """The numbers as everybody will see them, for who closes the vote."""
    budget = _of_round(round_id)
    shown = to_publish(whole_vote(budget), actor=actor())
    return _numbers_page(budget, shown, url_for(".preview", round_id=round_id))


@bp.get("/begrotingen/<int:budget_id>/uitslag.json")
@anyone
def result_json(budget_id: int) -> ResponseReturnValue:
    """The result as a program reads it; of several areas the count of each under its code."""
    budget = load(budget_id)
    tallies = version(budget.round_id or 0).tallies
    vote = whole_vote(budget)
    if vote.most_answered is None:
        text = result_text(vote, tallies[0])
    else:
        text = _result_of_areas(vote, tallies)
    return _download(text, "application/json", f"begroting-{budget_id}.json")


@bp.get("/begrotingen/<int:budget_id>/uitslag-<code>.json")
@anyone
def result_of_area(budget_id: int, code: str) -> ResponseReturnValue:
    """The result of one area; where few people chose, without their number."""
    vote, pot = _pot(budget_id, code)
    text = result_text(vote, pot.tally, is_held_back=pot.is_held_back)
    return _download(text, "application/json", f"uitslag-{code}.json")


@bp.get("/begrotingen/<int:budget_id>/stemmen.pb")
@anyone
def ballots(budget_id: int) -> ResponseReturnValue:
    """All choices without names, for who wants to count; only where the round publishes them."""
    return _choices(*_pot(budget_id), f"begroting-{budget_id}.pb")


@bp.get("/begrotingen/<int:budget_id>/stemmen-<code>.pb")
@anyone
def ballots_of_area(budget_id: int, code: str) -> ResponseReturnValue:
    """The choices of one area, the same file as in the folder of the vote."""
    return _choices(*_pot(budget_id, code), f"stemmen-{code}.pb")


def _first_page(budget: Budget, shown: Version, numbers_url: str) -> str:
    vote = whole_vote(budget)
    return render_template(
        "budget/result.html",
        budget=budget,
        pots=pots_of(vote, shown.tallies),
        has_parts=vote.most_answered is not None,
        voters=_voters(vote, shown.tallies),
        version=shown,
        version_url=lambda number: url_for(".result", budget_id=budget.id, number=number),
        numbers_url=numbers_url,
        plans=_plans(budget),
        **_afterwards(budget, shown),
    )


def _numbers_page(budget: Budget, shown: Version, result_url: str) -> Response:
    vote = whole_vote(budget)
    pots, plans = pots_of(vote, shown.tallies), _plans(budget)
    chose = {pot.question.title: pot.tally.ballots for pot in pots}
    won = plans_on_map(plans[code] for pot in pots for code in pot.winners if code in plans)
    page = render_template(
        "budget/result_numbers.html",
        budget=budget,
        pots=pots,
        has_parts=vote.most_answered is not None,
        division=Division.of(vote.questions[0].code),
        paper=paper_of(vote),
        version=shown,
        result_url=result_url,
        channels=_channels(vote.id),
        reach=[] if any(pot.is_held_back for pot in pots) else reporting.reach_of(budget, chose),
        is_compared=_is_newest(shown)
        and db.session.scalars(other_outcomes(budget.id).limit(1)).first() is not None,
        has_folder=heads.last_head(vote.id) is not None,
        on_map=won,
    )
    return with_map(make_response(page)) if won.dots else make_response(page)


def _of_round(round_id: int) -> Budget:
    budget = db.session.scalars(queries.of_round(round_id)).one_or_none()
    if budget is None:
        raise NotFound
    return load(budget.id)


def _plans(budget: Budget) -> dict[str, Any]:
    """The plans on the ballot that everyone may read, by what stands on it."""
    return {p.code: p for p in db.session.execute(queries.plans(budget.id)) if p.code}


def _is_newest(shown: Version) -> bool:
    """Whether everybody can read it, and nothing newer."""
    number = shown.published.number if shown.published else 0
    return bool(number) and all(one.number <= number for one in shown.others)


def _afterwards(budget: Budget, shown: Version) -> dict[str, object]:
    """What two people changed since, and who stands in reserve: beside the newest result only."""
    if not _is_newest(shown):
        return {"changes": [], "reserves": []}
    return {
        "changes": db.session.scalars(confirmed(budget.id)).all(),
        "reserves": [pot.in_reserve(budget.reserve) for _, pot in standings(budget)]
        if budget.reserve
        else [],
    }


def _channels(round_id: int) -> dict[Channel, int | None]:
    """How many people came by each road, small numbers held back; nothing of an import."""
    rows = db.session.execute(voters_by_channel(round_id))
    return told({row.channel: row.voters for row in rows})


def whole_vote(budget: Budget) -> VoteRound:
    """The vote of a budget with what was asked."""
    return db.session.scalars(with_questions(vote_of(budget).id)).one()


def pots_of(vote: VoteRound, tallies: Sequence[Tally]) -> list[Pot]:
    if vote.most_answered is None:
        kinds = [question.kind for question in vote.questions]
        shown = published(vote.publication, kinds, tallies[0].ballots)
    else:
        shown = shows(vote, counted(vote.id))
    hidden = held_back(vote, tallies, shown)
    pairs = zip(vote.questions, tallies, strict=True)
    return [Pot.of(question, tally, shown, hidden) for question, tally in pairs]


def _pot(budget_id: int, code: str | None = None) -> tuple[VoteRound, Pot]:
    """The published count of one area; without `code` that of a budget without areas.

    Raises `NotFound`.
    """
    budget = load(budget_id)
    tallies = version(budget.round_id or 0).tallies
    vote = whole_vote(budget)
    if (code is None) is (vote.most_answered is None):
        for pot in pots_of(vote, tallies):
            if code in {None, pot.question.code}:
                return vote, pot
    raise NotFound(NO_RESULT)


def _voters(vote: VoteRound, tallies: Sequence[Tally]) -> int:
    """How many people voted, in whatever areas."""
    if vote.most_answered is None:
        return tallies[0].ballots
    return db.session.scalars(turnout(vote.id)).one()


def _result_of_areas(vote: VoteRound, tallies: Sequence[Tally]) -> str:
    pots = pots_of(vote, tallies)
    body = {
        **frozen_facts(vote),
        "rules_hash": vote.rules_hash,
        "ballots": {pot.question.code: pot.ballots for pot in pots},
        "version": tallies[0].version,
        "counted_at": tallies[0].counted_at.isoformat(),
        "results": {pot.question.code: pot.result for pot in pots},
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1)


def _choices(vote: VoteRound, pot: Pot, name: str) -> Response:
    if not pot.has_choices:
        raise NotFound
    return _download(ballots_text(vote, pot.question), "text/plain", name)


def _download(body: str, mimetype: str, name: str) -> Response:
    response = Response(body.encode(), mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
