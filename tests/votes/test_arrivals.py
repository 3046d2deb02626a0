"""A mail that a vote arrived: it comes to who voted, and tells nobody when or which vote it is."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import select, text

from participatie.core.db import db
from participatie.core.outbox import OutboxMessage
from participatie.notifications.mail import render
from participatie.votes import owners, tasks
from participatie.votes.models.arrivals import AwaitedVote
from participatie.votes.rules.cells import SMALL
from participatie.votes.rules.rounds import Channel, Voter
from participatie.votes.services import arrivals
from tests.factories import LONG_AGO, ResidentFactory
from tests.votes.steps import cast, end, make_round, rows

pytestmark = [pytest.mark.usefixtures("context"), pytest.mark.database]


def people(number: int):
    return [
        ResidentFactory(email=f"stem{n}@waterlanden.example", email_confirmed_at=LONG_AGO)
        for n in range(number)
    ]


def awaits(vote_round, account, keys, channel=Channel.LOGIN) -> None:
    """Somebody stands before the button."""
    voter = Voter(keys.voter_key(vote_round.id, f"v1$van{account.id}"), channel)
    owner = owners.of_account(account.id)
    arrivals.await_vote(vote_round.id, voter=voter, owner=owner, keys=keys)
    db.session.commit()


def votes(vote_round, account, keys, channel=Channel.LOGIN):
    awaits(vote_round, account, keys, channel)
    return cast(vote_round, ["1"], keys=keys, voter=f"v1$van{account.id}", channel=channel)


def told() -> list[int]:
    """Who was told, in the order of the mails."""
    return [*db.session.scalars(select(OutboxMessage.account_id).order_by(OutboxMessage.id))]


def test_ten_who_voted_are_told_together_and_in_an_order_that_says_nothing(keys):
    vote_round, voters = make_round(), people(SMALL)
    looked = ResidentFactory()
    awaits(vote_round, looked, keys)
    shuffled = random.Random(7).sample(voters, len(voters))
    for account in shuffled[:-1]:
        votes(vote_round, account, keys)
    assert tasks.tell_arrived() == ""
    votes(vote_round, shuffled[-1], keys)
    assert tasks.tell_arrived() == f"round {vote_round.id}: 10 told"
    assert told() == sorted(account.id for account in voters)
    assert tasks.tell_arrived() == ""
    assert rows(AwaitedVote) == 1


def test_who_changes_a_vote_is_told_again_and_who_only_looks_is_not(keys):
    vote_round, voters = make_round(), people(SMALL + 1)
    for account in voters:
        votes(vote_round, account, keys)
    tasks.tell_arrived()
    for account in voters[:SMALL]:
        votes(vote_round, account, keys)
    awaits(vote_round, voters[SMALL], keys)
    db.session.execute(text("UPDATE outbox_message SET dedup = dedup || '/before'"))
    tasks.tell_arrived()
    assert len(told()) == 2 * SMALL + 1
    assert voters[SMALL].id not in told()[SMALL + 1 :]


def test_a_letter_and_a_paper_are_no_log_in_so_nobody_is_told(keys):
    vote_round, voters = make_round(), people(SMALL)
    for account in voters:
        votes(vote_round, account, keys, Channel.CODE)
    assert rows(AwaitedVote) == 0
    for account in voters:
        awaits(vote_round, account, keys)
    tasks.tell_arrived()
    assert told() == []


def test_after_the_closing_nobody_waits_and_fewer_than_ten_are_never_told(keys):
    vote_round, voters = make_round(), people(SMALL - 1)
    for account in voters:
        votes(vote_round, account, keys)
    end(vote_round)
    tasks.sweep()
    tasks.tell_arrived()
    assert told() == []
    assert rows(AwaitedVote) == 0


def test_nothing_that_is_kept_or_sent_ties_a_person_to_a_vote(keys):
    """Planted: the key of each voter, each control code and the number of each account."""
    vote_round, voters = make_round(), people(SMALL)
    receipts = [votes(vote_round, account, keys) for account in voters]
    voter_keys = [keys.voter_key(vote_round.id, f"v1$van{one.id}").hex() for one in voters]

    def holding(planted: list[str]) -> set[str]:
        return {
            table
            for table in db.metadata.tables
            for row in db.session.scalars(text(f'SELECT t::text FROM "{table}" AS t'))
            if any(value in row for value in planted)
        }

    assert holding(voter_keys) == {"roll", "ballot"}
    tasks.tell_arrived()
    assert holding(voter_keys) == {"roll", "ballot"}
    codes = [receipt.code for receipt in receipts]
    assert holding(codes) == set()
    messages = db.session.scalars(select(OutboxMessage)).all()
    assert len({message.created_at for message in messages}) == 1
    for message, account in zip(messages, voters, strict=True):
        assert message.parameters == {"title": vote_round.title, "round_id": vote_round.id}
        mail = render(message, account, account.email or "")
        assert "Uw stem is binnen" in mail.subject
        said = mail.text + mail.html
        assert not [one for one in (*codes, *voter_keys, "Plan ") if one in said]
