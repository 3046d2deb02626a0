"""Arguments for and against, who agrees with them, and how many of them a page shows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import object_session

from participatie.budget.cli import recount
from participatie.contributions.rules import State
from participatie.core.db import db
from participatie.core.errors import NotAllowed
from participatie.discussions.models import Comment, GivenOpinion
from participatie.discussions.rules import SHOWN_AT_ONCE, Opinion, Stance
from participatie.discussions.services import weighing as services
from participatie.identity.rules import Actor
from participatie.processes.models import Process
from tests.factories import (
    LONG_AGO,
    BudgetFactory,
    ClerkFactory,
    CommentFactory,
    DiscussionFactory,
    ProjectFactory,
    ProposalFactory,
    ResidentFactory,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TABLE: Any = Comment.__table__


def below(proposal, **options):
    store = object_session(proposal)
    assert store is not None
    process = store.get_one(Process, proposal.process_id)
    return CommentFactory(process=process, subject_id=proposal.id, **options)


def who(account):
    return Actor(id=account.id, roles=frozenset(account.roles))


def test_agreeing_counts_once_and_the_same_press_takes_it_back(context):
    said, resident = below(ProposalFactory()), ResidentFactory()
    actor = who(resident)

    assert services.weigh(said, Opinion.AGREE, actor=actor, now=NOW)
    assert (said.agree_count, said.disagree_count) == (1, 0)
    assert services.weigh(said, Opinion.DISAGREE, actor=actor, now=NOW)
    assert (said.agree_count, said.disagree_count) == (0, 1)
    assert not services.weigh(said, Opinion.DISAGREE, actor=actor, now=NOW)
    assert (said.agree_count, said.disagree_count) == (0, 0)
    assert db.session.scalar(select(func.count()).select_from(GivenOpinion)) == 0


def test_nobody_weighs_their_own_words_or_what_is_hidden(context):
    resident = ResidentFactory()
    actor = who(resident)
    proposal = ProposalFactory()
    for said in (below(proposal, author_id=resident.id), below(proposal, state=State.HIDDEN)):
        with pytest.raises(NotAllowed):
            services.weigh(said, Opinion.AGREE, actor=actor, now=NOW)


def test_a_number_that_drifted_is_found_and_mended(context):
    drifted, right = below(ProposalFactory()), below(ProposalFactory())
    resident = ResidentFactory()
    actor = who(resident)
    services.weigh(drifted, Opinion.AGREE, actor=actor, now=NOW)
    services.weigh(right, Opinion.DISAGREE, actor=actor, now=NOW)
    assert services.recount() == []

    db.session.execute(update(TABLE).where(TABLE.c.id == drifted.id).values(agree_count=7))

    assert services.recount() == [drifted.id]
    db.session.refresh(drifted)
    assert drifted.agree_count == 1
    assert services.recount() == []


def test_the_command_says_which_numbers_it_mended(context):
    proposal = ProposalFactory(support_count=3)
    said = below(proposal, agree_count=2)
    run = context.app.test_cli_runner().invoke

    first, second = run(recount).output, run(recount).output

    assert f"proposal {proposal.id}: its number was wrong" in first
    assert f"comment {said.id}: its number was wrong" in first
    assert second == "all numbers are right\n"


def test_every_number_that_is_kept_beside_what_it_counts_is_counted_anew(context):
    drifted = {
        "proposal": ProposalFactory(support_count=2),
        "project": ProjectFactory(budget_id=BudgetFactory().id, support_count=4),
        "discussion": DiscussionFactory(agree_count=3, disagree_count=4),
        "comment": below(ProposalFactory(), agree_count=5, disagree_count=6),
    }
    kept = {
        (name, column.name)
        for name, table in db.metadata.tables.items()
        for column in table.columns
        if column.name.endswith("_count")
    }
    assert {name for name, _ in kept} == set(drifted), "what keeps a number can be counted anew"
    context.app.test_cli_runner().invoke(recount)
    for one in drifted.values():
        db.session.refresh(one)
    assert {getattr(drifted[name], column) for name, column in kept} == {0}


def test_arguments_stand_side_by_side_and_other_comments_below(client):
    proposal = ProposalFactory()
    below(proposal, stance=Stance.FOR, html="<p>Goed voor kinderen</p>")
    below(proposal, stance=Stance.AGAINST, html="<p>Het kost parkeerplaatsen</p>")
    below(proposal, html="<p>Hoe breed wordt het?</p>")

    main = client.get(f"/voorstellen/{proposal.id}").main

    places = [main.index(text) for text in ("1 argument voor", "Goed voor kinderen")]
    places += [main.index(text) for text in ("1 argument tegen", "Het kost parkeerplaatsen")]
    places += [main.index(text) for text in ("Andere reacties", "Hoe breed wordt het?")]
    assert places == sorted(places)
    assert "3 reacties" in main


def test_a_comment_that_takes_a_side_is_published_on_that_side(log_in, store):
    proposal = ProposalFactory()
    page = log_in(ResidentFactory()).get(f"/voorstellen/{proposal.id}")
    page = page.press("Plaats deze reactie", text="Dit helpt.", public_name="An", stance="for")
    assert "1 argument voor" in page.main
    assert store.scalars(select(Comment.stance)).one() is Stance.FOR


def test_a_page_shows_the_first_threads_and_leads_to_the_rest(client):
    proposal = ProposalFactory()
    for number in range(SHOWN_AT_ONCE + 3):
        below(
            proposal,
            html=f"<p>Reactie nummer {number}.</p>",
            published_at=LONG_AGO + timedelta(minutes=number),
        )
    page = client.get(f"/voorstellen/{proposal.id}")
    assert f"Reactie nummer {SHOWN_AT_ONCE - 1}." in page.main
    assert f"Reactie nummer {SHOWN_AT_ONCE}." not in page.main

    page = client.get(page.links()["Toon meer reacties"].partition("#")[0])
    assert f"Reactie nummer {SHOWN_AT_ONCE + 2}." in page.main
    assert "Toon meer reacties" not in page.links()


def test_the_address_of_a_late_comment_leads_to_a_page_that_shows_it(client):
    proposal = ProposalFactory()
    said = [
        below(proposal, published_at=LONG_AGO + timedelta(minutes=number))
        for number in range(2 * SHOWN_AT_ONCE + 5)
    ]
    answer = below(proposal, parent_id=said[SHOWN_AT_ONCE + 1].id, html="<p>Het antwoord.</p>")
    for comment in (said[0], said[SHOWN_AT_ONCE], said[-1], answer):
        location = client.raw.get(f"/reacties/{comment.id}").location
        address, _, place = location.partition("#")
        assert place == f"reactie-{comment.id}"
        assert f'id="{place}"' in client.raw.get(address).text


@pytest.mark.parametrize(
    ("order", "expected"),
    [("oudste", [0, 1, 2]), ("nieuwste", [2, 1, 0]), ("meeste-steun", [1, 0, 2])],
)
def test_each_order_is_what_its_words_say(client, order, expected):
    proposal = ProposalFactory()
    numbers = [(0, 0), (5, 1), (5, 6)]
    for number, (agree, disagree) in enumerate(numbers):
        below(
            proposal,
            html=f"<p>Nummer {number}.</p>",
            published_at=LONG_AGO + timedelta(minutes=number),
            agree_count=agree,
            disagree_count=disagree,
        )
    main = client.get(f"/voorstellen/{proposal.id}?reacties={order}").main
    assert sorted(range(3), key=lambda n: main.index(f"Nummer {n}.")) == expected


def test_residents_press_and_everybody_else_reads_the_numbers(client, log_in):
    proposal = ProposalFactory()
    below(proposal, author_name="Özgür")
    page = log_in(ResidentFactory()).get(f"/voorstellen/{proposal.id}")

    page = page.press("Eens (0) met de reactie van Özgür")

    assert [b.get("aria-pressed") for b in page.all("button", name="opinion")] == ["true", "false"]
    assert "1 eens, 0 oneens" in client.get(f"/voorstellen/{proposal.id}").main
    clerk = log_in(ClerkFactory()).get(f"/voorstellen/{proposal.id}")
    assert not clerk.all("button", name="opinion")
