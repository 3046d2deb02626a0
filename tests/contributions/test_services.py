"""Writing, publishing and following."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participatie.contributions import services
from participatie.contributions.models import Follow
from participatie.contributions.queries import followers
from participatie.contributions.rules import State
from participatie.core.db import db
from participatie.core.errors import IllegalTransition, Invalid, NotAllowed, NotFound
from participatie.identity.rules import Actor, Role
from tests.factories import LONG_AGO, ProposalFactory, ResidentFactory, soon


def actor_of(account) -> Actor:
    return Actor(id=account.id, roles=frozenset({Role.RESIDENT}))


@pytest.fixture
def author(context):
    return actor_of(ResidentFactory())


def test_what_is_written_keeps_its_letters_and_loses_what_cannot_be_seen():
    typed = "  één idee\u202e voor\x00 café Özgür 👩‍👧 \r\n\r\n- regel  "
    kept = services.written(typed, (1, 100), field="text")
    assert kept == "één idee voor café Özgür 👩‍👧 \n\n- regel"


def test_a_line_is_one_line():
    assert services.written_line("Een\r\n\ttitel \u2028hier", (1, 100), field="title") == (
        "Een titel hier"
    )


def test_a_decomposed_letter_counts_once():
    assert services.written("e\u0301" * 3, (3, 3), field="text") == "ééé"


def test_a_public_name_is_kept_on_the_account(author):
    assert services.keep_public_name("  Özgür  de\nWit ", actor=author) == "Özgür de Wit"
    with pytest.raises(Invalid):
        services.keep_public_name("x", actor=author)


def test_publishing_shows_it_and_lets_the_author_follow(author):
    draft = ProposalFactory(state=State.DRAFT, published_at=None, author_id=author.id)
    services.publish(draft, actor=author, now=LONG_AGO)
    assert (draft.state, draft.published_at) == (State.PUBLISHED, LONG_AGO)
    assert db.session.scalars(followers(draft.id)).all() == [author.id]
    with pytest.raises(IllegalTransition):
        services.publish(draft, actor=author, now=LONG_AGO)


def test_nobody_publishes_or_takes_back_what_another_wrote(author):
    draft = ProposalFactory(state=State.DRAFT, published_at=None, author_id=author.id)
    other = actor_of(ResidentFactory())
    with pytest.raises(NotAllowed):
        services.publish(draft, actor=other, now=LONG_AGO)
    with pytest.raises(NotAllowed):
        services.withdraw(draft, actor=other)
    assert draft.state is State.DRAFT


def test_following_twice_is_following_once_and_can_be_stopped(author):
    proposal = ProposalFactory()
    for _ in range(2):
        services.follow(proposal, actor=author, now=soon())
    assert len(db.session.scalars(select(Follow)).all()) == 1
    services.unfollow(proposal, actor=author)
    services.unfollow(proposal, actor=author)
    assert db.session.scalars(select(Follow)).all() == []


def test_what_one_may_not_see_cannot_be_followed(author):
    hidden = ProposalFactory(state=State.HIDDEN)
    with pytest.raises(NotFound):
        services.follow(hidden, actor=author, now=soon())
