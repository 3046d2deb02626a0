"""Letter codes in the ballot box: one voter, one vote, whatever letter or log-in."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from participatie.core.audit import AuditEntry
from participatie.core.db import db
from participatie.core.errors import Conflict, IllegalTransition, Invalid, NotAllowed, NotFound
from participatie.identity.pseudonyms import LocalPseudonyms, Purpose
from participatie.identity.rules import VISITOR
from participatie.votes.keys import LocalKeys
from participatie.votes.models.ballots import Ballot
from participatie.votes.models.letter_codes import CodeBatch, LetterCode
from participatie.votes.models.rounds import Roll, VoteRound
from participatie.votes.rules.acts import Act
from participatie.votes.rules.letter_codes import BatchKind, CodeState, groups, new_code
from participatie.votes.rules.rolls import read_roll
from participatie.votes.rules.rounds import Channel, RollKind, RoundState, Voter
from participatie.votes.services import amending, letter_codes, rolls
from participatie.votes.services.casting import cast
from tests import moments
from tests.votes.letters import CLERK, NOW, closed_round, opened
from tests.votes.two_people import agreed, closed

pytestmark = [pytest.mark.usefixtures("context"), pytest.mark.database]

BSN, OTHER = "999990019", "123456782"


@pytest.fixture
def keys(tmp_path):
    return LocalKeys(tmp_path)


@pytest.fixture
def pseudonyms(tmp_path):
    return LocalPseudonyms(tmp_path)


@pytest.fixture
def nameless(keys):
    """A vote by letters without a name, and three of its letters."""
    vote_round = closed_round(RollKind.CODES)
    return vote_round, make(vote_round, 3, keys)


def make(vote_round, number, keys, actor=CLERK):
    return letter_codes.make_nameless(
        vote_round, number, kind=BatchKind.LETTERS, keys=keys, actor=actor, now=NOW
    )


def fill(vote_round, text, keys, pseudonyms, actor=CLERK):
    return rolls.fill(
        vote_round, read_roll(text), keys=keys, pseudonyms=pseudonyms, actor=actor, now=NOW
    )


def personal(vote_round, voter_keys, keys):
    return letter_codes.make_personal(
        vote_round, voter_keys, kind=BatchKind.LETTERS, keys=keys, actor=CLERK, now=NOW
    )


def vote(vote_round, voter_key, keys, channel=Channel.CODE, chosen="a"):
    voter = Voter(voter_key, channel)
    receipt = cast(vote_round.id, [[chosen]], voter=voter, press=uuid4(), keys=keys, owner=None)
    db.session.commit()
    return receipt


def balance_of(vote_round):
    return next(iter(letter_codes.balances(vote_round.id).values()))


# Entering a code


def test_a_code_leads_to_its_voter_however_it_is_typed(nameless, keys):
    vote_round, letters = nameless
    for typed in (
        letters[1].code,
        groups(letters[1].code).lower(),
        letters[1].code.replace("0", "O"),
    ):
        found = letter_codes.enter(typed, keys=keys)
        assert (found.round_id, found.number) == (vote_round.id, 2)


def test_a_code_that_is_not_ours_is_told_apart_from_a_mistake(nameless, keys):
    with pytest.raises(letter_codes.Unknown) as unknown:
        letter_codes.enter(new_code(), keys=keys)
    with pytest.raises(Invalid) as mistake:
        letter_codes.enter("7K4M 9PXR 2F8", keys=keys)
    assert unknown.value.field == mistake.value.field == "code"
    assert not isinstance(mistake.value, letter_codes.Unknown)


def test_a_code_of_one_vote_is_unknown_in_another(nameless, keys):
    other = closed_round(RollKind.CODES)
    theirs = make(other, 1, keys)[0]
    assert letter_codes.enter(theirs.code, keys=keys).round_id == other.id


@pytest.mark.parametrize("state", [RoundState.PUBLISHED, RoundState.BROKEN_OFF])
def test_a_code_of_a_vote_that_is_over_is_unknown(nameless, keys, state):
    vote_round, letters = nameless
    opened(vote_round, keys)
    if state is RoundState.PUBLISHED:
        closed(vote_round)
        vote_round.state = RoundState.COUNTED
        db.session.flush()
        vote_round.state = RoundState.PUBLISHED
        db.session.flush()
    else:
        amending.break_off(vote_round, agreed(vote_round, Act.BREAK_OFF), now=NOW)
    with pytest.raises(letter_codes.Unknown):
        letter_codes.enter(letters[0].code, keys=keys)


def test_a_lost_and_a_returned_code_do_not_work(nameless, keys):
    _, letters = nameless
    lost, returned, _ = (letter_codes.enter(letter.code, keys=keys) for letter in letters)
    letter_codes.revoke(lost, actor=CLERK, now=NOW)
    letter_codes.mark_returned(returned, actor=CLERK, now=NOW)
    for letter in letters[:2]:
        with pytest.raises(Invalid, match="does not work any more"):
            letter_codes.enter(letter.code, keys=keys)


# One person, one vote


def test_a_code_and_a_log_in_of_the_same_person_are_one_vote(keys, pseudonyms):
    vote_round = closed_round(RollKind.UPLOAD)
    filled = fill(vote_round, f"bsn\n{BSN}\n{OTHER}", keys, pseudonyms)
    letter = personal(vote_round, filled.keys, keys)[0]
    opened(vote_round, keys)
    by_code = letter_codes.enter(letter.code, keys=keys).voter_key
    by_log_in = keys.voter_key(vote_round.id, pseudonyms.pseudonym(Purpose.VOTE, BSN))
    assert by_code == by_log_in
    vote(vote_round, by_code, keys)
    vote(vote_round, by_log_in, keys, Channel.LOGIN, "b")
    row = db.session.get_one(Roll, (vote_round.id, by_code), populate_existing=True)
    assert (row.version, row.channel) == (2, Channel.LOGIN)
    assert len({b.voter_key for b in db.session.scalars(select(Ballot))}) == 1


def test_a_vote_by_letters_takes_no_log_in(nameless, keys):
    vote_round, _ = nameless
    opened(vote_round, keys)
    with pytest.raises(NotAllowed):
        vote(vote_round, keys.voter_key(vote_round.id, "v1$een"), keys, Channel.LOGIN)


def test_a_new_letter_gives_no_second_vote(nameless, keys):
    vote_round, letters = nameless
    opened(vote_round, keys)
    old = letter_codes.enter(letters[0].code, keys=keys)
    vote(vote_round, old.voter_key, keys)
    new = letter_codes.reissue(old, keys=keys, actor=CLERK, now=NOW)
    again = letter_codes.enter(new.code, keys=keys)
    assert again.voter_key == old.voter_key
    vote(vote_round, again.voter_key, keys, chosen="b")
    row = db.session.get_one(Roll, (vote_round.id, old.voter_key), populate_existing=True)
    assert row.version == 2


def test_the_database_lets_one_code_out_for_each_voter(nameless, keys):
    _, letters = nameless
    old = letter_codes.enter(letters[0].code, keys=keys)
    letter_codes.reissue(old, keys=keys, actor=CLERK, now=NOW)
    with pytest.raises(IntegrityError, match="one_out"):
        db.session.execute(
            update(LetterCode).where(LetterCode.id == old.id).values(state=CodeState.OUT)
        )


def test_who_has_a_code_gets_no_second_one_by_mistake(keys, pseudonyms):
    vote_round = closed_round(RollKind.UPLOAD)
    filled = fill(vote_round, f"bsn\n{BSN}", keys, pseudonyms)
    personal(vote_round, filled.keys, keys)
    with pytest.raises(Conflict, match="has a code already"):
        personal(vote_round, filled.keys, keys)


# Balance


def test_every_batch_balances(nameless, keys):
    vote_round, letters = nameless
    opened(vote_round, keys)
    used, returned, lost = (letter_codes.enter(letter.code, keys=keys) for letter in letters)
    vote(vote_round, used.voter_key, keys)
    letter_codes.mark_returned(returned, actor=CLERK, now=NOW)
    letter_codes.revoke(lost, actor=CLERK, now=NOW)
    balance = balance_of(vote_round)
    assert balance.holds
    assert (balance.used, balance.returned, balance.revoked, balance.unused) == (1, 1, 1, 0)


def test_the_program_can_take_no_code_away(nameless):
    with pytest.raises(ProgrammingError, match="permission denied"):
        db.session.execute(delete(LetterCode))


def test_a_letter_that_came_back_was_not_used(nameless, keys):
    vote_round, letters = nameless
    opened(vote_round, keys)
    used = letter_codes.enter(letters[0].code, keys=keys)
    vote(vote_round, used.voter_key, keys)
    with pytest.raises(Conflict, match="complaint"):
        letter_codes.mark_returned(used, actor=CLERK, now=NOW)


def test_a_letter_ends_once(nameless, keys):
    vote_round, letters = nameless
    code = letter_codes.enter(letters[0].code, keys=keys)
    letter_codes.revoke(code, actor=CLERK, now=NOW)
    with pytest.raises(IllegalTransition):
        letter_codes.mark_returned(code, actor=CLERK, now=NOW)
    assert letter_codes.by_number(vote_round.id, code.batch_id, 1).state is CodeState.REVOKED
    with pytest.raises(NotFound):
        letter_codes.by_number(vote_round.id, code.batch_id, 4)


# Refusals


def test_only_the_team_makes_and_ends_letters(nameless, keys, pseudonyms):
    vote_round, letters = nameless
    code = letter_codes.enter(letters[0].code, keys=keys)
    for act in (
        lambda: make(vote_round, 1, keys, VISITOR),
        lambda: letter_codes.revoke(code, actor=VISITOR, now=NOW),
        lambda: letter_codes.mark_returned(code, actor=VISITOR, now=NOW),
        lambda: letter_codes.reissue(code, keys=keys, actor=VISITOR, now=NOW),
        lambda: fill(closed_round(RollKind.UPLOAD), f"bsn\n{BSN}", keys, pseudonyms, VISITOR),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_the_roll_of_an_open_vote_is_fixed(nameless, keys, pseudonyms):
    vote_round, _ = nameless
    opened(vote_round, keys)
    with pytest.raises(Conflict, match="is open"):
        make(vote_round, 1, keys)
    listed = closed_round(RollKind.UPLOAD)
    fill(listed, f"bsn\n{BSN}", keys, pseudonyms)
    opened(listed, keys)
    with pytest.raises(Conflict, match="is open"):
        fill(listed, f"bsn\n{OTHER}", keys, pseudonyms)


@pytest.mark.parametrize("number", [0, -1, 200_001])
def test_a_batch_has_one_letter_or_more(keys, number):
    with pytest.raises(Invalid) as refusal:
        make(closed_round(RollKind.CODES), number, keys)
    assert refusal.value.field == "number"


@pytest.mark.parametrize("roll_kind", [RollKind.OPEN, RollKind.UPLOAD])
def test_letters_without_a_name_are_for_votes_without_log_in(keys, roll_kind):
    with pytest.raises(Conflict):
        make(closed_round(roll_kind), 1, keys)


@pytest.mark.parametrize("roll_kind", [RollKind.OPEN, RollKind.CODES])
def test_a_list_is_for_votes_with_a_list(keys, pseudonyms, roll_kind):
    with pytest.raises(Conflict):
        fill(closed_round(roll_kind), f"bsn\n{BSN}", keys, pseudonyms)


def test_no_letter_goes_out_after_closing(nameless, keys):
    vote_round, letters = nameless
    code = letter_codes.enter(letters[0].code, keys=keys)
    opened(vote_round, keys)
    moments.over(db.session, vote_round.id, at=NOW)
    vote_round.state, vote_round.closed_at = RoundState.CLOSED, NOW
    db.session.flush()
    with pytest.raises(Conflict, match="closed"):
        letter_codes.reissue(code, keys=keys, actor=CLERK, now=NOW)


def test_at_the_desk_nobody_gets_a_letter_who_is_not_on_the_roll(nameless, keys):
    vote_round, _ = nameless
    with pytest.raises(NotAllowed, match="not on the list"):
        letter_codes.new_letter(vote_round, b"x" * 32, keys=keys, actor=CLERK, now=NOW)


def test_filling_the_roll_twice_adds_nobody_twice(keys, pseudonyms):
    vote_round = closed_round(RollKind.UPLOAD)
    first = fill(vote_round, f"bsn\n{BSN}\n{OTHER}", keys, pseudonyms)
    again = fill(vote_round, f"bsn\n{OTHER}", keys, pseudonyms)
    assert (first.added, first.there_already) == (2, 0)
    assert (again.added, again.there_already) == (0, 1)
    assert again.keys == first.keys[1:]


# Nothing stays behind


def test_a_letter_is_never_printed_by_accident(nameless):
    letter = nameless[1][0]
    assert letter.code not in f"{letter} {letter!r} {nameless[1]}"


def test_no_code_and_no_bsn_stands_in_any_row(keys, pseudonyms):
    vote_round = closed_round(RollKind.UPLOAD)
    filled = fill(vote_round, f"bsn\n{BSN}", keys, pseudonyms)
    letter = personal(vote_round, filled.keys, keys)[0]
    code = letter_codes.enter(letter.code, keys=keys)
    new = letter_codes.reissue(code, keys=keys, actor=CLERK, now=NOW)
    rows = [
        str(vars(row))
        for table in (VoteRound, Roll, CodeBatch, LetterCode, AuditEntry)
        for row in db.session.scalars(select(table))
    ]
    planted = [BSN, pseudonyms.pseudonym(Purpose.VOTE, BSN), letter.code, new.code]
    assert rows
    assert not [secret for secret in planted if any(secret in row for row in rows)]


def test_a_letter_that_was_replaced_is_not_replaced_again(nameless, keys):
    code = letter_codes.enter(nameless[1][0].code, keys=keys)
    newer = letter_codes.reissue(code, keys=keys, actor=CLERK, now=NOW)
    with pytest.raises(Conflict, match=f"number {newer.batch_id}-{newer.number}"):
        letter_codes.reissue(code, keys=keys, actor=CLERK, now=NOW)
    again = letter_codes.enter(newer.code, keys=keys)
    assert letter_codes.reissue(again, keys=keys, actor=CLERK, now=NOW).code != newer.code
