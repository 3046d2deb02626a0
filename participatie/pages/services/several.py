"""A clerk does one thing with several contributions at once, and undoes it."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.dialects.postgresql import insert

from participatie.contributions.models import Contribution, ContributionTag, Tag
from participatie.contributions.rules import MOST_TAGS, State, key_of_tag, tags_in
from participatie.contributions.services import wording_of
from participatie.core import audit
from participatie.core.db import db, hold_row
from participatie.core.errors import N_, Conflict, Invalid, NotFound
from participatie.identity.rules import Actor, Role
from participatie.moderation.models import Decision
from participatie.moderation.queries import last_decisions
from participatie.moderation.rules import Act, DecisionGround, can_decide
from participatie.moderation.services import decide_each, undo_each
from participatie.pages import batches as queries
from participatie.pages.models import Batch, BatchItem
from participatie.pages.rules import MOST_AT_ONCE, UNDO_WITHIN, Left, Several, can_undo
from participatie.processes.models import Category, Process
from participatie.proposals.models import Initiative, Proposal
from participatie.proposals.rules.proposals import AnswerStatus, can_answer
from participatie.proposals.services.answering import answer_each, take_back_each
from participatie.teams.queries import works_in

DECIDES = {Several.HIDE: Act.HIDE, Several.KEEP: Act.KEEP}


@dataclass(frozen=True, slots=True)
class Said:
    """What a clerk fills in once for all of them; each act needs its own part."""

    ground: DecisionGround = DecisionGround.OTHER
    explanation: str = ""
    status: AnswerStatus = AnswerStatus.TAKEN_UP
    text: str = ""
    category_id: int | None = None
    tags: str = ""


@dataclass(frozen=True, slots=True)
class One:
    """One of several, as it stands now: `seen` tells this from how it stood before, and `left`
    why the act leaves it alone."""

    contribution: Contribution
    seen: str
    left: Left | None


def looked_at(act: Several, numbers: Collection[int], *, actor: Actor) -> list[One]:
    """The contributions with these numbers, as `act` would find them; the oldest first.

    Raises `Invalid` when there are too many at once.
    """
    if len(numbers) > MOST_AT_ONCE:
        raise Invalid(
            N_("You can do %(most)s at once. You chose %(number)s."),
            most=MOST_AT_ONCE,
            number=len(numbers),
        )
    found = db.session.scalars(queries.several(numbers)).all()
    return _stood(act, found, actor=actor)


def carry_out(
    act: Several, said: Said, chosen: Mapping[int, str], *, actor: Actor, now: datetime
) -> Batch:
    """Do `act` with those of `chosen` that still stand as they were seen; the others are left
    alone, and the batch says why.

    Raises `Invalid` for a field, and then nothing is done.
    """
    numbers = list(chosen)
    db.session.execute(queries.held(numbers))
    ones = looked_at(act, numbers, actor=actor)
    left = {one.contribution.id: _why_left(one, chosen[one.contribution.id]) for one in ones}
    fit = [one.contribution for one in ones if left[one.contribution.id] is None]
    if act is Several.CATEGORY:
        left |= _not_of(fit, said.category_id)
        fit = [one for one in fit if left[one.id] is None]
    before = _done(act, said, fit, actor=_in_team(act, actor), now=now)
    batch = Batch(clerk_id=actor.id, act=act, made_at=now)
    db.session.add(batch)
    db.session.flush()
    db.session.add_all(
        BatchItem(
            batch_id=batch.id,
            contribution_id=number,
            left_alone=why,
            before=before.get(number, {}),
        )
        for number, why in left.items()
    )
    db.session.flush()
    return batch


def undo(batch: Batch, *, actor: Actor, now: datetime) -> None:
    """Bring back how it was before; what somebody changed since stays as it is, and what is of a
    process in which who undoes it does not work any more.

    Raises `NotFound` for what somebody else did, and `Conflict` when it is too late.
    """
    if batch.clerk_id != actor.id:
        raise NotFound
    hold_row(batch, "undone_at")
    if not can_undo(batch.made_at, batch.undone_at, now):
        raise Conflict(N_("This can no longer be undone."))
    done = {item.contribution_id: item for item in batch.items if item.left_alone is None}
    db.session.execute(queries.held(list(done)))
    found = db.session.scalars(queries.several(list(done))).all()
    theirs = _allowed(batch.act, list(done), actor=actor)
    mine = [one for one in _as_it_was_left(batch, found, done) if one.id in theirs]
    _undone(batch, mine, done, actor=_in_team(batch.act, actor), now=now)
    batch.undone_at = now
    for one in mine:
        done[one.id].undone_at = now


def _why_left(one: One, seen: str) -> Left | None:
    """Why the act leaves it alone; that somebody changed it says more than that it is no longer
    possible."""
    if one.left is not Left.NOT_YOURS and one.seen != seen:
        return Left.CHANGED
    return one.left


def _allowed(act: Several, numbers: Sequence[int], *, actor: Actor) -> set[int]:
    """Those of `numbers` that are of a process in which `actor` may do this."""
    roles = (Role.CLERK, Role.MODERATOR) if act in DECIDES else (Role.CLERK,)
    of_theirs = works_in(Contribution.process_id, actor, roles)
    asked = select(Contribution.id).where(Contribution.id.in_(numbers), of_theirs)
    return {*db.session.scalars(asked)}


def _stood(act: Several, found: Sequence[Contribution], *, actor: Actor) -> list[One]:
    numbers = [one.id for one in found]
    decisions = _by_number(last_decisions(numbers))
    answers = _by_number(queries.answer_moments(numbers))
    initiatives = set(
        db.session.scalars(
            select(Initiative.proposal_id).where(Initiative.proposal_id.in_(numbers))
        )
    )
    kept = set(
        db.session.scalars(
            select(Contribution.id)
            .join(Process, Process.id == Contribution.process_id)
            .where(Contribution.id.in_(numbers), Process.archived_at.is_not(None))
        )
    )
    allowed = _allowed(act, numbers, actor=actor)
    who = _in_team(act, actor)
    closed = {*answers, *initiatives, *kept}
    ones = []
    for one in found:
        stands = (
            one.state,
            wording_of(one),
            one.category_id,
            decisions.get(one.id),
            answers.get(one.id),
        )
        seen = hashlib.sha256(repr(stands).encode()).hexdigest()[:16]
        if one.id not in allowed or not can_decide(author_id=one.author_id, actor=who):
            left: Left | None = Left.NOT_YOURS
        elif _is_possible(act, one, who, is_closed=one.id in closed):
            left = None
        else:
            left = Left.NOT_POSSIBLE
        ones.append(One(one, seen, left))
    return ones


def _by_number(asked: Select[int, Any]) -> dict[int, Any]:
    """What is asked, by the number of the contribution that it is about."""
    return dict(db.session.execute(asked).all())


def _is_possible(act: Several, one: Contribution, actor: Actor, *, is_closed: bool) -> bool:
    if one.state is not State.PUBLISHED:
        return False
    if act in DECIDES:
        return True
    if not isinstance(one, Proposal):
        return False
    if act is Several.ANSWER:
        official = one.is_official
        may = can_answer(one.state, author_id=one.author_id, official=official, actor=actor)
        return may and not is_closed
    return True


def _in_team(act: Several, actor: Actor) -> Actor:
    """Who acts, with the role that an office or a team gives where they may work: each
    contribution is asked first whether its process is one of those."""
    role = Role.MODERATOR if act in DECIDES else Role.CLERK
    return replace(actor, roles=actor.roles | {role})


def _not_of(fit: Sequence[Contribution], category_id: int | None) -> dict[int, Left | None]:
    """Those whose process has no such category."""
    category = db.session.get(Category, category_id) if category_id else None
    if category is None:
        raise Invalid(N_("Choose a theme from the list."), field="category")
    return {
        one.id: None if one.process_id == category.process_id else Left.NOT_POSSIBLE for one in fit
    }


def _done(
    act: Several, said: Said, fit: Sequence[Contribution], *, actor: Actor, now: datetime
) -> dict[int, dict[str, Any]]:
    """Do it, and say of each what an undo brings back."""
    tell_at = now + UNDO_WITHIN
    if act in DECIDES:
        made = decide_each(
            fit,
            act=DECIDES[act],
            ground=said.ground,
            explanation=said.explanation,
            actor=actor,
            now=now,
            tell_at=tell_at,
        )
        return {one.contribution_id: {"decision": one.id} for one in made}
    if act is Several.ANSWER:
        proposals = [one for one in fit if isinstance(one, Proposal)]
        answer_each(
            proposals, status=said.status, text=said.text, actor=actor, now=now, tell_at=tell_at
        )
        return {}
    if act is Several.CATEGORY:
        before = {one.id: {"was": one.category_id, "is": said.category_id} for one in fit}
        for one in fit:
            one.category_id = said.category_id
        _note("contributions.set_category", before, actor=actor, now=now)
        return before
    return _tagged(fit, said.tags, actor=actor, now=now)


def _tagged(
    fit: Sequence[Contribution], typed: str, *, actor: Actor, now: datetime
) -> dict[int, dict[str, Any]]:
    names = {key_of_tag(name): name for name in tags_in(typed)}
    if not names:
        raise Invalid(N_("Write at least one keyword."), field="tags")
    made = [{"key": key, "name": names[key]} for key in sorted(names)]
    db.session.execute(insert(Tag).values(made).on_conflict_do_nothing())
    tags = db.session.scalars(select(Tag.id).where(Tag.key.in_(names)).order_by(Tag.id)).all()
    numbers = [one.id for one in fit]
    carried: dict[int, set[int]] = {number: set() for number in numbers}
    rows = select(ContributionTag).where(ContributionTag.contribution_id.in_(numbers))
    for row in db.session.scalars(rows):
        carried[row.contribution_id].add(row.tag_id)
    before: dict[int, dict[str, Any]] = {}
    for number, has in carried.items():
        room = MOST_TAGS - len(has)
        before[number] = {"tags": [tag for tag in tags if tag not in has][:room]}
    db.session.add_all(
        ContributionTag(contribution_id=number, tag_id=tag)
        for number, what in before.items()
        for tag in what["tags"]
    )
    _note("contributions.add_tags", before, actor=actor, now=now)
    return before


def _as_it_was_left(
    batch: Batch, found: Sequence[Contribution], done: Mapping[int, BatchItem]
) -> list[Contribution]:
    """Those that nobody changed since, as far as the act goes."""
    numbers = [one.id for one in found]
    if batch.act in DECIDES:
        last = _by_number(last_decisions(numbers))
        state = State.HIDDEN if batch.act is Several.HIDE else State.PUBLISHED
        return [
            one
            for one in found
            if one.state is state and last.get(one.id) == done[one.id].before["decision"]
        ]
    if batch.act is Several.ANSWER:
        moments = _by_number(queries.answer_moments(numbers))
        return [one for one in found if moments.get(one.id) == batch.made_at]
    if batch.act is Several.CATEGORY:
        return [one for one in found if one.category_id == done[one.id].before["is"]]
    return list(found)


def _undone(
    batch: Batch,
    mine: Sequence[Contribution],
    done: Mapping[int, BatchItem],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    before = {one.id: done[one.id].before for one in mine}
    if batch.act in DECIDES:
        decided = {of["decision"]: number for number, of in before.items()}
        by_number = {one.id: one for one in mine}
        made = db.session.scalars(select(Decision).where(Decision.id.in_(decided))).all()
        undo_each([(by_number[one.contribution_id], one) for one in made], actor=actor, now=now)
    elif batch.act is Several.ANSWER:
        proposals = [one for one in mine if isinstance(one, Proposal)]
        take_back_each(proposals, given_at=batch.made_at, actor=actor, now=now)
    elif batch.act is Several.CATEGORY:
        for one in mine:
            one.category_id = before[one.id]["was"]
        _note("contributions.undo_category", before, actor=actor, now=now)
    else:
        for tags in {tuple(of["tags"]) for of in before.values()}:
            carry = [number for number, of in before.items() if tuple(of["tags"]) == tags]
            db.session.execute(
                delete(ContributionTag).where(
                    ContributionTag.contribution_id.in_(carry), ContributionTag.tag_id.in_(tags)
                )
            )
        _note("contributions.undo_tags", before, actor=actor, now=now)


def _note(act: str, of: Mapping[int, dict[str, Any]], *, actor: Actor, now: datetime) -> None:
    subjects = {f"contribution/{number}": detail for number, detail in of.items()}
    audit.record_each(act, subjects, account_id=actor.id, now=now)
