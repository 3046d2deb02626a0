"""What is sent twice is done once: from real forms, with real commits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask, redirect
from sqlalchemy import func, select, update

from participatie.contributions.models import ContributionImage
from participatie.contributions.rules import State
from participatie.core.access import anyone
from participatie.core.db import db
from participatie.core.once import KEEP_SENT, SentForm, forget_sent, once
from participatie.discussions.models import Comment
from participatie.pages.models import MenuEntry
from participatie.votes.models.ballots import Ballot
from tests.budget.steps import cast, make_budget
from tests.conftest import visitor
from tests.factories import AdministratorFactory, ProcessFactory, ProposalFactory, ResidentFactory
from tests.media.drawings import image
from tests.real import at_once, real_apps, storing
from tests.sessions import make_session

WORDS = "Wat een goed plan, zo'n bank bij de sluis."
NOTHING_KEPT = "/niets-bewaard"
A_SECOND = timedelta(seconds=1)
FROM_HERE = {"Origin": "http://localhost"}


@pytest.fixture(scope="module")
def app(cluster, worker_id) -> Iterator[Flask]:
    with real_apps(cluster, f"once_{worker_id}") as (one,):
        view = anyone(once(lambda: redirect("/elders", 303)))
        one.add_url_rule(NOTHING_KEPT, "nothing_kept", view, methods=["POST"])
        yield one


@pytest.fixture
def store(app):
    with storing(app) as session:
        yield session


def browser(app, store, account, **contents):
    """What makes clients of one session: so many tabs of one browser."""
    number = make_session(app, store, account, **contents)

    def tab():
        client = visitor(app)
        client.raw.set_cookie(app.config["SESSION_COOKIE_NAME"], number)
        return client

    return tab


def typed(client, address, **words):
    """What a browser sends of the form on a page, with its token."""
    page = client.get(address)
    token = page.all("input", name="csrf_token")[0].get("value")
    return {"csrf_token": token, **words}


def send(client, address, data):
    """The answer to a form: its status, and where it leads."""
    answer = client.raw.post(address, data=dict(data), headers=FROM_HERE)
    return answer.status_code, answer.location


def number_of(store, model):
    store.rollback()
    return store.scalar(select(func.count()).select_from(model))


@pytest.fixture
def annie(app, store):
    return browser(app, store, ResidentFactory(public_name="Annie"))


@pytest.fixture
def subject(store):
    return f"/bijdragen/{ProposalFactory(process=ProcessFactory()).id}/reacties"


def test_a_form_that_is_sent_four_times_at_once_is_done_once_and_all_are_led_to_it(
    store, annie, subject
):
    data = typed(annie(), subject, text=WORDS, public_name="Jan")
    before = number_of(store, Comment)
    tabs = [annie() for _ in range(4)]
    answers = at_once(lambda number: send(tabs[number], subject, data), 4)
    assert number_of(store, Comment) == before + 1
    assert {status for status, _ in answers} == {303}
    assert len({place for _, place in answers}) == 1


def test_who_goes_back_and_sends_the_same_comes_where_it_stands_and_other_words_are_new(
    store, annie, subject
):
    client = annie()
    data = typed(client, subject, text=WORDS, public_name="Jan")
    before = number_of(store, Comment)
    first = send(client, subject, data)
    assert send(client, subject, data) == first
    assert number_of(store, Comment) == before + 1
    other = send(client, subject, {**data, "text": f"{WORDS} En een prullenbak."})
    assert other != first
    assert number_of(store, Comment) == before + 2


def test_the_same_words_of_somebody_else_are_something_new(app, store, annie, subject):
    bilal = browser(app, store, ResidentFactory(public_name="Bilal"))()
    before = number_of(store, Comment)
    for client in (annie(), bilal):
        assert (
            send(client, subject, typed(client, subject, text=WORDS, public_name="Jan"))[0] == 303
        )
    assert number_of(store, Comment) == before + 2


def test_what_is_refused_leaves_no_trace_and_is_refused_again(store, annie, subject):
    client, before = annie(), number_of(store, SentForm)
    data = typed(client, subject, text="")
    assert [send(client, subject, data)[0] for _ in range(2)] == [422, 422]
    assert number_of(store, SentForm) == before


def test_the_same_photo_is_added_once_and_another_with_the_same_words_too(app, store):
    author = ResidentFactory()
    draft = ProposalFactory(author_id=author.id, state=State.DRAFT, published_at=None)
    address, client = f"/voorstellen/{draft.id}/fotos", browser(app, store, author)()
    data = typed(client, address, description="Een bank")
    for size in ((640, 480), (640, 480), (800, 600)):
        file = (BytesIO(image("JPEG", size)), "foto.jpg")
        assert send(client, address, {**data, "image": file})[0] == 303
    of_draft = select(func.count()).where(ContributionImage.contribution_id == draft.id)
    assert store.scalar(of_draft) == 2


def test_what_was_done_and_led_nowhere_is_not_done_again(store, annie, subject):
    client = annie()
    data = typed(client, subject, text=WORDS, public_name="Jan")
    assert send(client, subject, data)[0] == 303
    before = number_of(store, Comment)
    store.execute(update(SentForm).values(led_to=None))
    store.commit()
    page = client.raw.post(subject, data=data, headers=FROM_HERE)
    assert page.status_code == 409
    assert "U hebt dit al verstuurd." in page.text
    assert number_of(store, Comment) == before


def test_a_menu_that_two_presses_make_is_made_once(app, store):
    nico = browser(app, store, AdministratorFactory())
    data = typed(nico(), "/griffie/site/menu/main?taal=nl")
    address = "/griffie/site/menu/main/eigen?taal=nl"
    tabs = [nico() for _ in range(4)]
    answers = at_once(lambda number: send(tabs[number], address, data), 4)
    assert {status for status, _ in answers} == {303}
    store.rollback()
    places = store.scalars(select(MenuEntry.position).where(MenuEntry.menu == "main")).all()
    assert len(places) == len(set(places)) > 0


def test_who_goes_back_much_later_and_sends_the_same_means_it(store, annie, subject):
    client = annie()
    data = typed(client, subject, text=WORDS, public_name="Jan")
    first = send(client, subject, data)
    store.execute(update(SentForm).values(sent_at=SentForm.sent_at - KEEP_SENT - A_SECOND))
    store.commit()
    before = number_of(store, Comment)
    second = send(client, subject, data)
    assert number_of(store, Comment) == before + 1
    assert second != first
    assert send(client, subject, data) == second


def test_who_is_led_on_without_anything_kept_is_led_on_again(store, annie, subject):
    client = annie()
    data, before = typed(client, subject), number_of(store, SentForm)
    for _ in range(2):
        assert send(client, NOTHING_KEPT, data) == (303, "/elders")
    assert number_of(store, SentForm) == before


def test_what_was_sent_is_forgotten(app, store, annie, subject):
    client = annie()
    send(client, subject, typed(client, subject, text=WORDS, public_name="Jan"))
    assert number_of(store, SentForm) > 0
    later = datetime.now(UTC) + A_SECOND
    with app.app_context():
        assert forget_sent(later) > 0
        db.session.commit()
    assert number_of(store, SentForm) == 0


def test_of_a_ballot_nothing_is_noted(app, store):
    budget = make_budget()
    voter = browser(app, store, ResidentFactory(), vote_pseudonym="v1$vote")()
    before = number_of(store, SentForm)
    assert cast(voter, budget, "Speeltuin").status == 200
    assert number_of(store, Ballot) == 1
    assert number_of(store, SentForm) == before
