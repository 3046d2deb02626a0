"""Discussions: who starts, changes, answers and takes one back, and how a list of them stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from sqlalchemy import event, select

from participatie.contributions.lists import Asked, values
from participatie.contributions.models import Follow
from participatie.contributions.orders import LATELY, Order, place_drawn, surely
from participatie.contributions.rules import State
from participatie.core.db import db
from participatie.core.errors import Invalid, NotAllowed
from participatie.core.outbox import OutboxMessage
from participatie.discussions.models import Discussion, DiscussionAnswer, GivenOpinion
from participatie.discussions.queries import discussions as queries
from participatie.discussions.rules import Opinion, can_answer, can_revise, can_start
from participatie.discussions.services import discussions as services
from participatie.discussions.services.discussions import Opening
from participatie.discussions.services.weighing import weigh
from participatie.identity.rules import VISITOR, Actor, Role
from participatie.processes.models import Phase
from participatie.processes.rules import PhaseKind, Starters
from tests.factories import (
    LONG_AGO,
    AreaFactory,
    ClerkFactory,
    CommentFactory,
    DiscussionFactory,
    ProcessFactory,
    ResidentFactory,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
IDEA = "één idee voor café Özgür 🌳"
RESIDENT = Actor(id=1, roles=frozenset({Role.RESIDENT}))
CLERK = Actor(id=2, roles=frozenset({Role.CLERK}))
OPENING = Opening(title="Mag de brug 's nachts dicht?", text="Dan kan het water rustig zijn.")
START, MORE = "Begin deze discussie", {"public_name": "Annie"}


def talking(**options):
    options = {"discussion_starters": Starters.EVERYONE, "answers_discussions": True, **options}
    return ProcessFactory(phase=PhaseKind.DISCUSS, **options)


def who(account):
    return Actor(id=account.id, roles=frozenset(account.roles))


def start(process, actor, opening=OPENING):
    return services.start(process, opening, public_name="Annie", actor=actor, now=NOW)


# Rules


@pytest.mark.parametrize(
    ("starters", "actors"),
    [
        (Starters.NOBODY, []),
        (Starters.STAFF, [CLERK]),
        (Starters.EVERYONE, [RESIDENT, CLERK]),
    ],
)
def test_who_starts_is_who_the_process_lets_start(starters, actors):
    for actor in (VISITOR, RESIDENT, CLERK):
        assert can_start(starters, actor=actor) == (actor in actors)


def test_a_discussion_changes_only_until_somebody_has_an_opinion():
    assert can_revise(State.PUBLISHED, author_id=1, opinions=0, actor=RESIDENT)
    assert not can_revise(State.PUBLISHED, author_id=1, opinions=1, actor=RESIDENT)
    assert not can_revise(State.PUBLISHED, author_id=3, opinions=0, actor=RESIDENT)
    assert not can_revise(State.HIDDEN, author_id=1, opinions=0, actor=RESIDENT)


def test_a_clerk_answers_where_discussions_are_answered_and_never_an_own_one():
    assert can_answer(State.PUBLISHED, author_id=1, answers=True, actor=CLERK)
    assert not can_answer(State.PUBLISHED, author_id=1, answers=False, actor=CLERK)
    assert not can_answer(State.PUBLISHED, author_id=2, answers=True, actor=CLERK)
    assert not can_answer(State.WITHDRAWN, author_id=1, answers=True, actor=CLERK)
    assert not can_answer(State.PUBLISHED, author_id=3, answers=True, actor=RESIDENT)


# Services


def test_who_starts_a_discussion_follows_it(context):
    resident = ResidentFactory()
    started = start(talking(), who(resident))
    assert started.state is State.PUBLISHED
    assert not started.is_official
    assert db.session.get(Follow, (started.id, resident.id))


@pytest.mark.parametrize(
    ("phase", "starters"),
    [(PhaseKind.VOTE, Starters.EVERYONE), (None, Starters.EVERYONE), ("collect", Starters.NOBODY)],
)
def test_nobody_starts_one_outside_its_phase_or_where_there_are_none(context, phase, starters):
    process = ProcessFactory(phase=phase, discussion_starters=starters)
    with pytest.raises(NotAllowed):
        start(process, who(ResidentFactory()))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": "Ja"}, "title"),
        ({"text": "Kort"}, "text"),
        ({"tags": ",".join(f"woord {n}" for n in range(9))}, "tags"),
        ({"area_id": 10**12}, "area"),
        ({"category_id": 10**12}, "category"),
    ],
)
def test_what_is_wrong_with_an_opening_is_said_beside_its_field(context, wrong, field):
    opening = Opening(**{"title": OPENING.title, "text": OPENING.text, **wrong})
    with pytest.raises(Invalid) as refusal:
        start(talking(), who(ResidentFactory()), opening)
    assert refusal.value.field == field


def test_after_the_first_opinion_the_words_stay(context):
    author, reader = ResidentFactory(), ResidentFactory()
    started = start(talking(), who(author))
    better = Opening(title="Mag de brug dicht?", text="Dan kan het water 's nachts rustig zijn.")
    services.revise(started, better, actor=who(author), now=NOW)
    assert started.title == better.title

    weigh(started, Opinion.AGREE, actor=who(reader), now=NOW)
    with pytest.raises(NotAllowed):
        services.revise(started, OPENING, actor=who(author), now=NOW)
    weigh(started, Opinion.AGREE, actor=who(reader), now=NOW)
    services.revise(started, OPENING, actor=who(author), now=NOW)
    assert started.title == OPENING.title


def test_an_opinion_counts_once_changes_and_goes(context):
    author, reader = ResidentFactory(), ResidentFactory()
    started = start(talking(), who(author))
    for opinion, counts in (
        (Opinion.AGREE, (1, 0)),
        (Opinion.DISAGREE, (0, 1)),
        (Opinion.DISAGREE, (0, 0)),
    ):
        weigh(started, opinion, actor=who(reader), now=NOW)
        assert (started.agree_count, started.disagree_count) == counts
    with pytest.raises(NotAllowed):
        weigh(started, Opinion.AGREE, actor=who(author), now=NOW)


def test_followers_hear_of_the_first_answer_and_not_of_a_correction(context):
    author, clerk = ResidentFactory(), ClerkFactory()
    started = start(talking(), who(author))
    for text in ("Wij nemen dit mee naar de raad.", "Wij namen dit mee naar de raad."):
        services.answer(started, text, actor=who(clerk), now=NOW)
    given = db.session.get_one(DiscussionAnswer, started.id)
    assert "namen" in given.text
    assert given.corrected_at == NOW
    told = db.session.scalars(select(OutboxMessage)).all()
    assert [(one.kind, one.account_id) for one in told] == [("discussions.answered", author.id)]


# Orders


def found(process, order, **asked):
    way = Asked(**asked)
    given = values(way, process.id, seed="account 1", today=NOW.date(), now=NOW)
    numbers = db.session.scalars(queries.in_order(way, order), given).all()
    return [db.session.get_one(Discussion, number).title for number in numbers]


def test_each_order_is_as_its_formula_says(context):
    process = talking()
    counts = [(0, 0), (1, 0), (90, 10), (50, 49), (2, 0)]
    made = [
        DiscussionFactory(
            process=process,
            title=f"Discussie {number}",
            agree_count=agree,
            disagree_count=disagree,
            published_at=NOW - timedelta(days=number),
        )
        for number, (agree, disagree) in enumerate(counts)
    ]
    late, early = NOW - LATELY + timedelta(hours=1), NOW - LATELY - timedelta(hours=1)
    for subject, moment, state in (
        (made[3], late, State.PUBLISHED),
        (made[3], late, State.PUBLISHED),
        (made[1], late, State.HIDDEN),
        (made[2], early, State.PUBLISHED),
        (made[4], late, State.PUBLISHED),
    ):
        CommentFactory(process=process, subject_id=subject.id, published_at=moment, state=state)
    for subject, since in ((made[4], late), (made[4], late), (made[0], early)):
        resident = ResidentFactory()
        row = {"contribution_id": subject.id, "account_id": resident.id, "since": since}
        db.session.add(GivenOpinion(**row, opinion=Opinion.AGREE))
    db.session.flush()
    lately = {made[3].id: 2, made[4].id: 3}
    comments = {made[3].id: 2, made[2].id: 1, made[4].id: 1}
    formulas: dict[Order, Any] = {
        Order.NEWEST: lambda one: -one.published_at.timestamp(),
        Order.RANDOM: lambda one: place_drawn("account 1", one.id),
        Order.SUPPORT: lambda one: one.disagree_count - one.agree_count,
        Order.DISCUSSED: lambda one: -comments.get(one.id, 0),
        Order.LATELY: lambda one: -lately.get(one.id, 0),
        Order.SURELY: lambda one: -surely(one.agree_count, one.disagree_count),
    }
    for order, formula in formulas.items():
        wanted = sorted(made, key=lambda one: (formula(one), -one.id))
        assert found(process, order) == [one.title for one in wanted], order


def test_ninety_of_a_hundred_are_surer_than_one_of_one():
    assert surely(90, 10) > surely(2, 0) > surely(1, 0) > surely(0, 0) == 0
    assert surely(90, 10) == pytest.approx(0.8256, abs=0.0001)
    assert surely(0, 5) == pytest.approx(0)


def test_the_page_of_formulas_tells_each_order_of_discussions(client):
    page = client.get("/hoe-wij-sorteren").main
    for words in ("Meeste eens eerst", "Nu het meest besproken eerst", "Zeker eens eerst", "1,96"):
        assert words in page


# Pages


def test_a_discussion_comes_back_to_the_letter(log_in, client):
    process, resident = talking(), ResidentFactory()
    page = log_in(resident).get(f"/trajecten/{process.slug}/discussies/nieuw")
    page = page.press(
        START, title=IDEA, text=f"Ik zeg: {IDEA}\n\n- dit\n- dat", public_name="Özgür"
    )
    assert IDEA in page.main
    page = page.follow("Naar uw discussie")
    assert page.h1 == IDEA
    assert f"Ik zeg: {IDEA}" in page.main
    index = client.get(f"/trajecten/{process.slug}/discussies")
    assert IDEA in index.main
    feed = ElementTree.fromstring(
        client.raw.get(index.links()["Volg deze lijst in een feedlezer (Atom)"]).get_data()
    )
    assert feed.findtext(f"{ATOM}entry/{ATOM}title") == IDEA
    assert IDEA in client.get(f"/trajecten/{process.slug}").main


def test_a_search_finds_a_discussion_by_a_form_of_its_words(client, log_in):
    process = talking()
    DiscussionFactory(process=process, title="Bomen langs de kade")
    DiscussionFactory(process=process, title="Iets anders", text="Over de huizen op de dijk.")
    address = f"/trajecten/{process.slug}/discussies"
    assert "Bomen langs de kade" in client.get(f"{address}?zoek=boom").main
    page = client.get(f"{address}?zoek=huis").main
    assert "1 discussie gevonden voor “huis”." in page
    assert "Iets anders" in page


def test_what_was_typed_stays_when_a_field_is_wrong_or_the_phase_closes(log_in, store):
    process, resident = talking(), log_in(ResidentFactory())
    area = AreaFactory(name="Parkwijk")
    page = resident.get(f"/trajecten/{process.slug}/discussies/nieuw")
    typed = {"title": OPENING.title, "text": OPENING.text, "area": str(area.id), "tags": "water"}
    page = page.press(START, answered=422, **{**typed, "title": "Ja"}, **MORE)
    assert page.fields_with_errors() == ["Waar gaat de discussie over?"]
    assert OPENING.text in page.main
    phase = store.scalars(select(Phase).where(Phase.process_id == process.id)).one()
    phase.ends_at = LONG_AGO + timedelta(days=1)
    store.commit()
    page = page.press(START, answered=422, title=OPENING.title)
    assert "U kunt nu geen discussie beginnen." in page.main
    assert OPENING.text in page.main
    assert page.all("option", value=str(area.id), selected="")


def test_private_details_are_warned_of_once(log_in):
    process = talking()
    page = log_in(ResidentFactory()).get(f"/trajecten/{process.slug}/discussies/nieuw")
    page = page.press(START, title=OPENING.title, text="Bel mij op 06 12345678.", **MORE)
    assert "een telefoonnummer" in page.main
    assert page.press(START).follow("Naar uw discussie").h1 == OPENING.title


def test_who_started_one_gets_a_number_a_page_to_print_and_one_question(log_in, store):
    process, resident = talking(), log_in(ResidentFactory(email=None))
    page = resident.get(f"/trajecten/{process.slug}/discussies/nieuw")
    page = page.press(START, title=OPENING.title, text=OPENING.text, **MORE)
    number = store.scalars(select(Discussion.id)).one()
    assert page.h1 == "Uw discussie staat op de site"
    assert f"Nummer {number}" in page.main
    assert "Stuur mij een bericht" in page.main
    log_in(ResidentFactory()).get(f"/discussies/{number}/begonnen", status=404)


def test_what_resembles_it_is_shown_once_and_then_it_stands_on_the_page(log_in, store):
    process, resident = talking(), log_in(ResidentFactory())
    DiscussionFactory(process=process, title="Mag de brug 's nachts open?")
    DiscussionFactory(process=process, title="Bomen langs de kade")
    page = resident.get(f"/trajecten/{process.slug}/discussies/nieuw")
    page = page.press(START, title=OPENING.title, text=OPENING.text, **MORE)
    assert "Gaat hier al een discussie over?" in page.main
    assert "Mag de brug 's nachts open?" in page.links()
    assert "Bomen langs de kade" not in page.links()
    assert page.press(START).h1 == "Uw discussie staat op de site"
    part = resident.raw.get(f"/trajecten/{process.slug}/discussies/lijkt-op?titel=De+brug+nacht")
    assert "Mag de brug" in part.text


def test_one_presses_agree_and_once_more_takes_it_back(log_in, client):
    discussion = DiscussionFactory(process=talking())
    address = f"/discussies/{discussion.id}"
    page = log_in(ResidentFactory()).get(address).press("Ik ben het eens")
    assert "1 eens, 0 oneens" in page.main
    assert "1 eens, 0 oneens" in client.get(address).main
    page = page.press("Ik ben het niet meer eens")
    assert "Nog niemand koos eens of oneens." in page.main


def test_what_is_taken_back_leaves_its_title_and_its_thread(log_in, client):
    author = ResidentFactory()
    secret = "Dit wil ik niet meer gezegd hebben."
    process = talking()
    discussion = DiscussionFactory(
        process=process, author_id=author.id, author_name="Annie B", html=f"<p>{secret}</p>"
    )
    CommentFactory(process=process, subject_id=discussion.id)
    page = log_in(author).get(f"/discussies/{discussion.id}").follow("Trek het in")
    assert secret in page.main
    page.press("Trek deze discussie in")
    page = client.get(f"/discussies/{discussion.id}")
    assert page.h1 == discussion.title
    assert secret not in page.text
    assert "Annie B" not in page.text
    assert "Goed idee!" in page.main
    assert discussion.title not in client.get(f"/trajecten/{process.slug}").main


def test_a_hidden_discussion_leaves_a_tombstone_for_others(client, log_in):
    author = ResidentFactory()
    hidden = DiscussionFactory(process=talking(), author_id=author.id, state=State.HIDDEN)
    page = client.get(f"/discussies/{hidden.id}", status=410)
    assert hidden.title not in page.text
    browser = log_in(author)
    own = browser.get(f"/discussies/{hidden.id}").main
    assert hidden.title in own
    assert "Vindt u dat wij het mis hebben?" in own
    assert "Verborgen door de gemeente" in browser.get("/mijn").main


def test_the_griffie_finds_what_waits_for_an_answer_and_gives_it(log_in, client):
    waits = DiscussionFactory(process=talking())
    other = DiscussionFactory(process=talking(answers_discussions=False))
    page = log_in(ClerkFactory()).get("/griffie")
    assert other.title not in page.all("section", **{"aria-labelledby": "discussies"})[0].itertext()
    page = page.follow(f"Beantwoord {waits.title}")
    page = page.press("Publiceer dit antwoord", text="Wij nemen dit mee naar de raad.")
    assert "Wij nemen dit mee naar de raad." in client.get(f"/discussies/{waits.id}").main


def test_who_started_a_discussion_is_not_asked_to_answer_it(log_in):
    clerk = ClerkFactory()
    own = DiscussionFactory(process=talking(), author_id=clerk.id)
    assert f"Beantwoord {own.title}" not in log_in(clerk).get("/griffie").links()
    assert f"Beantwoord {own.title}" in log_in(ClerkFactory()).get("/griffie").links()


def test_a_list_asks_as_much_for_many_as_for_one(client, connection):
    asked: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda *call: asked.append(call[2]))

    def queries_with(number):
        process = talking()
        DiscussionFactory.create_batch(number, process=process)
        client.get("/contact")
        asked.clear()
        client.get(f"/trajecten/{process.slug}/discussies")
        return len([query for query in asked if query.startswith("SELECT")])

    assert queries_with(1) == queries_with(20) <= 7
