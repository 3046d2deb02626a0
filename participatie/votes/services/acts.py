"""Two people: one asks for an act, another confirms it after seeing the same facts."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from participatie.core import audit, outbox
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from participatie.identity.models import Account
from participatie.identity.rules import Actor
from participatie.votes.models.acts import VoteAct
from participatie.votes.models.ballots import Tally
from participatie.votes.models.board import BoardCounter
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import acts as act_queries
from participatie.votes.queries import letters as letter_queries
from participatie.votes.queries import results as result_queries
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.acts import (
    POSSIBLE,
    Act,
    can_ask,
    can_confirm,
    drawn,
    reason_for,
)
from participatie.votes.rules.rounds import Grade, fingerprint
from participatie.votes.services import (
    amending,
    closers,
    destroying,
    letter_codes,
    locks,
    paper_ballots,
    publishing,
)
from participatie.votes.services.papers import paper_of

Terms = Mapping[str, Any]
"""What is asked for: `until` (moment), `order` (codes), `is_final` and `at` (moment)."""

NOT_NOW = N_("This cannot be done in this vote now. Look at the page again.")
CHANGED = N_("Something changed since this was asked. Ask for it again.")


def ask(
    round_id: int, act: Act, *, terms: Terms, reason: str, actor: Actor, now: datetime
) -> VoteAct:
    """Ask for an act; nothing happens until somebody else confirms it.

    Raises `NotFound`, `NotAllowed`, `Invalid`, and `Conflict` when it cannot be done now or is
    asked already.
    """
    vote_round = _locked(round_id)
    if actor.id is None or not can_ask(actor, closers=closers.named(vote_round)):
        raise NotAllowed(N_("Only a clerk who closes this vote can ask for this."))
    why = reason_for(act, reason)
    facts = _facts(vote_round, act, terms=terms, reason=why, now=now)
    asked = VoteAct(
        round_id=round_id,
        act=act,
        terms=dict(terms),
        facts=facts,
        subject_hash=fingerprint(facts),
        reason=why,
        asked_by=actor.id,
        asked_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(asked)
    except IntegrityError as error:
        if getattr(getattr(error.orig, "diag", None), "constraint_name", "") != (
            "uq_vote_act_pending"
        ):
            raise
        raise Conflict(N_("This is asked already. It waits for a second person.")) from None
    _record("ask", asked, actor=actor, now=now)
    _tell(vote_round, asked, now=now)
    return asked


def confirm(act_id: int, *, subject_hash: str, actor: Actor, now: datetime) -> VoteAct:
    """Confirm what somebody else asked, having seen `subject_hash`; it is done at once.

    Raises `NotFound`, `NotAllowed`, and `Conflict` when the facts are no longer those that were
    seen.
    """
    vote_round, asked = _pending(act_id)
    if not can_confirm(actor, asked_by=asked.asked_by, closers=closers.named(vote_round)):
        raise NotAllowed(N_("Somebody else than who asked must confirm this."))
    facts = _facts(vote_round, asked.act, terms=asked.terms, reason=asked.reason, now=now)
    if not asked.subject_hash == fingerprint(facts) == subject_hash:
        raise Conflict(CHANGED)
    asked.confirmed_by, asked.confirmed_at = actor.id, now
    db.session.flush()
    _record("confirm", asked, actor=actor, now=now)
    if asked.act in _DONE:
        _DONE[asked.act](vote_round, asked, now)
    return asked


def refuse(act_id: int, *, reason: str, actor: Actor, now: datetime) -> VoteAct:
    """Say no to what was asked, with a reason; who asked may take it back too.

    Raises `NotFound`, `NotAllowed`, `Invalid` and `Conflict`.
    """
    vote_round, asked = _pending(act_id)
    others = can_confirm(actor, asked_by=asked.asked_by, closers=closers.named(vote_round))
    if actor.id != asked.asked_by and not others:
        raise NotAllowed(N_("Somebody else than who asked must confirm this."))
    if not reason.strip():
        raise Invalid(N_("Write what is not right."), field="reason")
    asked.refused_by, asked.refused_at, asked.refusal = actor.id, now, reason.strip()
    db.session.flush()
    _record("refuse", asked, actor=actor, now=now)
    return asked


def possible(vote_round: VoteRound, *, now: datetime) -> list[Act]:
    """The acts that a clerk can ask for now, in the order of the rules."""
    asked = db.session.scalars(act_queries.acts(vote_round.id)).all()
    pending = {one.act for one in asked if one.is_pending}
    return [act for act in Act if act not in pending and can_be_done(vote_round, act, now=now)]


def can_be_done(vote_round: VoteRound, act: Act, *, now: datetime) -> bool:
    """Whether two people can do this in a round as it stands now."""
    return _refusal(vote_round, act, now=now) is None


def counts(round_id: int) -> Sequence[Tally]:
    """The newest count of each question, for who closes the vote."""
    return db.session.scalars(result_queries.tallies(round_id)).all()


def undecided(tallies: Sequence[Tally]) -> list[str]:
    """The options between which a lot must decide, of the first question where that is so."""
    for one in tallies:
        if "undecided" in one.result:
            return list(one.result["undecided"])
    return []


def _facts(
    vote_round: VoteRound, act: Act, *, terms: Terms, reason: str, now: datetime
) -> dict[str, Any]:
    """What both people must see the same. Raises `Conflict` and `Invalid`."""
    if (refusal := _refusal(vote_round, act, now=now)) is not None:
        raise refusal
    own = _OWN_FACTS[act](vote_round, terms, now)
    return {"act": act.value, "round": vote_round.id, "reason": reason, **own}


def _refusal(vote_round: VoteRound, act: Act, *, now: datetime) -> Conflict | None:
    """Why an act cannot be done in this round now; None when it can."""
    if vote_round.state not in POSSIBLE[act]:
        return Conflict(NOT_NOW)
    if act is Act.DESTROY:
        return destroying.refusal(vote_round, now=now)
    finalised = db.session.scalars(act_queries.confirmed(vote_round.id, Act.FINALISE)).first()
    waits = vote_round.id in db.session.scalars(result_queries.due_to_count()).all()
    tallies = counts(vote_round.id)
    tied = bool(undecided(tallies))
    refused = {
        Act.FINALISE: finalised is not None or vote_round.grade is Grade.LIGHT,
        Act.EXTEND: finalised is not None or bool(tallies),
        Act.LOT: not tied or waits,
        Act.PUBLISH: tied or waits or not tallies or _is_published(vote_round, tallies),
        Act.RECOUNT: waits,
    }
    return Conflict(NOT_NOW) if refused.get(act) else None


def _is_published(vote_round: VoteRound, tallies: Sequence[Tally]) -> bool:
    """Whether the newest count is published for good, or that is agreed for a later moment."""
    newest = tallies[0].version
    shown = db.session.scalars(result_queries.published_results(vote_round.id)).first()
    if shown is not None and shown.version == newest and shown.is_final:
        return True
    return publishing_later(vote_round.id, newest) is not None


def publishing_later(round_id: int, version: int) -> VoteAct | None:
    """What two people agreed on: this count is published by itself at a later moment."""
    agreed = db.session.scalars(act_queries.confirmed(round_id, Act.PUBLISH)).all()
    waiting = (
        one
        for one in agreed
        if one.facts["version"] == version and not publishing.was_published(one)
    )
    return next(waiting, None)


def _to_finalise(vote_round: VoteRound, _terms: Terms, _now: datetime) -> dict[str, Any]:
    piles = db.session.scalars(letter_queries.piles(vote_round.id)).all()
    given = db.session.scalars(letter_queries.papers_given(vote_round.id)).one()
    counted = paper_ballots.counted_piles(vote_round.id, paper_of(vote_round))
    if sum(pile.ballots for pile in counted) > given:
        raise Conflict(
            N_(
                "There are more papers in piles than were given out."
                " Count the papers again before you go on."
            )
        )
    if not all(balance.holds for balance in letter_codes.balances(vote_round.id).values()):
        raise Conflict(
            N_("A batch of letters does not add up. Find out why before the votes are counted.")
        )
    size = select(BoardCounter.size).where(BoardCounter.round_id == vote_round.id)
    return {
        "rules": vote_round.rules_hash,
        "closed_at": vote_round.closed_at.timestamp() if vote_round.closed_at else None,
        "voters": db.session.scalars(round_queries.turnout(vote_round.id)).one(),
        "entries": db.session.scalars(size).one_or_none() or 0,
        "papers": {"given": given, "typed": sum(pile.papers for pile in piles)},
    }


def _to_draw(vote_round: VoteRound, terms: Terms, _now: datetime) -> dict[str, Any]:
    tallies = counts(vote_round.id)
    order = drawn(terms.get("order", ()), tied=undecided(tallies))
    return {"version": tallies[0].version, "order": order}


def _to_publish(vote_round: VoteRound, terms: Terms, _now: datetime) -> dict[str, Any]:
    tallies, at = counts(vote_round.id), terms.get("at")
    shown = db.session.scalars(result_queries.published_results(vote_round.id)).first()
    if shown is not None and shown.version == tallies[0].version and not terms["is_final"]:
        raise Invalid(N_("This result is published already. Now it can become final."))
    return {
        "version": tallies[0].version,
        "results": [one.result_hash for one in tallies],
        "is_final": bool(terms["is_final"]),
        "at": at,
    }


def _to_extend(vote_round: VoteRound, terms: Terms, now: datetime) -> dict[str, Any]:
    until = datetime.fromtimestamp(terms["until"], UTC)
    amending.check_later(vote_round, until, now=now)
    return {"from": vote_round.closes_at.timestamp(), "until": terms["until"]}


def _to_break_off(vote_round: VoteRound, _terms: Terms, _now: datetime) -> dict[str, Any]:
    return {"rules": vote_round.rules_hash}


def _to_recount(vote_round: VoteRound, _terms: Terms, _now: datetime) -> dict[str, Any]:
    tallies = counts(vote_round.id)
    return {"version": tallies[0].version, "results": [one.result_hash for one in tallies]}


def _to_destroy(vote_round: VoteRound, _terms: Terms, _now: datetime) -> dict[str, Any]:
    ended = destroying.ended(vote_round)
    return {"ended": ended.timestamp() if ended else None}


_OWN_FACTS: dict[Act, Callable[[VoteRound, Terms, datetime], dict[str, Any]]] = {
    Act.FINALISE: _to_finalise,
    Act.LOT: _to_draw,
    Act.PUBLISH: _to_publish,
    Act.EXTEND: _to_extend,
    Act.BREAK_OFF: _to_break_off,
    Act.RECOUNT: _to_recount,
    Act.DESTROY: _to_destroy,
}


def _publish(vote_round: VoteRound, asked: VoteAct, now: datetime) -> None:
    publishing.publish_agreed(vote_round, asked, now=now)


def _reopen(vote_round: VoteRound, asked: VoteAct, _now: datetime) -> None:
    amending.reopen(vote_round, asked)


def _break_off(vote_round: VoteRound, asked: VoteAct, now: datetime) -> None:
    amending.break_off(vote_round, asked, now=now)


_DONE: dict[Act, Callable[[VoteRound, VoteAct, datetime], None]] = {
    Act.EXTEND: _reopen,
    Act.BREAK_OFF: _break_off,
    Act.PUBLISH: _publish,
}
"""What is done at once; a worker counts and destroys keys, as soon as two people asked for it."""


def _locked(round_id: int) -> VoteRound:
    locks.have_alone(round_id)
    found = db.session.scalars(round_queries.questions_anew(round_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def _pending(act_id: int) -> tuple[VoteRound, VoteAct]:
    asked = db.session.get(VoteAct, act_id)
    if asked is None:
        raise NotFound
    vote_round = _locked(asked.round_id)
    db.session.refresh(asked)
    if not asked.is_pending:
        raise Conflict(N_("This was answered already."))
    return vote_round, asked


def _record(step: str, asked: VoteAct, *, actor: Actor, now: datetime) -> None:
    detail = {"act": asked.act, "id": asked.id, "subject": asked.subject_hash}
    subject = f"vote_round/{asked.round_id}"
    audit.record(f"votes.{step}", account_id=actor.id, subject=subject, now=now, detail=detail)


def _tell(vote_round: VoteRound, asked: VoteAct, *, now: datetime) -> None:
    """Mail the others who can confirm it: something waits for them."""
    outbox.tell_each(
        closers.who_hears(vote_round).where(Account.id != asked.asked_by),
        "votes.to_confirm",
        dedup=f"votes.to_confirm/{asked.id}",
        now=now,
        parameters={"title": vote_round.title, "act_id": asked.id},
    )
