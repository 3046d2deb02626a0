"""A clerk does one thing with several contributions at once, and undoes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select, update

from participatie.contributions.models import Contribution, ContributionTag
from participatie.contributions.rules import State
from participatie.core.audit import AuditEntry, broken_entries
from participatie.core.outbox import OutboxMessage
from participatie.moderation.models import Decision, Report
from participatie.moderation.rules import Ground
from participatie.pages.models import Batch
from participatie.pages.rules import UNDO_WITHIN, can_undo
from participatie.processes.models import Category, Process
from participatie.proposals.models import Answer
from participatie.teams.models import OnlyTeam
from tests.factories import (
    LONG_AGO,
    ClerkFactory,
    DiscussionFactory,
    ProcessFactory,
    ProposalFactory,
    ResidentFactory,
)

NOW = datetime(2026, 5, 1, tzinfo=UTC)
WHY = "Dit is reclame voor een café. Haal die weg, Özgür 🌳."


@pytest.fixture
def clerk():
    return ClerkFactory()


@pytest.fixture
def three(store):
    process = ProcessFactory()
    made = datetime.now(UTC) - timedelta(hours=2)
    return [
        ProposalFactory(
            process=process,
            author_id=ResidentFactory().id,
            title=f"Reclame nummer {number}",
            published_at=made + timedelta(minutes=number),
        )
        for number in (1, 2, 3)
    ]


def looked_at(browser, act, numbers, kind="nieuw"):
    """The page that says what would happen."""
    listed = browser.get(f"/griffie?alles={kind}")
    token = listed.all("input", name="csrf_token")[0].get("value")
    data = {"csrf_token": token, "lijst": kind, "act": act, "item": [str(one) for one in numbers]}
    return browser.post("/griffie/samen", data=data)


def seen(page):
    return [field.get("value") for field in page.all("input", name="item")]


def states(store, made):
    store.expire_all()
    asked = select(Contribution.state).where(Contribution.id.in_([one.id for one in made]))
    return set(store.scalars(asked))


def hidden(browser, made):
    page = looked_at(browser, "hide", [one.id for one in made])
    return page.press("Verberg", ground="advertising", explanation=WHY, item=seen(page))


def test_the_clerk_sees_before_the_act_how_many_and_which(log_in, clerk, three, store):
    page = looked_at(log_in(clerk), "hide", [one.id for one in three])
    assert "Met deze 3" in page.main
    assert all(one.title in page.main for one in three)
    assert states(store, three) == {State.PUBLISHED}


def test_each_is_hidden_with_its_own_entry_and_its_author_hears_it_after_the_undo(
    log_in, clerk, three, store
):
    page = hidden(log_in(clerk), three)
    assert page.h1 == "3 bijdragen verborgen"
    assert states(store, three) == {State.HIDDEN}
    entries = store.scalars(select(AuditEntry).where(AuditEntry.act == "moderation.hide")).all()
    assert {one.subject for one in entries} == {f"contribution/{one.id}" for one in three}
    mails = store.scalars(select(OutboxMessage)).all()
    assert {one.account_id for one in mails} == {one.author_id for one in three}
    assert {one.next_try_at - one.created_at for one in mails} == {UNDO_WITHIN}


def test_an_undo_brings_all_back_and_nobody_gets_a_mail(log_in, clerk, three, store, app):
    reporter = ResidentFactory()
    store.add(
        Report(
            contribution_id=three[0].id,
            account_id=reporter.id,
            ground=Ground.SPAM,
            explanation="",
            made_at=LONG_AGO,
        )
    )
    store.commit()
    browser = log_in(clerk)
    page = hidden(browser, three).press("Maak ongedaan")
    assert "3 bijdragen zijn weer zoals eerst." in page.main
    assert states(store, three) == {State.PUBLISHED}
    assert store.scalars(select(OutboxMessage)).all() == []
    assert store.scalars(select(Report.decision_id)).all() == [None]
    work = browser.get("/griffie?alles=nieuw")
    assert three[1].title in work.main
    assert three[0].title in browser.get("/griffie?alles=meldingen").main
    with app.app_context():
        assert list(broken_entries()) == []


def test_what_somebody_changed_meanwhile_is_named_and_left_alone(log_in, clerk, three, store):
    browser = log_in(clerk)
    page = looked_at(browser, "hide", [one.id for one in three])
    was = seen(page)
    store.execute(
        update(Contribution).where(Contribution.id == three[1].id).values(title="Een nette titel")
    )
    store.commit()
    done = page.press("Verberg", ground="advertising", explanation=WHY, item=was)
    assert done.h1 == "2 bijdragen verborgen"
    assert "Een nette titel: Iemand heeft dit intussen veranderd" in done.main
    store.expire_all()
    assert store.get_one(Contribution, three[1].id).state is State.PUBLISHED


def test_what_a_colleague_changed_after_it_stays_when_it_is_undone(log_in, clerk, three, store):
    browser = log_in(clerk)
    page = hidden(browser, three)
    colleague = log_in(ClerkFactory()).get(f"/griffie/bijdragen/{three[0].id}")
    colleague.press(
        "Leg deze beslissing vast", act="restore", ground="mistake", explanation="Dit mag wel."
    )
    again = log_in(clerk).get(f"/griffie/samen/gedaan/{store.scalars(select(Batch.id)).one()}")
    undone = again.press("Maak ongedaan")
    assert page.h1 == "3 bijdragen verborgen"
    assert "2 bijdragen zijn weer zoals eerst." in undone.main
    assert "1 bijdrage blijft zoals die nu is" in undone.main


def test_who_works_in_a_process_no_more_undoes_nothing_there(log_in, clerk, three, store):
    done = hidden(log_in(clerk), three)
    store.add(OnlyTeam(process_id=three[0].process_id, since=LONG_AGO))
    store.commit()
    undone = done.press("Maak ongedaan")
    assert "3 bijdragen blijven zoals ze nu zijn" in undone.main
    assert states(store, three) == {State.HIDDEN}


def test_ones_own_and_what_is_hidden_already_are_left_alone(log_in, clerk, three, store):
    three[0].author_id = clerk.id
    three[1].state = State.HIDDEN
    store.commit()
    page = looked_at(log_in(clerk), "hide", [one.id for one in three])
    assert "U mag hier niet over beslissen" in page.main
    assert "Dit kan hiermee niet (meer)" in page.main
    assert "Met deze 1" in page.main


def test_without_a_ground_nothing_happens_and_the_choice_stays(log_in, clerk, three, store):
    page = looked_at(log_in(clerk), "hide", [one.id for one in three])
    again = page.press("Verberg", explanation=WHY, item=seen(page)[:2])
    assert again.status == 422
    ticked = [one for one in again.all("input", name="item") if one.get("checked") is not None]
    assert len(ticked) == 2
    assert states(store, three) == {State.PUBLISHED}


def test_what_is_no_number_of_anything_is_passed_over(log_in, clerk, three):
    page = looked_at(log_in(clerk), "hide", [three[0].id, "9" * 23, "٣", "x", 0])
    assert "Met deze 1" in page.main


def test_several_get_the_same_answer_and_who_follows_hears_it_later(log_in, clerk, three, store):
    browser = log_in(clerk)
    page = looked_at(browser, "answer", [one.id for one in three], "antwoorden")
    text = "Wij nemen dit mee in het plan voor het Havenplein."
    done = page.press("Geef dit antwoord", status="taken_up", text=text, item=seen(page))
    assert done.h1 == "3 voorstellen beantwoord"
    assert store.scalars(select(Answer.text)).all() == [text] * 3
    assert len(store.scalars(select(OutboxMessage)).all()) == 3
    done.press("Maak ongedaan")
    store.expire_all()
    assert store.scalars(select(Answer)).all() == []
    assert store.scalars(select(OutboxMessage)).all() == []


def test_nothing_in_the_archive_waits_for_an_answer_or_gets_one(log_in, clerk, three, store):
    browser, process = log_in(clerk), store.get_one(Process, three[0].process_id)
    talk = DiscussionFactory(process=process, author_id=ResidentFactory().id)
    process.answers_discussions = True
    store.commit()
    page = looked_at(browser, "answer", [one.id for one in three], "antwoorden")
    waits = {"antwoorden": three[0].title, "discussies": talk.title}
    for kind, title in waits.items():
        assert title in browser.get(f"/griffie?alles={kind}").main
    process.archived_at = datetime.now(UTC)
    store.commit()
    for kind, title in waits.items():
        assert title not in browser.get(f"/griffie?alles={kind}").main
    text = "Wij nemen dit mee in het plan voor het Havenplein."
    page.press("Geef dit antwoord", status="taken_up", text=text, item=seen(page))
    assert store.scalars(select(Answer)).all() == []


def test_what_a_colleague_answered_meanwhile_is_named_as_changed(log_in, clerk, three, store):
    page = looked_at(log_in(clerk), "answer", [one.id for one in three], "antwoorden")
    was = seen(page)
    first = log_in(ClerkFactory()).get(f"/griffie/voorstellen/{three[0].id}/antwoord")
    first.press(
        "Publiceer dit antwoord", status="not_taken_up", text="Dit kan helaas niet op deze plek."
    )
    done = page.press(
        "Geef dit antwoord", status="taken_up", text="Dit gaan wij doen in de lente.", item=was
    )
    assert done.h1 == "2 voorstellen beantwoord"
    assert f"{three[0].title}: Iemand heeft dit intussen veranderd" in done.main


def test_several_get_a_theme_of_their_process_and_lose_it_again(log_in, clerk, three, store):
    theme = Category(process_id=three[0].process_id, name="Groen", position=1)
    store.add(theme)
    store.commit()
    page = looked_at(log_in(clerk), "category", [one.id for one in three])
    done = page.press("Geef een thema", category=str(theme.id), item=seen(page))
    store.expire_all()
    assert {one.category_id for one in three} == {theme.id}
    done.press("Maak ongedaan")
    store.expire_all()
    assert {one.category_id for one in three} == {None}


def test_several_get_keywords_beside_those_they_have(log_in, clerk, three, store):
    page = looked_at(log_in(clerk), "tags", [one.id for one in three])
    done = page.press("Geef trefwoorden", tags="bomen, café", item=seen(page))
    assert len(store.scalars(select(ContributionTag.tag_id)).all()) == 6
    done.press("Maak ongedaan")
    assert store.scalars(select(ContributionTag.tag_id)).all() == []


def test_nobody_sees_or_undoes_what_a_colleague_did(log_in, clerk, three, store):
    hidden(log_in(clerk), three)
    number = store.scalars(select(Batch.id)).one()
    log_in(ClerkFactory()).get(f"/griffie/samen/gedaan/{number}", status=404)


def test_after_ten_minutes_it_cannot_be_undone(log_in, clerk, three, store):
    page = hidden(log_in(clerk), three)
    store.execute(update(Batch).values(made_at=Batch.made_at - UNDO_WITHIN))
    store.commit()
    page.press("Maak ongedaan", answered=409)
    assert states(store, three) == {State.HIDDEN}


@pytest.mark.parametrize(
    ("made", "undone", "may"),
    [
        (NOW, None, True),
        (NOW - UNDO_WITHIN + timedelta(seconds=1), None, True),
        (NOW - UNDO_WITHIN, None, False),
        (NOW, NOW, False),
    ],
)
def test_what_was_done_can_be_undone_once_and_for_a_while(made, undone, may):
    assert can_undo(made, undone, NOW) is may


def test_four_hundred_at_once_cost_no_more_statements_than_four(log_in, clerk, store, app):
    process = ProcessFactory()
    made = datetime.now(UTC) - timedelta(hours=2)
    author = ResidentFactory().id
    counted = {}
    for number in (4, 400):
        several = [
            ProposalFactory(process=process, author_id=author, published_at=made)
            for _ in range(number)
        ]
        browser = log_in(clerk)
        page = looked_at(browser, "hide", [one.id for one in several])
        statements: list[str] = []
        connection = store.connection()

        def note(_conn, _cursor, statement, *_rest, into=statements):
            into.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        done = page.press("Verberg", ground="spam", explanation=WHY, item=seen(page))
        event.remove(connection, "before_cursor_execute", note)
        assert done.h1 == f"{number} bijdragen verborgen"
        counted[number] = len(statements)
    assert counted[400] <= counted[4] + 6


def test_what_stays_as_it_is_needs_words_only_for_another_ground(log_in, clerk, three, store):
    numbers = [one.id for one in three]
    page = looked_at(log_in(clerk), "keep", numbers)
    refused = page.press("Laat staan", ground="other", explanation="", item=seen(page))
    assert refused.status == 422
    assert "Dit mag niet leeg zijn." in refused.errors()
    assert store.scalars(select(Decision)).all() == []
    done = refused.press("Laat staan", ground="within_rules", explanation=" ", item=seen(refused))
    assert done.h1 == "3 bijdragen blijven staan"
    assert {one.explanation for one in store.scalars(select(Decision))} == {""}
