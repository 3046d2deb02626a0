"""The roll and the letter codes of a vote, for the team that prepares it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from participatie.core.access import only
from participatie.core.clock import now
from participatie.core.db import db
from participatie.core.errors import N_, Conflict, DomainError, Invalid, NotFound
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.votes.admin.letter_files import APART, ON_SCREEN, once, printing_of, proof
from participatie.votes.admin.letter_forms import (
    LETTERS,
    NEW,
    RETURNED,
    LetterForm,
    LooksForm,
    NamelessForm,
    RollForm,
)
from participatie.votes.models.letter_codes import LetterCode
from participatie.votes.models.rounds import VoteRound
from participatie.votes.queries import letters as letter_queries
from participatie.votes.queries import rounds as round_queries
from participatie.votes.rules.letter_codes import Balance, BatchKind
from participatie.votes.rules.rolls import Person, Refused, read_roll
from participatie.votes.services import letter_codes, rolls
from participatie.votes.services.letter_codes import Letter
from participatie.votes.voters import vote_keys

bp = Blueprint("vote_letters", __name__, template_folder="../templates")

staff = only(Role.CLERK, Role.ADMINISTRATOR)

NUMBER = re.compile(r"\s*(\d{1,12})\s*[-–]\s*(\d{1,7})\s*")


@bp.get("/griffie/stemmingen/<int:round_id>/brieven")
@staff
def index(round_id: int) -> ResponseReturnValue:
    """Who may vote by what road, and whether every batch balances."""
    vote_round = vote_round_of(round_id)
    batches = db.session.scalars(letter_queries.batches(round_id)).all()
    balances = letter_codes.balances(round_id)
    return render_template(
        "votes/letters.html",
        vote_round=vote_round,
        batches=batches,
        balances=balances,
        total=sum(balances.values(), Balance(0)),
        on_roll=db.session.scalars(round_queries.on_roll(round_id)).one(),
    )


@bp.route("/griffie/stemmingen/<int:round_id>/brieven/nieuw", methods=["GET", "POST"])
@staff
def nameless(round_id: int) -> ResponseReturnValue:
    """Make letters without a name. The answer is the letters, once."""
    vote_round, form = vote_round_of(round_id), NamelessForm()
    if form.validate_on_submit():
        try:
            printing = printing_of(form)
            number = form.number.data or 0
            printing.takes(number)
            made = letter_codes.make_nameless(
                vote_round,
                number,
                kind=BatchKind.LETTERS,
                keys=vote_keys(),
                actor=actor(),
                now=now(),
            )
        except DomainError as error:
            db.session.rollback()
            form.refuse(error)
        else:
            db.session.commit()
            return once(vote_round, {"brieven": made}, printing)
    page = render_template("votes/letters_new.html", vote_round=vote_round, form=form)
    return page, 422 if form.errors else 200


@bp.route("/griffie/stemmingen/<int:round_id>/brieven/proef", methods=["GET", "POST"])
@staff
def proofs(round_id: int) -> ResponseReturnValue:
    """Three letters to try paper, envelope and camera with. Nobody can vote with them."""
    vote_round, form = vote_round_of(round_id), LooksForm()
    if form.validate_on_submit():
        return proof(vote_round, form)
    page = render_template("votes/letters_proof.html", vote_round=vote_round, form=form)
    return page, 422 if form.errors else 200


@bp.route("/griffie/stemmingen/<int:round_id>/deelnemers", methods=["GET", "POST"])
@staff
def roll(round_id: int) -> ResponseReturnValue:
    """Fill the roll from a file; with letters, the answer is the letters, once."""
    vote_round, form = vote_round_of(round_id), RollForm()
    faults: Sequence[Any] = ()
    if form.validate_on_submit():
        try:
            people = read_roll(_text(form.file.data.read()))
            answer = _filled(vote_round, people, form)
        except Refused as error:
            form.refuse(error)
            faults = error.faults
        except DomainError as error:
            db.session.rollback()
            form.refuse(error)
        else:
            return answer
    page = render_template("votes/roll.html", vote_round=vote_round, form=form, faults=faults)
    return page, 422 if form.errors else 200


@bp.route("/griffie/stemmingen/<int:round_id>/brieven/zoek", methods=["GET", "POST"])
@staff
def letter(round_id: int) -> ResponseReturnValue:
    """What happened to one letter."""
    vote_round, form = vote_round_of(round_id), LetterForm()
    if form.validate_on_submit():
        try:
            answer = _change(
                vote_round, by_number(round_id, form.number.data or "", field="number"), form
            )
        except DomainError as error:
            db.session.rollback()
            form.refuse(error)
        else:
            return answer
    page = render_template("votes/letter.html", vote_round=vote_round, form=form)
    return page, 422 if form.errors else 200


def _filled(vote_round: VoteRound, people: Sequence[Person], form: RollForm) -> ResponseReturnValue:
    """Put people on the roll and, when that is asked, make their letters."""
    with_letters = form.letters.data == LETTERS
    printing = printing_of(form)
    filled = rolls.fill(
        vote_round,
        people,
        keys=vote_keys(),
        pseudonyms=current_app.extensions["pseudonyms"],
        actor=actor(),
        now=now(),
    )
    if not with_letters:
        db.session.commit()
        flash(
            gettext(
                "%(added)s people are added. %(there)s were on the list already.",
                added=filled.added,
                there=filled.there_already,
            ),
            "success",
        )
        return redirect(url_for(".index", round_id=vote_round.id), 303)
    people, voter_keys = _without_letter(vote_round, people, filled.keys)
    printing.takes(len(people))
    has_batches = (
        db.session.scalars(letter_queries.batches(vote_round.id).limit(1)).first() is not None
    )
    usual = BatchKind.NEWCOMERS if has_batches else BatchKind.LETTERS
    made = {
        name: _personal(vote_round, people, voter_keys, kind)
        for name, kind in (("brieven", usual), (APART, BatchKind.UNLISTED))
        if any(person.is_unlisted == (kind is BatchKind.UNLISTED) for person in people)
    }
    db.session.commit()
    if had := len(filled.keys) - len(people):
        flash(
            ngettext(
                "%(num)s person on this list had a letter already, and got no other.",
                "%(num)s people on this list had a letter already, and got no other.",
                had,
            )
        )
    return once(vote_round, made, printing)


def _without_letter(
    vote_round: VoteRound, people: Sequence[Person], voter_keys: Sequence[bytes]
) -> tuple[list[Person], list[bytes]]:
    """Who on a list has no letter yet. Raises `Conflict` when all of them have."""
    have = letter_codes.who_have_one(vote_round.id, voter_keys)
    found = [
        (person, key) for person, key in zip(people, voter_keys, strict=True) if key not in have
    ]
    if people and not found:
        raise Conflict(N_("Everybody on this list has a letter already. Nobody gets a second one."))
    return [person for person, _ in found], [key for _, key in found]


def _personal(
    vote_round: VoteRound,
    people: Sequence[Person],
    voter_keys: Sequence[bytes],
    kind: BatchKind,
) -> list[Letter]:
    """The letters of those whose address may be known, or of those whose may not."""
    theirs = [
        (person, key)
        for person, key in zip(people, voter_keys, strict=True)
        if person.is_unlisted == (kind is BatchKind.UNLISTED)
    ]
    made = letter_codes.make_personal(
        vote_round,
        [key for _, key in theirs],
        kind=kind,
        keys=vote_keys(),
        actor=actor(),
        now=now(),
    )
    return [replace(one, along=person.along) for one, (person, _) in zip(made, theirs, strict=True)]


def _change(vote_round: VoteRound, code: LetterCode, form: LetterForm) -> ResponseReturnValue:
    if form.act.data == NEW:
        new = letter_codes.reissue(code, keys=vote_keys(), actor=actor(), now=now())
        db.session.commit()
        return once(vote_round, {"brief": [new]}, ON_SCREEN)
    if form.act.data == RETURNED:
        letter_codes.mark_returned(code, actor=actor(), now=now())
        flash(gettext("Noted: the letter came back. Its code does not work any more."), "success")
    else:
        letter_codes.revoke(code, actor=actor(), now=now())
        flash(gettext("Noted: the letter is lost. Its code does not work any more."), "success")
    db.session.commit()
    return redirect(url_for(".index", round_id=vote_round.id), 303)


def by_number(round_id: int, typed: str, *, field: str) -> LetterCode:
    """The code of a letter by the number on it. Raises `Invalid` at `field`."""
    parts = NUMBER.fullmatch(typed)
    if parts is None:
        raise Invalid(N_("Fill in the number as it stands on the letter, like 3-214."), field=field)
    try:
        return letter_codes.by_number(round_id, int(parts[1]), int(parts[2]))
    except NotFound as error:
        raise Invalid(error.sentence, field=field) from error


def _text(content: bytes) -> str:
    """A file as text: UTF-8, or what spreadsheets of Windows write."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def vote_round_of(round_id: int) -> VoteRound:
    """Raises `NotFound`."""
    found = db.session.get(VoteRound, round_id)
    if found is None:
        raise NotFound
    return found
