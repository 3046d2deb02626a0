"""A clerk who is a moment late, with real commits: a sentence, nothing lost, nothing slips in."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from participatie.core.db import db
from participatie.core.errors import Conflict
from participatie.identity.rules import Actor, Role
from participatie.votes.models.board import BoardEntry
from participatie.votes.models.rounds import VoteOption, VoteRound
from participatie.votes.queries.rounds import with_questions
from participatie.votes.rules.amendments import CONTACT_PLACE
from participatie.votes.rules.board import EntryKind
from participatie.votes.rules.rounds import Grade, RoundState, fingerprint
from participatie.votes.services import amending, closers, closing, opening, setting_up
from participatie.votes.services.opening import frozen_facts
from tests import factories, moments
from tests.conftest import visitor
from tests.factories import ClerkFactory, RoundFactory, soon
from tests.real import storing, wait_until_somebody_waits
from tests.sessions import give_session
from tests.votes.busy import inside, make_round, wait_until
from tests.votes.polls import make_poll

pytestmark = pytest.mark.database

WHY = "De brug was dicht; niet iedereen kon komen."


@pytest.fixture
def clerk(site):
    with storing(site) as store:
        made = ClerkFactory()
        store.commit()
        return made


@pytest.fixture
def karin(clerk):
    return Actor(clerk.id, roles=frozenset({Role.CLERK}))


@contextmanager
def meanwhile(site, act):
    """Let `act` begin beside what is done here, and wait until it is held up by that."""
    with ThreadPoolExecutor(1) as pool, inside(site):
        yield lambda: _begun(site, pool, act)


def _begun(site, pool, act):
    begun = pool.submit(act)
    wait_until_somebody_waits(site)
    return begun


def draft_of(site):
    with inside(site):
        factories.bind(db.session, site.extensions["vote_keys"])
        return int(make_poll(db.session, state=RoundState.DRAFT, opened_at=None).id)


def common_round(site):
    with inside(site):
        factories.bind(db.session, site.extensions["vote_keys"])
        return int(RoundFactory(grade=Grade.COMMON).id)


def loaded(round_id):
    return db.session.scalars(with_questions(round_id)).one()


def test_a_closing_that_is_moved_in_its_very_moment_is_refused_on_the_form(site, clerk):
    """The time is not over when the program looks, and over when the database does."""
    round_id = common_round(site)
    with storing(site) as store:
        browser = visitor(site)
        give_session(site, store, browser.raw, clerk)
    with inside(site):
        moments.over(db.session, round_id, at=soon() + timedelta(seconds=3))
    form = browser.get(f"/griffie/stemmingen/{round_id}/stap/extend")
    typed = {"until": "2099-02-01T12:00", "reason": WHY}

    def send():
        return form.press("De stemming later sluiten", answered=422, **typed)

    with meanwhile(site, send) as begin:
        db.session.execute(text("SELECT FROM board_counter FOR UPDATE"))
        sent = begin()
        over = text("SELECT closes_at < clock_timestamp() FROM vote_round")
        wait_until(lambda: bool(db.session.scalar(over)))
    page = sent.result(30)
    assert page.errors() == [
        (
            "De sluitingstijd is net voorbij. Verstuur dit over een minuut nog een keer."
            " Dan vraagt u het aan een tweede persoon."
        )
    ]
    assert WHY in page.html
    assert "2099-02-01T12:00" in page.html
    with inside(site):
        assert db.session.scalars(select(VoteRound.extended_from)).one() is None
        assert db.session.scalars(select(BoardEntry.kind)).all() == []


def test_a_text_that_is_mended_while_the_vote_closes_does_not_come_after_the_closing(site, karin):
    round_id = make_round(site)
    with inside(site):
        moments.over(db.session, round_id)

    def mend():
        with inside(site):
            said = {"text": "Bel 14 0299.", "reason": WHY}
            amending.mend(round_id, CONTACT_PLACE, **said, actor=karin, now=soon())

    with meanwhile(site, mend) as begin:
        closing.close(round_id, actor=karin, now=soon())
        late = begin()
    assert isinstance(late.exception(30), Conflict)
    with inside(site):
        assert db.session.scalars(select(BoardEntry.kind)).all() == [EntryKind.CLOSING]


CHANGES = {
    "vote": lambda vote, actor: setting_up.discard(vote, actor=actor, now=soon()),
    "question": lambda vote, actor: setting_up.remove_question(vote, "v1", actor=actor),
    "answer": lambda vote, actor: setting_up.remove_option(vote, "v1a", actor=actor),
    "answers": lambda vote, actor: setting_up.add_options(
        vote, vote.questions[0], ["Den"], actor=actor
    ),
    "words": lambda vote, actor: setting_up.change_option(
        vote, "v1a", title="Den", text="", actor=actor
    ),
    "people": lambda vote, actor: closers.name(
        vote, clerk=1, second=2, substitute=3, actor=actor, now=soon()
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_changed_while_a_colleague_fixes_the_rules_is_refused(site, karin, change):
    round_id = draft_of(site)

    def do():
        with inside(site):
            CHANGES[change](loaded(round_id), karin)

    with meanwhile(site, do) as begin:
        keys = site.extensions["vote_keys"]
        opening.open_round(loaded(round_id), keys=keys, actor=karin, now=soon())
        late = begin()
    refusal = late.exception(30)
    assert isinstance(refusal, Conflict)
    assert refusal.sentence == "The rules of this vote are fixed already."


def test_the_rules_that_are_fixed_are_those_that_a_colleague_has_just_changed(site, karin):
    """Who fixes them waits for who changes them, and fixes what is there by then."""
    round_id = draft_of(site)

    def fix():
        with inside(site):
            vote = loaded(round_id)
            keys = site.extensions["vote_keys"]
            opening.open_round(vote, keys=keys, actor=karin, now=soon())

    with meanwhile(site, fix) as begin:
        vote = loaded(round_id)
        setting_up.add_options(vote, vote.questions[0], ["Den"], actor=karin)
        begun = begin()
    assert begun.result(30) is None
    with inside(site):
        vote = loaded(round_id)
        assert [option.title for option in vote.questions[0].options][-1] == "Den"
        assert vote.rules_hash == fingerprint(frozen_facts(vote))


def test_an_answer_never_slips_in_while_the_rules_are_fixed_whoever_tries(site, karin):
    """The database waits too: its rule holds for who writes beside the program."""
    round_id = draft_of(site)

    def slip_in():
        with inside(site):
            asked = db.session.scalars(
                select(VoteOption.question_id).where(VoteOption.round_id == round_id)
            ).first()
            db.session.execute(
                text(
                    "INSERT INTO vote_option (round_id, question_id, code, title, text, cost)"
                    " VALUES (:round, :question, 'v1z', 'Z', '', 0)"
                ),
                {"round": round_id, "question": asked},
            )

    with meanwhile(site, slip_in) as begin:
        keys = site.extensions["vote_keys"]
        opening.open_round(loaded(round_id), keys=keys, actor=karin, now=soon())
        late = begin()
    assert re.search("the options of vote round .* are fixed", str(late.exception(30)))
